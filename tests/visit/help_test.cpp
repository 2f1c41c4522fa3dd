// A volunteer's badge, the resident's word, and what stays of a session; by hazard.

#include <algorithm>
#include <cstdio>

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/archivist.h"
#include "firmware/visit/records.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

Bytes hash_of(const BadgeNumber& badge) {
  return sha256(desk::badge_message(badge.kind, badge.number));
}

/// Taps the badge; the resident wants help.
Resident agrees() {
  return {{"welcome", {"#badge"}}, {"help_consent", {"help.yes"}}, {"remove_badge", {"#pull"}}};
}

Resident answers(const std::string& control) {
  Resident resident = agrees();
  resident["help_consent"] = {control};
  return resident;
}

/// ... and a residence certificate, with a PIN and paper.
Resident agrees_and_wants_a_certificate() {
  Resident resident = usual_resident();
  for (const auto& [screen, actions] : agrees()) resident[screen] = actions;
  resident["welcome"].push_back("service.certificate");
  resident["remove_card"] = {"#pull"};
  return resident;
}

/// What this process writes to standard error.
class Logged {
 public:
  explicit Logged(std::string path) : path_(std::move(path)), before_(dup(STDERR_FILENO)) {
    (void)std::fflush(stderr);
    std::FILE* file = std::fopen(path_.c_str(), "w");
    dup2(fileno(file), STDERR_FILENO);
    (void)std::fclose(file);
  }
  std::string text() {
    restore();
    return std::string(as_text(*read_file(path_)));
  }
  ~Logged() { restore(); }

 private:
  void restore() {
    if (before_ < 0) return;
    (void)std::fflush(stderr);
    dup2(before_, STDERR_FILENO);
    close(std::exchange(before_, -1));
  }
  std::string path_;
  int before_;
};

/// As it would stand in JSON.
std::string base64(const Bytes& bytes) {
  return to_json(desk::HelpAsk{"", bytes}).at("badge_sha256").get<std::string>();
}

void lacks(const std::string& text, const std::string& what) {
  CHECK_TRUE_TEXT(text.find(what) == std::string::npos, ("found " + what).c_str());
}

/// How many of a kind stand in the journal and have not been erased.
std::size_t entries(Rig& rig, std::string_view kind) {
  std::size_t count = 0;
  const auto visits = *rig.journal->visits();
  for (const std::string& visit : visits) {
    const auto of_visit = *rig.journal->entries(visit);
    for (const JournalEntry& each : of_visit) count += each.kind == kind && !each.body.empty();
  }
  return count;
}

/// Sessions whose record the city does not have yet.
std::size_t open_sessions(Rig& rig) {
  std::size_t count = 0;
  const auto open = *rig.journal->open_visits();
  for (const std::string& id : open) {
    const auto of_id = *rig.journal->entries(id);
    count += std::any_of(of_id.begin(), of_id.end(),
                         [](const auto& each) { return each.kind == visit::entry::help; });
  }
  return count;
}

}  // namespace

TEST_GROUP(help) {
  Rig rig;

  void setup() override {
    rig.gateway.badges = {{hash_of(volunteers_badge()), "3", desk::HelperRole::volunteer}};
    rig.gateway.set_live(true);
    rig.settings.badges_file = rig.directory() + "/badges.cbor";
    rig.offer_help();
  }
  void play(Resident resident, std::function<bool()> ended) {
    rig.play_at_reception(std::move(resident), std::move(ended));
  }
  void play_for(Resident resident, std::chrono::seconds time) {
    play(std::move(resident),
         [this, end = rig.timers.now() + time] { return rig.timers.now() >= end; });
  }
  [[nodiscard]] std::function<bool()> running() {
    return [this] { return rig.companion->running(); };
  }
  /// The number of records that the city has.
  [[nodiscard]] std::function<bool()> recorded(std::size_t records = 1) {
    return [this, records] { return rig.gateway.help_records.size() == records; };
  }
  [[nodiscard]] bool on_screen(const std::string& name) const { return rig.front.now.name == name; }
  [[nodiscard]] const desk::HelpRecord& record() const {
    LONGS_EQUAL(1, rig.gateway.help_records.size());
    return rig.gateway.help_records.front().second;
  }
  /// The next life of the kiosk after a power cut.
  void restart() {
    rig.offer_help();
    rig.restart_and_recover();
  }
  [[nodiscard]] std::string everything_said() const {
    std::string out;
    for (const auto& message : rig.gateway.said) out += as_text(encode(message, Dialect::json));
    return out;
  }
};

