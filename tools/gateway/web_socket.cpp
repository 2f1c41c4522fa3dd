#include "tools/gateway/web_socket.h"

#include <algorithm>
#include <cctype>

namespace madoguchi::gateway {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Whether one of the words between the header's commas is this one.
bool says(const Request& request, const std::string& header, std::string_view word, bool exactly) {
  const auto found = request.headers.find(header);
  if (found == request.headers.end()) return false;
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view one = rest.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (exactly ? one == word : lower(std::string(one)) == word) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

}  // namespace

Answer accept_web_socket(const Request& request, std::string_view subprotocol, Upgrade::Story story,
                         WebSocketLimits limits) {
  const auto key = request.headers.find("sec-websocket-key");
  constexpr std::size_t key_size = 24;  // 16 bytes in base64 (RFC 6455 4.1)
  if (request.method != "GET" || !says(request, "connection", "upgrade", false) ||
      !says(request, "upgrade", "websocket", false) ||
      !says(request, "sec-websocket-version", "13", true) || key == request.headers.end() ||
      key->second.size() != key_size) {
    Answer answer =
        refusal({api::Refusal::malformed, "this path speaks WebSocket 13 (RFC 6455) only", 426});
    answer.headers["Upgrade"] = "websocket";
    answer.headers["Sec-WebSocket-Version"] = "13";
    return answer;
  }
  if (!says(request, "sec-websocket-protocol", subprotocol, true)) {
    return refusal({api::Refusal::malformed,
                    "the subprotocol " + std::string(subprotocol) + " is not offered"});
  }
  return {.status = 101, .upgrade = Upgrade{std::string(subprotocol), limits, std::move(story)}};
}

}  // namespace madoguchi::gateway
