#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {

Screen screen(std::string name) {
  Screen out;
  out.title = say(name + ".title");
  out.name = std::move(name);
  return out;
}

Screen notice(std::string name, std::string picture, std::vector<Text> lines) {
  return notice(screen(std::move(name)), std::move(picture), std::move(lines));
}

Screen notice(Screen out, std::string picture, std::vector<Text> lines) {
  Notice body;
  body.picture = std::move(picture);
  body.lines = std::move(lines);
  out.body = std::move(body);
  return out;
}

Screen working(Screen out, std::string picture, std::vector<Stage> stages,
               std::optional<Text> patience) {
  Working body;
  body.picture = std::move(picture);
  body.stages = std::move(stages);
  body.patience = std::move(patience);
  out.body = std::move(body);
  return out;
}

Control action(std::string id, Role role, Text label, bool enabled) {
  Control control;
  control.id = std::move(id);
  control.role = role;
  control.label = std::move(label);
  control.enabled = enabled;
  return control;
}

Control action(std::string id, Role role, std::string label, bool enabled) {
  return action(std::move(id), role, say(std::move(label)), enabled);
}

Control tile(std::string id, const std::string& key, std::string icon) {
  Control control = action(std::move(id), Role::choice, key + ".label");
  control.note = say(key + ".note");
  control.icon = std::move(icon);
  return control;
}

Control back() { return action("back", Role::back, "common.back"); }
Control to_start() { return action("end", Role::primary, "common.to_start"); }

Text literal(std::string text) {
  Text out;
  out.literal = std::move(text);
  return out;
}

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

Text number(std::string key, const char* name, std::int64_t value) {
  return say(std::move(key), {{name, std::to_string(value)}});
}

}  // namespace madoguchi::visit
