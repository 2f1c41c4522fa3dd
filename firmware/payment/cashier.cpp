#include "firmware/payment/cashier.h"

#include <algorithm>
#include <cassert>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/payment/resolution.h"
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
    case Declined::Reason::interrupted:
      return "interrupted";
    case Declined::Reason::other:
      return "other";
  }
  return "other";
}

}  // namespace

/// One run of questions about one message.
struct Cashier::Asking {
  Timers::Monotonic since{};
  Timers::Duration pause{};  ///< before the next question
  std::optional<Timers::Monotonic> not_found_since;
};

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

Task<ChargeRecord> Cashier::reverse_after_restart(ChargeRecord record) {
  co_return co_await drive(std::move(record), Event::reverse_after_restart);
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
  Asking asking{timers_.now(), settings_.status_pause, {}};
  for (;;) {
    const State before = record.state;
    const std::optional<Step> next = step(before, event);
    assert(next);
    record.state = next->next;
    if (record.state != before) asking = {timers_.now(), settings_.status_pause, {}};
    if (next->action == Action::send_payment) {
      record.payment_service_id = make_service_id();
      record.reversal_service_id = make_service_id();
    }
    if (next->action == Action::call_staff)
      record.why_unresolved = payment::why_unresolved(before, event, record);
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
        call_staff(record);
        co_return record;
      case Action::send_payment:
        event = co_await pay(record);
        break;
      case Action::send_reversal:
        event = co_await send_reversal(record);
        break;
      case Action::wait_and_ask:
        event = co_await wait_and_ask(record, asking);
        break;
      case Action::ask_status:
        event = co_await ask_status(record);
        break;
    }
    if (event == Event::not_found) event = weigh(asking);
  }
}

void Cashier::call_staff(const ChargeRecord& record) {
  const Resolution resolution = resolution_of(record);
  log_event(madoguchi::Event::payment_unresolved,
            {{"transaction", record.transaction},
             {"why", std::string(codec::enum_name(resolution.why))},
             {"owner", std::string(codec::enum_name(resolution.owner))},
             {"service_id", resolution.service_id}});
}

// NotFound is believed when it is heard again after the time in which the lost request could still
// have reached the terminal (adr/0011).
Event Cashier::weigh(Asking& asking) const {
  if (!asking.not_found_since) {
    asking.not_found_since = timers_.now();
    asking.pause = std::max(asking.pause, settings_.not_found_settles);
    return Event::not_found;
  }
  return timers_.now() - *asking.not_found_since >= settings_.not_found_settles
             ? Event::not_found_again
             : Event::not_found;
}

Task<Event> Cashier::wait_and_ask(ChargeRecord& record, Asking& asking) {
  const auto left = settings_.status_patience - (timers_.now() - asking.since);
  if (left <= Timers::Duration::zero()) co_return Event::gave_up;
  // The last question comes when patience ends, not before.
  co_await timers_.sleep(std::min(asking.pause, std::chrono::ceil<Timers::Duration>(left)));
  asking.pause = std::min(2 * asking.pause, settings_.status_pause_most);
  const Event event = co_await ask_status(record);
  if (event != Event::not_found) asking.not_found_since.reset();
  co_return event;
}

Event Cashier::note(ChargeRecord& record, const Approved& approved) const {
  record.booked_yen = approved.amount_yen;
  record.brand = approved.brand;
  record.terminal_sale = approved.terminal_sale;
  record.decline.clear();
  record.interrupted_tap.reset();
  if (approved.unconfirmed_touch) {
    record.interrupted_tap = interrupted_tap_rule(approved.brand);
    // Only one rule makes an interrupted tap a sale; a terminal that books it for another brand
    // says what cannot be.
    if (record.interrupted_tap != InterruptedTap::sold_and_corrected_later) return Event::no_answer;
  }
  return approved.amount_yen == record.amount_yen ? Event::confirmed : Event::misbooked;
}

Event Cashier::note(ChargeRecord& record, const Declined& declined) {
  record.decline = word_for(declined.reason);
  record.interrupted_tap.reset();
  if (declined.reason != Declined::Reason::interrupted) return Event::declined;
  record.brand = declined.brand;
  record.interrupted_tap = interrupted_tap_rule(declined.brand);
  const bool no_sale = record.interrupted_tap == InterruptedTap::no_sale ||
                       record.interrupted_tap == InterruptedTap::no_sale_until_retouch;
  return no_sale ? Event::declined : Event::no_answer;
}

Task<Event> Cashier::pay(ChargeRecord& record) {
  pending_ = {record.sale_id, record.payment_service_id, record.transaction};
  const PaymentOutcome outcome = co_await terminal_.pay(pending_, record.amount_yen);
  pending_ = {};
  if (const auto* approved = std::get_if<Approved>(&outcome)) co_return note(record, *approved);
  if (const auto* declined = std::get_if<Declined>(&outcome)) {
    co_return note(record, *declined);
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
  // A terminal that still waits for the tap must stop: nobody may pay for a visit that has moved
  // on. Whether it heard the Abort does not matter, its answer to the next question counts.
  if (!of_reversal) (void)co_await terminal_.abort(earlier, make_service_id());
  const StatusOutcome outcome = co_await terminal_.status(earlier, make_service_id());
  if (std::holds_alternative<NotFound>(outcome)) {
    if (!of_reversal) record.decline = "not_processed";
    co_return Event::not_found;
  }
  if (std::holds_alternative<InProgress>(outcome)) co_return Event::in_progress;
  if (std::holds_alternative<Unknown>(outcome)) co_return Event::no_answer;
  if (of_reversal) co_return note_reversal(record, outcome);
  if (const auto* approved = std::get_if<Approved>(&outcome)) co_return note(record, *approved);
  co_return note(record, std::get<Declined>(outcome));
}

// For Approved and Declined.
Event Cashier::note_reversal(ChargeRecord& record, const StatusOutcome& outcome) {
  const auto* approved = std::get_if<Approved>(&outcome);
  if (approved == nullptr) {
    record.decline = word_for(std::get<Declined>(outcome).reason);
    return Event::declined;
  }
  // A terminal may leave the amount of a reversal out (0); another one than was taken is no giving
  // back that anybody could call settled.
  const bool other = approved->amount_yen != 0 && approved->amount_yen != record.booked_yen;
  return other ? Event::misbooked : Event::confirmed;
}

}  // namespace madoguchi::payment
