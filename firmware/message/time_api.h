#pragma once
// The time as the gateway signs it, for a kiosk whose clock may have stopped. Part of the API of
// gateway_api.h:
//
//   GET  /v1/time   -> 200 SignedTime
//   GET  /v1/crl    -> 200 the gateway CA's revocation list (application/pkix-crl, PEM or DER as
//                      the city's CA wrote it), 404 where there is none
//
// A signed time can only be too early: whoever repeats an old one gives a lower bound that is true.

#include <cstdint>
#include <string_view>

#include "firmware/message/codec.h"

namespace madoguchi::api {

inline constexpr std::string_view time_path = "/v1/time";
inline constexpr std::string_view revocation_list_path = "/v1/crl";
inline constexpr std::size_t largest_revocation_list = 1u << 20;

struct Moment {
  std::int32_t version = 1;
  std::int64_t at_s = 0;  ///< the gateway's clock, seconds since 1970
};
MADOGUCHI_DESCRIBE(Moment, version, at_s)

/// The moment travels as the bytes that were signed.
struct SignedTime {
  Bytes moment;     ///< Moment as CBOR
  Bytes signature;  ///< by the gateway's seal key over time_message, 64 bytes r || s
};
MADOGUCHI_DESCRIBE(SignedTime, moment, signature)

inline Bytes time_message(ByteView moment) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi time 1\0", 17)));
  message.insert(message.end(), moment.begin(), moment.end());
  return message;
}

}  // namespace madoguchi::api
