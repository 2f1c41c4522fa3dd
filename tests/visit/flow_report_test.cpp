// How a use of the kiosk went, as the city's numbers get it: once, anonymous, and never in
// anybody's way; by hazard.

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"
#include "firmware/visit/flow_reports.h"
#include "firmware/visit/records.h"
#include "tests/failing_disk.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;
using numbers::Flow;
using numbers::FlowOutcome;

namespace {

Resident wants_a_certificate() {
  Resident resident = usual_resident();
  resident["welcome"] = {"service.certificate"};
  return resident;
}

/// ... up to this screen, and does that there.
Resident at(const std::string& screen, std::vector<std::string> does) {
  Resident resident = wants_a_certificate();
  resident[screen] = std::move(does);
  return resident;
}

void lacks(const std::string& text, const std::string& what) {
  CHECK_TRUE_TEXT(text.find(what) == std::string::npos, ("found " + what).c_str());
}

std::int32_t seconds_at(const numbers::FlowReport& report, const std::string& name) {
  for (const numbers::FlowStep& step : report.steps) {
    if (step.name == name) return step.seconds;
  }
  return -1;
}

}  // namespace

TEST_GROUP(flow_report) {
  Rig rig;

  void play(Resident resident, std::function<bool()> ended) {
    rig.play_at_reception(std::move(resident), std::move(ended));
  }
  void play_for(Resident resident, std::chrono::seconds time) {
    play(std::move(resident),
         [this, end = rig.timers.now() + time] { return rig.timers.now() >= end; });
  }
  [[nodiscard]] std::function<bool()> reported(std::size_t reports = 1) {
    return [this, reports] { return rig.gateway.flows.size() == reports; };
  }
  [[nodiscard]] const numbers::FlowReport& report() const {
    LONGS_EQUAL(1, rig.gateway.flows.size());
    return rig.gateway.flows.front();
  }
  [[nodiscard]] std::size_t waiting() const { return rig.journal->open_visits()->size(); }
};

TEST(flow_report, a_certificate_is_one_report) {
  play(wants_a_certificate(), reported());
  CHECK(report().flow == Flow::certificate);
  CHECK(report().outcome == FlowOutcome::finished);
  STRCMP_EQUAL("", report().ended_at.c_str());
  STRCMP_EQUAL("ja", report().language.c_str());
  LONGS_EQUAL(0, report().hour % 3600);
  STRCMP_EQUAL("place_card", report().steps.front().name.c_str());
  for (const char* screen : {"pin", "kind", "options", "review", "pay", "printing", "take"})
    CHECK_TEXT(seconds_at(report(), screen) >= 0, screen);
  play_for({}, 60s);
  LONGS_EQUAL(1, rig.gateway.flows_sent);
  LONGS_EQUAL(0, waiting());
}

TEST(flow_report, cancelled_at_each_screen_says_that_screen_once) {
  for (const char* screen : {"place_card", "pin", "kind", "review", "pay"}) {
    Rig kiosk;
    const bool pays = std::string(screen) == "pay";
    if (pays) kiosk.terminal.mode = LedgerTerminal::Mode::never_tap;
    kiosk.play_at_reception(at(screen, {pays ? "pay.stop" : "cancel"}),
                            [&] { return !kiosk.gateway.flows.empty(); });
    const auto& report = kiosk.gateway.flows.front();
    CHECK_TEXT(report.outcome == FlowOutcome::cancelled, screen);
    STRCMP_EQUAL(screen, report.ended_at.c_str());
    LONGS_EQUAL_TEXT(1,
                     std::count_if(report.steps.begin(), report.steps.end(),
                                   [&](auto& step) { return step.name == report.ended_at; }),
                     screen);
    LONGS_EQUAL(1, kiosk.gateway.flows_sent);
  }
}

