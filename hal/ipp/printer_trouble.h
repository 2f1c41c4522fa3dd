#pragma once
// What a printer's and a job's own words mean to the kiosk. Pure functions over IPP values (RFC
// 8011).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hal/api/printer.h"

namespace madoguchi::ipp {

/// printer-state (RFC 8011, 5.4.11).
enum class PrinterPhase { idle = 3, processing = 4, stopped = 5 };

/// Which trouble stands in the way. `reasons` are printer-state-reasons (5.4.12): a keyword with a
/// severity suffix -report, -warning or -error, or with none, which counts as an error. Reports and
/// warnings are no trouble while the printer goes on (an empty second tray), but they explain why a
/// printer has stopped.
PrinterTrouble trouble_of(PrinterPhase phase, const std::vector<std::string>& reasons);

/// job-state (5.3.7); `unknown` for any number that the standard does not name.
JobState job_state_of(int job_state);

/// Whether a job will change no more.
bool has_ended(JobState state);

/// Whether a job still waits for (the rest of) its document, as after a Create-Job whose
/// Send-Document was lost. `documents` is number-of-documents, -1 when the printer does not say.
bool lacks_document(JobState state, const std::vector<std::string>& reasons,
                    std::int32_t documents);

/// What the end of a job is worth. A printer may say `completed` for a job that it gave up or that
/// lacks pages: only a completed job without error reasons whose pages are all there stays
/// `completed`, any other becomes `aborted`. `pages_expected` 0: not known; `pages_completed` -1:
/// the printer does not count.
JobState verdict(JobState state, const std::vector<std::string>& reasons,
                 std::int32_t pages_completed, std::int32_t pages_expected);

}  // namespace madoguchi::ipp
