// The cashier against a terminal whose answers are scripted: what is sent, with which reference,
// and what is made durable before it.

#include <deque>

#include <CppUTest/TestHarness.h>

#include "firmware/payment/cashier.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::payment;
using namespace std::chrono_literals;

namespace {

class ScriptedTerminal final : public PaymentTerminal {
 public:
  Task<Result<TerminalState>> login() override { co_return TerminalState{true, "", ""}; }
  Task<Result<TerminalState>> diagnose() override { co_return TerminalState{true, "", ""}; }
  Task<PaymentOutcome> pay(const SaleReference& reference, std::int64_t yen) override {
    paid.push_back({reference, yen});
    const auto meanwhile = std::exchange(while_paying, {});
    if (meanwhile) co_await meanwhile();
    co_return next(payments, PaymentOutcome(Unknown{"script"}));
  }
  Task<Result<void>> abort(const SaleReference& payment, const std::string& service_id) override {
    aborted.push_back(payment);
    own_ids.push_back(service_id);
    co_return Result<void>{};
  }
  Task<StatusOutcome> status(const SaleReference& earlier, const std::string& service_id) override {
    asked.push_back(earlier);
    own_ids.push_back(service_id);
    co_return next(statuses, StatusOutcome(Unknown{"script"}));
  }
  Task<ReversalOutcome> reverse(const SaleReference& reference, const std::string& terminal_sale,
                                std::int64_t yen) override {
    reversed.push_back({reference, yen});
    reversed_sales.push_back(terminal_sale);
    co_return next(reversals, ReversalOutcome(Unknown{"script"}));
  }

  struct Sent {
    SaleReference reference;
    std::int64_t yen = 0;
  };
  std::deque<PaymentOutcome> payments;
  std::deque<StatusOutcome> statuses;
  std::deque<ReversalOutcome> reversals;
  std::function<Task<void>()> while_paying;
  std::vector<Sent> paid, reversed;
  std::vector<SaleReference> asked, aborted;
  std::vector<std::string> reversed_sales, own_ids;

 private:
  template <class T>
  static T next(std::deque<T>& script, T otherwise) {
    if (script.empty()) return otherwise;
    T first = std::move(script.front());
    script.pop_front();
    return first;
  }
};

Approved approved(std::int64_t yen) {
  Approved out;
  out.amount_yen = yen;
  out.brand = "iD";
  out.terminal_sale = "POI-7";
  out.approval_code = "A1";
  return out;
}

}  // namespace

TEST_GROUP(cashier_references) {
  VirtualTimers timers{Timers::Wall{}};
  ScriptedTerminal terminal;
  std::vector<ChargeRecord> durable;
  bool storage_full = false;
  Cashier cashier{terminal, timers, {"KIOSK-001"}, [this](const ChargeRecord& record) -> Status {
                    if (storage_full) return Error{Errc::full, "journal", "full"};
                    durable.push_back(record);
                    return {};
                  }};

  ChargeRecord run(Task<ChargeRecord> task) { return run_virtually(timers, std::move(task)); }
  ChargeRecord charge(std::int64_t yen) { return run(cashier.charge("visit-1", yen)); }
  /// The record of a payment whose outcome nobody knows.
  static ChargeRecord record(State state) {
    ChargeRecord out;
    out.state = state;
    out.sale_id = "KIOSK-001";
    out.transaction = "visit-1";
    out.payment_service_id = "PAY1";
    out.reversal_service_id = "REV1";
    out.amount_yen = 250;
    out.booked_yen = 250;
    out.terminal_sale = "POI-7";
    return out;
  }
};

TEST(cashier_references, the_reference_is_durable_before_the_payment_is_sent) {
  terminal.payments = {approved(250)};
  bool known = false;
  terminal.while_paying = [&]() -> Task<void> {
    known = durable.size() == 1 && durable.back().state == State::paying &&
            durable.back().payment_service_id == terminal.paid.back().reference.service_id;
    co_return;
  };
  const ChargeRecord done = charge(250);
  CHECK_TRUE(known);
  CHECK(done.state == State::charged);
  CHECK(durable.back().state == State::charged);
  LONGS_EQUAL(250, done.net_yen());
  STRCMP_EQUAL("iD", done.brand.c_str());
  STRCMP_EQUAL("POI-7", done.terminal_sale.c_str());
  STRCMP_EQUAL("KIOSK-001", terminal.paid[0].reference.sale_id.c_str());
  STRCMP_EQUAL("visit-1", terminal.paid[0].reference.transaction.c_str());
  LONGS_EQUAL(10, terminal.paid[0].reference.service_id.size());
  LONGS_EQUAL(250, terminal.paid[0].yen);
}

TEST(cashier_references, what_cannot_be_recorded_is_not_charged) {
  storage_full = true;
  const ChargeRecord done = charge(250);
  CHECK(done.state == State::not_charged);
  STRCMP_EQUAL("journal", done.decline.c_str());
  LONGS_EQUAL(0, terminal.paid.size());
}

