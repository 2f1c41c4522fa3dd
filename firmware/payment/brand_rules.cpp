#include "firmware/payment/brand_rules.h"

#include <array>

namespace madoguchi::payment {
namespace {

using enum InterruptedTap;

constexpr auto rules = std::to_array<BrandRule>({
    {"Edy", open_until_confirmed},
    {"WAON", open_until_confirmed},
    {"交通系IC", open_until_confirmed},
    {"nanaco", sold_then_corrected},
    {"iD", not_sold},
    {"QUICPay", not_sold},
});

struct Spelling {
  std::string_view written;  // without blanks and signs, in small letters
  std::string_view brand;
};
constexpr auto spellings = std::to_array<Spelling>({
    {"edy", "Edy"},          {"rakutenedy", "Edy"},     {"楽天edy", "Edy"},
    {"waon", "WAON"},        {"nanaco", "nanaco"},      {"id", "iD"},
    {"quicpay", "QUICPay"},  {"交通系ic", "交通系IC"},  {"交通系", "交通系IC"},
    {"transit", "交通系IC"}, {"transitic", "交通系IC"}, {"suica", "交通系IC"},
    {"pasmo", "交通系IC"},   {"icoca", "交通系IC"},     {"kitaca", "交通系IC"},
    {"toica", "交通系IC"},   {"manaca", "交通系IC"},    {"sugoca", "交通系IC"},
    {"nimoca", "交通系IC"},  {"hayakaken", "交通系IC"},
});

std::string without_signs(std::string_view brand) {
  std::string out;
  for (const char c : brand) {
    const bool capital = c >= 'A' && c <= 'Z';
    const bool kept =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (capital) out += static_cast<char>(c - 'A' + 'a');
    if (kept) out += c;
  }
  return out;
}

std::string_view word_for(InterruptedTap rule) {
  switch (rule) {
    case open_until_confirmed:
      return "open_until_confirmed";
    case sold_then_corrected:
      return "sold_then_corrected";
    case not_sold:
      return "not_sold";
    case ask_terminal:
      return "ask_terminal";
  }
  return "ask_terminal";
}

}  // namespace

std::span<const BrandRule> brand_rules() { return rules; }

BrandRule rule_for(std::string_view brand) {
  const std::string written = without_signs(brand);
  for (const Spelling& spelling : spellings) {
    if (spelling.written != written) continue;
    for (const BrandRule& rule : rules) {
      if (rule.brand == spelling.brand) return rule;
    }
  }
  return {};
}

std::string brands_key(InterruptedTap rule) {
  return "brand." + std::string(word_for(rule)) + ".names";
}
std::string meaning_key(InterruptedTap rule) {
  return "brand." + std::string(word_for(rule)) + ".means";
}

}  // namespace madoguchi::payment
