#include "firmware/help/mask.h"

#include <algorithm>
#include <array>

#include "firmware/message/queue_api.h"

namespace madoguchi::help {
namespace {

/// 200, 6:30, 2026-11-22, 3/6.
bool is_plain_number(const std::string& value) {
  return value.size() <= 16 && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= '0' && c <= '9') || c == ':' || c == '-' || c == '/' || c == '.';
         });
}

/// Numbers of tickets, "A-012  K3-004": capitals, digits and dashes.
bool is_ticket_numbers(const std::string& value) {
  return value.size() <= 32 && std::all_of(value.begin(), value.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == ' ';
         });
}

bool is_crowding(const std::string& value) {
  return codec::enum_value<queue::Crowding>(value).has_value();
}

/// What the city shows and calls out to the whole room, so that a helper may see it too: this
/// argument of this text, in this form, and no other.
bool said_to_the_room(const std::string& key, const std::string& name, const std::string& value) {
  struct Public {
    std::string_view key;
    std::string_view argument;
    bool (*is)(const std::string& value);
  };
  static constexpr auto known = std::to_array<Public>({
      {"queue.lamp_and_called", "numbers", is_ticket_numbers},
      {"queue.lamp_and_called", "crowding", is_crowding},
      {"queue_number.title", "number", is_ticket_numbers},
  });
  return std::any_of(known.begin(), known.end(), [&](const Public& one) {
    return one.key == key && one.argument == name && one.is(value);
  });
}

bool is_public(const Text& text) {
  if (text.is_private || text.is_name || !text.literal.empty()) return false;
  return std::all_of(text.args.begin(), text.args.end(), [&](const auto& arg) {
    return is_plain_number(arg.second) || said_to_the_room(text.key, arg.first, arg.second);
  });
}

Text covered() { return say("mirror.covered"); }

void cover(Text& text) {
  if (!is_public(text)) text = covered();
}

void cover(std::optional<Text>& text) {
  if (text) cover(*text);
}

/// A control with a private label says nothing of itself: not its note, nor whether it is chosen.
void cover(Control& control) {
  if (is_public(control.label)) return cover(control.note);
  control.label = covered();
  control.note.reset();
  control.icon.clear();
  control.enabled = true;
  control.selected = false;
}

template <class T>
void cover(std::vector<T>& many) {
  for (T& each : many) cover(each);
}

/// Whether a key can be pressed now would say something of what was typed.
void cover_keys(std::vector<Keyboard>& keyboards) {
  for (Keyboard& keyboard : keyboards) {
    for (Key& key : keyboard.keys) {
      cover(key.control);
      key.control.enabled = true;
    }
  }
}

Body instead() {
  Notice notice;
  notice.picture = "lock";
  notice.lines = {say("mirror.hidden")};
  return notice;
}

/// Gives whether the body must be taken out whole.
struct Cover {
  std::string_view language;  ///< of the screen
  bool operator()(PinPad&) const { return true; }
  bool operator()(Rating&) const { return true; }
  bool operator()(Notice& notice) const {
    cover(notice.lines);
    cover(notice.reassurance);
    return false;
  }
  bool operator()(Menu& menu) const {
    cover(menu.items);
    return false;
  }
  bool operator()(Form& form) const {
    for (Field& field : form.fields) {
      cover(field.label);
      cover(field.note);
      cover(field.value);
      cover(field.controls);
    }
    return false;
  }
  bool operator()(Review& review) const {
    for (ReviewRow& row : review.rows) {
      cover(row.label);
      cover(row.values);
    }
    cover(review.total_label);
    cover(review.total);
    cover(review.total_note);
    return false;
  }
  bool operator()(Working& working) const {
    for (Stage& stage : working.stages) cover(stage.label);
    cover(working.patience);
    return false;
  }
  bool operator()(Checklist& checklist) const {
    for (ChecklistItem& item : checklist.items) cover(item.label);
    return false;
  }
  /// What was typed stays here, and so does whether there was anything to erase.
  bool operator()(Practice& practice) const {
    cover(practice.lines);
    cover(practice.feedback);
    if (practice.target) cover(*practice.target);
    practice.misses.clear();
    cover(practice.word);
    practice.typed = covered();
    if (const Keyboard* shown = keyboard_for(practice.keyboards, language))
      practice.keyboards = std::vector<Keyboard>{*shown};
    cover_keys(practice.keyboards);
    return false;
  }
  /// What is said in a call, and what is looked at, is between the two: the helper sees that there
  /// is one, where it stands, and its switches.
  bool operator()(VideoCall& call) const {
    cover(call.facts);
    call.far_end = call.self = false;
    cover(call.notices);
    call.caption.reset();
    call.lines.clear();
    call.page.reset();
    call.ring.clear();
    if (call.question) {
      cover(call.question->text);
      cover(call.question->answers);
    }
    cover(call.switches);
    if (call.typing) call.typing = covered();
    if (const Keyboard* shown = keyboard_for(call.keyboards, language))
      call.keyboards = std::vector<Keyboard>{*shown};
    cover_keys(call.keyboards);
    return false;
  }
};

}  // namespace

Masked mask(const Screen& screen) {
  Masked out{screen, false};
  cover(out.screen.title);
  cover(out.screen.lead);
  cover(out.screen.actions);
  out.hidden = std::visit(Cover{out.screen.language}, out.screen.body);
  if (out.hidden) {
    out.screen.body = instead();
    out.screen.lead.clear();
    // Whether four digits are typed shows in the key that goes on.
    for (Control& action : out.screen.actions) action.enabled = true;
  }
  out.screen.company.reset();
  return out;
}

bool may_point_at(const Masked& masked, std::string_view control) {
  return find_control(masked.screen, control) != nullptr;
}

}  // namespace madoguchi::help
