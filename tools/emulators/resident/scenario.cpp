#include "tools/emulators/resident/scenario.h"

#include <sstream>

namespace madoguchi::resident {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "press pay" -> {"press", "pay"}
std::pair<std::string_view, std::string_view> first_word(std::string_view text) {
  const auto end = text.find_first_of(" \t");
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), trimmed(text.substr(end))};
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0, end = 0; end != std::string_view::npos; begin = end + 1) {
    end = text.find(separator, begin);
    parts.push_back(trimmed(text.substr(begin, end - begin)));
  }
  return parts;
}

std::optional<Action> parse_action(std::string_view text) {
  const auto [verb, what] = first_word(text);
  if (what.empty()) return std::nullopt;
  if (verb == "do") return Action{Action::Kind::ask, std::string(what)};
  if (what.find(' ') != std::string_view::npos) return std::nullopt;
  if (verb == "press") return Action{Action::Kind::press, std::string(what)};
  if (verb == "hold") return Action{Action::Kind::hold, std::string(what)};
  if (verb == "swipe") return Action{Action::Kind::swipe, std::string(what)};
  if (verb == "when") return Action{Action::Kind::press_when_there, std::string(what)};
  if (verb == "try") return Action{Action::Kind::press_if_enabled, std::string(what)};
  return std::nullopt;
}

Result<Step> parse_step(std::string_view text) {
  Step step;
  if (text == "-") return step;
  for (const auto part : parts_of(text, ',')) {
    auto action = parse_action(part);
    if (!action) {
      return Error{Errc::invalid, "scenario",
                   "'" + std::string(part) +
                       "' is none of: press CONTROL, hold CONTROL, swipe CONTROL, try CONTROL, "
                       "when CONTROL, do "
                       "WORDS, -"};
    }
    step.push_back(std::move(*action));
  }
  return step;
}

}  // namespace

Result<Scenario> Scenario::parse(std::string_view table) {
  Scenario scenario;
  std::istringstream lines{std::string(table)};
  int number = 0;
  for (std::string raw; std::getline(lines, raw);) {
    ++number;
    const auto line = trimmed(raw);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = "scenario:" + std::to_string(number);
    const auto [screen, steps] = first_word(line);
    const auto [row, added] = scenario.rows_.try_emplace(std::string(screen));
    if (!added)
      return Error{Errc::invalid, where, "screen '" + std::string(screen) + "' stands twice"};
    for (const auto text : parts_of(steps, '|')) {
      auto step = parse_step(text);
      if (!step) return Error{Errc::invalid, where, step.error().what};
      row->second.steps.push_back(std::move(*step));
    }
  }
  return scenario;
}

Scenario::Row* Scenario::find(const std::string& screen) {
  if (const auto row = rows_.find(screen); row != rows_.end()) return &row->second;
  for (auto& [name, row] : rows_) {
    if (name.ends_with('*') &&
        screen.starts_with(std::string_view(name).substr(0, name.size() - 1))) {
      return &row;
    }
  }
  return nullptr;
}

std::optional<Step> Scenario::next(const std::string& screen) {
  Row* const row = find(screen);
  if (row == nullptr) return std::nullopt;
  return row->done < row->steps.size() ? row->steps[row->done++] : Step{};
}

void Scenario::begin_again() {
  for (auto& [name, row] : rows_) row.done = 0;
}

}  // namespace madoguchi::resident
