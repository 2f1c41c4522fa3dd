#pragma once
// IPP requests to one printer (RFC 8010, 8011; PWG 5100.14 IPP Everywhere), by libcups' client
// functions. Blocking: only the driver's worker thread calls it. No libcups type shows here.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "hal/ipp/printer_trouble.h"

namespace madoguchi::ipp {

struct PrinterAddress {
  std::string uri;  ///< as it stands in printer-uri: "ipp://192.168.50.20/ipp/print"
  std::string host;
  int port = 631;
  std::string resource;  ///< "/ipp/print"
  bool tls = false;      ///< ipps
};

/// Errors: invalid, with what is wrong.
Result<PrinterAddress> parse_address(const std::string& uri);

struct PrinterAttributes {
  PrinterPhase phase = PrinterPhase::idle;
  std::vector<std::string> reasons;  ///< printer-state-reasons without "none"
  bool accepting = true;             ///< printer-is-accepting-jobs
  std::string model;                 ///< printer-make-and-model
  bool takes_pdf = false;            ///< document-format-supported holds application/pdf
  bool takes_a4 = false;             ///< media-supported holds iso_a4_210x297mm
  bool prints_unscaled = false;      ///< print-scaling-supported holds none
};

struct JobAttributes {
  std::int32_t id = 0;
  std::string name;
  JobState state = JobState::unknown;
  std::vector<std::string> reasons;   ///< job-state-reasons without "none"
  std::int32_t pages_completed = -1;  ///< job-impressions-completed; -1: not told
  std::int32_t documents = -1;        ///< number-of-documents; -1: not told
};

/// What Validate-Job and Create-Job say of a job: A4, all attributes binding
/// (ipp-attribute-fidelity).
struct JobTicket {
  std::string name;
  std::int32_t copies = 1;
  bool two_sided = false;
  bool unscaled = false;
};

/// How long the driver waits: for a connection, and for a whole answer.
struct Patience {
  std::chrono::milliseconds connect{3'000};
  std::chrono::milliseconds answer{10'000};
};

/// Errors of every request: gone (no connection: nothing was sent), io (sent, but no complete
/// answer came), protocol (an answer that is not IPP's), busy (not now), unsupported (format or
/// attributes), not_found, refused (any other no).
class Wire {
 public:
  explicit Wire(PrinterAddress address, Patience patience = {});
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  Result<PrinterAttributes> printer_attributes();
  Result<void> validate_job(const JobTicket& ticket);
  Result<std::int32_t> create_job(const JobTicket& ticket);
  Result<void> send_document(std::int32_t job, ByteView pdf);
  Result<JobAttributes> job_attributes(std::int32_t job);
  /// Get-Jobs, those that wait or print and those that ended, as far as the printer remembers.
  Result<std::vector<JobAttributes>> jobs();
  /// ok also when the job ended already or is forgotten.
  Result<void> cancel_job(std::int32_t job);

  /// Makes a waiting request give up within about a second. Any thread.
  void interrupt() { interrupted_ = true; }
  void allow() { interrupted_ = false; }

 private:
  struct Connection;
  struct Message;
  enum class Effect { none, some };

  Message request(int operation) const;
  Message job_request(int operation, std::int32_t job) const;
  Message ticket_request(int operation, const JobTicket& ticket) const;
  Result<Message> exchange(Message request, Effect effect, ByteView document = {});
  Result<Message> try_exchange(const Message& request, ByteView document);
  Result<void> connect();
  bool out_of_time() const;

  PrinterAddress address_;
  Patience patience_;
  std::unique_ptr<Connection>
      connection_;  // kept between questions, so that following a job is cheap
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace madoguchi::ipp
