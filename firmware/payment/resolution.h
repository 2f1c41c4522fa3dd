#pragma once
// A sale that is unresolved has an owner: who finds out what became of the money, where it is
// written, and what the resident was told. A table; pure.

#include <string>

#include "firmware/payment/charge.h"

namespace madoguchi::payment {

enum class Owner {
  window_staff,  ///< of the community centre: can read the terminal in the cabinet
  accounting,    ///< 会計担当: asks the payment company, pays back by transfer
};
MADOGUCHI_ENUM(Owner, window_staff, accounting)

struct Resolution {
  Unresolved why = Unresolved::payment_unknown;
  Owner owner = Owner::window_staff;
  std::string service_id;  ///< to look for in the terminal's ledger or on its slip; also the number
                           ///< that the resident holds when it is the payment's
  std::string told;        ///< what the resident was told: a key of ui/strings
  std::string todo;        ///< what staff do: a key of ui/strings/staff
};

/// Why a charge that was in this state becomes unresolved by this event.
Unresolved why_unresolved(State before, Event event, const ChargeRecord& record);

/// For a record in the state unresolved.
Resolution resolution_of(const ChargeRecord& record);

}  // namespace madoguchi::payment
