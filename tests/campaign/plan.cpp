#include "tests/campaign/plan.h"

#include <array>

namespace madoguchi::campaign {
namespace {

using Mode = test::LedgerTerminal::Mode;

void choose(Plan& plan, const Citizen& citizen, Dice& dice) {
  const std::array<const char*, 4> kinds{"residence", "residence", "residence_matter", "seal"};
  const std::string kind = dice.one_of(kinds);
  std::vector<std::string> persons{citizen.id};
  std::vector<std::string> options;
  if (kind != "seal" && citizen.household.size() > 1) {
    for (std::size_t i = 0; i < citizen.household.size(); ++i) {
      if (citizen.household[i] == citizen.id || !dice.chance(0.3)) continue;
      persons.push_back(citizen.household[i]);
      options.push_back("persons." + std::to_string(i + 1));
    }
  }
  const int copies = dice.chance(0.7) ? 1 : dice.number(2, 3);
  for (int i = 1; i < copies; ++i) options.emplace_back("copies.more");
  options.emplace_back("next");
  plan.wish = wish_of(kind, persons, copies);
  plan.resident["kind"] = {"kind." + kind, "cancel"};
  plan.resident["options"] = options;
}

/// What residents do that nobody planned for.
void go_astray(Plan& plan, Dice& dice) {
  const std::array<const char*, 7> anywhere{"place_card", "pin",     "kind",  "options",
                                            "review",     "options", "review"};
  const std::array<const char*, 6> with_card{"pin", "kind", "options", "review", "pay", "printing"};
  const auto happens = [&](double probability, const char* what) {
    const bool yes = plan.troubles.empty() && dice.chance(probability);
    if (yes) plan.troubles.emplace_back(what);
    return yes;
  };
  if (happens(0.04, "wrong PIN first")) {
    auto& pin = plan.resident["pin"];
    pin.insert(pin.begin(), {"digit.9", "digit.9", "digit.9", "digit.9", "pin.ok"});
  }
  if (happens(0.03, "cancelled")) plan.resident[dice.one_of(anywhere)] = {"cancel"};
  if (happens(0.02, "walked away")) plan.resident[dice.one_of(anywhere)] = {"#wait"};
  if (happens(0.03, "card pulled")) plan.resident[dice.one_of(with_card)] = {"#pull"};
  if (happens(0.02, "card pulled in mid-APDU")) plan.pull_after_apdus = dice.number(0, 12);
  if (happens(0.01, "changed everything")) plan.resident["review"] = {"change.kind", "pay"};
  if (happens(0.02, "card forgotten")) plan.resident["take"] = {};
  if (happens(0.02, "paper forgotten")) plan.resident["take"] = {"#pull"};
}

void trouble_at_the_terminal(Plan& plan, Dice& dice) {
  constexpr std::array<std::pair<Mode, const char*>, 6> modes{{
      {Mode::decline, "declined"},
      {Mode::lose_reply, "terminal's reply lost"},
      {Mode::lose_request, "terminal's request lost"},
      {Mode::book_wrong_amount, "wrong amount booked"},
      {Mode::never_tap, "payment stopped"},
      {Mode::gone, "terminal gone"},
  }};
  if (dice.chance(0.2)) {
    const auto& [mode, name] = dice.one_of(modes);
    plan.terminal = mode;
    plan.troubles.emplace_back(name);
    if (mode == Mode::lose_reply && dice.chance(0.15)) plan.status_dead = true;
    if (dice.chance(0.3)) plan.statuses_in_progress = dice.number(1, 5);
  }
  plan.lose_reversal_reply = dice.chance(0.1);
  plan.refuse_reversal = dice.chance(0.03);
}

void trouble_at_the_printer(Plan& plan, Dice& dice) {
  if (!dice.chance(0.25)) return;
  const std::array<PrinterTrouble, 3> seen{PrinterTrouble::media_jam, PrinterTrouble::media_empty,
                                           PrinterTrouble::cover_open};
  const auto count = [&](const char* what) { plan.troubles.emplace_back(what); };
  switch (dice.number(0, 8)) {
    case 0:
      plan.idle_trouble = dice.one_of(seen);
      return count("printer not ready");
    case 1:
      plan.job_trouble = dice.one_of(seen);
      return count("printer mended in mid-job");
    case 2:
      plan.job_trouble = dice.one_of(seen);
      plan.trouble_clears = false;
      return count("printer not mended");
    case 3:
      plan.refuse_job = true;
      return count("job refused");
    case 4:
      plan.lose_reply = true;
      return count("printer's reply lost");
    case 5:
      plan.lose_request = true;
      return count("printer's request lost");
    case 6:
      plan.abort_job = true;
      return count("job aborted");
    case 7:
      plan.vanish = true;
      return count("printer silent");
    default:
      plan.refuse_validate = true;
      return count("job not valid");
  }
}

void cut_the_power(Plan& plan, Dice& dice) {
  if (!dice.chance(0.15)) return;
  const std::array<const char*, 12> screens{"pin",      "identifying", "quoting",      "preparing",
                                            "pay",      "pay",         "pay",          "printing",
                                            "printing", "giving_back", "pay_checking", "take"};
  plan.cut_at = dice.one_of(screens);
  const bool fails = plan.abort_job || plan.refuse_job || plan.lose_request;
  if (fails && dice.chance(0.5)) plan.cut_at = "giving_back";
  if (plan.terminal == Mode::lose_reply && dice.chance(0.5)) plan.cut_at = "pay_checking";
  plan.cut_after = dice.number(0, 30);
  plan.dark_s = dice.chance(0.8) ? dice.number(5, 120) : dice.number(120, 900);
  plan.taps_in_the_dark = dice.chance(0.5);
  plan.prints_in_the_dark = dice.chance(0.4);
}

}  // namespace

Plan draw_plan(const Citizen& citizen, Dice dice) {
  Plan plan;
  plan.resident = test::usual_resident();
  auto& pin = plan.resident["pin"];
  pin.insert(pin.end(), pin.begin(), pin.end());
  plan.resident["pin_wrong"] = {"retry"};
  plan.resident["pin_last_try"] = {"try"};
  plan.resident["left_behind"] = {"#pull", "taken"};
  choose(plan, citizen, dice);
  go_astray(plan, dice);
  trouble_at_the_terminal(plan, dice);
  trouble_at_the_printer(plan, dice);
  cut_the_power(plan, dice);
  if (plan.terminal == Mode::never_tap) plan.resident["pay"] = {"pay.stop"};
  return plan;
}

}  // namespace madoguchi::campaign
