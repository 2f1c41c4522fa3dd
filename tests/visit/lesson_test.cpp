// A lesson at the kiosk, whole, and by hazard.

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/hash.h"
#include "firmware/visit/lesson_sheet.h"
#include "firmware/visit/records.h"
#include "firmware/visit/screens_lesson.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

class Pen final : public visit::SheetTypesetter {
 public:
  Task<Result<Bytes>> set(Sheet sheet) override {
    drawn.push_back(std::move(sheet));
    if (broken) co_return Error{Errc::invalid, "sheet", "kiosk-ui drew none"};
    co_return to_bytes(as_bytes(std::string_view("%PDF-1.5 a sheet")));
  }
  std::vector<Sheet> drawn;
  bool broken = false;
};

const lesson::Shelf& shelf() {
  static const lesson::Shelf opened = *lesson::open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  return opened;
}

/// Goes through 「スマホのさわり方」 without a mistake.
Resident learns() {
  return {{"welcome", {"service.lessons"}},
          {"lessons.1", {"lesson.touch_basics"}},
          {"lesson_step.1", {"next"}},
          {"lesson_practice.1", {"practice.target", "practice.target", "practice.target", "next"}},
          {"lesson_step.2", {"next"}},
          {"lesson_practice.2", {"practice.target", "practice.target", "next"}},
          {"lesson_step.3", {"next"}},
          {"lesson_practice.3", {"practice.target", "practice.target", "next"}},
          {"lesson_step.4", {"next"}},
          {"lesson_practice.4", {"key.さ", "key.く", "key.ら", "next"}},
          {"lesson_step.5", {"next"}},
          {"lesson_check.5", {"answer.2", "next"}},
          {"lesson_done", {"sheet"}},
          {"lesson_take", {"end"}}};
}

/// The same with other presses on one screen.
Resident learns_but(const std::string& screen, const std::vector<std::string>& presses) {
  Resident resident = learns();
  resident[screen] = presses;
  return resident;
}

}  // namespace

TEST_GROUP(lesson) {
  Rig rig;
  Pen pen;

  void setup() override {
    rig.lessons = &shelf();
    rig.sheets = &pen;
    rig.settings.lessons_url = "https://city.example/lessons";
  }
  /// Until the welcome screen is there again after `last` was shown.
  void play(Resident resident, const std::string& last) {
    rig.play_at_reception(std::move(resident), [this, last] {
      return rig.front.saw(last) && rig.front.now.name == "welcome";
    });
  }
  [[nodiscard]] bool showed(const std::function<bool(const Screen&)>& what) const {
    return std::ranges::any_of(rig.front.shown, what);
  }
};

TEST(lesson, from_the_welcome_screen_to_the_sheet) {
  play(learns(), "lesson_take");
  LONGS_EQUAL(1, rig.printer.jobs.size());
  CHECK_TRUE(rig.printer.jobs[0].name.starts_with(visit::lesson_sheet_job));
  CHECK_TRUE(rig.printer.jobs[0].state == JobState::completed);
  const Sheet& sheet = pen.drawn.at(0);
  LONGS_EQUAL(3, sheet.can.size());
  LONGS_EQUAL(3, sheet.remember.size());
  STRCMP_EQUAL("https://city.example/lessons/touch_basics?lang=ja", sheet.link.c_str());
  STRCMP_EQUAL("8", sheet.date.args.at("era").c_str());
  LONGS_EQUAL(0, rig.terminal.payments_sent);
  // What is written down of it is a number for the city, and nothing of a fee.
  const auto ids = rig.journal->visits();
  for (const std::string& id : *ids) {
    const auto entries = rig.journal->entries(id);
    for (const JournalEntry& each : *entries) {
      CHECK(each.kind != visit::entry::document && each.kind != visit::entry::charge);
    }
  }
}

TEST(lesson, steps_are_counted_and_every_word_comes_in_both_languages) {
  play(learns(), "lesson_take");
  const Screen* step = rig.front.last("lesson_step.3");
  LONGS_EQUAL(3, step->progress->step);
  LONGS_EQUAL(5, step->progress->of);
  CHECK_TRUE(step->title.words->contains("ja"));
  CHECK_TRUE(step->title.words->contains("en"));
}

TEST(lesson, misses_are_told_and_never_stop_anybody) {
  play(learns_but("lesson_practice.1", {"practice.missed", "practice.too_long", "next"}),
       "lesson_take");
  CHECK_TRUE(showed([](const Screen& screen) {
    const auto* practice = std::get_if<Practice>(&screen.body);
    return practice != nullptr && practice->feedback &&
           practice->feedback->key == "practice.tap.too_long";
  }));
}

TEST(lesson, a_wrong_answer_gets_a_kind_word_and_another_try) {
  play(learns_but("lesson_check.5", {"answer.1", "answer.2", "next"}), "lesson_take");
  CHECK_TRUE(showed([](const Screen& screen) {
    return screen.name == "lesson_check.5" && screen.lead.size() == 2 &&
           screen.lead[0].key == "lesson_check.again" && screen.lead[1].words;
  }));
}

TEST(lesson, the_answer_can_be_looked_up) {
  play(learns_but("lesson_check.5", {"show", "next"}), "lesson_take");
  CHECK_TRUE(rig.front.last("lesson_check.5")->lead[0].key == "lesson_check.shown");
}

