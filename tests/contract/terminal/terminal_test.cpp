// The payment terminal's contract by hazard, against emulator-terminal: a process of its own with a
// ledger of its own.
#include "tests/contract/terminal/terminal_rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
namespace fs = std::filesystem;

namespace {

/// terminal-ca.pem, terminal.pem, terminal.key.
bool make_pki(const std::string& folder) {
  const std::string command = MADOGUCHI_SOURCE_DIR "/tools/pki '" + folder + "' >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

}  // namespace

TEST_GROUP_BASE(TerminalTest, TerminalRig){};

TEST(TerminalTest, LoginTellsTheModel) {
  const auto state = run_task(loop, terminal->login());
  CHECK(state.ok());
  CHECK(state->ready);
  STRCMP_CONTAINS("emulator-terminal", state->model.c_str());
}

TEST(TerminalTest, IdleTerminalIsReady) {
  const auto state = run_task(loop, terminal->diagnose());
  CHECK(state.ok());
  CHECK(state->ready);
}

TEST(TerminalTest, PaymentIsApprovedWithTheKeyForAReversal) {
  const auto outcome = paid(sale(), "tap iD");
  CHECK(std::holds_alternative<Approved>(outcome));
  const auto& approved = std::get<Approved>(outcome);
  LONGS_EQUAL(fee, approved.amount_yen);
  STRCMP_EQUAL("iD", approved.brand.c_str());
  CHECK(!approved.terminal_sale.empty());
  LONGS_EQUAL(fee, ledger("charged_yen"));
}

TEST(TerminalTest, declined) {
  mode("decline");
  const auto reference = sale();
  CHECK(decline(paid(reference)) == Declined::Reason::refused);
  CHECK(std::holds_alternative<Declined>(status_of(reference)));
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(TerminalTest, cancelled_by_the_resident) {
  mode("cancel");
  CHECK(decline(paid_untapped(sale())) == Declined::Reason::cancelled);
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(TerminalTest, busy) {
  mode("busy");
  CHECK(decline(paid_untapped(sale())) == Declined::Reason::terminal_busy);
}

TEST(TerminalTest, nobody_taps) {
  emulator.reset();
  start({"--tap-limit", "0.05"});
  CHECK(decline(paid_untapped(sale())) == Declined::Reason::timeout_no_tap);
}

TEST(TerminalTest, not_logged_in_is_declined) {
  emulator.reset();
  start({"--auto-tap", "0"});
  config.sale_id = "KIOSK-001";
  const SaleReference other{"KIOSK-002", next_id(), "visit-7"};
  CHECK(decline(paid_untapped(other)) == Declined::Reason::other);
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(TerminalTest, aborted_while_waiting_for_the_tap) {
  const auto reference = sale();
  Result<void> aborted = Error{Errc::io, "", ""};
  const auto abort = [&]() -> Task<void> {
    aborted = co_await terminal->abort(reference, next_id());
  };
  const auto outcome =
      run_task(loop, pay_and(reference, [&] { asio::co_spawn(loop, abort(), asio::detached); }));
  CHECK(decline(outcome) == Declined::Reason::aborted);
  CHECK(aborted.ok());
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(TerminalTest, abort_too_late_leaves_the_payment_as_it_is) {
  const auto reference = sale();
  CHECK(std::holds_alternative<Approved>(paid(reference)));
  CHECK(run_task(loop, terminal->abort(reference, next_id())).ok());
  LONGS_EQUAL(fee, approval(status_of(reference)).amount_yen);
}

TEST(TerminalTest, status_while_waiting_is_in_progress) {
  const auto reference = sale();
  std::optional<StatusOutcome> meanwhile;
  const auto ask = [&]() -> Task<void> {
    meanwhile = co_await terminal->status(reference, next_id());
    emulator->say("tap");
  };
  const auto outcome =
      run_task(loop, pay_and(reference, [&] { asio::co_spawn(loop, ask(), asio::detached); }));
  CHECK(std::holds_alternative<Approved>(outcome));
  CHECK(meanwhile && std::holds_alternative<InProgress>(*meanwhile));
}

TEST(TerminalTest, reply_lost) {
  mode("drop-reply");
  const auto reference = sale();
  check_unknown_then_approved(paid(reference), reference);
}

TEST(TerminalTest, request_lost) {
  mode("drop-request");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid_untapped(reference)));
  CHECK(std::holds_alternative<NotFound>(status_of(reference)));
  LONGS_EQUAL(0, ledger("charged_yen"));
}

TEST(TerminalTest, reply_late) {
  config.patience = std::chrono::seconds(2);
  connect();
  mode("delay 600000");
  const auto reference = sale();
  check_unknown_then_approved(paid(reference), reference);
}

TEST(TerminalTest, reply_never) {
  config.patience = std::chrono::seconds(2);
  connect();
  mode("stall");
  const auto reference = sale();
  check_unknown_then_approved(paid(reference), reference);
}

TEST(TerminalTest, reply_malformed) {
  mode("malformed");
  const auto reference = sale();
  check_unknown_then_approved(paid(reference), reference);
}

TEST(TerminalTest, reply_replayed) {
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  mode("replay");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid(reference)));
  approval(status_of(reference));
  LONGS_EQUAL(2 * fee, ledger("charged_yen"));
}

TEST(TerminalTest, reply_twice) {
  mode("double-reply");
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  LONGS_EQUAL(2 * fee, ledger("charged_yen"));
}

TEST(TerminalTest, reply_to_somebody_else_or_of_another_kind) {
  for (const char* wrong :
       {"other-service-id", "other-sale-id", "other-poi-id", "other-category"}) {
    mode(wrong);
    const auto reference = sale();
    CHECK_TEXT(std::holds_alternative<Unknown>(paid(reference)), wrong);
    LONGS_EQUAL_TEXT(fee, approval(status_of(reference)).amount_yen, wrong);
  }
  LONGS_EQUAL(4 * fee, ledger("charged_yen"));
}

TEST(TerminalTest, wrong_currency_stays_unknown) {
  mode("wrong-currency");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid(reference)));
  CHECK(std::holds_alternative<Unknown>(status_of(reference)));
}

