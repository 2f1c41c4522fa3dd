#pragma once
// The day's reconciliation as a clerk reads it: plain text for a fixed-width font, in which
// Japanese characters are two columns wide. Pure.

#include <string>
#include <string_view>

#include "firmware/payment/reconciliation.h"

namespace madoguchi::payment {

/// language: "ja" or "en".
std::string report_text(const DayReport& report, std::string_view language);

}  // namespace madoguchi::payment
