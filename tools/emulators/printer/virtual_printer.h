#pragma once
// The printer itself: PAPPL speaks IPP and keeps the queue, this class is the engine that takes a
// page at a time, gets jammed, runs out of paper and drops finished documents into a tray.
//
// Thread: run() blocks its thread; PAPPL prints on a thread of its own; every other function may be
// called from any.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <pappl/pappl.h>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::emulator {

struct PrinterSettings {
  std::string socket;  ///< Unix socket on which PAPPL listens
  std::string spool;   ///< folder for PAPPL's job files
  std::string tray;    ///< folder for finished documents; empty: they are dropped
  std::chrono::milliseconds per_page{0};
  bool verbose = false;  ///< PAPPL's log on standard error
};

class VirtualPrinter {
 public:
  /// `tell` gets one line per event, from any thread.
  VirtualPrinter(PrinterSettings settings, std::function<void(const std::string&)> tell);

  /// Makes PAPPL's system and printer and listens. Errors: io.
  Status open();
  /// Serves for ever.
  [[noreturn]] void run();

  /// A command line of a person at the printer: see usage(). False when it is not understood.
  bool command(const std::string& line);
  static const char* usage();

  /// The power goes: what prints is lost.
  void power_cut();

 private:
  struct Trouble;
  static const Trouble* trouble_named(std::string_view name);
  static bool describe(pappl_system_t* system, const char* driver, const char* device_uri,
                       const char* device_id, pappl_pr_driver_data_t* data, ipp_t** attributes,
                       void* self);
  static bool print(pappl_job_t* job, pappl_pr_options_t* options, pappl_device_t* device);

  bool print_job(pappl_job_t* job, int copies);
  bool print_page(pappl_job_t* job, int page, int total);
  bool wait_for(std::unique_lock<std::mutex>& lock, pappl_job_t* job,
                std::chrono::milliseconds time, const std::function<bool()>& ready);
  bool give_up(pappl_job_t* job) const;
  void stand(const Trouble& trouble);
  void strike();
  bool keep(pappl_job_t* job, ByteView document);

  PrinterSettings settings_;
  std::function<void(const std::string&)> tell_;
  pappl_system_t* system_ = nullptr;
  pappl_printer_t* printer_ = nullptr;

  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::chrono::milliseconds per_page_;
  pappl_preason_t standing_ = PAPPL_PREASON_NONE;
  const Trouble* next_trouble_ = nullptr;
  bool abort_ = false;
  bool printing_ = false;
  int sheets_in_tray_ = 0;
};

/// Pages of a PDF as Poppler reads it; 0 when it is none.
int count_pages(ByteView pdf);

}  // namespace madoguchi::emulator
