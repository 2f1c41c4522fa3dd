#pragma once
// The shell around the charge table: makes each state durable, then acts.

#include <functional>
#include <string>

#include "firmware/base/timers.h"
#include "firmware/payment/charge.h"
#include "hal/api/payment_terminal.h"

namespace madoguchi::payment {

struct CashierSettings {
  std::string sale_id;  ///< of this kiosk
  /// Before the second TransactionStatus; twice as long before each further one, up to
  /// status_pause_most.
  Timers::Duration status_pause{1'000};
  Timers::Duration status_pause_most{15'000};
  Timers::Duration status_patience{60'000};  ///< after that the sale stays unresolved for staff
  /// A request that the terminal denies having may still be on its way to it for so long
  /// (adr/0011).
  Timers::Duration not_found_settles{5'000};
};

/// Makes a record durable; an error means that it is not.
using Remember = std::function<Status(const ChargeRecord&)>;

/// Loop thread only; one charge at a time.
class Cashier {
 public:
  Cashier(PaymentTerminal& terminal, Timers& timers, CashierSettings settings, Remember remember);

  /// Charges. Ends in charged, not_charged, reversed (another amount was booked and given back) or
  /// unresolved. When the record cannot be made durable nothing is sent: not_charged, decline
  /// "journal". Never cancel this await: press abort() and wait.
  Task<ChargeRecord> charge(std::string transaction, std::int64_t amount_yen);
  /// Gives a charged record's money back. Ends in reversed or unresolved.
  Task<ChargeRecord> reverse(ChargeRecord record);
  /// The same after a restart, when nobody knows whether a Reversal was sent already: asks first.
  Task<ChargeRecord> reverse_after_restart(ChargeRecord record);
  /// After a restart: leads any record to charged or a final state.
  Task<ChargeRecord> resume(ChargeRecord record);
  /// Asks the terminal to stop waiting for the tap of the charge that is pending; the charge's own
  /// end tells.
  Task<void> abort();

 private:
  Task<ChargeRecord> drive(ChargeRecord record, Event event);
  Task<Event> pay(ChargeRecord& record);
  Task<Event> send_reversal(ChargeRecord& record);
  struct Asking;
  static void call_staff(const ChargeRecord& record);
  [[nodiscard]] Event weigh(Asking& asking) const;
  Task<Event> wait_and_ask(ChargeRecord& record, Asking& asking);
  Task<Event> ask_status(ChargeRecord& record);
  Event note(ChargeRecord& record, const Approved& approved) const;
  static Event note(ChargeRecord& record, const Declined& declined);
  static Event note_reversal(ChargeRecord& record, const StatusOutcome& outcome);

  PaymentTerminal& terminal_;
  Timers& timers_;
  CashierSettings settings_;
  Remember remember_;
  SaleReference pending_;
};

}  // namespace madoguchi::payment
