#pragma once
// A WebSocket to the gateway over a connection of its own: the same TLS 1.3 policy as HttpClient's
// (tls_policy.h), one subprotocol, texts without compression. No Boost or Mbed TLS type shows here.
//
// Loop thread only. A task must end before its client, the client before its loop.

#include <functional>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/link/http_client.h"
#include "firmware/message/web_socket.h"

namespace madoguchi {

struct WebSocketServer {
  std::string url;  ///< https only
  TlsFiles tls;
  std::string target;       ///< "/v1/live", behind the URL's path
  std::string subprotocol;  ///< the server must agree to it
  WebSocketLimits limits;
  TrustUse trust{};
};

class WebSocketClient {
 public:
  /// Errors: invalid (URL, unreadable or malformed PEM), with file and reason.
  static Result<std::unique_ptr<WebSocketClient>> create(Timers& timers, WebSocketServer server);
  virtual ~WebSocketClient() = default;

  /// A new connection, up to the server's 101. Errors: timeout, gone, integrity and refused as in
  /// HttpFailure, protocol (no WebSocket, or not with our subprotocol; with the server's status).
  virtual Task<Status> connect(Timers::Duration patience) = 0;
  /// After connect(): gives every text that comes to `heard`, until the connection ends; says why.
  virtual Task<Error> serve(std::function<void(std::string)> heard) = 0;
  /// While serve() runs: queues a text. Dropped at other times.
  virtual void say(std::string text) = 0;
};

}  // namespace madoguchi
