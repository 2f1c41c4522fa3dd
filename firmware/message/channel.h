#pragma once
// One end of a SOCK_SEQPACKET socket pair between two processes of the kiosk.

#include <memory>
#include <optional>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/message/codec.h"
#include "firmware/message/framing.h"

namespace boost::asio {
class any_io_executor;
}

namespace madoguchi {

/// What a channel takes from its peer and keeps for it; for peers that are trusted less than the
/// kiosk's own processes.
struct ChannelCaps {
  std::size_t most_received = max_message;     ///< bytes of one message
  std::size_t most_waiting = 4 * max_message;  ///< bytes that the peer has not read
};

/// For processes with a loop. Loop thread only. Takes ownership of the descriptor.
class Channel {
 public:
  Channel(const boost::asio::any_io_executor& loop, int fd, ChannelCaps caps = {});
  ~Channel();
  Channel(Channel&&) noexcept;

  /// Queues the message; it is sent in order while the loop runs. Errc::full if larger than
  /// max_message, or if the other process has stopped reading and more than the cap waits. A peer
  /// that is gone shows at receive().
  Status send(Bytes message);
  /// The next message. Errc::gone when the peer closed; Errc::protocol and Errc::full mean: close.
  Task<Result<Bytes>> receive();

  template <class T>
  Status send(const T& message) {
    return send(encode(message));
  }
  template <class T>
  Task<Result<T>> receive_as() {
    Result<Bytes> bytes = co_await receive();
    if (!bytes) co_return bytes.error();
    co_return decode<T>(*bytes);
  }

  struct State;

 private:
  std::shared_ptr<State>
      state_;  // shared with the sender coroutine, which may outlive the channel by one step
};

/// For a thread that may block (kiosk-ui's reader, the NFC process). Takes ownership of the
/// descriptor.
class BlockingChannel {
 public:
  explicit BlockingChannel(int fd) : fd_(fd) {}
  ~BlockingChannel();
  BlockingChannel(const BlockingChannel&) = delete;
  BlockingChannel& operator=(const BlockingChannel&) = delete;

  /// Any thread, one at a time.
  Status send(ByteView message);
  /// One thread. Blocks.
  Result<Bytes> receive();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace madoguchi