TEST(cashier_references, every_reason_has_its_word) {
  using Reason = Declined::Reason;
  const std::pair<Reason, const char*> words[] = {
      {Reason::refused, "refused"},    {Reason::cancelled, "cancelled"},
      {Reason::aborted, "aborted"},    {Reason::timeout_no_tap, "no_tap"},
      {Reason::terminal_busy, "busy"}, {Reason::wrong_amount, "wrong_amount"},
      {Reason::other, "other"},
  };
  for (const auto& [reason, word] : words) {
    terminal.payments = {Declined{reason, ""}};
    const ChargeRecord done = charge(250);
    CHECK(done.state == State::not_charged);
    STRCMP_EQUAL(word, done.decline.c_str());
    LONGS_EQUAL(0, done.net_yen());
  }
}

TEST(cashier_references, another_amount_is_given_back_in_full) {
  terminal.payments = {approved(2'500)};
  terminal.reversals = {Reversed{"POI-7"}};
  const ChargeRecord done = charge(250);
  CHECK(done.state == State::reversed);
  LONGS_EQUAL(2'500, terminal.reversed.at(0).yen);
  STRCMP_EQUAL("POI-7", terminal.reversed_sales.at(0).c_str());
  CHECK(terminal.reversed[0].reference.service_id != terminal.paid[0].reference.service_id);
  STRCMP_EQUAL("visit-1", terminal.reversed[0].reference.transaction.c_str());
}

TEST(cashier_references, a_status_that_declines_says_why) {
  terminal.statuses = {Declined{Declined::Reason::cancelled, ""}};
  const ChargeRecord done = charge(250);
  CHECK(done.state == State::not_charged);
  STRCMP_EQUAL("cancelled", done.decline.c_str());
}

TEST(cashier_references, a_status_with_another_amount_gives_it_back) {
  terminal.statuses = {approved(300)};
  terminal.reversals = {Reversed{""}};
  const ChargeRecord done = charge(250);
  CHECK(done.state == State::reversed);
  LONGS_EQUAL(300, terminal.reversed.at(0).yen);
}

TEST(cashier_references, a_reversal_is_asked_for_under_its_own_reference) {
  terminal.statuses = {InProgress{}, approved(250)};
  const ChargeRecord done = run(cashier.reverse(record(State::charged)));
  CHECK(done.state == State::reversed);
  LONGS_EQUAL(1, terminal.reversed.size());
  for (const SaleReference& each : terminal.asked) CHECK(each == terminal.reversed[0].reference);
  CHECK(done.reversal_service_id == terminal.reversed[0].reference.service_id);
  CHECK(durable.front().state == State::reversing);
  CHECK(durable.front().reversal_service_id == done.reversal_service_id);
}

TEST(cashier_references, a_reversal_may_leave_its_amount_out_but_not_name_another) {
  terminal.statuses = {approved(0)};
  CHECK(run(cashier.reverse(record(State::charged))).state == State::reversed);
  terminal.statuses = {approved(100)};
  const ChargeRecord odd = run(cashier.reverse(record(State::charged)));
  CHECK(odd.state == State::unresolved);
  LONGS_EQUAL(250, odd.booked_yen);
}

TEST(cashier_references, a_refused_reversal_is_for_the_staff) {
  terminal.reversals = {Declined{Declined::Reason::refused, ""}};
  CHECK(run(cashier.reverse(record(State::charged))).state == State::unresolved);
  LONGS_EQUAL(0, terminal.asked.size());
}

TEST(cashier_references, after_a_power_cut_the_payment_is_asked_for_and_never_sent_again) {
  for (const State state : {State::paying, State::checking}) {
    terminal.asked.clear();
    terminal.statuses = {approved(250)};
    const ChargeRecord done = run(cashier.resume(record(state)));
    CHECK(done.state == State::charged);
    LONGS_EQUAL(1, terminal.asked.size());
    STRCMP_EQUAL("PAY1", terminal.asked[0].service_id.c_str());
  }
  for (const State state : {State::reversing, State::checking_reversal}) {
    terminal.asked.clear();
    terminal.statuses = {approved(250)};
    CHECK(run(cashier.resume(record(state))).state == State::reversed);
    STRCMP_EQUAL("REV1", terminal.asked.at(0).service_id.c_str());
  }
  LONGS_EQUAL(0, terminal.paid.size());
  LONGS_EQUAL(0, terminal.reversed.size());
}

TEST(cashier_references, a_state_that_is_resumed_has_its_whole_patience) {
  timers.advance(1h);  // the machine has been up for a while
  terminal.statuses = {NotFound{}, NotFound{}, NotFound{}, NotFound{}};
  terminal.reversals = {Reversed{""}};
  CHECK(run(cashier.resume(record(State::checking_reversal))).state == State::reversed);
  terminal.statuses = {InProgress{}, InProgress{}, approved(250)};
  CHECK(run(cashier.resume(record(State::checking))).state == State::charged);
}

TEST(cashier_references, a_full_storage_does_not_keep_it_from_asking_and_giving_back) {
  storage_full = true;
  terminal.statuses = {approved(300)};
  terminal.reversals = {Reversed{""}};
  CHECK(run(cashier.resume(record(State::paying))).state == State::reversed);
}
