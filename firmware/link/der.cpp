#include "firmware/link/der.h"

#include <algorithm>
#include <ctime>

#include <mbedtls/asn1.h>
#include <mbedtls/x509.h>

namespace madoguchi::der {
namespace {

constexpr int last_year = 2200;

// Lengths of one octet reach: on P-384 the whole has at most 104.
bool take_short(ByteView& rest, int tag, ByteView& content) {
  if (rest.size() < 2 || rest[0] != tag || rest[1] >= 0x80 || rest.size() < 2u + rest[1])
    return false;
  content = rest.subspan(2, rest[1]);
  rest = rest.subspan(2u + content.size());
  return true;
}

bool take_positive(ByteView& rest) {
  ByteView digits;
  if (!take_short(rest, integer, digits) || digits.empty() || digits[0] >= 0x80) return false;
  return digits[0] != 0 || (digits.size() > 1 && digits[1] >= 0x80);
}

}  // namespace

bool take(ByteView& rest, int tag, ByteView& content) {
  if (rest.empty()) return false;
  unsigned char* at = const_cast<unsigned char*>(rest.data());  // Mbed TLS only moves the pointer
  std::size_t size = 0;
  if (mbedtls_asn1_get_tag(&at, rest.data() + rest.size(), &size, tag) != 0) return false;
  content = {at, size};
  rest = rest.subspan(static_cast<std::size_t>(at - rest.data()) + size);
  return true;
}

bool is_ecdsa_signature(ByteView signature) {
  ByteView numbers;
  return take_short(signature, sequence, numbers) && signature.empty() && take_positive(numbers) &&
         take_positive(numbers) && numbers.empty();
}

ByteView ecdsa_signature(ByteView whole) {
  ByteView fields;
  ByteView skipped;
  ByteView signature;
  if (!take(whole, sequence, fields) || !take(fields, sequence, skipped) ||
      !take(fields, sequence, skipped) || !take(fields, bit_string, signature) || !fields.empty() ||
      signature.empty() || signature[0] != 0 || !is_ecdsa_signature(signature.subspan(1))) {
    return {};
  }
  return signature.subspan(1);
}

Bytes element(int tag, ByteView content) {
  Bytes out{static_cast<std::uint8_t>(tag)};
  const std::size_t size = content.size();
  if (size >= 0x100) {
    out.insert(out.end(), {0x82, static_cast<std::uint8_t>(size >> 8)});
  } else if (size >= 0x80) {
    out.push_back(0x81);
  }
  out.push_back(static_cast<std::uint8_t>(size));
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Bytes ecdsa_signature_of(ByteView raw) {
  Bytes numbers;
  for (ByteView number : {raw.first(raw.size() / 2), raw.subspan(raw.size() / 2)}) {
    // No needless zeros in front, one where the number would look negative.
    while (number.size() > 1 && number.front() == 0) number = number.subspan(1);
    Bytes digits;
    if ((number.front() & 0x80) != 0) digits.push_back(0);
    digits.insert(digits.end(), number.begin(), number.end());
    const Bytes one = element(integer, digits);
    numbers.insert(numbers.end(), one.begin(), one.end());
  }
  return element(sequence, numbers);
}

bool list_extensions(ByteView raw, std::vector<Extension>& out) {
  ByteView list;
  if (!take(raw, sequence, list) || !raw.empty()) return false;
  while (!list.empty()) {
    ByteView fields;
    ByteView oid;
    ByteView critical;
    Extension extension;
    if (!take(list, sequence, fields) || !take(fields, object_identifier, oid)) return false;
    if (take(fields, boolean, critical))
      extension.critical = critical.size() == 1 && critical[0] != 0;
    if (!take(fields, octet_string, extension.value) || !fields.empty()) return false;
    extension.oid = {reinterpret_cast<const char*>(oid.data()), oid.size()};
    out.push_back(extension);
  }
  return true;
}

const Extension* find(const std::vector<Extension>& extensions, std::string_view oid) {
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const Extension& extension) { return extension.oid == oid; });
  return found == extensions.end() ? nullptr : &*found;
}

std::chrono::system_clock::time_point time_of(const mbedtls_x509_time& time) {
  std::tm utc{};
  // The clock counts nanoseconds and ends in 2262; certificates may end in 9999.
  utc.tm_year = std::clamp(time.year, 1900, last_year) - 1900;
  utc.tm_mon = time.mon - 1;
  utc.tm_mday = time.day;
  utc.tm_hour = time.hour;
  utc.tm_min = time.min;
  utc.tm_sec = time.sec;
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

}  // namespace madoguchi::der
