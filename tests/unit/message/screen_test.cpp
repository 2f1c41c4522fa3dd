#include "firmware/message/screen.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(Screen){static Control control(std::string id){
    return {std::move(id), Role::choice, {}, {}, "", true, false};
}

static std::string order(const Screen& screen) {
  std::string out;
  for (const Control* one : controls_of(screen)) out += one->id + " ";
  return out;
}

static Screen screen_with(Body body) {
  Screen screen;
  screen.body = std::move(body);
  screen.actions = {control("back"), control("next")};
  screen.settings = {control("en")};
  return screen;
}
}
;

TEST(Screen, reading_order_is_body_actions_settings) {
  STRCMP_EQUAL("a b back next en ",
               order(screen_with(Menu{{control("a"), control("b")}, 2})).c_str());
  PinPad pad;
  pad.keys = {control("digit.1"), control("erase")};
  STRCMP_EQUAL("digit.1 erase back next en ", order(screen_with(pad)).c_str());
  Form form;
  form.fields.resize(2);
  form.fields[0].controls = {control("yes"), control("no")};
  form.fields[1].controls = {control("less"), control("more")};
  STRCMP_EQUAL("yes no less more back next en ", order(screen_with(form)).c_str());
  Review review;
  review.rows.resize(2);
  review.rows[1].change = control("change.copies");
  STRCMP_EQUAL("change.copies back next en ", order(screen_with(review)).c_str());
  STRCMP_EQUAL("good back next en ", order(screen_with(Rating{{control("good")}})).c_str());
  for (const Body& quiet : {Body{Notice{}}, Body{Working{}}, Body{Checklist{}}}) {
    STRCMP_EQUAL("back next en ", order(screen_with(quiet)).c_str());
  }
}

TEST(Screen, find_control) {
  const Screen screen = screen_with(Menu{{control("a")}, 1});
  STRCMP_EQUAL("next", find_control(screen, "next")->id.c_str());
  STRCMP_EQUAL("a", find_control(screen, "a")->id.c_str());
  POINTERS_EQUAL(nullptr, find_control(screen, "nowhere"));
  POINTERS_EQUAL(nullptr, find_control(screen, ""));
}

}  // namespace madoguchi
