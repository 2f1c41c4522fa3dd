// Somebody beside the resident: what the helper sees, where the helper may point, and how it ends.

#include "firmware/visit/companion.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "firmware/visit/screens.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::visit;
using namespace std::chrono_literals;
using madoguchi::test::Rig;

namespace {

HelpSession volunteer() {
  HelpSession session;
  session.id = "s-1";
  session.helper = "3";
  session.limit = 30min;
  return session;
}

}  // namespace

TEST_GROUP(companion) {
  Rig rig;
  Companion companion{rig.front, rig.gateway, rig.timers};

  /// Runs the script while the companion listens.
  void play(Task<void> script) {
    rig.run([](Companion& beside, Task<void> inner) -> Task<void> {
      (void)co_await (beside.run() || std::move(inner));
    }(companion, std::move(script)));
  }
  Task<void> settle() { co_await rig.timers.sleep(10ms); }

  template <class T>
  [[nodiscard]] std::vector<T> said() const {
    std::vector<T> out;
    for (const auto& message : rig.gateway.said) {
      if (const auto* one = std::get_if<T>(&message)) out.push_back(*one);
    }
    return out;
  }
  [[nodiscard]] desk::PointAt point(std::int64_t order, std::string control) const {
    const auto mirrors = said<desk::Mirror>();
    return {"s-1", order, mirrors.empty() ? 0 : mirrors.back().number, std::move(control),
            desk::Phrase::press_here};
  }
};

TEST(companion, without_a_session_nothing_leaves_the_kiosk_and_screens_are_bare) {
  rig.gateway.set_live(true);
  companion.show(place_card_screen());
  CHECK(rig.gateway.said.empty());
  CHECK_FALSE(rig.front.now.company.has_value());
}

TEST(companion, a_session_shows_who_helps_and_mirrors_the_screen) {
  rig.gateway.set_live(true);
  companion.show(welcome_screen(false));
  companion.begin(volunteer());
  CHECK(rig.front.now.company.has_value());
  STRCMP_EQUAL("help.volunteer", rig.front.now.company->helper.key.c_str());
  LONGS_EQUAL(1, said<desk::SessionBegan>().size());
  LONGS_EQUAL(30 * 60, said<desk::SessionBegan>()[0].ends_in_s);
  const auto mirrors = said<desk::Mirror>();
  LONGS_EQUAL(1, mirrors.size());
  STRCMP_EQUAL("welcome", mirrors[0].screen.name.c_str());
  CHECK_FALSE(mirrors[0].screen.company.has_value());
}

TEST(companion, a_ring_stands_where_the_helper_points_until_the_screen_changes) {
  rig.gateway.set_live(true);
  companion.show(place_card_screen());
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> {
    self.rig.gateway.tell(self.point(7, "cancel"));
    co_await self.settle();
    STRCMP_EQUAL("cancel", self.rig.front.now.company->ring.c_str());
    STRCMP_EQUAL("phrase.press_here", self.rig.front.now.company->phrase->key.c_str());
    self.companion.show(reading_card_screen());
    STRCMP_EQUAL("", self.rig.front.now.company->ring.c_str());
  }(*this));
  const auto answers = said<desk::Pointed>();
  LONGS_EQUAL(2, answers.size());
  CHECK(answers[0].shown && answers[0].order == 7);
  CHECK(!answers[1].shown && answers[1].order == 7);
}

TEST(companion,
     pointing_at_a_screen_that_has_changed_meanwhile_or_at_what_is_hidden_shows_nothing) {
  rig.gateway.set_live(true);
  companion.show(place_card_screen());
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> {
    desk::PointAt late = self.point(1, "cancel");
    self.companion.show(pin_screen(0, 3));
    self.rig.gateway.tell(late);
    self.rig.gateway.tell(self.point(2, "digit.4"));
    desk::PointAt elsewhere = self.point(3, "cancel");
    elsewhere.session = "s-2";
    self.rig.gateway.tell(elsewhere);
    co_await self.settle();
  }(*this));
  STRCMP_EQUAL("", rig.front.now.company->ring.c_str());
  CHECK_FALSE(rig.front.now.company->phrase.has_value());
  const auto answers = said<desk::Pointed>();
  LONGS_EQUAL(2, answers.size());
  CHECK(!answers[0].shown && !answers[1].shown);
}

