#pragma once
// Printing what costs nothing and stands in no ledger: a lesson's sheet, a paper that was handed
// over in a consultation.

#include <string>

#include "firmware/base/bytes.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// One job of this name, which nobody else has. Ok when the paper is out. A printer in trouble is
/// not waited for: at most 45 s, and the job is withdrawn. Errors: gone, busy, timeout ... with
/// what stood in the way.
Task<Status> print_for_free(Desk& desk, std::string job, Bytes pdf);

}  // namespace madoguchi::visit
