#include "firmware/help/mask.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using help::mask;
using help::Masked;

namespace {

constexpr const char* secret = "SECRET";

/// The ways in which a text can be private.
std::vector<Text> private_texts() {
  Text name = person_name(secret);
  Text literal;
  literal.literal = secret;
  Text argument = say("some.key", {{"who", secret}});
  Text marked = say("some.SECRET");
  marked.is_private = true;
  return {name, literal, argument, marked};
}

Control control(std::string id, Text label) {
  Control out;
  out.id = std::move(id);
  out.label = std::move(label);
  return out;
}

/// One body of each kind, with the text at every place that can hold one.
std::vector<Body> bodies(const Text& text) {
  const Control spoken = [&] {
    Control out = control("spoken", text);
    out.note = text;
    return out;
  }();
  Notice notice{"printer", {text, text}, text, ""};
  Menu menu{{spoken}, 1};
  PinPad pad;
  pad.keys = {spoken};
  Form form{{Field{"field", text, text, text, {spoken}}}};
  Review review;
  review.rows = {{text, {text, text}, {}}};
  review.total_label = review.total = text;
  review.total_note = text;
  Working working{"printer", {{text, StageState::running}}, text};
  Checklist checklist{{{text, "paper", false}}};
  Rating rating{{spoken}};
  Practice practice;
  practice.kind = PracticeKind::type;
  practice.lines = {text};
  practice.feedback = text;
  practice.target = spoken;
  practice.misses = {spoken};
  practice.word = practice.typed = text;
  practice.keyboards = {{"ja", {{spoken, 0, 0, 2}}}};
  VideoCall call;
  call.facts = call.notices = {text};
  call.caption = call.typing = text;
  call.lines = {{text, true}, {text, false}};
  call.page = CallPage{text, {text}, "https://city.example/SECRET"};
  call.question = CallQuestion{text, {spoken}};
  call.switches = {spoken};
  call.keyboards = {{"ja", {{spoken, 0, 0, 2}}}};
  return {notice, menu, pad, form, review, working, checklist, rating, practice, call};
}

std::string json(const Screen& screen) { return to_json(screen).dump(); }

Screen pin(std::int32_t entered, std::int32_t tries) {
  Screen out;
  out.name = "pin";
  out.title = say("pin.title");
  PinPad pad;
  pad.entered = entered;
  pad.tries_left = tries;
  pad.keys = {control("digit.1", say("pin.one"))};
  out.body = pad;
  out.actions = {control("cancel", say("common.cancel")), control("pin.ok", say("pin.ok"))};
  out.actions[1].enabled = entered == 4;
  return out;
}

}  // namespace

TEST_GROUP(mask){};

TEST(mask, no_private_text_is_left_anywhere_on_any_kind_of_screen) {
  std::size_t kinds = 0;
  for (const Text& text : private_texts()) {
    for (const Body& body : bodies(text)) {
      Screen screen;
      screen.name = "some";
      screen.title = text;
      screen.lead = {text};
      screen.body = body;
      screen.actions = {control("go", text)};
      Company company;
      company.helper = text;
      company.phrase = text;
      screen.company = company;
      CHECK(json(screen).find(secret) != std::string::npos);
      const Masked masked = mask(screen);
      if (json(masked.screen).find(secret) != std::string::npos) FAIL(json(masked.screen).c_str());
      ++kinds;
    }
  }
  LONGS_EQUAL(4 * std::variant_size_v<Body>, kinds);
}

TEST(mask, words_of_the_catalogue_stay) {
  Screen screen;
  screen.title = say("pay.title", {{"yen", "200"}});
  screen.body = Notice{"terminal", {say("pay.do")}, say("money.not_charged"), "E-PAY-02"};
  screen.actions = {control("pay.stop", say("pay.stop"))};
  const Masked masked = mask(screen);
  CHECK_FALSE(masked.hidden);
  CHECK(masked.screen == screen);
}

TEST(mask, a_pin_being_typed_looks_the_same_with_any_number_of_digits_and_tries) {
  const Masked none = mask(pin(0, 3));
  CHECK(none.hidden);
  for (const std::int32_t entered : {1, 2, 3, 4}) {
    for (const std::int32_t tries : {1, 2, 3})
      CHECK(mask(pin(entered, tries)).screen == none.screen);
  }
  CHECK(json(none.screen).find("digit") == std::string::npos);
}

TEST(mask, a_rating_is_the_residents_own) {
  Screen screen;
  screen.body = Rating{{control("rate.1", say("rate.1"))}};
  const Masked masked = mask(screen);
  CHECK(masked.hidden);
  CHECK(json(masked.screen).find("rate.1") == std::string::npos);
}

TEST(mask, who_of_a_family_is_chosen_does_not_show) {
  Control chosen = control("persons.1", person_name("豊中 花子"));
  chosen.selected = true;
  Control other = control("persons.2", person_name("豊中 太郎"));
  other.enabled = false;
  Screen screen;
  screen.body = Form{{Field{"persons", say("options.persons"), {}, {}, {chosen, other}}}};
  const Masked masked = mask(screen);
  const auto& controls = std::get<Form>(masked.screen.body).fields[0].controls;
  CHECK(controls[0].selected == controls[1].selected);
  CHECK(controls[0].enabled == controls[1].enabled);
  CHECK(controls[0].label == controls[1].label);
  CHECK_FALSE(masked.hidden);
}

