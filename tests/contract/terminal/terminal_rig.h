#pragma once
// A terminal driver with emulator-terminal behind it: a process of its own with a ledger of its
// own.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/message/codec.h"
#include "hal/terminal/nexo_terminal.h"
#include "tests/child_process.h"
#include "tests/own_folder.h"
#include "tests/run_task.h"

namespace madoguchi::test {

constexpr std::int64_t fee = 300;

struct TerminalRig : public Utest {
  SystemTimers timers;
  asio::io_context loop;
  const OwnFolder folder;
  std::unique_ptr<ChildProcess> emulator;
  std::unique_ptr<PaymentTerminal> terminal;
  TerminalConfig config;
  int messages = 0;

  void setup() override {
    config.sale_id = "KIOSK-001";
    config.poi_id = "POI-001";
    start({});
  }
  void teardown() override {
    terminal.reset();
    emulator.reset();
  }

  void start(const std::vector<std::string>& more) {
    std::vector<std::string> argv{ChildProcess::program("emulator-terminal"), "--poi-id", "POI-001",
                                  "--ledger", folder.path("ledger.jsonl")};
    argv.insert(argv.end(), more.begin(), more.end());
    emulator = std::make_unique<ChildProcess>(argv);
    const std::string ready = emulator->wait_for("ready ");
    config.url = ready.substr(ready.find("http"));
    connect();
  }
  void connect() {
    auto made = make_nexo_terminal(timers, config);
    if (!made.ok()) FAIL(made.error().text().c_str());
    terminal = std::move(*made);
    const auto state = run_task(loop, terminal->login());
    if (!state.ok()) FAIL(state.error().text().c_str());
  }
  std::string next_id() { return "M" + std::to_string(1000 + messages++); }
  SaleReference sale() { return {"KIOSK-001", next_id(), "visit-7"}; }
  void mode(const std::string& name) {
    emulator->say("mode " + name);
    emulator->wait_for("mode ");
  }
  /// A payment that the resident taps for as soon as the terminal waits.
  PaymentOutcome paid(const SaleReference& reference, const std::string& tap = "tap WAON") {
    return run_task(loop, pay_and(reference, [this, tap] { emulator->say(tap); }));
  }
  /// Pays, and does `act` when the emulator says that it waits; the loop runs meanwhile.
  Task<PaymentOutcome> pay_and(SaleReference reference, std::function<void()> act) {
    std::optional<PaymentOutcome> outcome;
    bool done = false;
    asio::co_spawn(loop, pay_into(reference, outcome, done), asio::detached);
    bool waiting = false;
    while (!done && !(waiting = emulator->has_said("waiting"))) {
      co_await timers.sleep(std::chrono::milliseconds(5));
    }
    if (waiting) act();
    while (!done) co_await timers.sleep(std::chrono::milliseconds(5));
    co_return std::move(*outcome);
  }
  /// Ends when the emulator waits for a tap.
  Task<void> until_waiting() {
    while (!emulator->has_said("waiting")) co_await timers.sleep(std::chrono::milliseconds(5));
  }
  Task<void> pay_into(SaleReference reference, std::optional<PaymentOutcome>& outcome, bool& done) {
    outcome = co_await terminal->pay(reference, fee);
    done = true;
  }
  /// A payment that ends without anybody's tap.
  PaymentOutcome paid_untapped(const SaleReference& reference) {
    return run_task(loop, terminal->pay(reference, fee));
  }
  StatusOutcome status_of(const SaleReference& reference) {
    return run_task(loop, terminal->status(reference, next_id()));
  }
  Declined::Reason decline(const PaymentOutcome& outcome) {
    CHECK(std::holds_alternative<Declined>(outcome));
    return std::get<Declined>(outcome).reason;
  }
  Approved approval(const StatusOutcome& outcome) {
    if (!std::holds_alternative<Approved>(outcome)) FAIL("not approved");
    return std::get<Approved>(outcome);
  }
  std::int64_t ledger(const char* what) {
    emulator->say("ledger");
    const std::string line = emulator->wait_for("charged_yen");
    return parse_document(as_bytes(line), Dialect::json)->at(what).get<std::int64_t>();
  }
  void check_unknown_then_approved(const PaymentOutcome& outcome, const SaleReference& reference) {
    CHECK(std::holds_alternative<Unknown>(outcome));
    const Approved approved = approval(status_of(reference));
    LONGS_EQUAL(fee, approved.amount_yen);
    LONGS_EQUAL(fee, ledger("charged_yen"));
  }
};

}  // namespace madoguchi::test