TEST(TerminalTest, wrong_amount_is_told_by_status_and_can_be_given_back) {
  mode("wrong-amount 3000");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid(reference)));
  const Approved booked = approval(status_of(reference));
  LONGS_EQUAL(3000, booked.amount_yen);
  const auto reversal =
      run_task(loop, terminal->reverse(sale(), booked.terminal_sale, booked.amount_yen));
  CHECK(std::holds_alternative<Reversed>(reversal));
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(TerminalTest, partial_payment_is_told_by_status_and_can_be_given_back) {
  mode("partial");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid(reference)));
  const Approved booked = approval(status_of(reference));
  LONGS_EQUAL(fee / 2, booked.amount_yen);
  CHECK(std::holds_alternative<Reversed>(
      run_task(loop, terminal->reverse(sale(), booked.terminal_sale, booked.amount_yen))));
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(TerminalTest, terminal_gone_before_the_payment) {
  emulator->say("mode gone");
  emulator->wait_for("gone");
  const auto state = run_task(loop, terminal->diagnose());
  CHECK(!state.ok());
  CHECK(state.error().code == Errc::gone);
  // Nothing was sent, so nothing can have been charged.
  CHECK(decline(paid_untapped(sale())) == Declined::Reason::other);
  emulator->say("mode back");
  emulator->wait_for("back");
  CHECK(run_task(loop, terminal->diagnose()).ok());
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  LONGS_EQUAL(fee, ledger("charged_yen"));
}

