#pragma once
// The screens behind a maintainer's badge, and the last one of setting a kiosk up. Nothing on them
// is about a resident. Pure; every word is a key of ui/strings, or staff's (self_test.h).

#include <optional>
#include <string>
#include <vector>

#include "firmware/base/fault.h"
#include "firmware/message/link_protocol.h"
#include "firmware/message/screen.h"
#include "firmware/message/self_test_report.h"

namespace madoguchi::visit {

/// `calls`: there is a camera to look at; `update`: there is something to say of updates.
Screen service_screen(bool calls, bool update);
Screen service_testing_screen();

/// What is not well, the worst first, some on each page; what is well on the last.
Screen service_report_screen(const SelfTestReport& report, std::size_t page);
std::size_t report_pages(const SelfTestReport& report);
/// Camera, microphone and speaker alone.
SelfTestReport parts_of_call(SelfTestReport report);
/// The parts that work, or do not; without those that the kiosk does not have.
std::vector<PartResult> parts_with(const SelfTestReport& report, bool well);
/// Their names in one line, in both languages.
Text names_of(const std::vector<PartResult>& parts);

Screen service_faults_screen(const std::vector<Fault>& faults);
Screen service_network_screen(const ConnectionTested& tested);
/// kiosk-link did not answer.
Screen service_no_network_screen();
Screen service_printing_screen();
Screen service_touch_screen();
Screen service_touched_screen(std::int32_t reached, std::int32_t all);
Screen service_update_screen(std::vector<ReviewRow> rows);
Screen service_identity_screen(const std::optional<IdentityState>& identity, const std::string& id,
                               const std::string& site);
Screen service_slip_screen();
Screen service_restart_screen();

/// The first start is over, as far as the test says.
Screen setup_done_screen(const SelfTestReport& report, std::size_t page);
/// The morning's report on the glass, where there is no receipt printer.
Screen morning_screen(const SelfTestReport& report, std::size_t page);

}  // namespace madoguchi::visit
