#pragma once
// The few steps through DER (X.690) that certificates and revocation lists need beyond Mbed TLS's
// parsers. Internal to firmware/link; views into what was given.

#include <chrono>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"

struct mbedtls_x509_time;

namespace madoguchi::der {

inline constexpr int boolean = 0x01;
inline constexpr int integer = 0x02;
inline constexpr int bit_string = 0x03;
inline constexpr int octet_string = 0x04;
inline constexpr int object_identifier = 0x06;
inline constexpr int utc_time = 0x17;
inline constexpr int general_time = 0x18;
inline constexpr int sequence = 0x30;

/// Takes one element with this tag from the front; false if there is none.
bool take(ByteView& rest, int tag, ByteView& content);

/// The ECDSA signature of a certificate or revocation list: SEQUENCE { what was signed, algorithm,
/// BIT STRING }; empty if that is not its form. Ecdsa-Sig-Value has one right encoding
/// (X.690, 10.1); Mbed TLS takes others, too, with which anybody could turn one signature into
/// many.
ByteView ecdsa_signature(ByteView whole);
/// Whether this is SEQUENCE { INTEGER, INTEGER }, both positive, in that encoding.
bool is_ecdsa_signature(ByteView signature);

/// 64 bytes r || s as Ecdsa-Sig-Value: SEQUENCE { INTEGER, INTEGER }.
Bytes ecdsa_signature_of(ByteView raw);
/// One element: tag, length, content.
Bytes element(int tag, ByteView content);

/// RFC 5280, 4.2.
struct Extension {
  std::string_view oid;  ///< in DER, without tag and length
  bool critical = false;
  ByteView value;
};

/// Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }; false if
/// `raw` is not that.
bool list_extensions(ByteView raw, std::vector<Extension>& out);

/// The first with this OID; null without one.
const Extension* find(const std::vector<Extension>& extensions, std::string_view oid);

/// What is later than the year 2200 becomes the same day of that year.
std::chrono::system_clock::time_point time_of(const mbedtls_x509_time& time);

}  // namespace madoguchi::der
