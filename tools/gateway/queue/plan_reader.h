#pragma once
// Reads the values of a plan's TOML file (queue.toml, consult.toml) and remembers the first that is
// wrong, with file and line. For the plans' .cpp files only.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "firmware/message/codec.h"
#include "tools/gateway/catalogue.h"

namespace madoguchi::gateway {

inline constexpr std::array<std::string_view, 7> weekday_names{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
inline constexpr int minutes_of_day = 24 * 60;

inline std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// "09:30".
inline std::optional<int> minute_in(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number_in(text.substr(0, 2));
  const auto minute = number_in(text.substr(3));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > minutes_of_day)
    return std::nullopt;
  return *hour * 60 + *minute;
}

/// "12-29" every year, "2026-12-03" once.
inline std::optional<ClosedDay> day_in(std::string_view text) {
  ClosedDay out;
  if (text.size() == 10 && text[4] == '-') {
    out.year = number_in(text.substr(0, 4));
    if (!out.year) return std::nullopt;
    text.remove_prefix(5);
  }
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const auto month = number_in(text.substr(0, 2));
  const auto day = number_in(text.substr(3));
  if (!month || !day) return std::nullopt;
  // A leap year, so that the 29th of February is a day.
  const std::chrono::year_month_day date{std::chrono::year(out.year.value_or(2024)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  out.month = *month;
  out.day = *day;
  return out;
}

/// Reads values of tables and remembers the first that is wrong.
class PlanReader {
 public:
  explicit PlanReader(std::string path) : path_(std::move(path)) {}

  void fail(const toml::node& node, std::string what) {
    if (error_) return;
    error_ = Error{Errc::invalid, path_ + ":" + std::to_string(node.source().begin.line),
                   std::move(what)};
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  std::string text(const toml::table& table, const char* key) {
    const auto value = table[key].value<std::string>();
    if (!value || value->empty()) fail(table, std::string(key) + " is missing or no text");
    return value.value_or("");
  }
  std::int64_t number(const toml::table& table, const char* key, std::int64_t otherwise,
                      std::int64_t least, std::int64_t most) {
    if (!table.contains(key)) {
      if (otherwise < least) fail(table, std::string(key) + " is missing");
      return otherwise;
    }
    const auto value = table[key].value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      fail(table, std::string(key) + " is a number from " + std::to_string(least) + " to " +
                      std::to_string(most));
    }
    return value.value_or(least);
  }
  template <class Enum>
  Enum word(const toml::table& table, const char* key) {
    const auto value = codec::enum_value<Enum>(text(table, key));
    if (!value) fail(table, std::string(key) + " is not known");
    return value.value_or(Enum{});
  }
  std::vector<std::string> texts(const toml::table& table, const char* key) {
    std::vector<std::string> out;
    const toml::array* list = table[key].as_array();
    if (list == nullptr) return out;
    for (const toml::node& item : *list) out.push_back(item.value_or<std::string>(""));
    return out;
  }
  int minute(const toml::table& table, std::string_view text) {
    const auto value = minute_in(text);
    if (!value) fail(table, "a time of day is written \"09:30\"");
    return value.value_or(0);
  }
  std::array<bool, 7> weekdays(const toml::table& table) {
    std::array<bool, 7> out{};
    if (!table.contains("days")) out.fill(true);
    for (const std::string& name : texts(table, "days")) {
      const auto found = std::find(weekday_names.begin(), weekday_names.end(), name);
      if (found == weekday_names.end()) {
        fail(table, "days are monday, tuesday ... sunday");
      } else {
        out[static_cast<std::size_t>(found - weekday_names.begin())] = true;
      }
    }
    return out;
  }
  std::vector<ClosedDay> days(const toml::table& table, const char* key) {
    std::vector<ClosedDay> out;
    for (const std::string& text : texts(table, key)) {
      const auto day = day_in(text);
      if (!day) fail(table, "a day is written \"12-29\" or \"2026-12-03\"");
      out.push_back(day.value_or(ClosedDay{}));
    }
    return out;
  }
  void only(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) == known.end())
        fail(node, "'" + std::string(key.str()) + "' is not known here");
    }
  }

  /// `hours = "09:00-17:15"` and `days`; closed days are the caller's.
  Hours hours(const toml::table& table) {
    const std::string span = text(table, "hours");
    const auto dash = span.find('-');
    Hours out;
    out.from_minute = minute(table, std::string_view(span).substr(0, dash));
    out.to_minute =
        minute(table, dash == std::string::npos ? "" : std::string_view(span).substr(dash + 1));
    if (out.from_minute >= out.to_minute) fail(table, "hours are written \"09:00-17:15\"");
    out.weekdays = weekdays(table);
    return out;
  }

 private:
  std::string path_;
  std::optional<Error> error_;
};

/// Errors: invalid, with file and line.
inline Result<toml::table> parse_plan(const std::string& path) {
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return Error{Errc::invalid, path + ":" + std::to_string(error.source().begin.line),
                 std::string(error.description())};
  }
}

/// [key] of the file, as long as that lives; an empty one where there is none. A copy would not
/// know its lines any more.
inline const toml::table& section(const toml::table& root, const char* key) {
  static const toml::table nothing;
  const toml::table* table = root[key].as_table();
  return table != nullptr ? *table : nothing;
}

/// Every [[key]] of the file.
template <class Plan>
std::vector<Plan> read_all(PlanReader& reader, const toml::table& root, const char* key,
                           Plan (*read)(PlanReader&, const toml::table&)) {
  std::vector<Plan> out;
  const toml::array* list = root[key].as_array();
  if (list == nullptr) return out;
  for (const toml::node& entry : *list) {
    const toml::table* table = entry.as_table();
    if (table == nullptr) {
      reader.fail(entry, std::string("wants [[") + key + "]]");
    } else {
      out.push_back(read(reader, *table));
    }
  }
  return out;
}

}  // namespace madoguchi::gateway
