// The power is cut at every journal entry of a visit. After recovery nobody has paid without a
// certificate, and no visit is left open.

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

constexpr int more_than_enough = 40;

/// Cuts at entry n; gives false when the visit has no nth entry.
bool cut_and_recover(int n, bool tap_after_cut, void (*prepare)(Rig&)) {
  Rig rig;
  prepare(rig);
  if (!rig.play_until_append(usual_resident(), n)) return false;
  if (tap_after_cut) rig.terminal.tap_after_power_cut();
  rig.restart_and_recover();
  LONGS_EQUAL_TEXT(0, rig.journal->open_visits()->size(),
                   ("open after a cut at entry " + std::to_string(n)).c_str());
  const bool paper = rig.printer.sheets_out() > 0;
  if (rig.terminal.net_yen() > 0)
    CHECK_TEXT(paper, ("charged without paper, entry " + std::to_string(n)).c_str());
  CHECK_TEXT(rig.terminal.payments_sent <= 1, "paid twice");
  for (const api::Settlement& settled : rig.gateway.settlements) {
    LONGS_EQUAL(rig.terminal.net_yen(), settled.charged_yen);
    CHECK_EQUAL(paper && rig.terminal.net_yen() > 0, settled.outcome == api::Outcome::issued);
  }
  return true;
}

void cut_everywhere(bool tap_after_cut, void (*prepare)(Rig&)) {
  int points = 0;
  while (points < more_than_enough && cut_and_recover(points + 1, tap_after_cut, prepare)) ++points;
  CHECK_TEXT(points >= 5, "the visit wrote fewer entries than expected");
  CHECK_TEXT(points < more_than_enough, "the visit never ends");
}

}  // namespace

TEST_GROUP(power_cut){};

TEST(power_cut, at_every_entry) {
  cut_everywhere(false, [](Rig&) {});
}

TEST(power_cut, and_the_resident_taps_all_the_same) {
  cut_everywhere(true, [](Rig&) {});
}

TEST(power_cut, while_a_failed_print_is_given_back) {
  cut_everywhere(false, [](Rig& rig) { rig.printer.abort_job = true; });
}

TEST(power_cut, while_a_lost_reply_is_asked_for) {
  cut_everywhere(false, [](Rig& rig) { rig.terminal.mode = LedgerTerminal::Mode::lose_reply; });
}

TEST(power_cut, recovery_twice_changes_nothing) {
  Rig rig;
  CHECK_TRUE(rig.play_until_append(usual_resident(), 4));
  rig.restart_and_recover();
  const auto net = rig.terminal.net_yen();
  const auto settled = rig.gateway.settlements.size();
  rig.restart_and_recover();
  LONGS_EQUAL(net, rig.terminal.net_yen());
  LONGS_EQUAL(settled, rig.gateway.settlements.size());
}
