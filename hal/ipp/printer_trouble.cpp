#include "hal/ipp/printer_trouble.h"

#include <algorithm>
#include <array>
#include <utility>

namespace madoguchi {

namespace ipp {
namespace {

struct Meaning {
  std::string_view keyword;
  PrinterTrouble trouble;
};

// In the order of who must act first: an open cover hides a jam from the sensors, a jam hides an
// empty tray.
constexpr std::array meanings{
    Meaning{"cover-open", PrinterTrouble::cover_open},
    Meaning{"door-open", PrinterTrouble::cover_open},
    Meaning{"interlock-open", PrinterTrouble::cover_open},
    Meaning{"media-jam", PrinterTrouble::media_jam},
    Meaning{"media-empty", PrinterTrouble::media_empty},
    Meaning{"media-needed", PrinterTrouble::media_empty},
    Meaning{"input-tray-missing", PrinterTrouble::media_empty},
    Meaning{"toner-empty", PrinterTrouble::toner_empty},
    Meaning{"marker-supply-empty", PrinterTrouble::toner_empty},
    Meaning{"developer-empty", PrinterTrouble::toner_empty},
    Meaning{"offline", PrinterTrouble::stopped},
    Meaning{"paused", PrinterTrouble::stopped},
    Meaning{"shutdown", PrinterTrouble::stopped},
    Meaning{"fuser-over-temp", PrinterTrouble::stopped},
    Meaning{"output-area-full", PrinterTrouble::stopped},
    Meaning{"spool-area-full", PrinterTrouble::not_accepting},
};

struct Reason {
  std::string_view keyword;
  bool error;
};

Reason split_severity(std::string_view reason) {
  for (const auto& [suffix, error] : {std::pair<std::string_view, bool>{"-report", false},
                                      {"-warning", false},
                                      {"-error", true}}) {
    if (reason.ends_with(suffix)) return {reason.substr(0, reason.size() - suffix.size()), error};
  }
  return {reason, true};
}

}  // namespace

PrinterTrouble trouble_of(PrinterPhase phase, const std::vector<std::string>& reasons) {
  const bool stopped = phase == PrinterPhase::stopped;
  for (const bool errors : {true, false}) {
    if (!errors && !stopped) break;
    for (const Meaning& meaning : meanings) {
      for (const std::string& reason : reasons) {
        const Reason split = split_severity(reason);
        if (split.error == errors && split.keyword == meaning.keyword) return meaning.trouble;
      }
    }
  }
  return stopped ? PrinterTrouble::stopped : PrinterTrouble::none;
}

JobState job_state_of(int job_state) {
  switch (job_state) {
    case 3:  // pending
    case 4:  // pending-held
      return JobState::pending;
    case 5:
      return JobState::processing;
    case 6:
      return JobState::stopped;
    case 7:
      return JobState::canceled;
    case 8:
      return JobState::aborted;
    case 9:
      return JobState::completed;
    default:
      return JobState::unknown;
  }
}

bool has_ended(JobState state) {
  return state == JobState::completed || state == JobState::canceled || state == JobState::aborted;
}

bool lacks_document(JobState state, const std::vector<std::string>& reasons,
                    std::int32_t documents) {
  if (has_ended(state)) return false;
  if (documents == 0) return true;
  return std::any_of(reasons.begin(), reasons.end(), [](const std::string& reason) {
    return reason == "job-incoming" || reason == "job-data-insufficient";
  });
}

JobState verdict(JobState state, const std::vector<std::string>& reasons,
                 std::int32_t pages_completed, std::int32_t pages_expected) {
  if (state != JobState::completed) return state;
  const auto bad = [](const std::string& reason) {
    return reason == "job-completed-with-errors" || reason == "aborted-by-system" ||
           reason == "document-format-error" || reason == "document-unprintable-error" ||
           reason.starts_with("job-canceled");
  };
  if (std::any_of(reasons.begin(), reasons.end(), bad)) return JobState::aborted;
  if (pages_completed >= 0 && pages_completed < pages_expected) return JobState::aborted;
  return JobState::completed;
}

}  // namespace ipp
}  // namespace madoguchi
