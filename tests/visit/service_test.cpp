// Behind a maintainer's badge, the end of the first start, and the morning slip; by hazard.

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/morning_slip.h"
#include "firmware/visit/service_visit.h"
#include "tests/visit/rig.h"
#include "tests/visit/slip_roll.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

/// Taps the badge and takes it off again at the end.
Resident comes_to(std::vector<std::string> presses) {
  presses.emplace_back("end");
  return {{"welcome", {"#badge"}},
          {"closed", {"#badge"}},
          {"out_of_service", {"#badge"}},
          {"service", std::move(presses)},
          {"remove_badge", {"#pull", "#pull"}}};
}

}  // namespace

TEST_GROUP(service) {
  Rig rig;
  visit::ServiceRoom room;
  int restarts = 0;
  bool setup_due = false;
  bool network_answers = true;

  void setup() override {
    register_badge(desk::HelperRole::maintainer);
    rig.settings.badges_file = rig.directory() + "/badges.cbor";
    rig.settings.site = "西公民館";
    rig.settings.hours = *visit::ServiceHours::parse("06:30-23:00", "Asia/Tokyo");
    rig.offer_help();
    room.bench = [this] {
      visit::SelfTestBench bench{rig.timers,          rig.faults,      nullptr,
                                 &rig.reader,         &rig.printer,    &rig.terminal,
                                 rig.receipt_printer, &rig.gateway,    nullptr,
                                 rig.journal.get(),   rig.directory(), &rig.seal_key};
      return bench;
    };
    room.network = [this]() -> Task<Result<ConnectionTested>> {
      co_await rig.timers.sleep(1s);
      if (!network_answers) co_return Error{Errc::timeout, "link", "no answer"};
      ConnectionTested tested;
      tested.server = "gateway.example:8443";
      tested.steps = {{"tcp", true, "", 12}, {"tls", false, "not the pinned CA", 40}};
      co_return tested;
    };
    room.restart = [this] { ++restarts; };
    room.setup_is_due = [this] { return setup_due; };
    room.setup_is_done = [this] { setup_due = false; };
    room.morning_file = rig.directory() + "/morning";
    rig.service = &room;
  }
  void register_badge(desk::HelperRole role) {
    const BadgeNumber badge = volunteers_badge();
    rig.gateway.badges = {{sha256(desk::badge_message(badge.kind, badge.number)), "3", role}};
  }
  void play(Resident resident, std::function<bool()> ended) {
    rig.play_at_reception(std::move(resident), std::move(ended));
  }
  /// Until the welcome screen is back after the service screen.
  void play_service(std::vector<std::string> presses, Resident more = {}) {
    Resident resident = comes_to(std::move(presses));
    for (auto& [screen, actions] : more) resident[screen] = actions;
    play(std::move(resident), [this] { return saw("service") && on("welcome"); });
  }
  [[nodiscard]] bool saw(const char* name) const { return rig.front.saw(name); }
  [[nodiscard]] bool on(const char* name) const { return rig.front.now.name == name; }
  [[nodiscard]] std::function<bool()> after(std::chrono::seconds time) {
    return [this, end = rig.timers.now() + time] { return rig.timers.now() >= end; };
  }
};

TEST(service, a_maintainers_badge_opens_it_and_helps_nobody) {
  play_service({});
  CHECK_FALSE(saw("help_consent"));
  CHECK_FALSE(rig.companion->running());
  LONGS_EQUAL(0, rig.gateway.flows.size());
}

TEST(service, a_volunteers_badge_does_not) {
  register_badge(desk::HelperRole::volunteer);
  play({{"welcome", {"#badge"}}, {"remove_badge", {"#pull"}}}, after(2min));
  CHECK(saw("help_consent"));
  CHECK_FALSE(saw("service"));
}

TEST(service, a_kiosk_without_service_room_refuses_the_badge) {
  rig.service = nullptr;
  play({{"welcome", {"#badge"}}, {"remove_badge", {"#pull"}}}, after(2min));
  CHECK(saw("help_refused"));
  CHECK_FALSE(saw("service"));
}

TEST(service, it_opens_offline_by_the_list_and_where_the_kiosk_serves_nobody) {
  play({}, after(30s));  // the list of badges is fetched
  rig.gateway.is_up = false;
  rig.gateway.dead_at = "help";
  play(comes_to({}), [this] { return saw("service") && on("out_of_service"); });
}

TEST(service, it_opens_outside_of_the_service_hours) {
  rig.settings.hours = *visit::ServiceHours::parse("08:00-09:00", "Asia/Tokyo");
  play(comes_to({}), [this] { return saw("service") && on("closed"); });
}

TEST(service, self_test_tells_what_is_broken_first) {
  rig.printer.idle_trouble = PrinterTrouble::media_empty;
  Resident resident = comes_to({"service.self_test"});
  resident["service_report"] = {"back"};
  play(std::move(resident), [this] { return saw("service_report") && on("out_of_service"); });
  const Screen* report = rig.front.last("service_report");
  CHECK(report->tone == Tone::error);
  const auto& rows = std::get<Review>(report->body).rows;
  CHECK(rows.front().label == visit::part_name(Part::printer));
}

TEST(service, every_button_leads_somewhere_and_back) {
  play_service({"service.self_test", "service.faults", "service.network", "service.identity",
                "service.slip", "service.print"},
               {{"service_report", {"back", "back", "back"}},
                {"service_faults", {"back"}},
                {"service_network", {"back"}},
                {"service_identity", {"back"}}});
  for (const char* name :
       {"service_report", "service_faults", "service_network", "service_identity"})
    CHECK(saw(name));
  CHECK(rig.front.last("service_network")->tone == Tone::error);
}

