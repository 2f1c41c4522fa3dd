// What is tried with the kiosk's devices and screen: self-test, print test, touch grid.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "firmware/payment/staff_words.h"
#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;

// Longer than kioskd's own limits (firmware/visit/self_test.h, device_checks.h).
constexpr auto self_test_patience = 120s;
constexpr auto print_patience = 120s;
constexpr auto touch_patience = 130s;

std::string word(const std::string& language, const std::string& key) {
  return payment::staff_words(language, "self_test." + key);
}

void print(const PartResult& result, const std::string& language) {
  const std::string part(codec::enum_name(result.part));
  std::printf("%s: %s", word(language, part + ".name").c_str(),
              word(language, "verdict." + std::string(codec::enum_name(result.verdict))).c_str());
  if (result.verdict == Verdict::not_fitted) {
    std::printf("\n");
    return;
  }
  std::printf(" (%s)%s%s\n", printable(result.code).c_str(), result.detail.empty() ? "" : " ",
              printable(result.detail).c_str());
  if (result.verdict != Verdict::ok)
    std::printf("   %s\n", word(language, part + "." + result.code).c_str());
}

int exit_code_of(const std::vector<PartResult>& parts) {
  const bool bad = std::any_of(parts.begin(), parts.end(),
                               [](const PartResult& part) { return part.verdict > Verdict::ok; });
  return bad ? not_well : all_well;
}

void add_language(CLI::App* command, const std::shared_ptr<std::string>& language) {
  command->add_option("--lang", *language, "language of the words (default: en)")
      ->check(CLI::IsMember({"ja", "en"}));
}

int run_self_test(const Connection& connection, const std::string& language) {
  int code = all_well;
  const auto report = ask_kiosk_for<SelfTestReport>(connection.socket, control::SelfTestAsk{},
                                                    self_test_patience, code);
  if (!report) return code;
  if (connection.json) {
    std::printf("%s\n", to_json(*report).dump(2).c_str());
  } else {
    for (const PartResult& part : report->parts) print(part, language);
  }
  return exit_code_of(report->parts);
}

void add_self_test(CommandTable& table) {
  CLI::App* test = table.add(nullptr, "self-test",
                             "Tests screen, reader, printers, terminal, link, clock and storage; "
                             "not while somebody uses the kiosk. Exits with 1 when a part needs "
                             "somebody");
  Connection& connection = table.connects(test);
  const auto language = std::make_shared<std::string>("en");  // shared with the action
  add_language(test, language);
  table.runs(test, [&connection, language] { return run_self_test(connection, *language); });
}

int run_parts_check(const Connection& connection, control::Command ask,
                    const std::string& language) {
  int code = all_well;
  const auto tested =
      ask_kiosk_for<control::PartsTested>(connection.socket, std::move(ask), print_patience, code);
  if (!tested) return code;
  if (connection.json) {
    std::printf("%s\n", to_json(tested->parts).dump(2).c_str());
  } else {
    for (const PartResult& part : tested->parts) print(part, language);
  }
  return exit_code_of(tested->parts);
}

struct PrintChoice {
  bool page = false;
  bool slip = false;
  std::string language = "en";
};

int run_print_test(const Connection& connection, const PrintChoice& choice) {
  const bool both = choice.page == choice.slip;
  return run_parts_check(
      connection, control::PrintTestAsk{both || choice.page, both || choice.slip}, choice.language);
}

void add_print_test(CommandTable& table) {
  CLI::App* prints = table.add(nullptr, "print", "The printers");
  CLI::App* test = table.add(prints, "test",
                             "Prints a test page and a test slip. Exits with 1 when one does not "
                             "come out");
  Connection& connection = table.connects(test);
  const auto choice = std::make_shared<PrintChoice>();  // shared with the action
  test->add_flag("--page", choice->page, "only the page");
  test->add_flag("--slip", choice->slip, "only the slip");
  test->add_option("--lang", choice->language, "language of the words (default: en)")
      ->check(CLI::IsMember({"ja", "en"}));
  table.runs(test, [&connection, choice] { return run_print_test(connection, *choice); });
}

