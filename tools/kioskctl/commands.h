#pragma once
// The commands of kioskctl. Each writes to standard output and gives the exit code: 0 when all is
// right, 1 when the journal is not, 2 when a file that was named cannot be used.

#include <string>

namespace madoguchi::kioskctl {

struct AuditOptions {
  std::string journal;
  std::string kiosk_key;
  std::string gateway_key;  ///< empty: countersignatures go unchecked
  std::string expect;       ///< empty: the journal's own end counts
};

struct TicketOptions {
  std::string journal;
  std::string language = "en";
  bool json = false;
};

int verify_audit(const AuditOptions& options);
int list_visits(const std::string& journal);
int show_visit(const std::string& journal, const std::string& visit);
int list_tickets(const TicketOptions& options);

}  // namespace madoguchi::kioskctl
