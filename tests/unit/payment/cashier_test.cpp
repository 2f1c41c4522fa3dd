// The cashier in virtual time, against a terminal that says what the test has written down.
#include "firmware/payment/cashier.h"

#include <deque>

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"
#include "firmware/payment/resolution.h"
#include "firmware/payment/staff_words.h"

using namespace madoguchi;
using namespace madoguchi::payment;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t fee = 300;

/// Answers from lists; the last answer of a list is given for ever. Notes who asked for what, when.
class WrittenTerminal final : public PaymentTerminal {
 public:
  explicit WrittenTerminal(Timers& timers) : timers_(timers), start_(timers.now()) {}

  Task<Result<TerminalState>> login() override { co_return TerminalState{true, "", ""}; }
  Task<Result<TerminalState>> diagnose() override { co_return TerminalState{true, "", ""}; }
  Task<PaymentOutcome> pay(const SaleReference&, std::int64_t) override {
    note("pay");
    co_return take(payments);
  }
  Task<Result<void>> abort(const SaleReference&, const std::string&) override {
    note("abort");
    co_return Result<void>();
  }
  Task<StatusOutcome> status(const SaleReference&, const std::string&) override {
    note("status");
    co_return take(statuses);
  }
  Task<ReversalOutcome> reverse(const SaleReference&, const std::string&, std::int64_t) override {
    note("reverse");
    co_return take(reversals);
  }

  std::deque<PaymentOutcome> payments{Unknown{"lost"}};
  std::deque<StatusOutcome> statuses{NotFound{}};
  std::deque<ReversalOutcome> reversals{Reversed{}};
  std::string log;  ///< "pay@0 abort@0 status@0 ..." in seconds

 private:
  void note(const char* what) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(timers_.now() - start_).count();
    log += (log.empty() ? "" : " ") + std::string(what) + "@" + std::to_string(seconds);
  }
  template <class T>
  static T take(std::deque<T>& answers) {
    T answer = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return answer;
  }
  Timers& timers_;
  Timers::Monotonic start_;
};

Approved booked(std::int64_t yen = fee) { return {yen, "iD", "T1@2026", "A1"}; }
Approved unconfirmed(const char* brand) { return {fee, brand, "T1@2026", "A1", true}; }
Declined interrupted(const char* brand) { return {Declined::Reason::interrupted, "", brand}; }

}  // namespace

TEST_GROUP(cashier) {
  VirtualTimers timers{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};
  WrittenTerminal terminal{timers};
  std::vector<ChargeRecord> journal;

  ChargeRecord played(std::function<Task<ChargeRecord>(Cashier&)> work) {
    asio::io_context loop;
    Cashier cashier(terminal, timers, {"KIOSK-001"}, [this](const ChargeRecord& record) {
      journal.push_back(record);
      return Status();
    });
    std::optional<ChargeRecord> out;
    const auto run = [&]() -> Task<void> { out = co_await work(cashier); };
    asio::co_spawn(loop, run(), asio::detached);
    for (int turns = 0; !out && turns < 10'000; ++turns) {
      loop.restart();
      if (loop.poll() > 0) continue;
      Timers::Duration due{};
      if (!timers.next_due(due)) FAIL("the cashier waits for nothing");
      timers.advance(due);
    }
    if (!out) FAIL("the cashier does not end");
    return *out;
  }
  ChargeRecord charge() {
    return played([](Cashier& cashier) { return cashier.charge("visit-7", fee); });
  }
  void ends(const ChargeRecord& record, State state, const char* log) {
    CHECK(record.state == state);
    STRCMP_EQUAL(log, terminal.log.c_str());
  }
};

TEST(cashier, asks_after_an_abort_and_less_and_less_often_until_patience_ends) {
  terminal.statuses = {InProgress{}};
  const ChargeRecord record = charge();
  ends(record, State::unresolved,
       "pay@0 abort@0 status@0 abort@1 status@1 abort@3 status@3 abort@7 status@7 abort@15 "
       "status@15 abort@30 status@30 abort@45 status@45 abort@60 status@60");
  CHECK(record.why_unresolved == Unresolved::payment_unknown);
  const Resolution resolution = resolution_of(record);
  CHECK(resolution.owner == Owner::window_staff);
  STRCMP_EQUAL(record.payment_service_id.c_str(), resolution.service_id.c_str());
  STRCMP_EQUAL("money.unknown", resolution.told.c_str());
}

TEST(cashier, busy_for_a_while_then_booked) {
  terminal.statuses = {InProgress{}, Unknown{"gone"}, booked()};
  const ChargeRecord record = charge();
  ends(record, State::charged, "pay@0 abort@0 status@0 abort@1 status@1 abort@3 status@3");
  LONGS_EQUAL(fee, record.net_yen());
}

TEST(cashier, not_found_is_believed_only_when_it_is_still_so_after_a_while) {
  const ChargeRecord record = charge();
  ends(record, State::not_charged, "pay@0 abort@0 status@0 abort@5 status@5");
  STRCMP_EQUAL("not_processed", record.decline.c_str());
}

TEST(cashier, the_payment_that_was_not_found_began_after_all) {
  terminal.statuses = {NotFound{}, InProgress{}, booked()};
  const ChargeRecord record = charge();
  CHECK(record.state == State::charged);
  STRCMP_EQUAL("", record.decline.c_str());
}