void add_call_checks(CommandTable& table) {
  struct Choice {
    control::CallCheckAsk ask;
    std::string language = "en";
  };
  const auto add = [&](const char* name, const char* what, bool camera) {
    CLI::App* command = table.add(nullptr, name, what);
    Connection& connection = table.connects(command);
    const auto choice = std::make_shared<Choice>();  // shared with the action
    choice->ask.camera = camera;
    choice->ask.sound = !camera;
    if (camera)
      command->add_option("--seconds", choice->ask.seconds, "1 to 60 (default: 10)")
          ->check(CLI::Range(1, 60));
    command->add_option("--lang", choice->language, "language of the words (default: en)")
        ->check(CLI::IsMember({"ja", "en"}));
    table.runs(command, [&connection, choice] {
      return run_parts_check(connection, choice->ask, choice->language);
    });
  };
  add("camera", "Shows what the camera sees on the kiosk's screen. Exits with 1 when there is none",
      true);
  add("audio", "Whether microphone and speaker are there. Exits with 1 when one is not", false);
}

/// The grid as it was touched: a dot for each cell that was reached, an x for each that was not.
void print(const control::TouchTested& tested) {
  for (std::int32_t row = 0; row < tested.rows; ++row) {
    std::string line;
    for (std::int32_t column = 0; column < tested.columns; ++column) {
      const std::int32_t cell = row * tested.columns + column;
      const bool missed = std::find(tested.untouched.begin(), tested.untouched.end(), cell) !=
                          tested.untouched.end();
      line += missed ? " x" : " .";
    }
    std::printf("%s\n", line.c_str());
  }
  std::printf("%zu of %d cells were never touched\n", tested.untouched.size(),
              tested.columns * tested.rows);
}

int run_touch_test(const Connection& connection, const control::TouchTestAsk& ask) {
  int code = all_well;
  const auto told = [&](const control::Answer& answer) {
    const auto* now = std::get_if<control::TouchTold>(&answer);
    if (now != nullptr && !connection.json)
      (void)std::fprintf(stderr, "\r%d of %d", now->reached, now->of);
    return true;
  };
  if (!connection.json)
    (void)std::fprintf(stderr, "Touch every cell of the kiosk's screen; drag to be quick.\n");
  const auto tested =
      ask_kiosk_for<control::TouchTested>(connection.socket, ask, touch_patience, code, told);
  if (!tested) return code;
  if (connection.json) {
    std::printf("%s\n", to_json(*tested).dump().c_str());
  } else {
    (void)std::fprintf(stderr, "\n");
    print(*tested);
  }
  return tested->untouched.empty() ? all_well : not_well;
}

void add_touch_grid(CommandTable& table) {
  CLI::App* touch = table.add(nullptr, "touch", "The glass");
  CLI::App* grid = table.add(touch, "grid",
                             "The screen becomes a grid that lights up where it is touched. Tells "
                             "which cells never were, and exits with 1 if there are any");
  Connection& connection = table.connects(grid);
  const auto ask = std::make_shared<control::TouchTestAsk>();  // shared with the action
  grid->add_option("--columns", ask->columns, "1 to 40 (default: 6)")->check(CLI::Range(1, 40));
  grid->add_option("--rows", ask->rows, "1 to 40 (default: 10)")->check(CLI::Range(1, 40));
  grid->add_option("--patience", ask->patience_s,
                   "seconds without a new cell, then it is over (default: 20)")
      ->check(CLI::Range(1, 120));
  table.runs(grid, [&connection, ask] { return run_touch_test(connection, *ask); });
}

}  // namespace

void add_check_commands(CommandTable& table) {
  add_self_test(table);
  add_print_test(table);
  add_touch_grid(table);
  add_call_checks(table);
}

}  // namespace madoguchi::kioskctl