TEST(flow_report, left_at_each_screen_says_where_and_not_the_question) {
  for (const char* screen : {"place_card", "pin", "kind", "options", "review"}) {
    Rig kiosk;
    kiosk.play_at_reception(at(screen, {}), [&] { return !kiosk.gateway.flows.empty(); });
    const auto& report = kiosk.gateway.flows.front();
    CHECK_TEXT(report.outcome == FlowOutcome::left, screen);
    STRCMP_EQUAL(screen, report.ended_at.c_str());
    LONGS_EQUAL(90, seconds_at(report, screen));
    LONGS_EQUAL(30, seconds_at(report, "still_there"));
  }
}

TEST(flow_report, card_pulled_is_giving_up) {
  play(at("kind", {"#pull"}), reported());
  CHECK(report().outcome == FlowOutcome::cancelled);
  STRCMP_EQUAL("kind", report().ended_at.c_str());
}

TEST(flow_report, why_somebody_is_refused_stays_in_the_kiosk) {
  for (const auto refusal :
       {api::Refusal::protected_person, api::Refusal::under_age, api::Refusal::moved_out}) {
    Rig kiosk;
    kiosk.gateway.refuse["identify"] = refusal;
    kiosk.play_at_reception(wants_a_certificate(), [&] { return !kiosk.gateway.flows.empty(); });
    const auto& report = kiosk.gateway.flows.front();
    CHECK(report.outcome == FlowOutcome::refused);
    STRCMP_EQUAL("identifying", report.ended_at.c_str());
    for (const char* why : {"protected_person", "not_served", "under_age", "moved_out"})
      lacks(to_json(report).dump(), why);
    CHECK(seconds_at(report, "error") >= 0);
  }
}

TEST(flow_report, a_device_that_fails_is_no_giving_up) {
  rig.printer.abort_job = true;
  play(wants_a_certificate(), reported());
  CHECK(report().outcome == FlowOutcome::failed);
  STRCMP_EQUAL("printing", report().ended_at.c_str());
}

TEST(flow_report, tells_of_nobody) {
  play(wants_a_certificate(), reported());
  const std::string told = to_json(report()).dump() + rig.gateway.flow_keys.front();
  const auto visits = *rig.journal->visits();
  for (const std::string& visit : visits) {
    if (visit != rig.gateway.flow_keys.front()) lacks(told, visit);
  }
  CHECK(visits.size() >= 2);  // the certificate's, and this one's
  for (const char* private_word : {"D-", "residence", "250", "葛", "p-1", "yen", "visit"})
    lacks(to_json(report()).dump(), private_word);
}

TEST(flow_report, language_and_text_size_as_the_resident_had_them) {
  Resident resident = wants_a_certificate();
  resident["welcome"] = {"language.en", "service.certificate"};
  resident["place_card"] = {"text_size.xl", "#insert"};
  play(resident, reported());
  STRCMP_EQUAL("en", report().language.c_str());
  CHECK(report().text_size == TextSize::xl);
}

TEST(flow_report, guide_is_a_flow) {
  Resident resident;
  resident["welcome"] = {"service.guide"};
  resident["guide"] = {"back"};
  play_for(resident, 120s);
  CHECK(report().flow == Flow::guide);
}

TEST(flow_report, help_that_is_declined_says_so) {
  rig.gateway.badges = {
      {sha256(desk::badge_message(volunteers_badge().kind, volunteers_badge().number)), "3",
       desk::HelperRole::volunteer}};
  rig.offer_help();
  play({{"welcome", {"#badge"}}, {"help_consent", {"help.no"}}, {"remove_badge", {"#pull"}}},
       reported());
  CHECK(report().flow == Flow::help);
  CHECK(report().outcome == FlowOutcome::cancelled);
  STRCMP_EQUAL("help_consent", report().ended_at.c_str());
}

TEST(flow_report, reply_lost_counts_once) {
  rig.gateway.lose_flow_answer = true;
  play(wants_a_certificate(), [this] { return rig.gateway.flows_sent == 2; });
  play_for({}, 30s);
  LONGS_EQUAL(1, rig.gateway.flows.size());
  LONGS_EQUAL(2, rig.gateway.flows_sent);
  LONGS_EQUAL(0, waiting());
}

