#include "tools/emulators/card/card_files.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

namespace madoguchi::emulator {

namespace {

void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

void append_number(Bytes& out, std::uint32_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

/// A BER-TLV object with a tag of one or two bytes.
Bytes tlv(std::uint16_t tag, ByteView value) {
  Bytes out;
  append_number(out, tag, tag > 0xFF ? 2 : 1);
  if (value.size() > 0xFF) {
    out.push_back(0x82);
    append_number(out, static_cast<std::uint32_t>(value.size()), 2);
  } else {
    if (value.size() > 0x7F) out.push_back(0x81);
    append_number(out, static_cast<std::uint32_t>(value.size()), 1);
  }
  append(out, value);
  return out;
}

void append_padded(Bytes& out, std::string_view text, std::size_t size) {
  append(out, as_bytes(text));
  out.insert(out.end(), size - text.size(), ' ');
}

/// The AlgorithmIdentifier and OCTET STRING header of a SHA-256 DigestInfo (RFC 8017, 9.2).
constexpr std::array<std::uint8_t, 19> sha256_digest_info = {
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
    0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

Bytes sign_sha256(const RsaKey& key, ByteView content) {
  Bytes payload(sha256_digest_info.begin(), sha256_digest_info.end());
  append(payload, sha256_of(content));
  return key.sign(payload);
}

Bytes key_number(const RsaKey& key, const char* which) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.handle(), which, &number) != 1) std::abort();
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> owner(number, &BN_free);
  Bytes out(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, out.data());
  return out;
}

/// The objects of FF20 and how many bytes of the file the header before them takes.
Bytes attribute_objects(const Holder& holder, std::size_t outer_header) {
  const std::array<Bytes, 4> fields = {
      tlv(0xDF22, as_bytes(holder.name)), tlv(0xDF23, as_bytes(holder.address)),
      tlv(0xDF24, as_bytes(holder.birth)), tlv(0xDF25, as_bytes(std::to_string(holder.sex)))};
  constexpr std::size_t offset_table = 2 + 1 + 8;
  std::size_t at = outer_header + offset_table;
  Bytes offsets;
  Bytes objects;
  for (const Bytes& field : fields) {
    append_number(offsets, static_cast<std::uint32_t>(at), 2);
    append(objects, field);
    at += field.size();
  }
  Bytes out = tlv(0xDF21, offsets);
  append(out, objects);
  return out;
}

}  // namespace

Bytes sha256_of(ByteView content) {
  Bytes digest(32);
  EVP_Digest(content.data(), content.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Bytes make_token_info() {
  constexpr std::uint32_t login_required_and_initialised = 0x0000040C;
  constexpr std::uint32_t unavailable = 0xFFFFFFFF;
  Bytes out;
  append_padded(out, "JPKIAPICCTOKEN2", 32);
  append_padded(out, "Madoguchi Card Emulator", 32);
  append_padded(out, "", 16);
  append_padded(out, "", 16);
  append_number(out, login_required_and_initialised, 4);
  for (int sessions = 0; sessions < 4; ++sessions) append_number(out, 0, 4);
  append_number(out, 16, 4);
  append_number(out, 4, 4);
  for (int memory = 0; memory < 4; ++memory) append_number(out, unavailable, 4);
  append_padded(out, "0301", 4);
  append_padded(out, "", 16);
  return out;
}

Bytes make_my_number_file(const std::string& my_number) {
  Bytes out = tlv(0xFF10, as_bytes(my_number));
  out.insert(out.end(), 2, 0xFF);
  return out;
}

Bytes make_attributes_file(const Holder& holder) {
  // How long the outer header is depends on how long its content is, which does not depend on the
  // offsets' values.
  const std::size_t size = attribute_objects(holder, 0).size();
  const std::size_t outer_header = 2 + (size > 0xFF ? 3 : size > 0x7F ? 2 : 1);
  return tlv(0xFF20, attribute_objects(holder, outer_header));
}

Bytes make_attribute_digests(ByteView my_number_file, ByteView attributes_file,
                             const RsaKey& issuer) {
  const std::size_t length_byte = attributes_file[2];
  const std::size_t outer_header = length_byte < 0x80 ? 3 : 3 + (length_byte & 0x0F);
  constexpr std::size_t offset_table = 2 + 1 + 8;
  Bytes objects = tlv(0xDF31, sha256_of(my_number_file));
  append(objects, tlv(0xDF32, sha256_of(attributes_file.subspan(outer_header + offset_table))));
  append(objects, tlv(0xDF33, sign_sha256(issuer, objects)));
  return tlv(0xFF30, objects);
}

Bytes make_issuer_certificate(const RsaKey& issuer) {
  Bytes body;
  for (const std::string_view id : {"9000001", "9000002"}) {  // numbers of no real hierarchy
    append(body, as_bytes(id));
    body.insert(body.end(), {0x08, 0x05});
    append(body, as_bytes("001"));
    body.insert(body.end(), 4, 0x00);
  }
  append(body, tlv(0x90, key_number(issuer, OSSL_PKEY_PARAM_RSA_E)));
  append(body, tlv(0x91, key_number(issuer, OSSL_PKEY_PARAM_RSA_N)));
  Bytes objects = tlv(0x5F4E, body);
  append(objects, tlv(0x5F37, sign_sha256(issuer, body)));
  return tlv(0x7F21, objects);
}

std::string make_number_b(const std::string& birth, const std::string& security_code) {
  struct Era {
    std::string_view first_day;
    int year_before;
  };
  constexpr std::array<Era, 5> eras = {{{"20190501", 2018},
                                        {"19890108", 1988},
                                        {"19261225", 1925},
                                        {"19120730", 1911},
                                        {"18680125", 1867}}};
  int era_year = 0;
  for (const Era& era : eras) {
    if (birth < era.first_day) continue;
    era_year = std::stoi(birth.substr(0, 4)) - era.year_before;
    break;
  }
  const std::string two_digits = std::to_string(100 + era_year % 100).substr(1);
  return two_digits + birth.substr(4) + "2035" + security_code;
}

}  // namespace madoguchi::emulator
