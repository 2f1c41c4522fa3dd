#pragma once
// A kiosk that starts and cannot open its journal: the disk is missing, full, read-only or damaged.
// Without a journal nobody is served.

#include <functional>
#include <memory>

#include "firmware/base/fault.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/journal/journal.h"
#include "firmware/visit/ask.h"

namespace madoguchi::visit {

/// One try; its error is that of Journal::open.
using OpenJournal = std::function<Result<std::unique_ptr<Journal>>()>;

/// Tries at once and then every ten seconds. As long as it fails the fault "storage" stands (codes:
/// "full", "io", "integrity") and the screen says that the kiosk is out of service. Loop thread.
/// All arguments are borrowed until it returns.
Task<std::unique_ptr<Journal>> wait_for_journal(Pane pane, FaultBoard& faults,
                                                const OpenJournal& open);

}  // namespace madoguchi::visit
