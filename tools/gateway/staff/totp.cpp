#include "tools/gateway/staff/totp.h"

#include <array>
#include <cassert>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace madoguchi::gateway {

std::string totp_code(ByteView secret, std::int64_t step, int digits) {
  std::array<std::uint8_t, 8> moving;
  for (std::size_t i = 0; i < moving.size(); ++i) {
    moving[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  }
  std::array<std::uint8_t, 20> mac;
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), moving.data(),
                          moving.size(), mac.data(), &size);
  assert(made != nullptr && size == mac.size());
  (void)made;
  // RFC 4226 5.3, dynamic truncation.
  const std::size_t at = mac.back() & 0x0f;
  const std::uint32_t number = (mac[at] & 0x7fu) << 24 |
                               static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                               static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::uint64_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  std::string code = std::to_string(number % modulus);
  return std::string(static_cast<std::size_t>(digits) - code.size(), '0') + code;
}

std::optional<std::int64_t> totp_matching_step(ByteView secret, std::string_view code,
                                               std::int64_t now_s, std::int64_t last_used) {
  const std::int64_t now = now_s / totp_step_s;
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - 1; step <= now + 1; ++step) {
    const std::string wanted = totp_code(secret, step);
    const bool same = equal_constant_time(as_bytes(wanted), as_bytes(code));
    if (same && step > last_used) found = step;
  }
  return found;
}

std::string to_base32(ByteView bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t waiting = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    waiting = (waiting << 8 | byte) & 0xfff;  // never more than 4 bits wait
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += letters[waiting >> bits & 31];
    }
  }
  if (bits > 0) out += letters[waiting << (5 - bits) & 31];
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, ByteView secret) {
  const auto escaped = [](std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
      if (plain) {
        out += c;
      } else {
        out += {'%', digits[byte >> 4], digits[byte & 15]};
      }
    }
    return out;
  };
  const std::string by = escaped(issuer);
  return "otpauth://totp/" + by + ":" + escaped(account) + "?secret=" + to_base32(secret) +
         "&issuer=" + by + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace madoguchi::gateway
