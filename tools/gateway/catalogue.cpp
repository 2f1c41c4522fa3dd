#include "tools/gateway/catalogue.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include <toml++/toml.h>

namespace madoguchi::gateway {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::int64_t highest_fee_yen = 100'000;

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool only_digits = digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (error != std::errc{} || end != digits.data() + digits.size() || !only_digits) return {};
  return value;
}

/// "06:30" in minutes of the day; 24:00 is allowed.
std::optional<int> minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return {};
  const auto hours = number(text.substr(0, 2));
  const auto minutes = number(text.substr(3));
  if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > 24 * 60) return {};
  return *hours * 60 + *minutes;
}

/// "12-29" of every year or "2026-11-23".
std::optional<ClosedDay> closed_day(std::string_view text) {
  ClosedDay result;
  if (text.size() == 10 && text[4] == '-') {
    result.year = number(text.substr(0, 4));
    if (!result.year) return {};
    text.remove_prefix(5);
  }
  if (text.size() != 5 || text[2] != '-') return {};
  const auto month = number(text.substr(0, 2));
  const auto day = number(text.substr(3));
  if (!month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return {};
  result.month = *month;
  result.day = *day;
  return result;
}

/// Reads the file's tables; the first thing that is wrong is kept with its line.
class CatalogueReader {
 public:
  explicit CatalogueReader(std::string path) : path_(std::move(path)) {}

  std::optional<Error> error;

  void fail(const toml::node& at, const std::string& what) {
    if (error) return;
    const auto line = at.source().begin.line;
    error = Error{Errc::invalid, path_ + ":" + std::to_string(line), what};
  }

  std::string text(const toml::table& table, std::string_view key) {
    const auto* node = table.get(key);
    if (node == nullptr || !node->is_string() || node->as_string()->get().empty()) {
      fail(node == nullptr ? table : *node, std::string(key) + " must be a text");
      return {};
    }
    return node->as_string()->get();
  }

  std::int64_t yen(const toml::table& table, std::string_view key) {
    const auto* node = table.get(key);
    if (node == nullptr || !node->is_integer() || node->as_integer()->get() < 0 ||
        node->as_integer()->get() > highest_fee_yen) {
      fail(node == nullptr ? table : *node,
           std::string(key) + " must be a whole number of yen, 0 to 100000");
      return 0;
    }
    return node->as_integer()->get();
  }

  void closed_days(const toml::table& table, std::vector<ClosedDay>& out) {
    const auto* node = table.get("closed_days");
    if (node == nullptr) return;
    if (!node->is_array()) return fail(*node, "closed_days must be a list");
    for (const auto& item : *node->as_array()) {
      const auto day = item.is_string() ? closed_day(item.as_string()->get()) : std::nullopt;
      if (!day) return fail(item, "a closed day is written \"12-29\" or \"2026-11-23\"");
      out.push_back(*day);
    }
  }

  Hours hours(const toml::table& table) {
    Hours result;
    const std::string span = text(table, "hours");
    const auto from = span.size() == 11 ? minute_of_day(span.substr(0, 5)) : std::nullopt;
    const auto to = span.size() == 11 ? minute_of_day(span.substr(6)) : std::nullopt;
    if (!from || !to || span[5] != '-' || *from >= *to) {
      fail(table, "hours are written \"06:30-23:00\"");
      return result;
    }
    result.from_minute = *from;
    result.to_minute = *to;
    weekdays(table, result.weekdays);
    closed_days(table, result.closed_days);
    return result;
  }

  void only_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) == known.end()) {
        fail(node, "'" + std::string(key.str()) + "' is not known here");
      }
    }
  }

 private:
  void weekdays(const toml::table& table, std::array<bool, 7>& out) {
    const auto* node = table.get("days");
    if (node == nullptr) {
      out.fill(true);
      return;
    }
    if (!node->is_array()) return fail(*node, "days must be a list of weekdays");
    for (const auto& item : *node->as_array()) {
      const std::string name = item.value_or(std::string());
      const auto found = std::find(weekday_names.begin(), weekday_names.end(), name);
      if (found == weekday_names.end()) {
        return fail(item, "days are monday, tuesday ... sunday");
      }
      out[static_cast<std::size_t>(found - weekday_names.begin())] = true;
    }
  }

  std::string path_;
};

City read_city(CatalogueReader& reader, const toml::table& file) {
  const auto* node = file.get("city");
  if (node == nullptr || !node->is_table()) {
    reader.fail(node == nullptr ? file : *node, "there is no [city]");
    return {};
  }
  const toml::table& table = *node->as_table();
  reader.only_keys(table, {"name", "name_latin", "mayor", "seal"});
  return {.name = reader.text(table, "name"),
          .name_latin = reader.text(table, "name_latin"),
          .mayor = reader.text(table, "mayor"),
          .seal = reader.text(table, "seal")};
}

CatalogueEntry read_entry(CatalogueReader& reader, const toml::table& table) {
  reader.only_keys(table, {"kind", "name_ja", "name_en", "fee_yen", "window_fee_yen", "hours",
                           "days", "closed_days"});
  CatalogueEntry entry;
  const std::string kind = reader.text(table, "kind");
  if (const auto known = codec::enum_value<api::Kind>(kind)) {
    entry.kind = *known;
  } else {
    reader.fail(table, "'" + kind + "' is not a kind of certificate");
  }
  entry.name_ja = reader.text(table, "name_ja");
  entry.name_en = reader.text(table, "name_en");
  entry.fee_yen = reader.yen(table, "fee_yen");
  entry.window_fee_yen = reader.yen(table, "window_fee_yen");
  if (entry.window_fee_yen < entry.fee_yen) {
    reader.fail(table, "fee_yen is above window_fee_yen: the card holder's fee is the lower one");
  }
  entry.hours = reader.hours(table);
  return entry;
}

}  // namespace

bool Hours::open_at(const LocalTime& time) const {
  const bool closed_day =
      std::any_of(closed_days.begin(), closed_days.end(), [&](const ClosedDay& day) {
        return day.month == time.month && day.day == time.day &&
               day.year.value_or(time.year) == time.year;
      });
  return !closed_day && weekdays.at(static_cast<std::size_t>(time.weekday)) &&
         time.minute >= from_minute && time.minute < to_minute;
}

Result<Catalogue> Catalogue::load(const std::string& path) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& failure) {
    return Error{Errc::invalid, path + ":" + std::to_string(failure.source().begin.line),
                 std::string(failure.description())};
  }
  CatalogueReader reader(path);
  reader.only_keys(file, {"city", "closed_days", "kind"});
  Catalogue catalogue;
  catalogue.city_ = read_city(reader, file);
  std::vector<ClosedDay> everywhere;
  reader.closed_days(file, everywhere);
  const auto* kinds = file.get("kind");
  if (kinds == nullptr || !kinds->is_array_of_tables()) {
    reader.fail(file, "there is no [[kind]]");
  } else {
    std::set<api::Kind> seen;
    for (const auto& node : *kinds->as_array()) {
      CatalogueEntry entry = read_entry(reader, *node.as_table());
      if (!seen.insert(entry.kind).second) reader.fail(node, "this kind stands twice");
      entry.hours.closed_days.insert(entry.hours.closed_days.end(), everywhere.begin(),
                                     everywhere.end());
      catalogue.entries_.push_back(std::move(entry));
    }
  }
  if (reader.error) return *reader.error;
  return catalogue;
}

const CatalogueEntry* Catalogue::find(api::Kind kind) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const CatalogueEntry& entry) { return entry.kind == kind; });
  return found == entries_.end() ? nullptr : &*found;
}

}  // namespace madoguchi::gateway
