#pragma once
// The socket that kiosk-keys listens at, and its connections. Who connects is told by the kernel
// (SO_PEERCRED); who is neither kiosk-link nor kioskd is hung up on unheard.
//
// Loop thread only.

#include <memory>

#include <sys/types.h>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/keys/key_desk.h"

namespace madoguchi {

struct KeyDoorUsers {
  uid_t link = 0;
  uid_t kioskd = 0;
};

/// The mode of the socket's file: anybody may connect, and is looked at then.
inline constexpr mode_t key_door_mode = 0666;

class KeyDoor {
 public:
  static constexpr std::size_t most_connections = 16;
  /// A connection that says nothing for this long is hung up on.
  static constexpr Timers::Duration idle{30'000};

  /// Takes the listening descriptor.
  KeyDoor(Timers& timers, KeyDesk& desk, int listening, KeyDoorUsers users);
  ~KeyDoor();
  KeyDoor(const KeyDoor&) = delete;
  KeyDoor& operator=(const KeyDoor&) = delete;

  /// Until it is cancelled. Ends only after the last connection has.
  Task<void> run();

 private:
  Task<void> serve(int fd, KeyAsker asker);

  Timers& timers_;
  KeyDesk& desk_;
  int listening_;
  KeyDoorUsers users_;
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);  ///< by connections, which
                                                                          ///< may outlive this
};

}  // namespace madoguchi
