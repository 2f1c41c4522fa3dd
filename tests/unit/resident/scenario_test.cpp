#include "tools/emulators/resident/scenario.h"

#include <CppUTest/TestHarness.h>

using madoguchi::resident::Action;
using madoguchi::resident::Scenario;
using madoguchi::resident::Step;

TEST_GROUP(Scenario){
    static Scenario parsed(const char* table){auto scenario = Scenario::parse(table);
CHECK_TRUE(scenario.ok());
return std::move(*scenario);
}
static Action press(const char* id) { return {Action::Kind::press, id}; }
static Action ask(const char* words) { return {Action::Kind::ask, words}; }
static std::string error_of(const char* table) {
  const auto scenario = Scenario::parse(table);
  CHECK_FALSE(scenario.ok());
  return scenario.error().text();
}
}
;

TEST(Scenario, takes_one_step_for_each_showing_of_a_screen) {
  auto scenario = parsed("# a comment\n\nwelcome  press language.en | press service.certificate\n");
  CHECK_TRUE(scenario.next("welcome") == Step{press("language.en")});
  CHECK_TRUE(scenario.next("welcome") == Step{press("service.certificate")});
}

TEST(Scenario, looks_on_when_the_steps_are_used_up) {
  auto scenario = parsed("pin press digit.1\n");
  CHECK_TRUE(scenario.next("pin").has_value());
  CHECK_TRUE(scenario.next("pin") == Step{});
}

TEST(Scenario, knows_what_may_be_disabled) {
  auto scenario = parsed("take - | try taken\n");
  CHECK_TRUE(scenario.next("take") == Step{});
  CHECK_TRUE(scenario.next("take") == (Step{{Action::Kind::press_if_enabled, "taken"}}));
}

TEST(Scenario, a_finger_can_stay_and_slide) {
  auto scenario = parsed("lesson_practice.2 hold practice.target, swipe practice.target\n");
  CHECK_TRUE(
      scenario.next("lesson_practice.2") ==
      (Step{{Action::Kind::hold, "practice.target"}, {Action::Kind::swipe, "practice.target"}}));
}

TEST(Scenario, begins_again_for_the_next_resident) {
  auto scenario = parsed("pin press digit.1 | press digit.2\n");
  CHECK_TRUE(scenario.next("pin") == Step{press("digit.1")});
  scenario.begin_again();
  CHECK_TRUE(scenario.next("pin") == Step{press("digit.1")});
  CHECK_TRUE(scenario.next("pin") == Step{press("digit.2")});
}

TEST(Scenario, keeps_the_words_of_a_request_to_other_hands) {
  auto scenario = parsed("place_card do card insert | -\n");
  CHECK_TRUE(scenario.next("place_card") == Step{ask("card insert")});
  CHECK_TRUE(scenario.next("place_card") == Step{});
}

TEST(Scenario, does_several_things_on_one_showing_in_order) {
  auto scenario = parsed("review do printer jam, press pay\n");
  CHECK_TRUE(scenario.next("review") == (Step{ask("printer jam"), press("pay")}));
}

TEST(Scenario, a_star_stands_for_all_screens_without_a_line_of_their_own) {
  auto scenario = parsed("error.* press end\nerror.left -\n");
  CHECK_TRUE(scenario.next("error.declined") == Step{press("end")});
  CHECK_TRUE(scenario.next("error.left") == Step{});
  CHECK_FALSE(scenario.next("goodbye").has_value());
}

TEST(Scenario, does_not_know_a_screen_without_a_line) {
  auto scenario = parsed("welcome -\n");
  CHECK_FALSE(scenario.next("review").has_value());
}

TEST(Scenario, refuses_a_wrong_table_and_names_the_line) {
  STRCMP_CONTAINS("scenario:2", error_of("welcome -\npin push digit.1\n").c_str());
  STRCMP_CONTAINS("push digit.1", error_of("welcome -\npin push digit.1\n").c_str());
  STRCMP_CONTAINS("stands twice", error_of("welcome -\nwelcome -\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome press\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome press a b\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome try\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome try a b\n").c_str());
  STRCMP_CONTAINS("scenario:1", error_of("welcome - | \n").c_str());
}
