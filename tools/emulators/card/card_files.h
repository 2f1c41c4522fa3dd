#pragma once
// The contents of the card's elementary files that are not X.509: built as personalisation builds
// them.

#include <string>

#include "firmware/base/bytes.h"
#include "tools/emulators/card/holder.h"
#include "tools/emulators/card/rsa_key.h"

namespace madoguchi::emulator {

/// JPKI 0006: a PKCS #11 CK_TOKEN_INFO of 160 bytes, big-endian, whose label says that this is a
/// card and no phone.
Bytes make_token_info();

/// 券面事項入力補助 0001: FF10 { 12 digits }, and two bytes of filler.
Bytes make_my_number_file(const std::string& my_number);
/// 0002: FF20 { DF21 offsets from the file's start, DF22 name, DF23 address, DF24 YYYYMMDD, DF25
/// sex }.
Bytes make_attributes_file(const Holder& holder);
/// 0003: FF30 { DF31 SHA-256 of the whole file 0001, DF32 SHA-256 of 0002 after its offset table,
/// DF33 signature over what stands before it }.
Bytes make_attribute_digests(ByteView my_number_file, ByteView attributes_file,
                             const RsaKey& issuer);
/// 0004: 7F21 { 5F4E authority, holder and public key of the issuer, 5F37 signature }. Self-signed
/// here.
Bytes make_issuer_certificate(const RsaKey& issuer);

/// 照合番号B: birth with the year of the Japanese era, expiry year of the card, security code; 14
/// digits.
std::string make_number_b(const std::string& birth, const std::string& security_code);

/// SHA-256 by OpenSSL: emulators share no cryptography with the firmware.
Bytes sha256_of(ByteView content);

}  // namespace madoguchi::emulator
