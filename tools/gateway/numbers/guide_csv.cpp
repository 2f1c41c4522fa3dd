#include "tools/gateway/numbers/guide_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "firmware/base/bytes.h"
#include "tools/gateway/numbers/guide_figures.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t most_mistakes = 20;

struct Row {
  int line = 0;  ///< where it begins, from 1
  std::vector<std::string> fields;
};

enum class Column { month, event, users, procedures };
constexpr std::size_t columns = 4;

struct ColumnName {
  std::string_view name;
  Column column;
};
constexpr auto column_names = std::to_array<ColumnName>({
    {"month", Column::month},
    {"年月", Column::month},
    {"event", Column::event},
    {"手続き", Column::event},
    {"users", Column::users},
    {"利用人数", Column::users},
    {"procedures", Column::procedures},
    {"手続き総件数", Column::procedures},
});

struct EventName {
  std::string_view name;
  LifeEvent event;
};
constexpr auto event_names = std::to_array<EventName>({
    {"転入", LifeEvent::moving_in},
    {"転出", LifeEvent::moving_out},
    {"結婚", LifeEvent::marriage},
    {"出生", LifeEvent::birth},
    {"離婚", LifeEvent::divorce},
    {"おくやみ", LifeEvent::death},
});

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

/// RFC 4180: a field in quotes may hold commas, line ends and, doubled, quotes.
class Rows {
 public:
  explicit Rows(std::string_view text) : rest_(text) {}

  /// The next row that is not empty; nothing at the end or after a mistake.
  std::optional<Row> next() {
    while (!rest_.empty() && mistake_.empty()) {
      Row row{line_, {}};
      while (take_field(row)) {
      }
      const bool empty = std::all_of(row.fields.begin(), row.fields.end(),
                                     [](const auto& f) { return f.empty(); });
      if (!empty && mistake_.empty()) return row;
    }
    return std::nullopt;
  }
  [[nodiscard]] const std::string& mistake() const { return mistake_; }

 private:
  /// False after the last field of a row.
  bool take_field(Row& row) {
    const bool quoted = rest_.starts_with('"');
    row.fields.push_back(quoted ? take_quoted(row.line) : take_plain());
    if (!mistake_.empty() || rest_.empty()) return false;
    if (rest_.starts_with(',')) {
      rest_.remove_prefix(1);
      return true;
    }
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (rest_.starts_with('\n') || rest_.starts_with('\r')) {
      rest_.remove_prefix(1);
      ++line_;
      return false;
    }
    mistake_ = std::to_string(row.line) + ": something stands behind a field in quotes";
    return false;
  }
  std::string take_plain() {
    const std::string_view field = rest_.substr(0, rest_.find_first_of(",\r\n"));
    rest_.remove_prefix(field.size());
    return trimmed(field);
  }
  std::string take_quoted(int line) {
    std::string out;
    for (rest_.remove_prefix(1);;) {
      const auto quote = rest_.find('"');
      if (quote == std::string_view::npos) {
        mistake_ = std::to_string(line) + ": a quote is not closed";
        return out;
      }
      const std::string_view part = rest_.substr(0, quote);
      line_ += static_cast<int>(std::count(part.begin(), part.end(), '\n'));
      out += part;
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) return trimmed(out);
      out += '"';
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  int line_ = 1;
  std::string mistake_;
};

/// Where each column stands, or what is wrong.
std::string find_columns(const Row& head, std::array<int, columns>& places) {
  places.fill(-1);
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    const auto* known =
        std::find_if(column_names.begin(), column_names.end(),
                     [&](const ColumnName& one) { return one.name == head.fields[i]; });
    if (known == column_names.end()) return "the column '" + head.fields[i] + "' is not known";
    int& place = places[static_cast<std::size_t>(known->column)];
    if (place >= 0) return "the column '" + head.fields[i] + "' stands there twice";
    place = static_cast<int>(i);
  }
  if (std::find(places.begin(), places.end(), -1) != places.end())
    return "the first line names the columns month, event, users, procedures";
  return {};
}

