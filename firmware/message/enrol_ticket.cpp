#include "firmware/message/enrol_ticket.h"

#include <algorithm>
#include <vector>

#include "firmware/base/bytes.h"

namespace madoguchi {
namespace {

constexpr std::string_view mark = "MADOGUCHI1";
constexpr std::string_view scheme = "https://";
constexpr std::size_t pin_size = 32;
constexpr std::size_t longest_site = 48;
constexpr std::size_t longest_typed = 64;

Error wrong(const std::string& what) { return {Errc::invalid, "enrolment", what}; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto blank = text.find(' ');
    words.push_back(text.substr(0, blank));
    if (blank == std::string_view::npos) return words;
    text.remove_prefix(blank + 1);
  }
}

bool is_visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

std::string EnrolTicket::text() const {
  std::string line = std::string(mark) + " " + url + " " + ca_pin + " " + code;
  return site.empty() ? line : line + " " + site;
}

Result<EnrolTicket> EnrolTicket::parse(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  if (text.size() > longest_enrol_ticket) return wrong("the QR code holds too much");
  const auto words = words_of(text);
  if (words[0] != mark) return wrong("this QR code is not one for setting up a kiosk");
  if (words.size() < 4 || words.size() > 5) return wrong("the QR code is not complete");
  EnrolTicket ticket{std::string(words[1]), std::string(words[2]), {}, {}};
  if (!words[1].starts_with(scheme) || words[1].size() == scheme.size() || !is_visible(words[1]))
    return wrong("the QR code names no gateway");
  const auto pin = from_base64(ticket.ca_pin);
  if (!pin || pin->size() != pin_size || to_base64(*pin) != ticket.ca_pin)
    return wrong("the QR code's pin of the gateway is malformed");
  auto code = plain_enrol_code(words[3]);
  if (!code) return code.error();
  ticket.code = std::move(*code);
  if (words.size() == 5) {
    if (!is_site_name(words[4])) return wrong("the QR code's site is malformed");
    ticket.site = words[4];
  }
  return ticket;
}

Result<std::string> plain_enrol_code(std::string_view typed) {
  std::string plain;
  if (typed.size() > longest_typed) return wrong("the code is too long");
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (enrol_code_letters.find(c) == std::string_view::npos)
      return wrong("a code has digits from 2 and letters without I, L, O and U");
    plain += c;
  }
  if (plain.size() != enrol_code_size)
    return wrong("a code has " + std::to_string(enrol_code_size) + " letters and digits");
  return plain;
}

std::string shown_enrol_code(std::string_view plain) {
  std::string shown(plain);
  if (plain.size() == enrol_code_size) shown.insert(enrol_code_size / 2, 1, '-');
  return shown;
}

bool is_site_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_site && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

}  // namespace madoguchi