TEST(help, one_press_of_the_resident_begins_a_session) {
  play(agrees(), [this] { return rig.companion->running() && on_screen("welcome"); });
  CHECK(rig.front.saw("help_checking"));
  CHECK(rig.front.saw("remove_badge"));
  LONGS_EQUAL(1, rig.gateway.asked.size());
  CHECK(rig.gateway.asked[0].badge_sha256 == hash_of(volunteers_badge()));
  STRCMP_EQUAL("help.volunteer", rig.front.now.company->helper.key.c_str());
  STRCMP_EQUAL("3", rig.front.now.company->helper.args.at("number").c_str());
  CHECK(rig.gateway.help_records.empty());
}

TEST(help, without_the_press_nothing_leaves_the_kiosk) {
  play(answers("help.no"), recorded());
  lacks(everything_said(), "session_began");
  lacks(everything_said(), "mirror");
}

TEST(help, badge_unknown) {
  rig.gateway.badges.clear();
  play_for(agrees(), 60s);
  CHECK(rig.front.saw("help_refused"));
  CHECK_FALSE(rig.front.saw("help_consent"));
  CHECK(on_screen("welcome"));
  CHECK(rig.gateway.help_records.empty());
}

TEST(help, badge_revoked_counts_no_longer_though_the_list_has_it) {
  play_for({}, 5s);
  CHECK(read_file(rig.settings.badges_file).ok());
  rig.gateway.badges.clear();
  play_for(agrees(), 60s);
  CHECK(rig.front.saw("help_refused"));
  CHECK_FALSE(rig.front.saw("help_consent"));
}

TEST(help, link_lost_at_the_offer_and_the_list_has_the_badge) {
  rig.gateway.dead_at = "sessions";
  play(agrees(), running());
  CHECK(rig.front.saw("help_consent"));
}

TEST(help, link_lost_after_a_restart_and_the_list_on_the_disk_has_the_badge) {
  play_for({}, 5s);
  rig.gateway.refuse["badges"] = api::Refusal::internal;
  rig.gateway.dead_at = "sessions";
  restart();
  play(agrees(), running());
  CHECK(rig.front.saw("help_consent"));
}

TEST(help, link_lost_and_the_list_on_the_disk_is_not_the_gateways) {
  play_for({}, 5s);
  auto stored = decode<desk::SignedBadges>(*read_file(rig.settings.badges_file));
  stored->signature[5] ^= 1;
  CHECK(write_file(rig.settings.badges_file, encode(*stored)).ok());
  rig.gateway.refuse["badges"] = api::Refusal::internal;
  rig.gateway.dead_at = "sessions";
  restart();
  play_for(agrees(), 60s);
  CHECK(rig.front.saw("help_unchecked"));
  CHECK_FALSE(rig.front.saw("help_consent"));
}

TEST(help, link_lost_and_the_list_does_not_have_the_badge) {
  rig.gateway.badges.clear();
  rig.gateway.dead_at = "sessions";
  play_for(agrees(), 60s);
  CHECK(rig.front.saw("help_unchecked"));
  CHECK_FALSE(rig.front.saw("help_consent"));
  CHECK(on_screen("welcome"));
}

TEST(help, link_lost_and_the_list_has_expired) {
  rig.gateway.badges_last_s = 2;
  rig.gateway.dead_at = "sessions";  // its answer takes five seconds
  play_for(agrees(), 60s);
  CHECK(rig.front.saw("help_unchecked"));
  CHECK_FALSE(rig.front.saw("help_consent"));
}

