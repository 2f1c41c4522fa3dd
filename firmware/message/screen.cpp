#include "firmware/message/screen.h"

namespace madoguchi {
namespace {

void add(std::vector<const Control*>& out, const std::vector<Control>& controls) {
  for (const Control& control : controls) out.push_back(&control);
}

struct Collect {
  std::vector<const Control*>& out;
  std::string_view language;
  void operator()(const Menu& menu) const { add(out, menu.items); }
  void operator()(const PinPad& pad) const { add(out, pad.keys); }
  void operator()(const Rating& rating) const { add(out, rating.faces); }
  void operator()(const Form& form) const {
    for (const Field& field : form.fields) add(out, field.controls);
  }
  void operator()(const Review& review) const {
    for (const ReviewRow& row : review.rows) {
      if (row.change) out.push_back(&*row.change);
    }
  }
  void operator()(const Practice& practice) const {
    if (practice.target) out.push_back(&*practice.target);
    add_keys(practice.keyboards);
  }
  void operator()(const VideoCall& call) const {
    if (call.question) add(out, call.question->answers);
    add(out, call.switches);
    add_keys(call.keyboards);
  }
  void operator()(const Notice&) const {}
  void operator()(const Working&) const {}
  void operator()(const Checklist&) const {}
  void add_keys(const std::vector<Keyboard>& keyboards) const {
    const Keyboard* keyboard = keyboard_for(keyboards, language);
    if (keyboard == nullptr) return;
    for (const Key& key : keyboard->keys) out.push_back(&key.control);
  }
};

}  // namespace

std::vector<const Control*> controls_of(const Screen& screen) {
  std::vector<const Control*> out;
  std::visit(Collect{out, screen.language}, screen.body);
  add(out, screen.actions);
  if (screen.company) out.push_back(&screen.company->end);
  add(out, screen.settings);
  return out;
}

const Control* find_control(const Screen& screen, std::string_view id) {
  for (const Control* control : controls_of(screen)) {
    if (control->id == id) return control;
  }
  const auto* practice = std::get_if<Practice>(&screen.body);
  if (practice == nullptr) return nullptr;
  for (const Control& miss : practice->misses) {
    if (miss.id == id) return &miss;
  }
  return nullptr;
}

const Keyboard* keyboard_for(const std::vector<Keyboard>& keyboards, std::string_view language) {
  for (const Keyboard& each : keyboards) {
    if (each.language == language) return &each;
  }
  return keyboards.empty() ? nullptr : &keyboards.front();
}

namespace {

Control strip(std::string id, Role role) {
  Control out;
  out.role = role;
  out.label = say(id);
  out.id = std::move(id);
  return out;
}

}  // namespace

std::vector<Control> look_controls(const std::string& language, TextSize size) {
  std::vector<Control> out;
  for (const char* code : {"ja", "en"}) {
    Control control = strip(std::string("language.") + code, Role::language);
    control.selected = language == code;
    out.push_back(std::move(control));
  }
  for (const TextSize each : {TextSize::m, TextSize::l, TextSize::xl}) {
    const std::string id = "text_size." + std::string(codec::enum_name(each));
    Control control = strip(id, Role::text_size);
    control.selected = size == each;
    out.push_back(std::move(control));
  }
  return out;
}

}  // namespace madoguchi
