// The real kiosk-ui on SDL's offscreen driver, with this test as kioskd at the other end of the
// socket pair.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/local_socket.h"
#include "firmware/message/channel.h"
#include "firmware/message/descriptor.h"
#include "firmware/message/ui_protocol.h"
#include "tests/child_process.h"
#include "tests/local_connection.h"
#include "tests/own_folder.h"
#include "tests/unit/ui/samples.h"

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

constexpr int patience_ms = 60'000;  // sanitizers on a busy machine

/// Where a supervisor hears of readiness.
Result<int> datagrams_at(const std::string& path) {
  const auto address = local_address(path);
  if (!address) return address.error();
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
    return Error{Errc::io, path, "cannot be bound"};
  return fd;
}

bool readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, patience_ms) == 1;
}

}  // namespace

TEST_GROUP(KioskUi) {
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("ui-process-test-" + std::to_string(getpid()));
  std::unique_ptr<BlockingChannel> channel;
  std::unique_ptr<ChildProcess> process;

  void setup() override {
    setenv("SDL_VIDEODRIVER", "offscreen", 1);
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "kiosk.toml")
        << "[screen]\nfullscreen = false\nfonts = '" MADOGUCHI_SOURCE_DIR "/ui/text/fonts.conf'\n";
    int ends[2];
    LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    channel = std::make_unique<BlockingChannel>(ends[0]);
    process = std::make_unique<ChildProcess>(std::vector<std::string>{
        ChildProcess::program("kiosk-ui"), "--config", directory / "kiosk.toml", "--fd",
        std::to_string(ends[1]), "--screenshots", directory / "pictures", "--layout",
        directory / "layout.jsonl"});
    ::close(ends[1]);
    CHECK(readable(channel->fd()));
    const auto ready = decode<UiToKiosk>(*channel->receive());
    CHECK(ready.ok() && std::holds_alternative<UiReady>(*ready));
  }
  void teardown() override {
    channel.reset();  // kiosk-ui ends with its kioskd
    process.reset();
    std::filesystem::remove_all(directory);
  }
  /// Waits until the layout file has this many lines; gives the last.
  Json layout_line(std::size_t count) {
    for (int i = 0; i < patience_ms / 20; ++i) {
      std::ifstream file(directory / "layout.jsonl");
      std::vector<std::string> lines;
      for (std::string line; std::getline(file, line);) lines.push_back(line);
      if (lines.size() >= count) return Json::parse(lines[count - 1]);
      ::poll(nullptr, 0, 20);  // another process writes the file: there is nothing to wait on
    }
    FAIL("kiosk-ui did not draw the screen");
    return {};
  }
};

TEST(KioskUi, draws_what_it_is_told_and_ends_with_kioskd) {
  CHECK(channel->send(encode(KioskToUi{ShowScreen{7, sample_named("services")}})).ok());
  const Json line = layout_line(1);
  LONGS_EQUAL(7, line["number"].get<int>());
  STRCMP_EQUAL("certificate", line["controls"][0]["id"].get<std::string>().c_str());
  CHECK(std::filesystem::file_size(directory / "pictures" / "01-services.png") > 5'000);
  channel.reset();
  LONGS_EQUAL(0, process->end());
}

TEST(KioskUi, drops_a_malformed_message_and_goes_on) {
  CHECK(channel->send(to_bytes(as_bytes("this is no CBOR"))).ok());
  CHECK(channel->send(encode(KioskToUi{ShowScreen{8, sample_named("thanks")}})).ok());
  STRCMP_EQUAL("thanks", layout_line(1)["name"].get<std::string>().c_str());
}

TEST(KioskUi, draws_a_slip_and_gives_its_dots_back) {
  Slip slip;
  slip.title = say("slip.title");
  slip.money = say("slip.money.not_moved");
  slip.code = "madoguchi-sale:";
  slip.code_caption = say("slip.code_caption");
  CHECK(channel->send(encode(KioskToUi{DrawSlip{5, slip}})).ok());
  CHECK(readable(channel->fd()));
  const auto answer = decode<UiToKiosk>(*channel->receive());
  const SlipDrawn& drawn = std::get<SlipDrawn>(*answer);
  LONGS_EQUAL(5, drawn.number);
  LONGS_EQUAL(576, drawn.raster.width);
  CHECK(drawn.raster.well_formed());
}

TEST(KioskUi, answers_also_for_a_slip_that_cannot_be_drawn) {
  Slip slip;
  slip.code = std::string(4'000, 'x');
  CHECK(channel->send(encode(KioskToUi{DrawSlip{6, slip}})).ok());
  CHECK(readable(channel->fd()));
  const auto answer = decode<UiToKiosk>(*channel->receive());
  LONGS_EQUAL(6, std::get<SlipDrawn>(*answer).number);
  CHECK_FALSE(std::get<SlipDrawn>(*answer).raster.well_formed());
}

TEST(KioskUi, ends_at_SIGTERM) {
  LONGS_EQUAL(0, ::kill(process->pid(), SIGTERM));
  LONGS_EQUAL(0, process->end());
}

// kiosk-wires and kioskd come when they come; the first picture waits for neither.
TEST(KioskUi, is_ready_with_its_picture_before_anybody_hands_over_the_way_to_kioskd) {
  const OwnFolder folder;
  const Result<int> supervisor = datagrams_at(folder.path("notify"));
  const Result<int> wires = listen_locally(folder.path("ui-kioskd"), 0600);
  CHECK(supervisor.ok() && wires.ok());
  const int early = fcntl(connect_to(folder.path("ui-kioskd")), F_DUPFD, 3);
  setenv("NOTIFY_SOCKET", folder.path("notify").c_str(), 1);
  ChildProcess screen({ChildProcess::program("kiosk-ui"), "--config", directory / "kiosk.toml",
                       "--fd", std::to_string(early)});
  unsetenv("NOTIFY_SOCKET");
  ::close(early);
  CHECK(readable(*supervisor));

  int ends[2];
  LONGS_EQUAL(0, socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
  CHECK(readable(*wires));
  const int asker = ::accept(*wires, nullptr, nullptr);
  CHECK(send_descriptor(asker, ends[1]).ok());
  for (const int done : {asker, ends[1], *supervisor, *wires}) ::close(done);
  BlockingChannel kioskd(ends[0]);
  CHECK(readable(kioskd.fd()));
  CHECK(decode<UiToKiosk>(*kioskd.receive()).ok());
  ::kill(screen.pid(), SIGTERM);
  LONGS_EQUAL(0, screen.end());
}

TEST_GROUP(KioskUiOptions){static int run(std::vector<std::string> arguments){
    arguments.insert(arguments.begin(), ChildProcess::program("kiosk-ui"));
return ChildProcess(std::move(arguments)).end();
}
}
;

TEST(KioskUiOptions, wrong_ones_are_exit_code_2) {
  LONGS_EQUAL(2, run({"--fd", "9"}));
  LONGS_EQUAL(2, run({"--no-such-option"}));
  LONGS_EQUAL(2, run({"--config", "/nonexistent.toml", "--fd", "9"}));
  LONGS_EQUAL(2, run({"--preview", "/nonexistent.json", "--png", "/tmp/x.png"}));
  LONGS_EQUAL(2, run({"--slip", "/nonexistent.json", "--png", "/tmp/x.png"}));
  LONGS_EQUAL(2, run({"--slip", "/nonexistent.json"}));
  LONGS_EQUAL(0, run({"--help"}));
  LONGS_EQUAL(0, run({"--version"}));
}