TEST(help, list_is_fetched_again_every_hour) {
  play_for({}, 59min);
  const auto fetched = [this] {
    return std::count(rig.gateway.requests.begin(), rig.gateway.requests.end(), "badges");
  };
  LONGS_EQUAL(1, fetched());
  play_for({}, 59min);  // another life
  LONGS_EQUAL(2, fetched());
}

TEST(help, declined) {
  play(answers("help.no"), recorded());
  CHECK(record().outcome == desk::HelpOutcome::declined);
  LONGS_EQUAL(0, record().minutes);
  CHECK_FALSE(rig.companion->running());
  LONGS_EQUAL(0, open_sessions(rig));
}

TEST(help, consent_timeout) {
  Resident silent = agrees();
  silent["help_consent"] = {};
  const auto begun = rig.timers.now();
  play(silent, recorded());
  CHECK(record().outcome == desk::HelpOutcome::left);
  CHECK(rig.timers.now() - begun > 60s);
  CHECK(rig.timers.now() - begun < 90s);
  CHECK_FALSE(rig.companion->running());
}

TEST(help, resident_ends_it_in_the_middle_of_a_certificate_visit) {
  Resident resident = agrees_and_wants_a_certificate();
  resident["pin"] = {"digit.1", "help.end", "digit.2", "digit.3", "digit.4", "pin.ok"};
  resident["help_satisfaction"] = {"rate.4"};
  play(resident, recorded());
  LONGS_EQUAL(1, rig.printer.sheets_out());
  CHECK(record().outcome == desk::HelpOutcome::not_said);
  CHECK(record().topic == desk::HelpTopic::certificate);
  LONGS_EQUAL(4, *record().satisfaction);
  // The last thing that the helper hears is the end.
  const auto last =
      std::find_if(rig.gateway.said.rbegin(), rig.gateway.said.rend(),
                   [](auto& each) { return !std::holds_alternative<desk::Pulse>(each); });
  CHECK(std::holds_alternative<desk::SessionOver>(*last));
}

TEST(help, helper_ends_it_and_the_resident_says_how_it_was) {
  Resident resident = agrees();
  resident["help_satisfaction"] = {"rate.5"};
  rig.front.on_show = [this](const Screen& screen) {
    if (screen.name != "welcome" || !screen.company) return;
    rig.front.on_show = {};
    rig.gateway.tell(desk::EndSession{rig.gateway.asked.back().session,
                                      desk::HelpTopic::line_friend, desk::HelpOutcome::solved});
  };
  play(resident, recorded());
  CHECK(record().outcome == desk::HelpOutcome::solved);
  CHECK(record().topic == desk::HelpTopic::line_friend);
  LONGS_EQUAL(5, *record().satisfaction);
  STRCMP_EQUAL(rig.gateway.asked.back().session.c_str(),
               rig.gateway.help_records.front().first.c_str());
  LONGS_EQUAL(0, open_sessions(rig));
}

TEST(help, nobody_is_asked_how_it_was_after_the_resident_has_left) {
  play(agrees(), recorded());  // five minutes without a press
  CHECK(record().outcome == desk::HelpOutcome::left);
  CHECK_FALSE(rig.front.saw("help_satisfaction"));
}

TEST(help, question_how_it_was_goes_away_by_itself) {
  Resident resident = agrees();
  resident["welcome"].push_back("help.end");
  play(resident, recorded());
  CHECK(rig.front.saw("help_satisfaction"));
  CHECK_FALSE(record().satisfaction.has_value());
}