TEST(mask, a_helper_points_at_what_the_helper_can_see) {
  const Masked masked = mask(pin(2, 3));
  CHECK(help::may_point_at(masked, "cancel"));
  CHECK(help::may_point_at(masked, "pin.ok"));
  CHECK_FALSE(help::may_point_at(masked, "digit.1"));
  CHECK_FALSE(help::may_point_at(masked, "nothing"));
  CHECK_FALSE(help::may_point_at(masked, ""));
}

TEST(mask, words_of_a_lesson_pass_and_what_was_typed_in_it_does_not) {
  Screen screen;
  screen.title = written({{"ja", "文字を打つ"}, {"en", "Type a word"}});
  Practice practice;
  practice.kind = PracticeKind::type;
  practice.word = written({{"ja", "さくら"}, {"en", "sakura"}});
  practice.typed = say("even.this");
  Control erase = control("key.erase", say("practice.erase"));
  erase.enabled = false;
  practice.keyboards = {
      {"en", {{control("key.s", written({{"en", "s"}})), 0, 0, 2}}},
      {"ja", {{control("key.さ", written({{"ja", "さ"}})), 0, 0, 2}, {erase, 2, 0, 2}}}};
  practice.misses = {control("practice.missed", say("practice.tap.missed"))};
  screen.body = practice;
  const Masked masked = mask(screen);
  CHECK_FALSE(masked.hidden);
  CHECK_TRUE(masked.screen.title == screen.title);
  const auto& seen = std::get<Practice>(masked.screen.body);
  CHECK_TRUE(seen.word == practice.word);
  CHECK_TRUE(seen.typed == say("mirror.covered"));
  LONGS_EQUAL(1, seen.keyboards.size());
  STRCMP_EQUAL("key.さ", seen.keyboards[0].keys[0].control.id.c_str());
  CHECK_TRUE(seen.keyboards[0].keys[1].control.enabled);
  CHECK_FALSE(help::may_point_at(masked, "practice.missed"));
  CHECK_TRUE(help::may_point_at(masked, "key.さ"));
  CHECK_FALSE(help::may_point_at(masked, "key.s"));
}

TEST(mask, what_is_said_in_a_call_stays_between_the_two) {
  VideoCall call;
  call.phase = CallPhase::talking;
  call.far_end = call.self = call.camera = true;
  call.caption = say("consult_call.talking");
  call.lines = {{say("consult_call.talking"), false}};
  call.page = CallPage{say("consult_call.talking"), {}, "https://city.example/welfare"};
  call.ring = "camera";
  call.switches = {control("camera", say("consult_call.camera_off"))};
  call.typing = say("consult_call.talking");
  Screen screen;
  screen.body = call;
  const Masked masked = mask(screen);
  const auto& seen = std::get<VideoCall>(masked.screen.body);
  CHECK_FALSE(seen.far_end || seen.self || seen.caption || seen.page);
  CHECK(seen.lines.empty() && seen.ring.empty());
  STRCMP_EQUAL("mirror.covered", seen.typing->key.c_str());
  CHECK_TRUE(seen.camera);  // that it is open is no secret
  CHECK_TRUE(help::may_point_at(masked, "camera"));
}

TEST(mask, private_words_of_data_stay) {
  Screen screen;
  screen.title = written({{"ja", secret}});
  screen.title.is_private = true;
  CHECK_TRUE(json(mask(screen).screen).find(secret) == std::string::npos);
}

TEST(mask, numbers_that_are_called_and_the_lamp_are_everybodys) {
  Screen screen;
  screen.title = say("queue_number.title", {{"number", "A-012"}});
  screen.lead = {
      say("queue.lamp_and_called", {{"crowding", "some"}, {"numbers", "A-012  K3-004  B-101"}})};
  const Masked masked = mask(screen);
  CHECK_TRUE(masked.screen.title == screen.title);
  CHECK_TRUE(masked.screen.lead == screen.lead);
}

TEST(mask, what_is_public_is_so_in_its_own_place_and_form_only) {
  const std::string long_one(33, 'A');
  for (const Text& text :
       {say("queue_number.title", {{"number", "豊中 花子"}}),
        say("queue_number.title", {{"number", "Hanako"}}),
        say("queue_number.title", {{"number", long_one}}),
        say("queue_number.title", {{"name", "A-012"}}),
        say("queue.lamp_and_called", {{"crowding", "HANAKO"}, {"numbers", "A-012"}}),
        say("queue.lamp_and_called", {{"crowding", "some"}, {"numbers", "some"}}),
        say("options.person", {{"number", "A-012"}}),
        // The booking's code is the resident's, on whatever screen.
        say("queue.code", {{"code", "A-012"}})}) {
    Screen screen;
    screen.title = text;
    CHECK_TRUE(mask(screen).screen.title == say("mirror.covered"));
  }
  Screen screen;
  screen.title = say("queue_number.title", {{"number", "A-012"}});
  screen.title.is_private = true;
  CHECK_TRUE(mask(screen).screen.title == say("mirror.covered"));
}
