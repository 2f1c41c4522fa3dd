#pragma once
// The screens of the certificate visit as values. Pure functions; every word is a key of
// ui/strings.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/desk_api.h"
#include "firmware/message/gateway_api.h"
#include "firmware/message/screen.h"
#include "firmware/visit/service_hours.h"
#include "hal/api/printer.h"

namespace madoguchi::visit {

/// The steps that the resident sees as "3 / 6".
enum class Stop { card = 1, pin, choose, review, pay, take };

// Before and between visits.
/// `paper_owed`: somebody has paid and the power failed; the card brings the paper.
/// `lessons`: they can be learned here. `queue`: there are tickets and bookings.
Screen welcome_screen(bool paper_owed, bool lessons = false, bool queue = false);
Screen guide_screen(const ServiceHours& hours);
Screen closed_screen(const ServiceHours& hours);
/// Being repaired (firmware/message/repair.h). Lessons need no device: `lessons` offers them
/// meanwhile. `phone`: where to ask instead; empty: none.
Screen out_of_service_screen(const std::string& device, const std::string& code,
                             const std::string& phone, bool lessons = false);
/// After a restart: what became of an interrupted visit is being found out.
Screen recovering_screen();
/// A maintainer does something with the kiosk; it takes a moment.
Screen upkeep_screen();
/// The machine restarts, or tests itself after an update.
Screen updating_screen(Text what);
/// Sets apart on a Notice what became of somebody's money.
void reassure(Screen& notice, Text money);
Screen still_there_screen(std::chrono::seconds left);
Screen remove_card_screen();
/// Locked: somebody's card, or else the paper, stayed behind. Says nothing of whose.
Screen left_behind_screen(bool card_gone);

// The card and its PIN.
Screen place_card_screen();
Screen reading_card_screen();
Screen pin_last_try_screen();
/// `entered` digits so far.
Screen pin_screen(int entered, int tries_left);
Screen pin_wrong_screen(int tries_left);
Screen identifying_screen();

/// What the resident chose so far; kept through every back and forth.
struct Choice {
  api::Kind kind = api::Kind::residence;
  std::vector<bool>
      persons;  ///< one a member of the household; the card's holder is chosen at first
  bool show_relationship = false;
  bool show_domicile = false;
  std::optional<std::int32_t> year;
  std::int32_t copies = 1;
};
inline constexpr std::int32_t most_copies = 10;

// Choosing (screens_choose.cpp).
/// Whether the catalogue lets this kind be drawn with or without: "persons", "relationship",
/// "year".
bool offers_option(const api::Offer& offer, std::string_view option);
Screen kind_screen(const std::vector<api::Offer>& offers);
Screen options_screen(const api::Identified& who, const api::Offer& offer, const Choice& choice);
Screen quoting_screen();
Screen review_screen(const api::Identified& who, const api::Offer& offer, const Choice& choice,
                     const api::Quote& quote);
/// The key of a kind's name, "kind.residence".
std::string kind_key(api::Kind kind);

// Paying, printing, taking.
Screen preparing_screen();
/// Paid before the power failed: the paper is fetched again.
Screen take_up_screen();
Screen pay_screen(std::int64_t yen);
/// The resident asked to stop; the terminal has the last word.
Screen pay_stopping_screen();
/// The terminal did not answer; the kiosk is asking it what became of the payment.
Screen pay_checking_screen(std::int64_t yen);
struct Printing {
  std::int64_t paid_yen = 0;
  std::int32_t pages = 0;  ///< of all copies
  std::int32_t printed = 0;
  PrinterTrouble trouble = PrinterTrouble::none;
};
Screen printing_screen(const Printing& printing);
Screen giving_back_screen(std::int64_t yen);
/// `reminder` 0: none, 1: gentle (10 s), 2: louder (30 s).
Screen take_screen(bool card_taken, std::int32_t sheets, int reminder);
Screen satisfaction_screen();
Screen goodbye_screen();

// Around a help session (screens_help.cpp).
/// The city is asked about a badge.
Screen help_checking_screen();
/// The resident decides.
Screen help_consent_screen(const desk::HelpGranted& granted);
/// The badge does not count; it may be any card that was tapped by mistake.
Screen help_refused_screen();
/// The city cannot be asked now.
Screen help_unchecked_screen();
Screen remove_badge_screen();
Screen help_satisfaction_screen();

}  // namespace madoguchi::visit
