#include "firmware/link/der.h"

#include <algorithm>
#include <ctime>

#include <mbedtls/asn1.h>
#include <mbedtls/x509.h>

namespace madoguchi::der {
namespace {

constexpr int last_year = 2200;

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
