#pragma once
// After a power cut, and when the link is back: every visit that the journal shows as open is
// finished or undone.

#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// Resolves every open visit, oldest first: an unknown payment is asked for, money without a
/// certificate is given back, the document is settled. A visit that cannot be settled now (no link)
/// stays open for the next call.
Task<void> recover(Desk& desk);

}  // namespace madoguchi::visit
