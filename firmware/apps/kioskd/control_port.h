#pragma once
// Where maintainers' commands come in (firmware/message/control_protocol.h). Bounded in every way:
// clients at once, bytes of a command, bytes that a client leaves unread, and the time in which it
// must say something. A client that misbehaves loses its connection; nothing here waits for one.
// Loop thread only.

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "firmware/apps/kioskd/control_socket.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/message/control_protocol.h"

namespace madoguchi {

/// Says an answer before the last one. Harmless when the client is gone.
using ControlTell = std::function<void(control::Answer)>;

struct ControlPolicy {
  uid_t own = 0;                     ///< kioskd's user
  std::optional<gid_t> maintainers;  ///< nothing: only root and `own`
  std::size_t most_clients = 8;
  std::chrono::seconds patience{10};  ///< for a client to say its (next) command
};

class ControlPort {
 public:
  /// Takes the listening descriptor over.
  ControlPort(const boost::asio::any_io_executor& loop, Timers& timers, int listening,
              ControlPolicy policy);
  ~ControlPort();

  /// Who answers commands of this type. The handler is a coroutine that gives the last answer; it
  /// is cancelled when its client goes, and must not outlive what it uses. At most one for each
  /// type; a command without any is refused as unsupported.
  template <class C>
  void serve(std::function<Task<control::Answer>(C command, ControlTell tell)> handler) {
    handle(control::Command(C{}).index(),
           [handler = std::move(handler)](control::Command command, ControlTell tell) {
             return handler(std::get<C>(std::move(command)), std::move(tell));
           });
  }

  /// For ever.
  Task<void> listen();

  struct State;
  using Handler = std::function<Task<control::Answer>(control::Command, ControlTell)>;

 private:
  void handle(std::size_t which, Handler handler);

  std::shared_ptr<State> state_;  // shared with the sessions' coroutines, which end with the loop
};

}  // namespace madoguchi
