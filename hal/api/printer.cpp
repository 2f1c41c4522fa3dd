#include "hal/api/printer.h"

namespace madoguchi {

std::string_view name_of(PrinterTrouble trouble) {
  switch (trouble) {
    case PrinterTrouble::media_jam:
      return "media_jam";
    case PrinterTrouble::media_empty:
      return "media_empty";
    case PrinterTrouble::cover_open:
      return "cover_open";
    case PrinterTrouble::toner_empty:
      return "toner_empty";
    case PrinterTrouble::gone:
      return "gone";
    case PrinterTrouble::stopped:
      return "stopped";
    case PrinterTrouble::not_accepting:
      return "not_accepting";
    case PrinterTrouble::none:
      break;
  }
  return "none";
}

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::pending:
      return "pending";
    case JobState::processing:
      return "processing";
    case JobState::stopped:
      return "stopped";
    case JobState::completed:
      return "completed";
    case JobState::canceled:
      return "canceled";
    case JobState::aborted:
      return "aborted";
    case JobState::unknown:
      break;
  }
  return "unknown";
}

}  // namespace madoguchi
