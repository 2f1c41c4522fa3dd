#pragma once
// A request that becomes a WebSocket (RFC 6455). A route checks who asks (certificate, cookie,
// Origin), then answers with accept_web_socket(); HttpConnection does the rest. Works on every
// listener.
//
//   co_return accept_web_socket(request, "madoguchi-live-1", [this](WebSocket& socket) {
//     return talk(socket);     // a coroutine; the connection ends with it
//   });
//
// The story may be cancelled where it waits: what must be undone belongs into destructors. It must
// not outlive the server.

#include <string_view>

#include "firmware/message/web_socket.h"
#include "tools/gateway/http_message.h"

namespace madoguchi::gateway {

/// 101 with the story; 426 when the request asks for no WebSocket of version 13; 400 when the
/// client does not offer the subprotocol.
Answer accept_web_socket(const Request& request, std::string_view subprotocol, Upgrade::Story story,
                         WebSocketLimits limits = {});

}  // namespace madoguchi::gateway
