#include "firmware/payment/cashier.h"

#include <cassert>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/payment/service_id.h"

namespace madoguchi::payment {
namespace {

std::string word_for(Declined::Reason reason) {
  switch (reason) {
    case Declined::Reason::refused:
      return "refused";
    case Declined::Reason::cancelled:
      return "cancelled";
    case Declined::Reason::aborted:
      return "aborted";
    case Declined::Reason::timeout_no_tap:
      return "no_tap";
    case Declined::Reason::terminal_busy:
      return "busy";
    case Declined::Reason::wrong_amount:
      return "wrong_amount";
    case Declined::Reason::other:
      return "other";
  }
  return "other";
}

}  // namespace

Cashier::Cashier(PaymentTerminal& terminal, Timers& timers, CashierSettings settings,
                 Remember remember)
    : terminal_(terminal),
      timers_(timers),
      settings_(std::move(settings)),
      remember_(std::move(remember)) {}

Task<ChargeRecord> Cashier::charge(std::string transaction, std::int64_t amount_yen) {
  ChargeRecord record;
  record.sale_id = settings_.sale_id;
  record.transaction = std::move(transaction);
  record.amount_yen = amount_yen;
  co_return co_await drive(std::move(record), Event::pay);
}

Task<ChargeRecord> Cashier::reverse(ChargeRecord record) {
  co_return co_await drive(std::move(record), Event::reverse);
}

Task<ChargeRecord> Cashier::resume(ChargeRecord record) {
  co_return co_await drive(std::move(record), Event::resumed);
}

Task<void> Cashier::abort() {
  if (pending_.service_id.empty()) co_return;
  // Whether the terminal heard it does not matter: the pending payment tells what became of it.
  (void)co_await terminal_.abort(pending_, make_service_id());
}

Task<ChargeRecord> Cashier::drive(ChargeRecord record, Event event) {
  auto asking_since = timers_.now();
  for (;;) {
    const std::optional<Step> next = step(record.state, event);
    assert(next);
    if (record.state != next->next) asking_since = timers_.now();
    record.state = next->next;
    if (next->action == Action::send_payment) record.payment_service_id = make_service_id();
    if (next->action == Action::send_reversal) record.reversal_service_id = make_service_id();
    log_event(madoguchi::Event::payment_event,
              {{"event", std::string(codec::enum_name(event))},
               {"state", std::string(codec::enum_name(record.state))},
               {"service_id", record.payment_service_id}});
    const Status durable = remember_(record);
    if (!durable && next->action == Action::send_payment) {
      record.state = State::not_charged;
      record.decline = "journal";
      co_return record;
    }
    switch (next->action) {
      case Action::none:
        co_return record;
      case Action::call_staff:
        log_event(madoguchi::Event::payment_unresolved, {{"transaction", record.transaction}});
        co_return record;
      case Action::send_payment:
        event = co_await pay(record);
        break;
      case Action::send_reversal:
        event = co_await send_reversal(record);
        break;
      case Action::wait_and_ask:
        if (timers_.now() - asking_since >= settings_.status_patience) {
          event = Event::gave_up;
          break;
        }
        co_await timers_.sleep(settings_.status_pause);
        event = co_await ask_status(record);
        break;
      case Action::ask_status:
        event = co_await ask_status(record);
        break;
    }
  }
}

Event Cashier::note(ChargeRecord& record, const Approved& approved) const {
  record.booked_yen = approved.amount_yen;
  record.brand = approved.brand;
  record.terminal_sale = approved.terminal_sale;
  return approved.amount_yen == record.amount_yen ? Event::confirmed : Event::misbooked;
}

Task<Event> Cashier::pay(ChargeRecord& record) {
  pending_ = {record.sale_id, record.payment_service_id, record.transaction};
  const PaymentOutcome outcome = co_await terminal_.pay(pending_, record.amount_yen);
  pending_ = {};
  if (const auto* approved = std::get_if<Approved>(&outcome)) co_return note(record, *approved);
  if (const auto* declined = std::get_if<Declined>(&outcome)) {
    record.decline = word_for(declined->reason);
    co_return Event::declined;
  }
  co_return Event::no_answer;
}

Task<Event> Cashier::send_reversal(ChargeRecord& record) {
  const SaleReference reference{record.sale_id, record.reversal_service_id, record.transaction};
  const ReversalOutcome outcome =
      co_await terminal_.reverse(reference, record.terminal_sale, record.booked_yen);
  if (std::holds_alternative<Reversed>(outcome)) co_return Event::confirmed;
  if (std::holds_alternative<Declined>(outcome)) co_return Event::declined;
  co_return Event::no_answer;
}

Task<Event> Cashier::ask_status(ChargeRecord& record) {
  const bool of_reversal = record.state == State::checking_reversal;
  const SaleReference earlier{record.sale_id,
                              of_reversal ? record.reversal_service_id : record.payment_service_id,
                              record.transaction};
  const StatusOutcome outcome = co_await terminal_.status(earlier, make_service_id());
  if (const auto* approved = std::get_if<Approved>(&outcome)) {
    if (!of_reversal) co_return note(record, *approved);
    // A terminal may leave the amount of a reversal out (0); another one than was taken is no
    // giving back that anybody could call settled.
    const bool other = approved->amount_yen != 0 && approved->amount_yen != record.booked_yen;
    co_return other ? Event::misbooked : Event::confirmed;
  }
  if (const auto* declined = std::get_if<Declined>(&outcome)) {
    record.decline = word_for(declined->reason);
    co_return Event::declined;
  }
  if (std::holds_alternative<NotFound>(outcome)) {
    if (!of_reversal) record.decline = "not_processed";
    co_return Event::not_found;
  }
  co_return std::holds_alternative<InProgress>(outcome) ? Event::in_progress : Event::no_answer;
}

}  // namespace madoguchi::payment
