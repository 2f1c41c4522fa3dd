#pragma once
// What the QR code of an enrolment holds: one line,
//
//   MADOGUCHI1 URL PIN CODE [SITE]
//
// with one blank between. URL: the gateway's enrolment side, https://host:port. PIN: base64 of
// SHA-256 of the public key (SubjectPublicKeyInfo) of the gateway's CA. CODE: the one-time code.
// SITE: where the kiosk is to stand. docs/enrolment.md.

#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi {

struct EnrolTicket {
  std::string url;
  std::string ca_pin;
  std::string code;
  std::string site{};  ///< empty: not said

  /// The line, without an end.
  [[nodiscard]] std::string text() const;
  /// Errc::invalid says what is wrong with it; a line's end is passed over. The code is in its
  /// plain form afterwards.
  static Result<EnrolTicket> parse(std::string_view text);
};

inline constexpr std::size_t longest_enrol_ticket = 512;
/// Of a code, in its plain form.
inline constexpr std::size_t enrol_code_size = 10;
/// Digits and letters without 0, 1, I, L, O, U: nobody mistakes one for another.
inline constexpr std::string_view enrol_code_letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as somebody typed it, in its plain form: upper case, no blanks and dashes. Errc::invalid
/// when it is none.
Result<std::string> plain_enrol_code(std::string_view typed);
/// As people read it: "ABCDE-FGHJK".
std::string shown_enrol_code(std::string_view plain);
/// Letters, digits and dashes, 1 to 48: what a kiosk's id begins with.
bool is_site_name(std::string_view text);

}  // namespace madoguchi
