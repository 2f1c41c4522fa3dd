#pragma once
// A request and its answer, without the library that parses them.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/bytes.h"
#include "firmware/base/task.h"
#include "firmware/message/web_socket.h"
#include "tools/gateway/refused.h"

namespace madoguchi::gateway {

struct Request {
  std::string peer;    ///< CN of the client certificate; empty on the public side
  std::string method;  ///< "GET"
  std::string target;  ///< as sent: "/v1/visits?x=y"
  std::map<std::string, std::string> headers;  ///< names in lower case; of repeated ones the first
  Bytes body;
  std::string address{};  ///< IP address that the request came from
};

/// What becomes of a connection whose request asked for a WebSocket: see web_socket.h.
struct Upgrade {
  using Story = std::function<Task<void>(WebSocket&)>;
  std::string subprotocol;
  WebSocketLimits limits;
  Story story;
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  Bytes body{};
  std::map<std::string, std::string> headers{};  ///< beside those that every answer has
  std::optional<Upgrade> upgrade{};  ///< the answer is 101; status and body do not count
};

using Handler = std::function<Task<Answer>(Request)>;

/// A described struct as a JSON answer.
template <class T>
Answer json_answer(int status, const T& value) {
  return {.status = status, .body = encode(value, Dialect::json)};
}

inline Answer refusal(const Refused& refused) {
  const int status = refused.status != 0 ? refused.status : usual_status(refused.code);
  return json_answer(status, api::ApiError{refused.code, refused.message});
}

}  // namespace madoguchi::gateway
