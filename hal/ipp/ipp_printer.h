#pragma once
// The driver of an IPP printer: hal/api/printer.h over hal/ipp/ipp_wire.h. Speaks to the printer
// itself, not to cupsd.

#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "hal/api/printer.h"

namespace madoguchi {

/// The printer at an ipp:// or ipps:// URI. It need not be on: state() says so later. The timers
/// must outlive it. Errors: invalid, with what is wrong in the URI.
Result<std::unique_ptr<Printer>> make_ipp_printer(Timers& timers, std::string uri);

}  // namespace madoguchi
