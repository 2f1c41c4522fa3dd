#pragma once
// One visit's entries in the journal and at the gateway: what the visit itself writes while the
// resident is there, and recovery afterwards.

#include <string>

#include "firmware/certificate/print_run.h"
#include "firmware/payment/cashier.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

/// Loop thread only; outlives the cashier and the print run that it gives.
class Account {
 public:
  Account(Desk& desk, std::string visit)
      : desk_(desk), visit_(std::move(visit)), gateway_(desk.link, visit_) {}

  /// Durable when it returns ok; a failure is logged.
  template <class T>
  Status write(const char* kind, const T& body) {
    return logged(desk_.journal.append(visit_, kind, body));
  }
  /// Whether everything that the visit could still need can be written.
  Status can_write_all() { return logged(desk_.journal.ready()); }
  [[nodiscard]] const std::string& visit() const { return visit_; }
  /// Asks for the sealed document, for the first time or again.
  Task<Answer<api::SealedDocument>> issue(const DocumentRecord& document);
  /// A cashier and a print run that write here; the cashier calls `seen` first, for the screen.
  payment::Cashier cashier(std::function<void(const payment::ChargeRecord&)> seen = {});
  certificate::PrintRun print_run();

  /// Tells the gateway how it ended; a gateway that does not agree makes a ticket. False: no
  /// answer, to be tried again.
  Task<bool> settle(DocumentRecord document, payment::ChargeRecord charge,
                    certificate::PrintRecord print);
  /// Makes something the staff's: in the journal and the log.
  void ticket(const Ticket& ticket);
  /// And at the gateway, when it answers.
  Task<void> hand_to_staff(Ticket ticket);

 private:
  static Status logged(Status written);

  Desk& desk_;
  std::string visit_;
  Gateway gateway_;
};

}  // namespace madoguchi::visit