TEST(flow_report, power_cut_before_it_is_told_tells_it_once) {
  rig.gateway.dead_at = "flows";
  play(wants_a_certificate(),
       [this] { return !rig.gateway.requests.empty() && rig.gateway.requests.back() == "flows"; });
  LONGS_EQUAL(1, waiting());
  rig.gateway.dead_at.clear();
  rig.restart_and_recover();
  rig.recover();
  LONGS_EQUAL(1, rig.gateway.flows.size());
  CHECK(report().outcome == FlowOutcome::finished);
  LONGS_EQUAL(0, waiting());
}

TEST(flow_report, power_cut_between_its_two_entries_leaves_none) {
  visit::Began began;
  began.service = "flow";
  CHECK(rig.journal->append("f-1", visit::entry::began, began).ok());
  rig.restart_and_recover();
  CHECK(rig.gateway.flows.empty());
  LONGS_EQUAL(0, waiting());
}

TEST(flow_report, refused_report_is_not_sent_for_ever) {
  rig.gateway.refuse["flows"] = api::Refusal::malformed;
  play_for(wants_a_certificate(), 300s);
  LONGS_EQUAL(1, std::count(rig.gateway.requests.begin(), rig.gateway.requests.end(), "flows"));
  LONGS_EQUAL(0, waiting());
}

// Numbers are given up first: the reserve is for what became of money.
TEST(flow_report, storage_full_gives_the_number_up_and_keeps_the_reserve) {
  FailingDisk disk{rig.directory()};
  rig.journal.reset();
  JournalOptions options;
  options.reserve_bytes = 512u << 10;
  auto opened = Journal::open(rig.directory() + "/journal.sqlite", rig.timers, std::move(options));
  rig.journal = std::move(*opened);
  CHECK(rig.journal->ready().ok());
  visit::Desk kiosk = rig.desk();
  disk.fill_up();
  const visit::FlowEnd end;
  visit::report_flow(kiosk, end, {}, {{"guide", 1000}});
  LONGS_EQUAL(0, waiting());
  CHECK(rig.journal->in_doubt());
  CHECK(Reserve(rig.directory() + "/journal.sqlite.reserve", 512u << 10).stands());
  disk.make_room();
  visit::report_flow(kiosk, end, {}, {{"guide", 1000}});
  LONGS_EQUAL(0, waiting());  // until the storage is proved again
  CHECK(rig.journal->ready().ok());
  visit::report_flow(kiosk, end, {}, {{"guide", 1000}});
  LONGS_EQUAL(1, waiting());
}

TEST(flow_report, long_outage_does_not_fill_the_journal) {
  visit::Desk kiosk = rig.desk();
  for (int i = 0; i < 520; ++i) visit::report_flow(kiosk, {}, {}, {{"guide", 1000}});
  LONGS_EQUAL(500, waiting());
  rig.recover();
  LONGS_EQUAL(20, rig.gateway.flows.size());  // somebody may walk up meanwhile
  rig.recover();
  LONGS_EQUAL(40, rig.gateway.flows.size());
}

TEST(flow_report, times_are_rounded_and_screens_stand_once) {
  const auto steps = visit::flow_steps({{"pin", 2'499},
                                        {"still_there", 7'500},
                                        {"pin", 1},
                                        {"error.not_served", 100},
                                        {"error.left", 3'600'000}});
  LONGS_EQUAL(3, steps.size());
  STRCMP_EQUAL("pin", steps[0].name.c_str());
  LONGS_EQUAL(5, steps[0].seconds);
  LONGS_EQUAL(10, steps[1].seconds);
  STRCMP_EQUAL("error", steps[2].name.c_str());
  LONGS_EQUAL(600, steps[2].seconds);
}
