#pragma once
// The slip of paper that tells what became of the money. A slip that cannot be printed never stops
// a visit: a Fault "receipt" stands, and the last screen says so.

#include <string>

#include "firmware/message/gateway_api.h"
#include "firmware/message/slip.h"
#include "firmware/payment/charge.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// Whether a charge that has come to its end deserves paper: money moved, may have moved, or the
/// terminal refused it. Not when nothing was asked or the resident stopped it.
bool deserves_slip(const payment::ChargeRecord& charge);

/// What stands on it. Pure.
Slip make_slip(const Settings& settings, Timers::Wall now, api::Kind kind,
               const payment::ChargeRecord& charge, const std::string& language);

/// What staff scan to find a sale:
/// "madoguchi-sale:kiosk=K&sale=S&service=X&terminal=T&transaction=U", percent-encoded (RFC 3986).
std::string sale_code(const std::string& kiosk, const payment::ChargeRecord& charge);

enum class SlipGiven { none, printed, failed };
/// Draws and prints; `none` without a receipt printer. Keeps the Fault "receipt" true. At most 26
/// s.
Task<SlipGiven> give_slip(Desk& desk, Slip slip);

Screen slip_printing_screen();
/// Adds to a visit's last screen that the slip shall be taken along, or that there is none.
void mention(Screen& screen, SlipGiven slip);

/// Asks the printer how it is and keeps the Fault "receipt" true.
Task<void> look_at_receipt_printer(Desk& desk);

}  // namespace madoguchi::visit
