#pragma once
// One end of a WebSocket (RFC 6455) that carries texts, whatever TLS is below it: what waits to be
// written, pings, limits, the end. The kiosk (firmware/link) and the gateway have one each.
//
// Loop thread only.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/base/wakeup.h"

namespace madoguchi {

struct WebSocketLimits {
  std::size_t most_message = 64u << 10;   ///< received; a larger one ends the connection (1009)
  std::size_t most_waiting = 256u << 10;  ///< for the peer to take; more ends the connection
  Timers::Duration ping_every{20'000};
  Timers::Duration patience{10'000};  ///< for any sign of life after a ping; less than ping_every
};

/// Why this side ends it (RFC 6455 7.4.1; from 4000 on our own).
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,    ///< the program ends
  unacceptable = 1003,  ///< a frame that is not text
  refused = 1008,       ///< what was said is not allowed
  replaced = 4000,      ///< the same peer has come again
};

/// A connection after the opening handshake, as a protocol library gives it. read() beside write(),
/// ping() or close(); nothing else at once. Cancelling anything makes the connection unusable.
class WebSocketWire {
 public:
  virtual ~WebSocketWire() = default;
  /// The next text. Errors: gone (closed or broken), full (too large; 1009 was said), protocol (not
  /// WebSocket or not UTF-8; that was said), unsupported (a binary message).
  virtual Task<Result<std::string>> read() = 0;
  virtual Task<Status> write(const std::string& text) = 0;
  virtual Task<Status> ping() = 0;
  /// Says the code and waits for the peer's.
  virtual Task<Status> close(CloseCode code) = 0;
  /// Goes up with everything that came from the peer, pongs included. Nothing is heard unless
  /// read() waits.
  [[nodiscard]] virtual std::uint64_t signs_of_life() const = 0;
};

class WebSocket {
 public:
  WebSocket(Timers& timers, WebSocketWire& wire, WebSocketLimits limits);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// The next text, in the order in which they were sent. An error says why there is none any more;
  /// then end the story. Only while this waits is the peer heard at all, its pongs too.
  Task<Result<std::string>> receive();
  /// Queues a text. Dropped when the connection is ending; ends it when too much waits.
  void say(std::string text);
  /// What waits is written, then the code is said; all within a second. receive() ends with it.
  void close(CloseCode code);

  /// Serves the connection until the story ends, the peer leaves, or a limit is reached, and says
  /// why it ended. The story is cancelled where it waits unless it has ended by itself. Once only.
  Task<Error> run(Task<void> story);

 private:
  Task<void> tell(Task<void> story);
  Task<void> write_all();
  Task<void> keep_alive();
  Task<void> watch_end();
  void note(Error why);

  Timers& timers_;
  WebSocketWire& wire_;
  WebSocketLimits limits_;
  std::deque<std::string> queue_;
  std::size_t waiting_ = 0;  ///< bytes of the queue and of what is being written
  Wakeup queued_;
  Wakeup ending_;
  std::optional<CloseCode> closing_;
  bool cut_ = false;
  std::optional<Error> why_;
};

}  // namespace madoguchi
