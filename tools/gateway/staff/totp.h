#pragma once
// The second factor: time-based one-time passwords as RFC 6238 has them, with HMAC-SHA-1, six
// digits and steps of 30 s, which is what every authenticator app understands.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/bytes.h"

namespace madoguchi::gateway {

inline constexpr std::int64_t totp_step_s = 30;
inline constexpr std::size_t totp_secret_bytes = 20;  // RFC 4226 R6: at least 128, better 160 bits

/// The code of a step (seconds since 1970 divided by totp_step_s): RFC 4226 5.3. Six digits unless
/// told; RFC 6238's test vectors have eight.
std::string totp_code(ByteView secret, std::int64_t step, int digits = 6);

/// The step whose code this is: the one of `now_s`, the one before or the one after, since clocks
/// differ. Steps up to `last_used` do not count: a code is good once. Compares all of them, in the
/// same time for any code.
std::optional<std::int64_t> totp_matching_step(ByteView secret, std::string_view code,
                                               std::int64_t now_s, std::int64_t last_used);

/// RFC 4648 base32, without padding, as authenticator apps take it.
std::string to_base32(ByteView bytes);

/// What an authenticator app reads from a QR code: otpauth://totp/...
std::string otpauth_uri(std::string_view issuer, std::string_view account, ByteView secret);

}  // namespace madoguchi::gateway
