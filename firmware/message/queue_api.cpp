#include "firmware/message/queue_api.h"

#include <algorithm>

namespace madoguchi::queue {
namespace {

constexpr std::string_view qr_prefix = "MADOGUCHI-BOOKING:";
constexpr std::size_t group = booking_code_digits / 2;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Luhn's sum (ISO/IEC 7812-1 annex B): every second digit doubled, from the right.
int luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int weighed = i % 2 == 1 ? 2 * digit : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum;
}

}  // namespace

bool is_booking_code(std::string_view code) {
  return code.size() == booking_code_digits && std::all_of(code.begin(), code.end(), is_digit) &&
         luhn(code) % 10 == 0;
}

char check_digit(std::string_view seven_digits) {
  const int sum = luhn(std::string(seven_digits) + "0");
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string spaced(std::string_view code) {
  if (code.size() <= group) return std::string(code);
  return std::string(code.substr(0, group)) + "-" + std::string(code.substr(group));
}

// Capitals and a colon only: the QR code's alphanumeric mode keeps it small.
std::string booking_qr(std::string_view code) { return std::string(qr_prefix) + std::string(code); }

std::optional<std::string> booking_code_in(std::string_view read) {
  if (read.starts_with(qr_prefix)) read.remove_prefix(qr_prefix.size());
  if (read.size() == booking_code_digits + 1 && read[group] == '-') {
    const std::string digits =
        std::string(read.substr(0, group)) + std::string(read.substr(group + 1));
    return is_booking_code(digits) ? std::optional(digits) : std::nullopt;
  }
  return is_booking_code(read) ? std::optional(std::string(read)) : std::nullopt;
}

bool is_card_digest(std::string_view text) {
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return text.size() == card_digest_digits && std::all_of(text.begin(), text.end(), hex);
}

}  // namespace madoguchi::queue
