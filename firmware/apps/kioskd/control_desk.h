#pragma once
// kioskd's answers to maintainers: what its state is, put together from all its parts, and the
// handlers of the commands. Wiring; a part with more to say has its own file. Loop thread only.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/apps/kioskd/configuration.h"
#include "firmware/apps/kioskd/control_port.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/base/fault.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/self_test.h"
#include "firmware/visit/upkeep.h"

namespace madoguchi {

/// What of kioskd is there at any time. Borrowed; outlives the desk.
struct ControlParts {
  Timers& timers;
  const KioskConfiguration& configuration;
  FaultBoard& faults;
  LinkPort& link;
  visit::Upkeep& upkeep;
  visit::Front& front;
  visit::ScreenProbe& screen;
  std::function<visit::SelfTestBench()> bench;  ///< what is there at that moment
  std::function<visit::Desk*()> desk;           ///< nullptr while the journal is not open
};

class ControlDesk {
 public:
  /// Errors: invalid, io, when the socket cannot be made or is none. `descriptor` < 0: the
  /// configuration's path; without either nobody is heard.
  static Result<std::unique_ptr<ControlDesk>> open(const boost::asio::any_io_executor& loop,
                                                   ControlParts parts, int descriptor);
  ~ControlDesk();

  /// Where others add their handlers; nullptr when nobody is heard.
  [[nodiscard]] ControlPort* port() { return port_.get(); }
  /// Adds to every status from now on: the identity, the update.
  void tell_of(std::function<void(control::KioskStatus&)> part);
  /// The journal, from the moment on when it is open.
  void journal_is_open(Journal& journal) { journal_ = &journal; }

  [[nodiscard]] control::KioskStatus status() const;
  /// For ever.
  Task<void> run();

 private:
  explicit ControlDesk(ControlParts parts);
  void serve_status();
  Task<control::Answer> tell_faults(control::FaultsAsk ask, ControlTell tell);
  [[nodiscard]] control::FaultsTold faults() const;

  ControlParts parts_;
  std::unique_ptr<ControlPort> port_;
  std::vector<std::function<void(control::KioskStatus&)>> tellers_;
  Journal* journal_ = nullptr;
  Timers::Monotonic started_;
  std::vector<std::weak_ptr<Wakeup>> watchers_;  // each lives in its tell_faults()'s frame
};

}  // namespace madoguchi
