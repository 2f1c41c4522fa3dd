#pragma once
// Between visits: closed, out of service, or welcome.

#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// Resolves what a power cut left open, then receives residents for ever. Ends only by cancellation.
Task<void> receive_residents(Desk& desk);

}  // namespace madoguchi::visit
