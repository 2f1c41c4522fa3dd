#pragma once
// Who may have what: the rules of コンビニ交付 applied to a resident. Fees and opening hours are
// the gateway's.

#include <optional>
#include <vector>

#include "firmware/message/gateway_api.h"
#include "tools/gateway/residents/registry.h"

namespace madoguchi::gateway {

/// Why this person gets nothing at a kiosk at all: protected_person (also when another member of
/// the household is protected, whose address would be told), moved_out, deceased, under_age (under
/// 15 on `today`). None: served.
std::optional<api::Refusal> refusal_of(const Registry& registry, const Resident& resident,
                                       Date today);

/// One kind for one resident: everything of api::Offer that the registry decides.
struct Entitlement {
  api::Kind kind = api::Kind::residence;
  std::optional<api::Refusal>
      unavailable;                   ///< refusal_of, or not_available when the data are not there
  std::vector<std::string> options;  ///< "persons", "relationship", "domicile", "year"
  std::vector<std::int32_t> years;   ///< tax years, newest first
};

/// All six kinds in the order of api::Kind.
std::vector<Entitlement> entitlements_of(const Registry& registry, const Resident& resident,
                                         Date today);

}  // namespace madoguchi::gateway
