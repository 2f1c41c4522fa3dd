// Whatever a server sends as its chain: three certificates, each behind a two-byte length, the last
// one trusted. The check ends with yes or no; yes only for a chain whose leaf names the server.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "firmware/link/chain_check.h"

using namespace madoguchi;

namespace {

Bytes take(ByteView& rest) {
  if (rest.size() < 2) return {};
  const std::size_t size = std::min<std::size_t>(rest[0] << 8 | rest[1], rest.size() - 2);
  const Bytes part = to_bytes(rest.subspan(2, size));
  rest = rest.subspan(2 + size);
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  const Bytes leaf = take(rest);
  std::vector<Bytes> intermediates{take(rest)};
  if (intermediates[0].empty()) intermediates.clear();
  const std::vector<Bytes> roots{take(rest)};
  constexpr std::string_view name = "localhost";
  const WallClock now{std::chrono::hours(24) * 365 * 60};
  const bool accepted =
      verify_server_chain(leaf, intermediates, roots, {{std::string(name), false}, now}).ok();
  if (accepted && std::search(leaf.begin(), leaf.end(), name.begin(), name.end()) == leaf.end()) {
    std::abort();
  }
  return 0;
}
