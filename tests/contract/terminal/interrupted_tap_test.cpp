// 処理未了: every brand, with a card that leaves too early, that comes back, and with the reply
// lost. Each ends with the kiosk's record and the terminal's ledger in agreement, or unresolved
// with an owner.
#include "firmware/payment/cashier.h"
#include "firmware/payment/resolution.h"
#include "tests/contract/terminal/terminal_rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using payment::InterruptedTap;
using payment::State;

namespace {

struct Brand {
  const char* name;
  InterruptedTap rule;
};
constexpr auto brands = std::to_array<Brand>({
    {"Edy", InterruptedTap::no_sale_until_retouch},
    {"WAON", InterruptedTap::no_sale_until_retouch},
    {"交通系IC", InterruptedTap::no_sale_until_retouch},
    {"Suica", InterruptedTap::no_sale_until_retouch},
    {"nanaco", InterruptedTap::sold_and_corrected_later},
    {"iD", InterruptedTap::no_sale},
    {"QUICPay", InterruptedTap::no_sale},
    {"VISA", InterruptedTap::status_decides},
    {"PayPay", InterruptedTap::status_decides},
});

}  // namespace

TEST_GROUP_BASE(InterruptedTapTest, TerminalRig) {
  std::vector<payment::ChargeRecord> remembered;

  void setup() override {
    TerminalRig::setup();
    emulator.reset();
    start({"--retouch-limit", "0.2"});
  }
  payment::CashierSettings settings() {
    payment::CashierSettings out;
    out.sale_id = "KIOSK-001";
    out.status_pause = std::chrono::milliseconds(10);
    out.status_pause_most = std::chrono::milliseconds(50);
    out.status_patience = std::chrono::milliseconds(800);
    out.not_found_settles = std::chrono::milliseconds(40);
    return out;
  }
  Task<void> charge_into(std::optional<payment::ChargeRecord> & record) {
    payment::Cashier cashier(*terminal, timers, settings(), [&](const auto& each) {
      remembered.push_back(each);
      return Status();
    });
    record = co_await cashier.charge("visit-7", fee);
  }
  /// Charges while the resident does these things, each after the emulator has said its word.
  payment::ChargeRecord charged(
      const std::vector<std::pair<std::string, std::string>>& said_and_done) {
    std::optional<payment::ChargeRecord> record;
    const auto play = [&]() -> Task<void> {
      asio::co_spawn(loop, charge_into(record), asio::detached);
      for (const auto& [said, done] : said_and_done) {
        while (!record && !emulator->has_said(said))
          co_await timers.sleep(std::chrono::milliseconds(3));
        emulator->say(done);
      }
      while (!record) co_await timers.sleep(std::chrono::milliseconds(3));
    };
    run_task(loop, play());
    return *record;
  }
  void agree(const payment::ChargeRecord& record, std::int64_t before, const std::string& what) {
    CHECK_TEXT(record.state != State::unresolved, what.c_str());
    LONGS_EQUAL_TEXT(ledger("net_yen") - before, record.net_yen(), what.c_str());
    // What is in the journal is what came out.
    CHECK_TEXT(remembered.back().state == record.state, what.c_str());
  }
};

TEST(InterruptedTapTest, card_leaves_too_early_and_does_not_come_back) {
  for (const Brand& brand : brands) {
    const std::int64_t before = ledger("net_yen");
    const auto record = charged({{"waiting", std::string("interrupt ") + brand.name}});
    agree(record, before, brand.name);
    const bool sold = brand.rule == InterruptedTap::sold_and_corrected_later;
    CHECK_TEXT(record.state == (sold ? State::charged : State::not_charged), brand.name);
    if (brand.rule != InterruptedTap::status_decides) {
      CHECK_TEXT(record.interrupted_tap == brand.rule, brand.name);
      STRCMP_EQUAL(brand.name, record.brand.c_str());
      STRCMP_EQUAL(sold ? "" : "interrupted", record.decline.c_str());
    }
  }
}

TEST(InterruptedTapTest, card_comes_back_in_time) {
  for (const Brand& brand : brands) {
    const bool asked_again = brand.rule == InterruptedTap::no_sale_until_retouch ||
                             brand.rule == InterruptedTap::sold_and_corrected_later;
    const std::int64_t before = ledger("net_yen");
    const auto record = charged({{"waiting", std::string("interrupt ") + brand.name},
                                 {asked_again ? "touch again" : "failed", "retouch"}});
    agree(record, before, brand.name);
    // Where only the host knows, its yes and the kiosk's Abort may cross: whichever came first is
    // what both have written.
    if (brand.rule == InterruptedTap::status_decides) continue;
    CHECK_TEXT(record.state == (asked_again ? State::charged : State::not_charged), brand.name);
    if (asked_again) CHECK_TEXT(!record.interrupted_tap, brand.name);
  }
}

