#pragma once
// What one resident wants, and what goes wrong meanwhile: drawn before the visit begins.

#include <string>
#include <vector>

#include "tests/campaign/city.h"
#include "tests/campaign/dice.h"
#include "tests/visit/resident.h"

namespace madoguchi::campaign {

struct Plan {
  test::Resident resident;  ///< what is pressed
  std::string wish;         ///< as wish_of() writes it
  /// What goes wrong at the kiosk, by name, for the count.
  std::vector<std::string> troubles;

  int pull_after_apdus = -1;
  test::LedgerTerminal::Mode terminal = test::LedgerTerminal::Mode::approve;
  bool lose_reversal_reply = false;
  bool refuse_reversal = false;
  bool status_dead = false;
  int statuses_in_progress = 0;
  PrinterTrouble idle_trouble = PrinterTrouble::none;
  PrinterTrouble job_trouble = PrinterTrouble::none;
  bool trouble_clears = true;
  bool refuse_job = false;
  bool lose_reply = false;
  bool lose_request = false;
  bool abort_job = false;
  bool vanish = false;
  bool refuse_validate = false;

  /// The power goes that many steps of the loop after this screen was first shown; empty: it stays.
  std::string cut_at;
  int cut_after = 0;
  int dark_s = 0;                   ///< for how long
  bool taps_in_the_dark = false;    ///< at the terminal, whose own power stays
  bool prints_in_the_dark = false;  ///< the printer finishes what it has
};

Plan draw_plan(const Citizen& citizen, Dice dice);

}  // namespace madoguchi::campaign
