#pragma once
// The ends of a live connection in contract tests: frames of a client that may misbehave, and the
// kiosk's own end as kiosk-link has it.

#include <memory>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

#include "firmware/link/live_link.h"
#include "firmware/link/web_socket_client.h"
#include "firmware/message/desk_api.h"

namespace madoguchi::gateway {

/// A frame of a client, masked with zeros (RFC 6455 5.2).
inline std::string frame(unsigned char opcode, std::string_view payload) {
  std::string out(1, static_cast<char>(0x80 | opcode));
  const std::uint64_t size = payload.size();
  const int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  out += static_cast<char>(0x80 | (bytes == 0 ? size : bytes == 2 ? 126 : 127));
  for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
  return out + std::string(4, '\0') + std::string(payload);
}

inline std::string text_of(const desk::LiveFromKiosk& message) {
  return as_text(encode(message, Dialect::json));
}

/// What kiosk-link has of the channel, and what it told kioskd.
struct KioskLink {
  KioskLink(Timers& timers, const std::string& address, TlsFiles files) {
    WebSocketServer server{"https://localhost" + address.substr(address.rfind(':')),
                           std::move(files),
                           desk::live_path,
                           desk::live_subprotocol,
                           {}};
    auto created = WebSocketClient::create(timers, std::move(server));
    if (!created) FAIL(created.error().text().c_str());
    client = std::move(*created);
    LiveLinkSettings settings;
    settings.back_off = {std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
    link = std::make_unique<LiveLink>(
        timers, *client,
        [this](LinkToKiosk message) {
          if (const auto* state = std::get_if<LiveState>(&message)) states.push_back(state->up);
          if (auto* text = std::get_if<LiveHeard>(&message)) heard.push_back(text->text);
        },
        [] { return 0.0; }, settings);
  }
  [[nodiscard]] bool up() const { return !states.empty() && states.back(); }
  void say(const desk::LiveFromKiosk& message) { link->say({text_of(message)}); }

  std::unique_ptr<WebSocketClient> client;
  std::unique_ptr<LiveLink> link;
  std::vector<bool> states;
  std::vector<std::string> heard;
};

}  // namespace madoguchi::gateway
