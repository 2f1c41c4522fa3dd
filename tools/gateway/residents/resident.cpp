#include "tools/gateway/residents/resident.h"

#include <algorithm>

namespace madoguchi::gateway {

std::optional<CertificateHash> CertificateHash::parse(std::string_view text) {
  const auto bytes = from_hex(text);
  CertificateHash hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.bytes.begin());
  return hash;
}

}  // namespace madoguchi::gateway
