#pragma once
// Brings what kioskd says, and the wish to end the process, to the window's thread as SDL events.

#include <cstdint>
#include <thread>

#include "firmware/message/channel.h"
#include "firmware/message/ui_protocol.h"

union SDL_Event;

namespace madoguchi::ui {

/// Owns the reader thread. SIGTERM and SIGINT must be blocked before it is made; it waits for them.
class Inbox {
 public:
  explicit Inbox(BlockingChannel& channel);
  /// Ends the thread.
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// A message that arrived with this event, or nothing when the event is another.
  std::unique_ptr<KioskToUi> take(const SDL_Event& event) const;
  /// Whether this event says that the process shall end: a signal came.
  [[nodiscard]] bool is_end(const SDL_Event& event) const;
  /// ... that kioskd is gone. The last one but for is_end().
  [[nodiscard]] bool is_loss(const SDL_Event& event) const;

 private:
  void run();

  BlockingChannel& channel_;
  std::uint32_t event_type_;
  int signals_;
  int stop_;
  std::thread thread_;
};

}  // namespace madoguchi::ui
