#pragma once
// The morning slip: what works, what needs paper, what needs a person, in plain words for whoever
// opens the building. Once a day at `[kiosk] morning`, on the receipt printer, else on the glass.

#include <string>

#include "firmware/message/self_test_report.h"
#include "firmware/message/slip.h"
#include "firmware/visit/ask.h"

namespace madoguchi::visit {

/// Whether somebody of the house can help with paper, a roll or toner; else it needs a person who
/// knows the kiosk.
bool needs_supplies(const PartResult& part);

/// Japanese: it is for the staff of the building. Pure.
Slip morning_slip(const SelfTestReport& report, const Settings& settings, Timers::Wall now);

/// Whether the slip of today is due: at most an hour late, so that a kiosk that was started in the
/// afternoon prints none. `last_day`: "2026-11-22", of the last slip.
bool morning_is_due(const Settings& settings, Timers::Wall now, const std::string& last_day);
std::string day_text(const Settings& settings, Timers::Wall now);

/// Tests, prints or shows, and notes the day. A card on the reader ends what is shown.
Task<void> give_morning_slip(Desk& desk, Dialogue& dialogue);
/// Whether give_morning_slip() is due now.
bool morning_is_due(const Desk& desk);

}  // namespace madoguchi::visit
