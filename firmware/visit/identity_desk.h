#pragma once
// Who the kiosk is, as kiosk-link keeps it: asked by the first-boot wizard, by kioskctl and by the
// idle screen. Implemented by kioskd's port to kiosk-link.
//
// Loop thread only.

#include <optional>

#include "firmware/base/task.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi::visit {

class IdentityDesk {
 public:
  virtual ~IdentityDesk() = default;

  /// Nothing until kiosk-link has said it for the first time.
  [[nodiscard]] virtual std::optional<IdentityState> identity() const = 0;
  /// Ends when identity() has changed since the last call ended. One caller at a time.
  virtual Task<void> identity_changed() = 0;

  // Each takes up to two minutes and never fails: what goes wrong is in the outcome. One at a time;
  // the ids are filled in here.
  virtual Task<EnrolOutcome> enrol(EnrolRequest request) = 0;
  virtual Task<EnrolOutcome> renew() = 0;
  /// The gateway is told, if it can be reached; kiosk-link's files go. The key is another one's to
  /// erase: see firmware/message/keys_client.h.
  virtual Task<EnrolOutcome> forget() = 0;
};

}  // namespace madoguchi::visit