TEST(cashier, not_found_with_silence_between_is_not_heard_twice) {
  terminal.statuses = {NotFound{}, Unknown{"gone"}, NotFound{}, booked()};
  CHECK(charge().state == State::charged);
}

TEST(cashier, a_lost_reversal_is_sent_again_only_when_it_never_arrived) {
  terminal.payments = {booked()};
  ChargeRecord record = charge();
  terminal.reversals = {Unknown{"lost"}, Reversed{}};
  record = played([&](Cashier& cashier) { return cashier.reverse(record); });
  ends(record, State::reversed, "pay@0 reverse@0 status@0 status@5 reverse@5");
}

TEST(cashier, after_a_power_cut_the_waiting_terminal_is_stopped_first) {
  ChargeRecord record;
  record.state = State::paying;
  record.sale_id = "KIOSK-001";
  record.payment_service_id = "P1";
  record.amount_yen = fee;
  terminal.statuses = {Declined{Declined::Reason::aborted, ""}};
  record = played([&](Cashier& cashier) { return cashier.resume(record); });
  ends(record, State::not_charged, "abort@0 status@0");
}

TEST(cashier, interrupted_taps_follow_the_brands_rule) {
  for (const char* brand : {"Edy", "WAON", "Suica", "iD", "QUICPay"}) {
    terminal.payments = {interrupted(brand)};
    const ChargeRecord record = charge();
    CHECK_TEXT(record.state == State::not_charged, brand);
    STRCMP_EQUAL("interrupted", record.decline.c_str());
    CHECK_TEXT(record.interrupted_tap == interrupted_tap_rule(brand), brand);
  }
  terminal.payments = {unconfirmed("nanaco")};
  const ChargeRecord record = charge();
  CHECK(record.state == State::charged);
  CHECK(record.interrupted_tap == InterruptedTap::sold_and_corrected_later);
}

TEST(cashier, a_terminal_that_contradicts_the_brands_rule_is_for_staff) {
  terminal.statuses = {unconfirmed("iD")};
  for (const PaymentOutcome& said :
       {PaymentOutcome(interrupted("nanaco")), PaymentOutcome(interrupted("VISA")),
        PaymentOutcome(interrupted("")), PaymentOutcome(unconfirmed("iD"))}) {
    terminal.payments = {said};
    const ChargeRecord record = charge();
    CHECK(record.state == State::unresolved);
    CHECK(record.why_unresolved == Unresolved::interrupted_tap);
    CHECK(resolution_of(record).owner == Owner::accounting);
  }
}

TEST(cashier, every_way_to_be_unresolved_has_an_owner_and_something_to_do) {
  for (const auto& [why, name] : enum_names(Unresolved{})) {
    ChargeRecord record;
    record.state = State::unresolved;
    record.payment_service_id = "P1";
    record.reversal_service_id = "R1";
    record.why_unresolved = why;
    const Resolution resolution = resolution_of(record);
    CHECK_TEXT(resolution.why == why, std::string(name).c_str());
    CHECK(staff_words("ja", resolution.todo) != resolution.todo);
    CHECK(staff_words("en", resolution.todo) != resolution.todo);
    const bool of_reversal = name.starts_with("reversal");
    STRCMP_EQUAL(of_reversal ? "R1" : "P1", resolution.service_id.c_str());
  }
}

TEST(cashier, refused_and_misbooked_reversals_say_so) {
  terminal.payments = {booked()};
  const ChargeRecord paid = charge();
  terminal.reversals = {Declined{Declined::Reason::refused, ""}};
  ChargeRecord record = played([&](Cashier& cashier) { return cashier.reverse(paid); });
  CHECK(record.why_unresolved == Unresolved::reversal_refused);
  terminal.reversals = {Unknown{"lost"}};
  terminal.statuses = {booked(1)};
  record = played([&](Cashier& cashier) { return cashier.reverse(paid); });
  CHECK(record.why_unresolved == Unresolved::reversal_misbooked);
  terminal.statuses = {Unknown{"gone"}};
  record = played([&](Cashier& cashier) { return cashier.reverse(paid); });
  CHECK(record.why_unresolved == Unresolved::reversal_unknown);
}

TEST(cashier, a_reversal_that_could_not_be_recorded_is_found_again) {
  terminal.payments = {booked()};
  const ChargeRecord paid = charge();
  CHECK_FALSE(paid.reversal_service_id.empty());  // durable before anything moves
  terminal.statuses = {booked()};                 // of the reversal: it went through
  terminal.reversals = {Declined{Declined::Reason::refused, "already reversed"}};
  const ChargeRecord record =
      played([&](Cashier& cashier) { return cashier.reverse_after_restart(paid); });
  CHECK(record.state == State::reversed);
  STRCMP_EQUAL(paid.reversal_service_id.c_str(), record.reversal_service_id.c_str());
  CHECK(terminal.log.find("reverse") == std::string::npos);
}

TEST(cashier, records_of_older_journals_are_read) {
  const auto record = decode<ChargeRecord>(
      as_bytes(R"({"state":"unresolved","sale_id":"K","transaction":"v","payment_service_id":"P1",
      "reversal_service_id":"","amount_yen":300,"booked_yen":0,"brand":"","terminal_sale":"",
      "decline":""})"),
      Dialect::json);
  CHECK(record.ok());
  STRCMP_EQUAL("P1", resolution_of(*record).service_id.c_str());
}
