#include "firmware/visit/screens_setup.h"

#include <algorithm>

#include "firmware/lesson/keyboard.h"
#include "firmware/message/enrol_ticket.h"
#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {
namespace {

constexpr int half_keys = 20;  // of a row
constexpr int keys_in_row = 10;

/// The letters of a code in alphabetical order: nobody has to know where they are on a typewriter.
Keyboard code_keyboard(const char* language, bool full) {
  Keyboard out{language, {}};
  int place = 0;
  for (const char letter : enrol_code_letters) {
    Control key;
    key.id = std::string(lesson::key_prefix) + letter;
    key.role = Role::letter;
    key.label = literal(std::string(1, letter));
    key.enabled = !full;
    out.keys.push_back({std::move(key), 2 * (place % keys_in_row), place / keys_in_row, 2});
    ++place;
  }
  Control erase;
  erase.id = lesson::erase_key;
  erase.role = Role::erase;
  erase.label = say("practice.erase");
  const int row = (place - 1) / keys_in_row + 1;
  out.keys.push_back({std::move(erase), half_keys - 6, row, 6});
  return out;
}

/// "ABC" as "ABC○○-○○○○○": how many are still to come can be counted.
std::string with_blanks(const std::string& typed) {
  std::string out;
  for (std::size_t i = 0; i < enrol_code_size; ++i) {
    if (i == enrol_code_size / 2) out += "-";
    out += i < typed.size() ? std::string(1, typed[i]) : "○";
  }
  return out;
}

/// What a maintainer can do about it; several have the same way out.
std::string failure_key(EnrolResult result) {
  switch (result) {
    case EnrolResult::unknown_code:
    case EnrolResult::used_code:
    case EnrolResult::expired_code:
    case EnrolResult::wrong_site:
    case EnrolResult::too_many_tries:
    case EnrolResult::no_key:
    case EnrolResult::no_gateway:
    case EnrolResult::untrusted:
    case EnrolResult::not_kept:
      return "setup_failed." + std::string(codec::enum_name(result));
    default:
      return "setup_failed.refused";
  }
}

/// For the telephone: "S-04". In the order of EnrolResult; docs/setup.md has the list.
std::string failure_code(EnrolResult result) {
  const int number = static_cast<int>(result);
  return std::string("S-") + two_digits(number);
}

ReviewRow row(const char* label, Text value) {
  ReviewRow out;
  out.label = say(label);
  out.values = {std::move(value)};
  return out;
}

}  // namespace

Screen setup_starting_screen() {
  return working(screen("setup_starting"), "repair",
                 {{say("setup_starting.stage"), StageState::running}});
}

Screen setup_no_link_screen() {
  Screen out = notice(screen("setup_no_link"), "network",
                      {say("setup_no_link.what"), say("setup_no_link.do")});
  out.actions = {action("again", Role::primary, "setup.again")};
  return out;
}

Screen setup_language_screen() {
  Screen out = screen("setup_language");
  out.lead = {say("setup_language.lead")};
  Menu menu;
  menu.columns = 1;
  for (const char* code : {"ja", "en"}) {
    Control item =
        action(std::string("choose.") + code, Role::choice, std::string("language.") + code);
    item.icon = "globe";
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  return out;
}

Screen setup_way_screen(bool code_reader) {
  Screen out = screen("setup_way");
  out.progress = Progress{1, 3};
  out.lead = {say("setup_way.lead")};
  Menu menu;
  menu.columns = 1;
  if (code_reader) menu.items.push_back(tile("setup.scan", "setup.scan", "camera"));
  menu.items.push_back(tile("setup.type", "setup.type", "keyboard"));
  menu.items.push_back(tile("setup.provision", "setup.provision", "card"));
  out.body = std::move(menu);
  out.actions = {back()};
  return out;
}

Screen setup_scan_screen() {
  Screen out =
      notice(screen("setup_scan"), "phone", {say("setup_scan.do"), say("setup_scan.where")});
  out.progress = Progress{1, 3};
  out.actions = {back()};
  return out;
}

Screen setup_wrong_qr_screen() {
  Screen out = screen("setup_wrong_qr");
  out.tone = Tone::warning;
  out = notice(std::move(out), "phone", {say("setup_wrong_qr.what"), say("setup_wrong_qr.do")});
  out.actions = {back(), action("again", Role::primary, "setup.again")};
  return out;
}

Screen setup_type_screen(const std::string& typed) {
  const bool complete = typed.size() == enrol_code_size;
  Screen out = screen("setup_type");
  out.progress = Progress{1, 3};
  Practice body;
  body.kind = PracticeKind::type;
  body.lines = {say("setup_type.where")};
  body.word = say("setup_type.letters");
  body.typed = literal(with_blanks(typed));
  body.typed.is_private = true;
  body.keyboards = {code_keyboard("ja", complete), code_keyboard("en", complete)};
  out.body = std::move(body);
  out.actions = {back(), action("ok", Role::primary, "setup_type.ok", complete)};
  return out;
}

Screen setup_provision_screen(bool none) {
  Screen out = screen("setup_provision");
  out.tone = Tone::warning;
  out = notice(
      std::move(out), "warning",
      {say(none ? "setup_provision.none" : "setup_provision.damaged"), say("setup_provision.do")});
  out.actions = {back()};
  return out;
}

Screen setup_enrolling_screen() {
  Screen out = working(screen("setup_enrolling"), "network",
                       {{say("setup_enrolling.stage"), StageState::running}},
                       say("setup_enrolling.patience"));
  out.progress = Progress{2, 3};
  return out;
}

Screen setup_failed_screen(EnrolResult result) {
  const std::string key = failure_key(result);
  Screen out = screen("setup_failed");
  out.progress = Progress{2, 3};
  out.tone = Tone::warning;
  out = notice(std::move(out), "network", {say(key + ".what"), say(key + ".do")});
  std::get<Notice>(out.body).code = failure_code(result);
  out.actions = {back(), action("again", Role::primary, "setup.again")};
  return out;
}

Screen setup_pause_screen(std::chrono::seconds left) {
  return notice(screen("setup_pause"), "clock",
                {number("setup_pause.left", "seconds", left.count()), say("setup_pause.do")});
}

Screen setup_place_screen(const std::string& id, const std::string& site) {
  Screen out = screen("setup_place");
  out.progress = Progress{3, 3};
  Review review;
  review.rows = {row("setup_place.id", literal(id))};
  if (!site.empty()) review.rows.push_back(row("setup_place.site", literal(site)));
  review.total_label = say("setup_place.question");
  out.body = std::move(review);
  out.actions = {action("elsewhere", Role::back, "setup_place.elsewhere"),
                 action("here", Role::primary, "setup_place.here")};
  return out;
}

Screen setup_not_kept_screen() {
  Screen out = screen("setup_not_kept");
  out.tone = Tone::warning;
  out = notice(std::move(out), "warning", {say("setup_not_kept.what"), say("setup_not_kept.do")});
  out.actions = {action("again", Role::primary, "setup.again")};
  return out;
}

Screen setup_not_erased_screen() {
  Screen out = screen("setup_not_erased");
  out.tone = Tone::warning;
  out =
      notice(std::move(out), "warning", {say("setup_not_erased.what"), say("setup_not_erased.do")});
  out.actions = {action("next", Role::primary, "common.next")};
  return out;
}

}  // namespace madoguchi::visit
