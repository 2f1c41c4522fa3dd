#include "firmware/visit/account.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi::visit {

payment::Cashier Account::cashier(std::function<void(const payment::ChargeRecord&)> seen) {
  return payment::Cashier(desk_.terminal, desk_.timers, desk_.settings.cashier(),
                          [this, seen = std::move(seen)](const payment::ChargeRecord& record) {
                            if (seen) seen(record);
                            return write(entry::charge, record);
                          });
}

certificate::PrintRun Account::print_run() {
  return certificate::PrintRun(
      desk_.printer, desk_.timers, desk_.settings.printer_patience,
      [this](const certificate::PrintRecord& record) { return write(entry::print, record); });
}

Task<Answer<api::SealedDocument>> Account::issue(const DocumentRecord& document) {
  return gateway_.issue({document.quote}, document.request);
}

Task<bool> Account::settle(DocumentRecord document, payment::ChargeRecord charge,
                           certificate::PrintRecord print) {
  const api::Settlement settlement = settlement_of(document, charge, print);
  const auto settled = co_await gateway_.settle(settlement);
  const auto* failure = std::get_if<GatewayFailure>(&settled);
  if (failure == nullptr) {
    (void)write(entry::settled, SettledRecord{settlement.outcome});
    co_return true;
  }
  if (!failure->decided()) co_return false;  // told again, later
  const Ticket ticket{api::Concern::settlement_refused, document.document,
                      charge.payment_service_id};
  co_await hand_to_staff(ticket);
  co_return true;
}

void Account::ticket(const Ticket& ticket) {
  log_event(Event::staff_needed, {{"visit", visit_},
                                  {"concern", std::string(codec::enum_name(ticket.concern))},
                                  {"document", ticket.document}});
  (void)write(entry::ticket, ticket);
}

Task<void> Account::hand_to_staff(Ticket ticket) {
  this->ticket(ticket);
  const api::Notice notice{ticket.concern};
  (void)co_await gateway_.notice(notice);
}

Status Account::logged(Status written) {
  if (!written) log_event(Event::journal_failed, {{"error", written.error().text()}});
  return written;
}

}  // namespace madoguchi::visit
