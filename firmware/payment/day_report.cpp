#include "firmware/payment/day_report.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "firmware/payment/staff_words.h"

namespace madoguchi::payment {
namespace {

using Yen = std::optional<std::int64_t>;

constexpr std::size_t label_columns = 18;
constexpr std::size_t cell_columns = 20;

/// In columns of a fixed-width font. The words hold ASCII, "¥" and full-width characters only.
std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0u) == 0x80u) continue;
    columns += byte >= 0xe0u ? 2 : 1;
  }
  return columns;
}

std::string spaces_to(std::size_t columns, std::string_view text) {
  return std::string(columns > width(text) ? columns - width(text) : 0, ' ');
}
std::string left(std::string_view text, std::size_t columns) {
  return std::string(text) + spaces_to(columns, text);
}
std::string right(std::string_view text, std::size_t columns) {
  return spaces_to(columns, text) + std::string(text);
}

/// 1,234,567
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return (number < 0 ? "-" : "") + digits;
}

class Page {
 public:
  Page(const DayReport& report, std::string_view language) : report_(report), language_(language) {}

  std::string text() {
    add(word("day_end.title"));
    add("");
    field(0, "day_end.day", date());
    field(0, "day_end.kiosk", report_.kiosk);
    field(0, "day_end.result",
          report_.agrees()
              ? word("day_end.agrees")
              : word("day_end.differs", {{"count", std::to_string(report_.findings.size())}}));
    add("");
    totals();
    add("");
    add(word("day_end.findings"));
    if (report_.agrees()) add("  " + word("day_end.none"));
    std::size_t number = 0;
    for (const Finding& finding : report_.findings) tell(finding, ++number);
    if (!report_.corrected_later.empty()) corrected_later();
    add("");
    add(word("day_end.signed"));
    return std::move(out_);
  }

 private:
  using Values = std::initializer_list<std::pair<std::string_view, std::string>>;

  [[nodiscard]] std::string word(std::string_view key, Values values = {}) const {
    return staff_words(language_, key, values);
  }
  void add(const std::string& line) { out_ += line + "\n"; }
  void field(std::size_t indent, std::string_view label, const std::string& value) {
    add(std::string(indent, ' ') + left(word(label), label_columns) + value);
  }

  /// "2026-11-22" as people write it; what is no date stays as it is.
  [[nodiscard]] std::string date() const {
    const std::string& text = report_.date;
    int parts[3] = {};
    constexpr std::size_t begins[] = {0, 5, 8};
    constexpr std::size_t sizes[] = {4, 2, 2};
    if (text.size() != 10) return text;
    for (int i = 0; i < 3; ++i) {
      const char* from = text.data() + begins[i];
      if (std::from_chars(from, from + sizes[i], parts[i]).ptr != from + sizes[i]) return text;
    }
    const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                          std::chrono::month(static_cast<unsigned>(parts[1])),
                                          std::chrono::day(static_cast<unsigned>(parts[2]))};
    if (!day.ok()) return text;
    const std::chrono::weekday weekday{std::chrono::sys_days(day)};
    return word("day_end.date",
                {{"year", std::to_string(parts[0])},
                 {"month", std::to_string(parts[1])},
                 {"day", std::to_string(parts[2])},
                 {"weekday", word("weekday." + std::to_string(weekday.c_encoding()))}});
  }

  [[nodiscard]] std::string yen(std::int64_t amount) const {
    return word("amount.yen", {{"yen", grouped(amount)}});
  }
  [[nodiscard]] std::string yen(const Yen& amount, std::string_view otherwise) const {
    return amount ? yen(*amount) : word(otherwise);
  }
  [[nodiscard]] std::string moved(std::int64_t count, std::int64_t amount) const {
    return right(word("amount.count", {{"count", grouped(count)}}), cell_columns / 2) +
           right(yen(amount), cell_columns / 2);
  }

  void totals() {
    add(word("day_end.totals"));
    add("  " + left("", label_columns) + right(word("day_end.payments"), cell_columns) +
        right(word("day_end.reversals"), cell_columns) +
        right(word("day_end.net"), cell_columns / 2));
    ledger_row("ledger.kiosk", report_.kiosk_sums, report_.kiosk_yen);
    ledger_row("ledger.terminal", report_.terminal_sums, report_.terminal_yen);
    ledger_row("ledger.city", std::nullopt, report_.gateway_yen);
    add("  " + word("day_end.started", {{"count", grouped(report_.sales)}}));
  }
  void ledger_row(std::string_view ledger, const std::optional<DaySums>& sums, const Yen& net) {
    const std::string none = right(word("amount.none"), cell_columns);
    add("  " + left(word(ledger), label_columns) +
        (sums ? moved(sums->payments, sums->payments_yen) : none) +
        (sums ? moved(sums->reversals, sums->reversals_yen) : none) +
        right(yen(net, "amount.unknown"), cell_columns / 2));
  }

  void tell(const Finding& finding, std::size_t number) {
    const bool of_a_sale = !finding.document.empty();
    add("");
    add("  " + std::to_string(number) + ". " +
        word("finding." + std::string(codec::enum_name(finding.what))));
    if (of_a_sale) field(5, "label.document", finding.document);
    if (!finding.service_id.empty()) field(5, "label.service_id", finding.service_id);
    if (!finding.brand.empty()) field(5, "label.brand", finding.brand);
    if (of_a_sale || finding.what == Disagreement::sums_differ) amounts(finding, of_a_sale);
    field(5, "label.owner", word("owner." + std::string(codec::enum_name(finding.owner))));
    field(5, "label.todo", word(finding.todo));
  }
  void amounts(const Finding& finding, bool of_a_sale) {
    const bool kiosk_missing = finding.what == Disagreement::kiosk_missing;
    const bool city_missing = finding.what == Disagreement::gateway_missing;
    // Without a number nobody asked the terminal: a free certificate, or one that only the city
    // has.
    const bool asked = !finding.service_id.empty() || !of_a_sale;
    field(5, "ledger.kiosk",
          yen(finding.kiosk_yen, kiosk_missing ? "amount.missing" : "amount.unknown"));
    field(5, "ledger.terminal",
          yen(finding.terminal_yen, asked ? "amount.unknown" : "amount.none"));
    if (!of_a_sale) return;
    field(5, "ledger.city",
          yen(finding.gateway_yen, city_missing ? "amount.missing" : "amount.unknown"));
  }

  void corrected_later() {
    add("");
    add(word("day_end.corrected_later"));
    add("  " + word("day_end.corrected_later_why"));
    for (const std::string& document : report_.corrected_later)
      field(2, "label.document", document);
  }

  const DayReport& report_;
  std::string_view language_;
  std::string out_;
};

}  // namespace

std::string report_text(const DayReport& report, std::string_view language) {
  return Page(report, language).text();
}

}  // namespace madoguchi::payment
