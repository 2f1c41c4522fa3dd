#include "tools/gateway/live_kiosk.h"

#include "firmware/base/log.h"
#include "tools/gateway/web_socket.h"

namespace madoguchi::gateway {
namespace {

Task<void> talk(LiveHub& hub, std::string kiosk, WebSocket& socket) {
  LiveHub::KioskEnd end;
  end.say = [&socket](const desk::LiveToKiosk& message) {
    socket.say(as_text(encode(message, Dialect::json)));
  };
  end.replaced = [&socket] { socket.close(CloseCode::replaced); };
  LiveHub::Presence presence = hub.arrive(kiosk, std::move(end));
  for (;;) {
    const Result<std::string> text = co_await socket.receive();
    if (!text) co_return;
    const auto message = decode<desk::LiveFromKiosk>(as_bytes(*text), Dialect::json);
    if (message) {
      presence.heard(*message);
    } else {
      log_event(Event::message_refused, {{"kiosk", kiosk}, {"error", message.error().text()}});
    }
  }
}

}  // namespace

Answer accept_live_kiosk(LiveHub& hub, const Request& request) {
  WebSocketLimits limits;
  limits.most_message = desk::most_live_bytes;
  return accept_web_socket(
      request, desk::live_subprotocol,
      [&hub, kiosk = request.peer](WebSocket& socket) { return talk(hub, kiosk, socket); }, limits);
}

}  // namespace madoguchi::gateway
