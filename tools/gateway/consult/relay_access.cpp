#include "tools/gateway/consult/relay_access.h"

#include <array>
#include <sstream>

#include <openssl/hmac.h>

#include "firmware/base/file.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t shortest_secret = 16;
constexpr std::size_t largest_file = 1024;

}  // namespace

Result<RelayAccess> RelayAccess::load(const std::string& secret_file, const std::string& urls) {
  auto content = read_file(secret_file, largest_file);
  if (!content) return content.error();
  std::size_t size = content->size();
  while (size > 0 && (content->at(size - 1) == '\n' || content->at(size - 1) == '\r')) --size;
  Secret secret(ByteView(content->data(), size));
  wipe(content->data(), content->size());
  if (size < shortest_secret) return Error{Errc::invalid, secret_file, "holds less than 16 bytes"};
  std::vector<std::string> all;
  std::istringstream words(urls);
  for (std::string url; words >> url;) {
    if (!url.starts_with("turn:") && !url.starts_with("turns:"))
      return Error{Errc::invalid, "--relay-urls", "begin with turn: or turns:"};
    all.push_back(url);
  }
  return RelayAccess(std::move(secret), std::move(all));
}

consult::RelayPass RelayAccess::pass(const std::string& who, UnixTime now) const {
  consult::RelayPass out;
  out.expires_at = now + lifetime_s;
  out.user = std::to_string(out.expires_at) + ":" + who;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  const ByteView user = as_bytes(out.user);
  HMAC(EVP_sha1(), secret_.reveal().data(), static_cast<int>(secret_.size()), user.data(),
       user.size(), mac.data(), &size);
  out.password = to_base64(ByteView(mac.data(), size));
  return out;
}

}  // namespace madoguchi::gateway
