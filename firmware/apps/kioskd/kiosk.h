#pragma once
// A kiosk in service: its neighbours' ports, its devices, its journal and the reception, put
// together. Wiring. Loop thread only.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/apps/kioskd/cabinet.h"
#include "firmware/apps/kioskd/call_port.h"
#include "firmware/apps/kioskd/control_desk.h"
#include "firmware/apps/kioskd/identity_control.h"
#include "firmware/apps/kioskd/link_port.h"
#include "firmware/apps/kioskd/service_parts.h"
#include "firmware/apps/kioskd/ui_front.h"
#include "firmware/apps/kioskd/update_control.h"
#include "firmware/apps/kioskd/update_post.h"
#include "firmware/lesson/shelf.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/consult_visit.h"
#include "firmware/visit/reception.h"
#include "hal/api/booth_switch.h"
#include "hal/api/code_reader.h"

namespace madoguchi {

/// This process's own ends.
struct KioskEnds {
  int ui = -1;
  int link = -1;
  int call = -1;     ///< none: no consultation is offered
  int control = -1;  ///< none: the configuration's socket
};

class Kiosk {
 public:
  /// What is borrowed outlives it; the upkeep outlives the loop too: visits that end with it still
  /// tell.
  Kiosk(boost::asio::io_context& loop, Timers& timers, visit::Upkeep& upkeep,
        const KioskConfiguration& configuration, Cabinet cabinet, SetupFiles papers);
  ~Kiosk();

  /// Errors: those of the lessons' folder and of the control socket.
  Status open(KioskEnds ends);
  /// Until a signal (0), or until a neighbour is gone (3): the supervisor starts all anew then, and
  /// the journal resolves what was open.
  int run();

 private:
  /// Consultations by video, where they are offered.
  struct Consulting;

  [[nodiscard]] visit::SelfTestBench bench();
  Task<void> receive();
  Task<void> until_ui_is_gone();
  Task<void> until_link_is_gone();
  void stop(int exit_code);
  void spawn(Task<void> task);

  boost::asio::io_context& loop_;
  Timers& timers_;
  visit::Upkeep& upkeep_;
  const KioskConfiguration& configuration_;
  Cabinet cabinet_;
  SetupFiles papers_;
  FaultBoard faults_;
  lesson::Shelf lessons_;
  std::unique_ptr<CodeReader> code_reader_;
  std::optional<UiFront> front_;
  std::optional<LinkPort> link_;
  std::optional<visit::Companion> companion_;
  visit::Front* stage_ = nullptr;  ///< where visits show: the companion, or the front itself
  std::unique_ptr<Consulting> consulting_;
  std::unique_ptr<Journal> journal_;
  std::optional<visit::Desk> desk_;
  std::unique_ptr<UpdatePost> updates_;
  std::unique_ptr<ControlDesk> control_;
  std::optional<IdentityControl> identity_;
  std::optional<UpdateControl> update_control_;
  std::optional<visit::ServiceRoom> service_;
  std::optional<visit::Reception> reception_;
  int exit_code_ = 0;
};

}  // namespace madoguchi