TEST(TerminalTest, connection_cut_while_waiting_and_the_resident_taps_all_the_same) {
  const auto reference = sale();
  const auto outcome = run_task(loop, pay_and(reference, [this] { emulator->say("mode gone"); }));
  CHECK(std::holds_alternative<Unknown>(outcome));
  CHECK(std::holds_alternative<Unknown>(status_of(reference)));
  emulator->say("tap");
  emulator->wait_for("charged");
  emulator->say("mode back");
  emulator->wait_for("back");
  LONGS_EQUAL(fee, approval(status_of(reference)).amount_yen);
}

TEST(TerminalTest, status_in_progress_for_a_while) {
  mode("status-in-progress 2");
  const auto reference = sale();
  CHECK(std::holds_alternative<Approved>(paid(reference)));
  CHECK(std::holds_alternative<InProgress>(status_of(reference)));
  CHECK(std::holds_alternative<InProgress>(status_of(reference)));
  approval(status_of(reference));
}

TEST(TerminalTest, power_cut_of_the_terminal_keeps_what_was_charged) {
  mode("drop-reply");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(paid(reference)));
  emulator->kill();
  start({});
  const Approved booked = approval(status_of(reference));
  LONGS_EQUAL(fee, booked.amount_yen);
  CHECK(std::holds_alternative<Reversed>(
      run_task(loop, terminal->reverse(sale(), booked.terminal_sale, fee))));
}

TEST(TerminalTest, service_id_used_twice_charges_once_and_is_unknown) {
  const auto reference = sale();
  CHECK(std::holds_alternative<Approved>(paid(reference)));
  CHECK(std::holds_alternative<Unknown>(paid_untapped(reference)));
  approval(status_of(reference));
  LONGS_EQUAL(fee, ledger("charged_yen"));
}

