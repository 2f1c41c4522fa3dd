#pragma once
// What the screens of every service are put together from. Pure; every word is a key of ui/strings.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/message/screen.h"

namespace madoguchi::visit {

/// With the title "<name>.title".
Screen screen(std::string name);
/// The same with one picture and lines to read.
Screen notice(std::string name, std::string picture, std::vector<Text> lines);
Screen notice(Screen out, std::string picture, std::vector<Text> lines);
Screen working(Screen out, std::string picture, std::vector<Stage> stages,
               std::optional<Text> patience = {});

Control action(std::string id, Role role, Text label, bool enabled = true);
/// With the catalogue's words of this key.
Control action(std::string id, Role role, std::string label, bool enabled = true);
/// A large choice with the words "<key>.label" and "<key>.note".
Control tile(std::string id, const std::string& key, std::string icon);
Control back();
Control to_start();

/// Words that are the same in every language, such as a number that was called.
Text literal(std::string text);
/// As minutes are written: "05".
std::string two_digits(int number);
/// Words with one number in them.
Text number(std::string key, const char* name, std::int64_t value);

}  // namespace madoguchi::visit
