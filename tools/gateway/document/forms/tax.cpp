// 市民税・府民税 所得・課税証明書.
#include <algorithm>

#include "tools/gateway/document/forms/form.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

namespace {

/// 6842000 -> "6,842,000".
std::string grouped(std::int64_t yen) {
  std::string digits = std::to_string(yen < 0 ? -yen : yen);
  for (int at = int(digits.size()) - 3; at > 0; at -= 3) digits.insert(std::size_t(at), ",");
  return (yen < 0 ? "△" : "") + digits;
}

std::int64_t sum(const std::vector<Amount>& amounts) {
  std::int64_t total = 0;
  for (const auto& amount : amounts) total += amount.yen;
  return total;
}

Cell yen(double width, std::int64_t amount) {
  return value(width, grouped(amount) + " 円", "", 10.5, Align::right);
}

/// Two columns of "name, amount", side by side.
void amounts(Sheet& sheet, const std::vector<Amount>& left, const std::vector<Amount>& right) {
  const double half = sheet.body().width / 2;
  const auto count = std::max(left.size(), right.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = [&](const std::vector<Amount>& from) {
      return value(52, i < from.size() ? from[i].name : "", "name of an amount", 9.5);
    };
    const auto amount = [&](const std::vector<Amount>& from) {
      return i < from.size() ? yen(half - 52, from[i].yen) : value(half - 52, "", "");
    };
    sheet.keep(7.5);
    sheet.row(7.5, {name(left), amount(left), name(right), amount(right)});
  }
}

void person_rows(Sheet& sheet, const FormInput& input, const TaxYear& tax) {
  const auto& person = input.applicant;
  const double top = sheet.y();
  sheet.row(
      9, {label(24, "年度"), value(66, japanese_year(tax.year) + "度", "", 11),
          label(24, "対象となる所得"), value(0, japanese_year(tax.year - 1) + "中の所得", "", 11)});
  sheet.row(11, {label(24, "住所"), value(0, person.address, "address", 11.5)});
  sheet.row(11, {label(24, "氏名"), value(90, person.name, "name of a resident", 13),
                 label(22, "生年月日"), value(0, written_birth(person), "birth")});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(3);
}

void income_rows(Sheet& sheet, const TaxYear& tax) {
  const double half = sheet.body().width / 2;
  const double top = sheet.y();
  sheet.row(6, {centred_label(half, "収入金額・所得金額"), centred_label(half, "所得控除額")});
  std::vector<Amount> left = tax.revenue;
  left.insert(left.end(), tax.income.begin(), tax.income.end());
  if (left.empty()) left.push_back({"収入・所得", 0});
  amounts(sheet, left, tax.deductions);
  sheet.row(8, {label(52, "合計所得金額"), yen(half - 52, sum(tax.income)), label(52, "控除額合計"),
                yen(half - 52, sum(tax.deductions))});
  sheet.row(8, {label(52, "課税標準額"), yen(half - 52, tax.taxable_yen), label(52, "扶養人数"),
                value(0, std::to_string(tax.dependents) + " 人", "", 10.5, Align::right)});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(3);
}

void tax_rows(Sheet& sheet, const TaxYear& tax) {
  const double column = sheet.body().width / 4;
  sheet.keep(45);
  const double top = sheet.y();
  sheet.row(6, {centred_label(column, "税額の内訳"), centred_label(column, "所得割額"),
                centred_label(column, "均等割額"), centred_label(column, "計")});
  const auto line = [&](const char* name, std::int64_t income, std::int64_t flat) {
    sheet.row(8, {label(column, name), yen(column, income), yen(column, flat),
                  yen(column, income + flat)});
  };
  line("市民税", tax.city_income_yen, tax.city_flat_yen);
  line("府民税", tax.prefecture_income_yen, tax.prefecture_flat_yen);
  if (tax.year >= 2024) {
    sheet.row(8, {label(column, "森林環境税"), value(column, "", ""), value(column, "", ""),
                  yen(column, tax.forest_yen)});
  }
  const auto total = tax.city_income_yen + tax.city_flat_yen + tax.prefecture_income_yen +
                     tax.prefecture_flat_yen + tax.forest_yen;
  auto total_cell = yen(0, total);
  total_cell.setting.size = 13;
  sheet.row(
      10, {label(column, "年税額"),
           value(2 * column, total == 0 ? "（非課税）" : "", "", 10.5, Align::centre), total_cell});
  sheet.box({sheet.body().x, top, sheet.body().width, sheet.y() - top}, 1.0);
  sheet.skip(3);
}

}  // namespace

FormWords lay_out_tax(Sheet& sheet, const FormInput& input) {
  const auto& tax = *input.tax;
  person_rows(sheet, input, tax);
  income_rows(sheet, tax);
  tax_rows(sheet, tax);
  close_body(sheet);
  return {"所得・課税証明書", "市民税・府民税について、上記のとおり相違ないことを証明する。"};
}

}  // namespace madoguchi::gateway
