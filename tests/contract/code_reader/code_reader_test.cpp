// A code reader on a real pseudo-terminal, with what goes wrong on real ones.

#include <CppUTest/TestHarness.h>

#include "hal/code_reader/code_line.h"
#include "hal/code_reader/serial_code_reader.h"
#include "tests/child_process.h"
#include "tests/own_folder.h"
#include "tests/run_task.h"

using namespace madoguchi;

namespace {

std::string hex_of(std::string_view text) { return to_hex(as_bytes(text)); }

}  // namespace

TEST_GROUP(CodeReaderContract) {
  const OwnFolder folder;
  const std::string path = folder.path("reader");
  ChildProcess emulator{{ChildProcess::program("emulator-code-reader"), "--pty", path}};
  asio::io_context loop;
  SystemTimers timers;
  std::unique_ptr<CodeReader> reader = make_serial_code_reader(loop.get_executor(), timers, path);

  void setup() override { emulator.wait_for("ready"); }
  void teardown() override {
    reader.reset();
    LONGS_EQUAL(0, emulator.end());
  }
  /// The next code, when the emulator is told that as soon as the reader listens.
  std::string next_after(std::vector<std::string> commands) {
    const auto tell = [&]() -> Task<void> {
      for (int waited = 0; !reader->there() && waited < 100; ++waited)
        co_await timers.sleep(std::chrono::milliseconds(20));
      for (const std::string& command : commands) {
        if (command == "wait") {
          co_await timers.sleep(std::chrono::milliseconds(500));
        } else {
          emulator.say(command);
        }
      }
    };
    asio::co_spawn(loop, tell(), asio::detached);
    return run_task(loop, reader->next());
  }
};

TEST(CodeReaderContract, a_code_and_its_end) {
  STRCMP_EQUAL("MADOGUCHI-BOOKING:12345674",
               next_after({"read MADOGUCHI-BOOKING:12345674"}).c_str());
  STRCMP_EQUAL("https://example.com/?a=b&c",
               next_after({"raw " + hex_of("https://example.com/?a=b&c\r\n")}).c_str());
}

TEST(CodeReaderContract, noise_is_dropped_with_its_line) {
  STRCMP_EQUAL("good", next_after({"raw 00ff80", "raw " + hex_of("half\r"), "read good"}).c_str());
  STRCMP_EQUAL("good", next_after({"raw " + hex_of("\r\n\n\r"), "read good"}).c_str());
  STRCMP_EQUAL("good", next_after({"raw 1b5b41" + hex_of("x\r"), "read good"}).c_str());
}

TEST(CodeReaderContract, an_over_long_line_is_dropped_whole) {
  STRCMP_EQUAL(
      "good",
      next_after({"read " + std::string(CodeLines::longest + 1, 'x'), "read good"}).c_str());
  const std::string longest(CodeLines::longest, 'y');
  STRCMP_EQUAL(longest.c_str(), next_after({"read " + longest}).c_str());
}

TEST(CodeReaderContract, half_a_line_that_does_not_go_on_is_dropped) {
  STRCMP_EQUAL("good", next_after({"raw " + hex_of("MADOGU"), "wait", "read good"}).c_str());
}

TEST(CodeReaderContract, unplugged_and_plugged_again) {
  STRCMP_EQUAL("one", next_after({"read one"}).c_str());
  STRCMP_EQUAL("two", next_after({"raw " + hex_of("MADOGU"), "unplug", "plug", "wait", "wait",
                                  "wait", "read two"})
                          .c_str());
}

TEST(CodeReaderContract, it_comes_later_than_the_kiosk) {
  emulator.say("unplug");
  emulator.wait_for("unplugged");
  CHECK(!reader->there());
  const auto plug = [&]() -> Task<void> {
    co_await timers.sleep(std::chrono::milliseconds(200));
    emulator.say("plug");
  };
  asio::co_spawn(loop, plug(), asio::detached);
  const auto tell = [&]() -> Task<void> {
    while (!reader->there()) co_await timers.sleep(std::chrono::milliseconds(20));
    emulator.say("read late");
  };
  asio::co_spawn(loop, tell(), asio::detached);
  STRCMP_EQUAL("late", run_task(loop, reader->next()).c_str());
}

TEST(CodeReaderContract, what_nobody_asked_for_is_forgotten) {
  STRCMP_EQUAL("one", next_after({"read one"}).c_str());
  emulator.say("read stale");
  emulator.wait_for("read");
  const auto pause = [&]() -> Task<void> { co_await timers.sleep(std::chrono::milliseconds(200)); };
  run_task(loop, pause());
  reader->forget();
  STRCMP_EQUAL("two", next_after({"read two"}).c_str());
}

TEST(CodeReaderContract, a_question_that_is_given_up_loses_no_later_code) {
  const auto give_up = [&]() -> Task<void> {
    const auto read = co_await within(timers, std::chrono::milliseconds(100), reader->next());
    CHECK(!read);
  };
  run_task(loop, give_up());
  STRCMP_EQUAL("one", next_after({"read one"}).c_str());
}

TEST_GROUP(CodeLines){};

TEST(CodeLines, in_whatever_pieces) {
  const std::string sent = "one\rtwo\r\n\x01three\rfour";
  for (std::size_t piece = 1; piece <= sent.size(); ++piece) {
    CodeLines lines;
    std::string heard;
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      lines.add(as_bytes(std::string_view(sent).substr(at, piece)));
      while (const auto line = lines.next()) heard += *line + "|";
    }
    STRCMP_EQUAL("one|two|", heard.c_str());
    CHECK(lines.begun());
  }
}