TEST(lesson, back_leads_from_the_practice_to_its_step_and_from_the_step_to_the_one_before) {
  Resident resident = learns();
  resident["lesson_step.2"] = {"next", "back"};
  resident["lesson_practice.2"] = {"back"};
  resident["lesson_practice.1"] = {"next", "leave"};
  play(resident, "lesson_practice.2");
  CHECK_FALSE(rig.front.saw("lesson_step.3"));
}

TEST(lesson, back_from_the_first_step_leads_to_the_list) {
  play({{"welcome", {"service.lessons"}},
        {"lessons.1", {"more", "back"}},
        {"lessons.2", {"lesson.cashless"}},
        {"lesson_step.1", {"back"}}},
       "lesson_step.1");
}

TEST(lesson, can_be_left_in_the_middle) {
  play(learns_but("lesson_practice.2", {"leave"}), "lesson_practice.2");
  CHECK_FALSE(rig.front.saw("lesson_step.3"));
  CHECK_TRUE(rig.printer.jobs.empty());
}

TEST(lesson, who_walks_away_is_asked_and_then_forgotten) {
  play(learns_but("lesson_step.2", {"language.en", "#wait"}), "still_there");
  STRCMP_EQUAL("en", rig.front.last("still_there")->language.c_str());
  STRCMP_EQUAL("ja", rig.front.now.language.c_str());
}

TEST(lesson, printer_jam_shows_the_way_home_instead) {
  rig.printer.job_trouble = PrinterTrouble::media_jam;
  play(learns_but("lesson_link", {"end"}), "lesson_link");
  const auto& notice = std::get<Notice>(rig.front.last("lesson_link")->body);
  STRCMP_EQUAL("https://city.example/lessons/touch_basics?lang=ja", notice.link->c_str());
  CHECK_TRUE(rig.printer.jobs[0].state == JobState::canceled);
}

TEST(lesson, a_reply_that_was_lost_is_looked_for) {
  rig.printer.lose_reply = true;
  play(learns(), "lesson_take");
  LONGS_EQUAL(1, rig.printer.jobs.size());
}

TEST(lesson, a_request_that_was_lost_prints_nothing) {
  rig.printer.lose_request = true;
  play(learns_but("lesson_link", {"end"}), "lesson_link");
  CHECK_TRUE(rig.printer.jobs.empty());
}

TEST(lesson, a_sheet_that_cannot_be_drawn) {
  pen.broken = true;
  play(learns_but("lesson_link", {"end"}), "lesson_link");
  CHECK_TRUE(rig.printer.jobs.empty());
}

TEST(lesson, no_address_of_the_pages_and_no_printer) {
  rig.settings.lessons_url.clear();
  rig.printer.refuse_job = true;
  play(learns_but("lesson_link", {"end"}), "lesson_link");
  CHECK_FALSE(std::get<Notice>(rig.front.last("lesson_link")->body).link.has_value());
}

TEST(lesson, works_while_the_link_is_down) {
  rig.gateway.is_up = false;
  Resident resident = learns();
  resident["out_of_service"] = {"service.lessons"};
  rig.play_at_reception(resident, [this] {
    return rig.front.saw("lesson_take") && rig.front.now.name == "out_of_service";
  });
  LONGS_EQUAL(1, rig.printer.jobs.size());
}

TEST(lesson, none_are_offered_without_a_folder) {
  rig.lessons = nullptr;
  rig.play_at_reception({}, [this] { return rig.front.saw("welcome") && rig.front.waiting(); });
  POINTERS_EQUAL(nullptr, find_control(rig.front.now, "service.lessons"));
}

TEST(lesson, in_a_help_session_its_topic_is_recorded_and_nothing_typed_is_seen) {
  const BadgeNumber badge = volunteers_badge();
  const Bytes hash = sha256(desk::badge_message(badge.kind, badge.number));
  rig.gateway.badges = {{hash, "3", desk::HelperRole::volunteer}};
  rig.gateway.set_live(true);
  rig.offer_help();
  Resident resident = learns();
  resident["welcome"] = {"#badge", "service.lessons", "help.end"};
  resident["help_consent"] = {"help.yes"};
  resident["remove_badge"] = {"#pull"};
  rig.play_at_reception(resident, [this] { return rig.gateway.help_records.size() == 1; });
  CHECK_TRUE(rig.gateway.help_records[0].second.topic == desk::HelpTopic::touch_basics);
  bool typing_seen = false;
  for (const desk::LiveFromKiosk& said : rig.gateway.said) {
    const auto* mirror = std::get_if<desk::Mirror>(&said);
    const auto* practice =
        mirror == nullptr ? nullptr : std::get_if<Practice>(&mirror->screen.body);
    if (practice == nullptr) continue;
    typing_seen = typing_seen || practice->kind == PracticeKind::type;
    STRCMP_EQUAL("mirror.covered", practice->typed.key.c_str());
    STRCMP_EQUAL("", practice->typed.literal.c_str());
    CHECK_TRUE(practice->misses.empty());
    CHECK(encode(said, Dialect::json).size() < desk::most_live_bytes);
  }
  CHECK_TRUE(typing_seen);
}
