#pragma once
// The printer for certificates. Implemented by hal/ipp (IPP Everywhere, no cupsd).
//
// Thread: every function is called and resumes on the loop thread; one job at a time. Cancelling an
// await leaves the job at the printer: call cancel().

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi {

/// What stands in the way of printing, in the printer's own terms.
enum class PrinterTrouble {
  none,
  media_jam,
  media_empty,
  cover_open,
  toner_empty,
  gone,
  stopped,
  not_accepting
};
/// The stable word for logs and faults: "media_jam".
std::string_view name_of(PrinterTrouble trouble);

struct PrinterState {
  PrinterTrouble trouble = PrinterTrouble::none;
  std::string model;
  std::string detail;  ///< printer-state-reasons
};

struct PrintJob {
  std::string name;  ///< unique: the document number; what Get-Jobs is asked for after a lost reply
  ByteView pdf;      ///< must outlive the await
  std::int32_t copies = 1;
  std::int32_t pages = 1;  ///< of one copy
  bool two_sided = false;
};

enum class JobState { pending, processing, stopped, completed, canceled, aborted, unknown };
std::string_view name_of(JobState state);

struct JobProgress {
  JobState state = JobState::unknown;
  PrinterTrouble trouble = PrinterTrouble::none;
  std::int32_t pages_completed =
      0;  ///< impressions of all copies so far; -1 when the printer does not say
  bool operator==(const JobProgress&) const = default;
};

class Printer {
 public:
  virtual ~Printer() = default;

  /// Errors: none for troubles (they are the value); protocol, unsupported (not an A4 PDF printer).
  virtual Task<Result<PrinterState>> state() = 0;
  /// Whether the printer would take this job now (Validate-Job). Asked before any fee.
  virtual Task<Result<void>> validate(const PrintJob& job) = 0;
  /// Hands the job over and gives the printer's job id. Errors: refused (nothing was taken), gone
  /// (nothing was taken), io (a reply was lost: the job may or may not be there; ask find()).
  virtual Task<Result<std::int32_t>> submit(const PrintJob& job) = 0;
  /// The newest job of this name (Get-Jobs). not_found: the printer never took it.
  virtual Task<Result<std::int32_t>> find(const std::string& name) = 0;
  /// Follows a job and tells every change, until it is completed, canceled or aborted: only
  /// `completed` is success. Troubles are told, not ended: the caller decides how long to wait.
  /// Ends with state unknown after 30 s without any answer.
  virtual Task<JobProgress> follow(std::int32_t job,
                                   std::function<void(const JobProgress&)> on_change) = 0;
  /// Cancel-Job; ok also when it ended already.
  virtual Task<Result<void>> cancel(std::int32_t job) = 0;
};

}  // namespace madoguchi
