#include "firmware/payment/brand_rules.h"

#include <algorithm>
#include <array>

namespace madoguchi::payment {
namespace {

struct Row {
  std::string_view brand;
  InterruptedTap rule;
};

using enum InterruptedTap;

// Transit IC is ten cards that accept each other; terminals name the card, or the family.
constexpr auto rows = std::to_array<Row>({
    {"Edy", no_sale_until_retouch},
    {"RakutenEdy", no_sale_until_retouch},
    {"楽天Edy", no_sale_until_retouch},
    {"WAON", no_sale_until_retouch},
    {"交通系", no_sale_until_retouch},
    {"交通系IC", no_sale_until_retouch},
    {"交通系電子マネー", no_sale_until_retouch},
    {"TransitIC", no_sale_until_retouch},
    {"Kitaca", no_sale_until_retouch},
    {"Suica", no_sale_until_retouch},
    {"PASMO", no_sale_until_retouch},
    {"TOICA", no_sale_until_retouch},
    {"manaca", no_sale_until_retouch},
    {"ICOCA", no_sale_until_retouch},
    {"SUGOCA", no_sale_until_retouch},
    {"nimoca", no_sale_until_retouch},
    {"Hayakaken", no_sale_until_retouch},
    {"はやかけん", no_sale_until_retouch},
    {"nanaco", sold_and_corrected_later},
    {"iD", no_sale},
    {"QUICPay", no_sale},
    {"QUICPay+", no_sale},
});

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Terminals write "Rakuten Edy", "rakuten_edy", "QUICPay".
std::string plain(std::string_view brand) {
  std::string out;
  for (const char c : brand) {
    if (c != ' ' && c != '_' && c != '-') out += lower(c);
  }
  return out;
}

}  // namespace

InterruptedTap interrupted_tap_rule(std::string_view brand) {
  const std::string wanted = plain(brand);
  const auto* row = std::find_if(rows.begin(), rows.end(),
                                 [&](const Row& each) { return plain(each.brand) == wanted; });
  return row == rows.end() ? status_decides : row->rule;
}

std::string slip_key(InterruptedTap rule) {
  return "slip.brand." + std::string(codec::enum_name(rule));
}

std::string brands_key(InterruptedTap rule) {
  return "brand." + std::string(codec::enum_name(rule)) + ".names";
}

std::string meaning_key(InterruptedTap rule) {
  return "brand." + std::string(codec::enum_name(rule)) + ".means";
}

}  // namespace madoguchi::payment