TEST(service, a_network_part_that_does_not_answer_is_said) {
  network_answers = false;
  play_service({"service.network"}, {{"service_no_network", {"back"}}});
  CHECK(saw("service_no_network"));
}

TEST(service, restart_asks_first_and_leaves_the_calm_screen) {
  play_service({"service.restart"}, {{"service_restart", {"back"}}});
  LONGS_EQUAL(0, restarts);
  Resident resident = comes_to({"service.restart"});
  resident["service_restart"] = {"restart"};
  play(std::move(resident), [this] { return restarts == 1; });
  CHECK(on("restarting"));
}

TEST(service, nobody_there_ends_it_by_itself) {
  Resident resident = comes_to({});
  resident["service"] = {};
  const auto began = rig.timers.now();
  play(std::move(resident), [this] { return saw("service") && on("welcome"); });
  CHECK(saw("still_there"));
  CHECK(rig.timers.now() - began < 5min);
}

TEST(service, nothing_of_a_resident_is_on_it) {
  play_service(
      {"service.self_test", "service.faults", "service.identity"},
      {{"service_report", {"back"}}, {"service_faults", {"back"}}, {"service_identity", {"back"}}});
  for (const Screen& screen : rig.front.shown) {
    if (!screen.name.starts_with("service")) continue;
    const std::string text(as_text(encode(screen, Dialect::json)));
    CHECK(text.find("is_private\":true") == std::string::npos);
  }
}

TEST(service, the_first_start_ends_with_a_test_that_somebody_has_seen) {
  setup_due = true;
  play({{"setup_done", {"more", "again", "end"}}}, [this] { return on("welcome"); });
  CHECK(saw("setup_done"));
  LONGS_EQUAL(2,
              std::ranges::count(rig.front.shown, std::string("service_testing"), &Screen::name));
  CHECK_FALSE(setup_due);
}

TEST(service, power_cut_in_the_first_test_shows_it_again) {
  setup_due = true;
  play({}, [this] { return on("setup_done"); });
  CHECK_TRUE(setup_due);
  rig.restart();
  play({{"setup_done", {"end"}}}, [this] { return on("welcome"); });
  CHECK_FALSE(setup_due);
}

TEST(service, nobody_at_the_first_test_opens_the_kiosk_all_the_same) {
  setup_due = true;
  play({}, [this] { return on("welcome"); });
  CHECK_FALSE(setup_due);
}

TEST_GROUP_BASE(morning, TEST_GROUP_CppUTestGroupservice){
    // The rig's clock begins at 12:00 in Japan.
};

TEST(morning, slip_comes_once_a_day) {
  rig.settings.morning = 12 * 60 + 5;
  play({{"morning", {"end"}}}, after(3min));
  CHECK_FALSE(saw("morning"));
  play({{"morning", {"end", "end", "end"}}}, after(20min));
  LONGS_EQUAL(1, std::ranges::count(rig.front.shown, std::string("morning"), &Screen::name));
  rig.restart();
  play({}, after(5min));
  LONGS_EQUAL(1, std::ranges::count(rig.front.shown, std::string("morning"), &Screen::name));
}

TEST(morning, slip_is_printed_where_there_is_a_printer) {
  SlipRoll roll(rig.timers);
  rig.receipt_printer = &roll;
  rig.typesetter = &roll;
  rig.settings.morning = 12 * 60;
  play({}, after(5min));
  LONGS_EQUAL(1, roll.printed.size());
  STRCMP_EQUAL("morning_slip.title", roll.printed[0].title.key.c_str());
  CHECK_FALSE(saw("morning"));
}

TEST(morning, a_kiosk_started_in_the_afternoon_prints_none) {
  rig.settings.morning = 8 * 60 + 30;
  play({}, after(5min));
  CHECK_FALSE(saw("morning"));
}

TEST(morning, what_is_shown_gives_way_to_a_card) {
  rig.settings.morning = 12 * 60;
  play({{"morning", {"#insert"}}}, [this] { return saw("morning") && !on("morning"); });
  CHECK_FALSE(rig.companion->running());
}

TEST(morning, slip_says_in_japanese_what_works_what_needs_paper_and_what_a_person) {
  SelfTestReport report;
  report.parts = {{Part::screen, Verdict::ok, "ok", "", 1},
                  {Part::printer, Verdict::failed, "media_empty", "", 1},
                  {Part::terminal, Verdict::failed, "no_answer", "", 1},
                  {Part::camera, Verdict::not_fitted, "not_fitted", "", 1}};
  rig.settings.phone = "06-0000-0000";
  const Slip slip = visit::morning_slip(report, rig.settings, rig.timers.wall());
  STRCMP_EQUAL("ja", slip.language.c_str());
  STRCMP_EQUAL("morning_slip.person", slip.money.key.c_str());
  LONGS_EQUAL(4, slip.advice.size());
  STRCMP_EQUAL("morning_slip.needs_paper", slip.advice[0].key.c_str());
  CHECK(slip.advice[1].literal.starts_with(visit::part_name_in("ja", Part::printer)));
  STRCMP_EQUAL("morning_slip.needs_person", slip.advice[2].key.c_str());
  CHECK(slip.lines.front().value == visit::part_name(Part::screen));
  CHECK(slip.code.empty());
  report.parts.resize(1);
  STRCMP_EQUAL("morning_slip.well",
               visit::morning_slip(report, rig.settings, rig.timers.wall()).money.key.c_str());
}
