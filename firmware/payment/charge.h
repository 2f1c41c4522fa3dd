#pragma once
// Charging as a table: state x event -> next state and the one action that follows. Pure: no clock,
// no I/O. The cashier makes every new state durable before it does the action, so that a power cut
// at any point leaves a state from which `resumed` leads on. Vocabulary: nexo Sale-to-POI (Payment,
// TransactionStatus, Reversal).

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/message/codec.h"
#include "firmware/payment/brand_rules.h"
#include "hal/api/payment_terminal.h"

namespace madoguchi::payment {

enum class State {
  idle,               ///< nothing was asked of the terminal
  paying,             ///< a Payment was or is about to be sent
  checking,           ///< its outcome is unknown; TransactionStatus is being asked
  charged,            ///< money moved
  not_charged,        ///< no money moved; final
  reversing,          ///< a Reversal was or is about to be sent
  checking_reversal,  ///< its outcome is unknown; TransactionStatus is being asked
  reversed,           ///< the money went back; final
  unresolved,  ///< nobody knows, or it cannot be given back: staff settle it with the record; final
};
MADOGUCHI_ENUM(State, idle, paying, checking, charged, not_charged, reversing, checking_reversal,
               reversed, unresolved)

enum class Event {
  pay,                    ///< the resident pressed pay, and a printable certificate is in hand
  reverse,                ///< the certificate cannot be handed over
  reverse_after_restart,  ///< the same; a Reversal may have been sent that could not be recorded
  confirmed,  ///< the terminal says: done (the payment or reversal that was sent or asked about)
  misbooked,  ///< the terminal says: done, but for another amount than asked or taken
  declined,   ///< the terminal says: not done
  not_found,  ///< the terminal says that it never processed it; it may not have, yet (adr/0011)
  not_found_again,  ///< and says so still, after the time in which it could have begun
  in_progress,      ///< the terminal is still at it
  no_answer,        ///< lost, late, malformed or replayed reply
  gave_up,          ///< asked for as long as is reasonable
  resumed,          ///< the kiosk starts again and finds this state in its journal
};
MADOGUCHI_ENUM(Event, pay, reverse, reverse_after_restart, confirmed, misbooked, declined,
               not_found, not_found_again, in_progress, no_answer, gave_up, resumed)

enum class Action {
  none,  ///< rest in this state
  send_payment,
  send_reversal,
  ask_status,    ///< at once; a payment is stopped first, so that nobody taps for it any more
  wait_and_ask,  ///< a pause, then ask_status
  call_staff,
};

struct Step {
  State next;
  Action action;
  bool operator==(const Step&) const = default;
};

/// Nothing when the event cannot happen in this state: the caller's bug.
std::optional<Step> step(State state, Event event);

/// What staff have to find out (firmware/payment/resolution.h).
enum class Unresolved {
  payment_unknown,     ///< whether the payment was booked
  interrupted_tap,     ///< the terminal's answer contradicts the brand's rule for interrupted taps
  reversal_unknown,    ///< whether the money went back
  reversal_refused,    ///< the terminal does not give it back
  reversal_misbooked,  ///< another amount went back than was taken
};
MADOGUCHI_ENUM(Unresolved, payment_unknown, interrupted_tap, reversal_unknown, reversal_refused,
               reversal_misbooked)

/// Everything that must survive a power cut. No card number, no name.
struct ChargeRecord {
  State state = State::idle;
  std::string sale_id;
  std::string transaction;         ///< the visit's sale: the same in payment and reversal
  std::string payment_service_id;  ///< of the last Payment sent
  /// Of the Reversal, should there be one: durable before the money moves, so that a Reversal which
  /// could not be recorded is found again.
  std::string reversal_service_id;
  std::int64_t amount_yen = 0;  ///< asked for
  std::int64_t booked_yen = 0;  ///< what the terminal says it took
  std::string brand;
  std::string terminal_sale;  ///< POITransactionID: the key for a reversal
  /// Why not, as a stable word ("refused", "cancelled", "interrupted"); empty when charged.
  std::string decline;
  std::optional<InterruptedTap>
      interrupted_tap;                       ///< the brand's rule, when the card left too early
  std::optional<Unresolved> why_unresolved;  ///< set in the state unresolved

  /// What the resident has paid by this record; meaningless while unresolved.
  [[nodiscard]] std::int64_t net_yen() const { return state == State::charged ? booked_yen : 0; }
};
MADOGUCHI_DESCRIBE(ChargeRecord, state, sale_id, transaction, payment_service_id,
                   reversal_service_id, amount_yen, booked_yen, brand, terminal_sale, decline,
                   interrupted_tap, why_unresolved)

}  // namespace madoguchi::payment