TEST(InterruptedTapTest, what_the_host_has_confirmed_later_can_be_given_back) {
  const std::int64_t before = ledger("net_yen");
  mode("delay 100");
  payment::ChargeRecord record =
      charged({{"waiting", "interrupt VISA"}, {"failed pending", "retouch"}});
  CHECK(record.state == State::charged);
  std::optional<payment::ChargeRecord> back;
  const auto give_back = [&]() -> Task<void> {
    payment::Cashier cashier(*terminal, timers, settings(), [](const auto&) { return Status(); });
    back = co_await cashier.reverse(record);
  };
  run_task(loop, give_back());
  CHECK(back->state == State::reversed);
  LONGS_EQUAL(before, ledger("net_yen"));
}

TEST(InterruptedTapTest, a_terminal_that_contradicts_the_brand_is_not_believed) {
  for (const auto& [brand, how] :
       {std::pair("iD", "interrupted-booked"), std::pair("WAON", "interrupted-booked"),
        std::pair("VISA", "interrupted-booked"), std::pair("nanaco", "interrupted-dropped")}) {
    mode(how);
    const auto record = charged({{"waiting", std::string("interrupt ") + brand}});
    CHECK_TEXT(record.state == State::unresolved, brand);
    CHECK_TEXT(record.why_unresolved == payment::Unresolved::interrupted_tap, brand);
  }
}

TEST(InterruptedTapTest, whole_tap_and_the_reply_is_lost) {
  for (const Brand& brand : brands) {
    const std::int64_t before = ledger("net_yen");
    mode("drop-reply");
    const auto record = charged({{"waiting", std::string("tap ") + brand.name}});
    agree(record, before, brand.name);
    CHECK_TEXT(record.state == State::charged, brand.name);
  }
}

TEST(InterruptedTapTest, card_leaves_too_early_and_the_reply_is_lost) {
  for (const Brand& brand : brands) {
    const std::int64_t before = ledger("net_yen");
    mode("drop-reply");
    const auto record = charged({{"waiting", std::string("interrupt ") + brand.name}});
    agree(record, before, brand.name);
    if (brand.rule != InterruptedTap::status_decides)
      CHECK_TEXT(record.interrupted_tap == brand.rule, brand.name);
  }
}

// The request arrived, the connection died, and the resident stands before a terminal that waits:
// the Abort comes before the card, so that nobody pays for a visit that has moved on.
TEST(InterruptedTapTest, connection_lost_while_waiting_ends_the_wait) {
  const auto record = charged({{"waiting", "mode gone"}, {"gone", "mode back"}});
  agree(record, 0, "connection lost");
  CHECK(record.state == State::not_charged);
  STRCMP_EQUAL("aborted", record.decline.c_str());
  emulator->say("tap WAON");
  emulator->wait_for("nothing to tap for");
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(InterruptedTapTest, request_lost_is_believed_after_a_second_answer) {
  mode("drop-request");
  const auto record = charged({});
  CHECK(record.state == State::not_charged);
  STRCMP_EQUAL("not_processed", record.decline.c_str());
  LONGS_EQUAL(0, ledger("net_yen"));
}

TEST(InterruptedTapTest, terminal_gone_for_good_is_unresolved_with_an_owner) {
  for (const Brand& brand : {brands[1], brands[4], brands[7]}) {
    const auto record =
        charged({{"waiting", "mode gone"}, {"gone", std::string("interrupt ") + brand.name}});
    CHECK_TEXT(record.state == State::unresolved, brand.name);
    const payment::Resolution resolution = payment::resolution_of(record);
    CHECK(resolution.why == payment::Unresolved::payment_unknown);
    CHECK(resolution.owner == payment::Owner::window_staff);
    STRCMP_EQUAL(record.payment_service_id.c_str(), resolution.service_id.c_str());
    CHECK(!resolution.todo.empty());
    emulator->say("mode back");
    emulator->wait_for("back");
    // What the owner finds under that number.
    emulator->say("ledger");
    STRCMP_CONTAINS(resolution.service_id.c_str(), emulator->wait_for("charged_yen").c_str());
  }
}