TEST(TerminalTest, ReversalGivesTheMoneyBackOnce) {
  const auto approved = std::get<Approved>(paid(sale()));
  const auto reference = sale();
  CHECK(std::holds_alternative<Reversed>(
      run_task(loop, terminal->reverse(reference, approved.terminal_sale, fee))));
  approval(status_of(reference));
  const auto again = run_task(loop, terminal->reverse(sale(), approved.terminal_sale, fee));
  CHECK(std::holds_alternative<Declined>(again));
  LONGS_EQUAL(fee, ledger("reversed_yen"));
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(TerminalTest, TotalsOfAPeriodAndTheNextOne) {
  const auto first = run_task(loop, terminal->totals());
  CHECK(first.ok());
  CHECK(!first->period.empty());
  LONGS_EQUAL(0, first->payments);
  const auto approved = std::get<Approved>(paid(sale(), "tap iD"));
  CHECK(std::holds_alternative<Approved>(paid(sale(), "tap WAON")));
  run_task(loop, terminal->reverse(sale(), approved.terminal_sale, fee));
  mode("decline");
  paid(sale());
  const auto totals = run_task(loop, terminal->totals());
  CHECK(*totals == (TerminalTotals{first->period, 2, 2 * fee, 1, fee}));
  CHECK(*run_task(loop, terminal->close_period()) == *totals);
  const auto next = run_task(loop, terminal->totals());
  CHECK(next->period != first->period);
  LONGS_EQUAL(0, next->payments);
  // A restart of the terminal begins no period.
  emulator->kill();
  start({});
  STRCMP_EQUAL(next->period.c_str(), run_task(loop, terminal->totals())->period.c_str());
}

TEST(TerminalTest, totals_are_of_this_kiosk_only) {
  CHECK(std::holds_alternative<Approved>(paid(sale())));
  config.sale_id = "KIOSK-002";
  connect();
  LONGS_EQUAL(0, run_task(loop, terminal->totals())->payments);
  emulator->say("mode gone");
  emulator->wait_for("gone");
  CHECK(run_task(loop, terminal->totals()).error().code == Errc::gone);
}

TEST(TerminalTest, reversal_refused) {
  const auto approved = std::get<Approved>(paid(sale()));
  mode("reversal-refused");
  const auto reference = sale();
  CHECK(std::holds_alternative<Declined>(
      run_task(loop, terminal->reverse(reference, approved.terminal_sale, fee))));
  CHECK(std::holds_alternative<Declined>(status_of(reference)));
  LONGS_EQUAL(fee, ledger("net_yen"));
}

TEST(TerminalTest, reversal_reply_lost) {
  const auto approved = std::get<Approved>(paid(sale()));
  mode("reversal-drop-reply");
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(
      run_task(loop, terminal->reverse(reference, approved.terminal_sale, fee))));
  LONGS_EQUAL(fee, approval(status_of(reference)).amount_yen);
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(TerminalTest, reversal_of_what_was_never_paid) {
  const auto reference = sale();
  CHECK(std::holds_alternative<Unknown>(
      run_task(loop, terminal->reverse(reference, "T0@2026-01-01T00:00:00Z", fee))));
  CHECK(std::holds_alternative<Declined>(status_of(reference)));
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(TerminalTest, StoppedAwaitOfAPaymentLeavesItToStatus) {
  const auto reference = sale();
  const auto stop_when_waiting = [&]() -> Task<bool> {
    const auto ended = co_await (terminal->pay(reference, fee) || until_waiting());
    co_return std::holds_alternative<std::monostate>(ended);  // `||` takes the outcome apart
  };
  CHECK(run_task(loop, stop_when_waiting()));
  emulator->say("tap");
  emulator->wait_for("charged");
  LONGS_EQUAL(fee, approval(status_of(reference)).amount_yen);
}

TEST(TerminalTest, WrongPoiIdIsRejectedByTheTerminal) {
  config.poi_id = "POI-999";
  auto other = std::move(make_nexo_terminal(timers, config)).value();
  const auto state = run_task(loop, other->login());
  CHECK(!state.ok());
  CHECK(state.error().code == Errc::protocol);
  STRCMP_CONTAINS("POIID", state.error().what.c_str());
}

TEST(TerminalTest, WrongPathIsUnknownForAPayment) {
  config.url += "-elsewhere";
  auto other = std::move(make_nexo_terminal(timers, config)).value();
  CHECK(std::holds_alternative<Unknown>(run_task(loop, other->pay(sale(), fee))));
  CHECK(!run_task(loop, other->diagnose()).ok());
}

TEST(TerminalTest, HttpsWithTheRightCaOnly) {
  CHECK(make_pki(folder.path()));
  emulator.reset();
  config.tls.ca = folder.path("terminal-ca.pem");
  start(
      {"--tls-certificate", folder.path("terminal.pem"), "--tls-key", folder.path("terminal.key")});
  STRCMP_CONTAINS("https://", config.url.c_str());
  const auto reference = sale();
  mode("drop-reply");
  check_unknown_then_approved(paid(reference), reference);

  const std::string stranger = folder.path("stranger");
  fs::create_directory(stranger);
  CHECK(make_pki(stranger));
  config.tls.ca = stranger + "/terminal-ca.pem";
  auto mistrusting = std::move(make_nexo_terminal(timers, config)).value();
  const auto state = run_task(loop, mistrusting->diagnose());
  CHECK(!state.ok());
  CHECK(state.error().code == Errc::integrity);
  CHECK(decline(run_task(loop, mistrusting->pay(sale(), fee))) == Declined::Reason::other);
}

TEST(TerminalTest, WrongConfigurationIsRefusedWithTheReason) {
  config.url = "ftp://terminal/nexo";
  CHECK(make_nexo_terminal(timers, config).error().code == Errc::invalid);
  config.url = "https://127.0.0.1:1/nexo";
  config.tls.ca = folder.path("missing.pem");
  const auto made = make_nexo_terminal(timers, config);
  CHECK(!made.ok());
  STRCMP_CONTAINS("missing.pem", made.error().text().c_str());
  config.url = "http://127.0.0.1:1/nexo";
  config.poi_id.clear();
  CHECK(make_nexo_terminal(timers, config).error().code == Errc::invalid);
}
