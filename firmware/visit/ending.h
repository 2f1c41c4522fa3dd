#pragma once
// Every way in which a visit can end, and the screen that says what happened, what was not charged
// and what to do. A table, so that no ending can be without words.

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/message/gateway_api.h"
#include "firmware/message/screen.h"
#include "firmware/payment/charge.h"
#include "hal/api/printer.h"

namespace madoguchi::visit {

enum class Ending {
  issued,       ///< paid (or free), printed completely
  cancelled,    ///< the resident pressed cancel
  left,         ///< the resident walked away
  card_pulled,  ///< before the charge
  card_unreadable,
  not_my_number_card,
  pin_locked,
  signature_refused,  ///< the gateway does not accept the card
  not_registered,
  not_served,  ///< protected, deceased: go to the window, no reason is said
  moved_out,
  under_age,
  not_available,
  name_unprintable,  ///< glyph missing or too long
  gateway_gone,      ///< no or no usable answer
  session_expired,
  printer_jam,  ///< before the charge
  printer_empty,
  printer_cover,
  printer_gone,   ///< off, not reachable, or anything else
  terminal_gone,  ///< before the charge
  declined,
  tap_interrupted,    ///< the card left the terminal too early (処理未了), and that is no sale
  payment_cancelled,  ///< at the terminal or on the screen
  payment_busy,       ///< the terminal was busy or lost the request: not charged
  amount_mismatch,    ///< another amount was booked, and given back
  envelope_refused,   ///< the document is not this resident's: nothing charged
  journal_failed,     ///< nothing can be recorded, so nothing is charged
  print_failed,       ///< charged and given back
  print_unknown,      ///< the printer does not answer; paper or money follow
  unresolved,         ///< staff must settle it
};
MADOGUCHI_ENUM(Ending, issued, cancelled, left, card_pulled, card_unreadable, not_my_number_card,
               pin_locked, signature_refused, not_registered, not_served, moved_out, under_age,
               not_available, name_unprintable, gateway_gone, session_expired, printer_jam,
               printer_empty, printer_cover, printer_gone, terminal_gone, declined, tap_interrupted,
               payment_cancelled, payment_busy, amount_mismatch, envelope_refused, journal_failed,
               print_failed, print_unknown, unresolved)

/// What became of the money, in words. Kept: paid before the power failed, and given back unless
/// the paper comes soon.
struct MoneySaid {
  enum class What { never_asked, not_charged, given_back, kept, unknown } what = What::never_asked;
  std::int64_t yen = 0;
  std::string ticket;  ///< what staff need to find an unresolved sale
};

/// The screen "error.<ending>" (and "error.cancelled", "error.left"); `issued` has none.
Screen ending_screen(Ending ending, const MoneySaid& money);

/// Adds what an interrupted tap means by the brand's rule, to the screen of an ending without a
/// certificate.
void explain_tap(Screen& screen, payment::InterruptedTap rule);

Ending ending_for(api::Refusal refusal);
Ending ending_for(PrinterTrouble trouble);
/// For a charge that ended not_charged or reversed.
Ending ending_for_unpaid(const payment::ChargeRecord& record);

}  // namespace madoguchi::visit