TEST(companion, typing_a_pin_says_nothing_to_the_helper_not_even_how_many_digits) {
  rig.gateway.set_live(true);
  companion.show(pin_screen(0, 3));
  companion.begin(volunteer());
  const std::size_t before = rig.gateway.said.size();
  for (const int entered : {1, 2, 3, 4, 3, 4}) companion.show(pin_screen(entered, 3));
  LONGS_EQUAL(before, rig.gateway.said.size());
  CHECK(said<desk::Mirror>().back().hidden);
  CHECK(rig.front.now.company->unseen);
}

TEST(companion, a_highlight_stays_while_a_pin_is_typed) {
  rig.gateway.set_live(true);
  companion.show(pin_screen(0, 3));
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> {
    self.rig.gateway.tell(self.point(1, "cancel"));
    co_await self.settle();
    self.companion.show(pin_screen(1, 3));
    STRCMP_EQUAL("cancel", self.rig.front.now.company->ring.c_str());
  }(*this));
}

TEST(companion, the_resident_ends_it_with_one_press_that_no_visit_sees) {
  rig.gateway.set_live(true);
  companion.show(place_card_screen());
  companion.begin(volunteer());
  std::string heard;
  play([](auto& self, std::string& control) -> Task<void> {
    self.rig.front.press("help.end");
    self.rig.front.press("cancel");
    control = co_await self.companion.pressed();
  }(*this, heard));
  STRCMP_EQUAL("cancel", heard.c_str());
  CHECK_FALSE(companion.running());
  CHECK_FALSE(rig.front.now.company.has_value());
  LONGS_EQUAL(1, said<desk::SessionOver>().size());
  const auto finished = companion.take_finished();
  CHECK(finished && finished->record.outcome == desk::HelpOutcome::not_said);
  CHECK_FALSE(companion.take_finished().has_value());
  const std::size_t said_until_the_end = rig.gateway.said.size();
  companion.show(welcome_screen(false));
  LONGS_EQUAL(said_until_the_end, rig.gateway.said.size());
}

TEST(companion, time_up_ends_it) {
  companion.show(welcome_screen(false));
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> {
    for (int minute = 0; minute < 31 && self.companion.running(); ++minute) {
      self.rig.front.press("service.guide");
      (void)co_await self.companion.pressed();
      co_await self.rig.timers.sleep(1min);
    }
  }(*this));
  CHECK_FALSE(companion.running());
  LONGS_EQUAL(30, companion.take_finished()->record.minutes);
}

TEST(companion, a_resident_who_has_walked_away_is_not_watched_any_longer) {
  companion.show(welcome_screen(false));
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> { co_await self.rig.timers.sleep(6min); }(*this));
  const auto finished = companion.take_finished();
  CHECK(finished && finished->record.outcome == desk::HelpOutcome::left);
}

TEST(companion, link_lost_and_back_tells_the_whole_state_again) {
  companion.show(place_card_screen());
  companion.begin(volunteer());
  CHECK(rig.gateway.said.empty());
  play([](auto& self) -> Task<void> {
    self.companion.pulse({{"printer"}, true});
    self.rig.gateway.set_live(true);
    co_await self.settle();
    self.rig.gateway.set_live(false);
    co_await self.settle();
    self.rig.gateway.said.clear();
    self.rig.gateway.set_live(true);
    co_await self.settle();
  }(*this));
  LONGS_EQUAL(1, said<desk::Pulse>().size());
  LONGS_EQUAL(1, said<desk::SessionBegan>().size());
  LONGS_EQUAL(1, said<desk::Mirror>().size());
}

TEST(companion, the_helper_ends_it_and_says_what_it_was_about) {
  rig.gateway.set_live(true);
  companion.show(welcome_screen(false));
  companion.begin(volunteer());
  play([](auto& self) -> Task<void> {
    self.rig.gateway.tell(
        desk::EndSession{"s-1", desk::HelpTopic::cashless, desk::HelpOutcome::solved});
    co_await self.settle();
  }(*this));
  const auto finished = companion.take_finished();
  CHECK(finished && finished->record.topic == desk::HelpTopic::cashless);
  CHECK(finished->record.outcome == desk::HelpOutcome::solved);
}