TEST(help, power_cut_in_a_session_leaves_its_record_once) {
  play(agrees(), [this] { return rig.companion->running() && on_screen("welcome"); });
  restart();
  CHECK(record().outcome == desk::HelpOutcome::not_said);
  CHECK(record().began_at > 0);
  rig.recover();
  LONGS_EQUAL(1, rig.gateway.help_records_sent);
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(help, power_cut_in_a_certificate_visit_under_a_session_leaves_its_topic) {
  play(agrees_and_wants_a_certificate(), [this] { return on_screen("review"); });
  restart();
  CHECK(record().topic == desk::HelpTopic::certificate);
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(help, power_cut_after_any_entry_leaves_one_record_as_far_as_it_is_known) {
  Resident resident = agrees();
  resident["welcome"].push_back("help.end");
  resident["help_satisfaction"] = {"rate.5"};
  for (std::size_t n = 1; n <= 3; ++n) {  // begun, ended, rated
    Rig kiosk;
    kiosk.gateway.badges = rig.gateway.badges;
    kiosk.offer_help();
    kiosk.play_at_reception(resident, [&] { return entries(kiosk, visit::entry::help) == n; });
    kiosk.offer_help();
    kiosk.restart_and_recover();
    kiosk.recover();
    LONGS_EQUAL(1, kiosk.gateway.help_records.size());
    LONGS_EQUAL(n > 1 ? 1 : 0, kiosk.gateway.help_records[0].second.minutes);
    LONGS_EQUAL(n > 2, kiosk.gateway.help_records[0].second.satisfaction.has_value());
    LONGS_EQUAL(0, kiosk.journal->open_visits()->size());
  }
}

TEST(help, power_cut_before_anything_was_known_leaves_none) {
  visit::Began began;
  began.service = "help";
  CHECK(rig.journal->append("s-1", visit::entry::began, began).ok());
  restart();
  CHECK(rig.gateway.help_records.empty());
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(help, lost_answer_to_a_record_and_a_power_cut_count_it_once) {
  rig.gateway.lose_record_answer = true;
  play(answers("help.no"), recorded());
  LONGS_EQUAL(1, open_sessions(rig));
  restart();
  LONGS_EQUAL(2, rig.gateway.help_records_sent);
  LONGS_EQUAL(1, rig.gateway.help_records.size());
  LONGS_EQUAL(0, open_sessions(rig));
}

TEST(help, link_lost_at_the_end_and_back_delivers_the_record) {
  rig.gateway.dead_at = "record";
  play_for(answers("help.no"), 60s);
  CHECK(rig.gateway.help_records.empty());
  CHECK(on_screen("welcome"));
  rig.gateway.dead_at.clear();
  rig.recover();
  CHECK(record().outcome == desk::HelpOutcome::declined);
}

TEST(help, refused_record_is_not_sent_for_ever) {
  rig.gateway.refuse["record"] = api::Refusal::malformed;
  play_for(answers("help.no"), 60s);
  LONGS_EQUAL(1, std::count(rig.gateway.requests.begin(), rig.gateway.requests.end(), "record"));
  LONGS_EQUAL(0, rig.journal->open_visits()->size());
}

TEST(help, running_session_is_not_recorded_while_it_runs) {
  play_for(agrees(), 4min);
  CHECK(rig.companion->running());
  LONGS_EQUAL(0, rig.gateway.help_records_sent);
}

TEST(help, record_follows_the_days_that_entries_are_kept) {
  play(answers("help.no"), recorded());
  LONGS_EQUAL(1, entries(rig, visit::entry::help));
  rig.timers.set_wall(rig.timers.wall() + std::chrono::days(91));
  visit::Desk kiosk = rig.desk();
  visit::Archivist archivist(kiosk);
  rig.run(archivist.tend());
  LONGS_EQUAL(0, entries(rig, visit::entry::help));
}

TEST(help, badge_left_on_the_reader_is_asked_for) {
  Resident forgetful = agrees();
  forgetful["remove_badge"] = {};
  play_for(forgetful, 2min);
  CHECK(rig.companion->running());
  CHECK(on_screen("remove_badge"));
  LONGS_EQUAL(1, rig.gateway.asked.size());
}

TEST(help, twice_tapped_or_lying_there_asks_once) {
  Resident resident = answers("help.no");
  resident["welcome"] = {"#badge", "#badge"};
  play_for(resident, 2min);
  CHECK(rig.reader.inserted);
  CHECK(on_screen("welcome"));
  LONGS_EQUAL(1, rig.gateway.asked.size());
}

TEST(help, tapped_again_later_asks_again) {
  Resident resident = answers("help.no");
  const auto again = rig.timers.now() + 30s;
  play(resident, [&] {
    if (rig.timers.now() > again && !rig.reader.inserted)
      rig.reader.insert_badge(volunteers_badge());
    return rig.gateway.asked.size() == 2;
  });
}

TEST(help, tapped_in_a_session_does_nothing) {
  Resident resident = agrees();
  resident["welcome"] = {"#badge", "#badge"};
  play_for(resident, 60s);
  CHECK(rig.reader.inserted);
  CHECK(rig.companion->running());
  CHECK(on_screen("welcome"));
  LONGS_EQUAL(1, rig.gateway.asked.size());
}

TEST(help, badge_that_lies_there_in_a_session_is_taken_off_before_a_visit) {
  Resident resident = agrees_and_wants_a_certificate();
  resident["welcome"] = {"#badge", "#badge"};
  resident["remove_badge"] = {"#pull", "#pull"};
  const auto press = rig.timers.now() + 30s;
  bool pressed = false;
  play(resident, [&] {
    if (rig.timers.now() > press && !pressed) pressed = rig.front.press("service.certificate");
    return rig.printer.sheets_out() == 1;
  });
  LONGS_EQUAL(1, rig.gateway.asked.size());
}

TEST(help, badge_in_a_certificate_visit_is_no_my_number_card) {
  const auto report = rig.play({{"place_card", {"#badge"}},
                                {"error.not_my_number_card", {"end"}},
                                {"remove_card", {"#pull"}}});
  STRCMP_EQUAL("not_my_number_card", report.outcome.c_str());
  LONGS_EQUAL(0, rig.reader.apdus);
}

TEST(help, badge_where_the_card_should_be_placed_offers_help_and_the_visit_goes_on) {
  Resident resident = agrees_and_wants_a_certificate();
  resident["welcome"] = {"service.certificate"};
  resident["place_card"] = {"#badge", "#insert"};
  play(resident, [this] { return rig.printer.sheets_out() == 1; });
  CHECK(rig.front.saw("help_consent"));
  CHECK_FALSE(rig.front.saw("error.not_my_number_card"));
  LONGS_EQUAL(1, rig.gateway.asked.size());
}

TEST(help, declined_where_the_card_should_be_placed_and_the_visit_goes_on) {
  Resident resident = agrees_and_wants_a_certificate();
  resident["help_consent"] = {"help.no"};
  resident["welcome"] = {"service.certificate"};
  resident["place_card"] = {"#badge", "#insert"};
  play(resident, [this] { return rig.printer.sheets_out() == 1; });
  CHECK_FALSE(rig.companion->running());
}

TEST(help, badge_of_a_session_that_runs_is_only_taken_off_the_card_reader) {
  Resident resident = agrees_and_wants_a_certificate();
  resident["welcome"] = {"#badge", "service.certificate"};
  resident["remove_badge"] = {"#pull", "#pull"};
  resident["place_card"] = {"#badge", "#insert"};
  play(resident, [this] { return rig.printer.sheets_out() == 1; });
  LONGS_EQUAL(1, rig.gateway.asked.size());
  CHECK(rig.companion->running());
}

TEST(help, badge_in_a_lesson_offers_help_there_and_the_lesson_goes_on) {
  static const lesson::Shelf shelf = *lesson::open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  rig.lessons = &shelf;
  Resident resident = agrees();
  resident["welcome"] = {"service.lessons"};
  resident["lessons.1"] = {"lesson.touch_basics"};
  resident["lesson_step.1"] = {"#badge", "next"};
  play(resident, [this] { return rig.companion->running() && on_screen("lesson_practice.1"); });
  CHECK(rig.front.now.company.has_value());
  CHECK(rig.companion->so_far().record.topic == desk::HelpTopic::touch_basics);
  std::size_t shown = 0;
  for (const Screen& screen : rig.front.shown) {
    if (screen.name == "lesson_step.1" && screen.company) ++shown;
  }
  CHECK(shown > 0);  // the same step again, now with the helper
}

TEST(help, a_my_number_card_in_a_lesson_begins_nothing) {
  static const lesson::Shelf shelf = *lesson::open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  rig.lessons = &shelf;
  play({{"welcome", {"service.lessons"}},
        {"lessons.1", {"lesson.touch_basics"}},
        {"lesson_step.1", {"#insert", "next"}},
        {"still_there", {"more_time"}}},
       [this] { return on_screen("lesson_practice.1"); });
  CHECK_FALSE(rig.front.saw("help_checking"));
  LONGS_EQUAL(0, rig.reader.apdus);
}

TEST(help, where_no_help_is_offered_a_badge_is_any_foreign_card) {
  rig.companion.reset();
  play({{"welcome", {"#badge"}}}, [this] { return on_screen("error.not_my_number_card"); });
  CHECK(rig.gateway.asked.empty());
}

TEST(help, language_of_the_resident_stays_through_a_session) {
  Resident resident = agrees();
  resident["help_consent"] = {"language.en", "help.yes"};
  play_for(resident, 4min);
  STRCMP_EQUAL("en", rig.front.now.language.c_str());
  CHECK(rig.companion->running());
}

TEST(help, gateway_knows_how_the_kiosk_is) {
  rig.gateway.said.clear();
  rig.printer.idle_trouble = PrinterTrouble::media_empty;
  play_for({}, 20s);
  rig.printer.idle_trouble = PrinterTrouble::none;
  play(agrees(), running());
  std::vector<desk::Pulse> pulses;
  for (const auto& each : rig.gateway.said) {
    if (const auto* pulse = std::get_if<desk::Pulse>(&each)) pulses.push_back(*pulse);
  }
  CHECK(pulses.size() >= 2);
  CHECK(pulses.front().faults == std::vector<std::string>{"printer"});
  CHECK_FALSE(pulses.front().serving);
  CHECK(pulses.back().faults.empty());
  CHECK(pulses.back().serving);
}

TEST(help, certificate_visit_under_a_session_shows_the_helper_nothing_private) {
  Logged log(rig.directory() + "/log");
  Resident resident = agrees_and_wants_a_certificate();
  play(resident, [this] { return rig.printer.sheets_out() == 1 && on_screen("welcome"); });
  const std::string logged = log.text();
  const std::string said = everything_said();
  CHECK(rig.companion->running());
  LONGS_EQUAL(1, rig.printer.sheets_out());
  std::string names;
  for (const auto& each : rig.gateway.said) {
    const auto* mirror = std::get_if<desk::Mirror>(&each);
    if (mirror == nullptr) continue;
    names += mirror->screen.name + " ";
    CHECK_FALSE(std::holds_alternative<PinPad>(mirror->screen.body));
    LONGS_EQUAL(mirror->screen.name == "pin" || mirror->screen.name == "satisfaction",
                mirror->hidden);
  }
  for (const char* seen : {"place_card ", "pin ", "kind ", "options ", "review ", "pay ", "take "})
    CHECK_TRUE_TEXT(names.find(seen) != std::string::npos, seen);
  // The household, what was typed and how far, and the document.
  for (const char* name : {"葛", "花子", "太郎", "世帯主", "夫", "p-1", "p-2"}) lacks(said, name);
  for (const char* typed : {"entered", "tries_left", "digit", "1234"}) lacks(said, typed);
  for (const char* paper : {"D-", "PDF", "q-1"}) lacks(said, paper);
  lacks(said, base64(rig.gateway.card_certificate));
  // One screen of the PIN, however many digits: each press shows as nothing.
  std::size_t pins = 0;
  for (std::size_t at = names.find("pin "); at != std::string::npos;
       at = names.find("pin ", at + 1))
    ++pins;
  LONGS_EQUAL(1, pins);
  // The badge's number stays on the reader's wire.
  const Bytes number = volunteers_badge().number;
  for (const std::string& text : {said, logged, rig.gateway.everything_sent, rig.journal_text()}) {
    lacks(text, to_hex(number));
    lacks(text, base64(number));
  }
  CHECK(logged.find("help_event") != std::string::npos);
}