/// "2026-10" of any way that a month is written; else as it is.
std::string month_in(const std::string& text) {
  std::string plain = text;
  for (const std::string_view sign : {"年", "/", "-"}) {
    const auto at = plain.find(sign);
    if (at != 4) continue;
    std::string month = plain.substr(at + sign.size());
    if (sign == "年" && month.ends_with("月"))
      month.resize(month.size() - std::string_view("月").size());
    if (month.size() == 1) month.insert(month.begin(), '0');
    return plain.substr(0, 4) + "-" + month;
  }
  return plain;
}

/// 1596 or 1,596.
std::optional<std::int64_t> count_in(const std::string& text) {
  std::string digits;
  const auto first_comma = text.find(',');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool comma_place = first_comma != std::string::npos && first_comma <= 3 &&
                             i >= first_comma && (i - first_comma) % 4 == 0;
    if (comma_place != (text[i] == ',')) return std::nullopt;
    if (text[i] != ',') digits += text[i];
  }
  if (first_comma != std::string::npos &&
      (first_comma == 0 || (text.size() - first_comma) % 4 != 0))
    return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || digits.front() == '-' || error != std::errc() ||
      end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<LifeEvent> event_in(const std::string& text) {
  for (const EventName& one : event_names) {
    if (one.name == text) return one.event;
  }
  return codec::enum_value<LifeEvent>(text);
}

/// The figure of a row, or what is wrong with it.
std::string read_row(const Row& row, const std::array<int, columns>& places, GuideFigure& out,
                     std::string_view this_month) {
  if (row.fields.size() != columns)
    return "has " + std::to_string(row.fields.size()) + " fields instead of 4";
  const auto field = [&](Column column) -> const std::string& {
    return row.fields[static_cast<std::size_t>(places[static_cast<std::size_t>(column)])];
  };
  const auto event = event_in(field(Column::event));
  if (!event) return "the event '" + field(Column::event) + "' is not known";
  const auto users = count_in(field(Column::users));
  if (!users) return "the users '" + field(Column::users) + "' are no count";
  const auto procedures = count_in(field(Column::procedures));
  if (!procedures) return "the procedures '" + field(Column::procedures) + "' are no count";
  out = {month_in(field(Column::month)), *event, *users, *procedures};
  return problem_of(out, this_month);
}

}  // namespace

GuideFile read_guide_csv(std::string_view text, std::string_view this_month) {
  if (!is_utf8(text)) return {{}, {"1: the file is not UTF-8; save it as CSV UTF-8"}};
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Rows rows(text);
  GuideFile out;
  std::array<int, columns> places{};
  const auto head = rows.next();
  if (!head) return {{}, {rows.mistake().empty() ? "1: the file is empty" : rows.mistake()}};
  if (const std::string wrong = find_columns(*head, places); !wrong.empty())
    return {{}, {std::to_string(head->line) + ": " + wrong}};
  std::map<std::pair<std::string, LifeEvent>, int> seen;
  while (const auto row = rows.next()) {
    GuideFigure figure;
    std::string wrong = read_row(*row, places, figure, this_month);
    const auto [first, fresh] = seen.try_emplace({figure.month, figure.event}, row->line);
    if (wrong.empty() && !fresh)
      wrong = "the month and event of line " + std::to_string(first->second) + " again";
    if (!wrong.empty()) out.mistakes.push_back(std::to_string(row->line) + ": " + wrong);
    out.figures.push_back(std::move(figure));
    if (out.mistakes.size() == most_mistakes) break;
  }
  if (!rows.mistake().empty()) out.mistakes.push_back(rows.mistake());
  if (out.figures.empty() && out.mistakes.empty())
    out.mistakes.emplace_back("1: there are no figures below the columns");
  if (!out.mistakes.empty()) out.figures.clear();
  return out;
}

}  // namespace madoguchi::gateway
