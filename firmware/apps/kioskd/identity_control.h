#pragma once
// What maintainers ask about the kiosk's identity (firmware/message/identity_control.h): wiring
// between the control channel, kiosk-link and kiosk-keys. Loop thread only.

#include <memory>
#include <string>

#include "firmware/apps/kioskd/control_desk.h"
#include "firmware/base/worker.h"
#include "firmware/visit/identity_desk.h"

namespace madoguchi {

class IdentityControl {
 public:
  /// `keys_socket`: [keys] socket; empty: the key is a file of kiosk.toml. `erase_request`: the
  /// file that asks the system for the rest, the data partition; empty: there is none. The desk
  /// outlives it.
  IdentityControl(visit::IdentityDesk& desk, std::string keys_socket, std::string erase_request)
      : desk_(desk),
        keys_socket_(std::move(keys_socket)),
        erase_request_(std::move(erase_request)) {}

  /// Adds the commands and the identity's part of every status.
  void serve(ControlDesk& control);

 private:
  control::Answer told(EnrolOutcome outcome) const;
  Task<control::Answer> enrol(control::EnrolAsk ask);
  Task<control::Answer> renew();
  Task<control::Answer> erase();

  visit::IdentityDesk& desk_;
  std::string keys_socket_;
  std::string erase_request_;
  Worker worker_{"keys"};
};

}  // namespace madoguchi
