#pragma once
// The shell around the print table: makes each state durable, then acts.

#include <functional>

#include "firmware/base/timers.h"
#include "firmware/certificate/printing.h"
#include "hal/api/printer.h"

namespace madoguchi::certificate {

/// Loop thread only; one document at a time. The printer's job is named after the document, so that
/// a lost reply or a restart finds it again; nothing is handed over twice on a guess.
class PrintRun {
 public:
  /// Makes a record durable; an error means that it is not.
  using Remember = std::function<Status(const PrintRecord&)>;
  using Tell = std::function<void(const JobProgress&)>;

  /// `patience`: how long a printer in trouble is waited for until the job is withdrawn.
  PrintRun(Printer& printer, Timers& timers, std::chrono::seconds patience, Remember remember)
      : printer_(printer), timers_(timers), patience_(patience), remember_(std::move(remember)) {}

  /// Prints while somebody waits for it. Ends in completed, failed or lost. When the intention
  /// cannot be made durable nothing is handed over: failed.
  Task<PrintRecord> print(PrintJob job, Tell tell);
  /// After a restart: withdraws what is not completed. Ends in completed, failed or lost.
  Task<PrintRecord> resume(PrintRecord record, PrintJob job);

 private:
  Task<PrintRecord> drive(PrintRecord record, PrintEvent event, PrintJob job, Tell tell);
  Task<PrintEvent> submit(const PrintJob& job);
  Task<PrintEvent> find(const std::string& name);
  Task<PrintEvent> follow(PrintRecord& record, const PrintJob& job, const Tell& tell);
  Task<PrintEvent> withdraw(PrintRecord& record, const PrintJob& job);
  static PrintEvent note(PrintRecord& record, const JobProgress& progress, const PrintJob& job);

  Printer& printer_;
  Timers& timers_;
  std::chrono::seconds patience_;
  Remember remember_;
  std::int32_t job_ = 0;  ///< the printer's number
  int submissions_ = 0;
};

}  // namespace madoguchi::certificate
