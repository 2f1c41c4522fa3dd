#pragma once
// The keeper of kiosk-call: starts the workers and carries messages between kioskd and the one that
// serves, with the next one warm behind it. It opens no device and parses nothing that came from
// the network, so that it lives as long as the kiosk.
//
// A worker that ends, for whatever reason, is followed at once by the warm one. Loop thread only.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/message/call_protocol.h"
#include "firmware/message/picture_board.h"

namespace boost::asio {
class any_io_executor;
}

namespace madoguchi {
class Channel;
}

namespace madoguchi::call {

/// How a worker is started: this program itself, with these arguments before its own.
struct WorkerProgram {
  std::string path;
  std::vector<std::string> arguments;
};

class Keeper {
 public:
  /// `boards_fd` is the file of picture_board.h and `boards` a mapping of it. Workers are numbered
  /// from the deciseconds that the machine has run, so that those of a keeper that was started
  /// again come after those of the one before.
  Keeper(Timers& timers, const boost::asio::any_io_executor& loop, WorkerProgram program,
         Channel& kioskd, int boards_fd, PictureBoards& boards);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Until kioskd is gone, or it is cancelled.
  Task<void> run();

 private:
  struct Worker;

  Task<void> listen();
  Task<void> hear(std::shared_ptr<Worker> worker);
  void take(Worker& worker, const CallToKiosk& message);
  void start_worker();
  void start_later();
  Task<void> start_after_pause();
  void lost(const std::shared_ptr<Worker>& worker);
  void promote();

  Timers& timers_;
  const boost::asio::any_io_executor& loop_;
  WorkerProgram program_;
  Channel& kioskd_;
  int boards_fd_;
  PictureBoards& boards_;
  std::int64_t last_number_;
  int failures_ = 0;  ///< workers in a row that died before they were warm
  // Shared with the coroutine that hears it.
  std::shared_ptr<Worker> active_;
  std::shared_ptr<Worker> spare_;
  std::deque<KioskToCall> waiting_;  ///< for the next worker
};

}  // namespace madoguchi::call
