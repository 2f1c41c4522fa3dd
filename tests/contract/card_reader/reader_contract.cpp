#include "tests/contract/card_reader/reader_contract.h"

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>

#include "firmware/identity/my_number_card.h"
#include "tests/own_folder.h"
#include "tests/run_task.h"

namespace madoguchi::contract {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string select_jpki = "00a4040c0ad392f000260100000001";
const std::string select_auth_pin = "00a4020c020018";

/// Starts a task and gives it a moment to reach its wait; what comes of it is kept.
template <class T>
class Started {
 public:
  Started(asio::io_context& loop, Task<T> task) : loop_(loop) {
    asio::co_spawn(
        loop,
        [this, task = std::move(task)]() mutable -> Task<void> {
          result_.emplace(co_await std::move(task));
        },
        asio::bind_cancellation_slot(cancel_.slot(),
                                     [this](std::exception_ptr) { ended_ = true; }));
    loop_.restart();
    loop_.run_for(50ms);
  }
  /// Whether the task has not ended by then.
  bool pends_for(Clock::duration time) {
    loop_.restart();
    loop_.run_for(time);
    return !ended_;
  }
  /// Runs the loop until the task has ended.
  T finish() {
    run_until_ended();
    if (!result_) FAIL("the task threw");
    return std::move(*result_);
  }
  /// Cancels the task and waits until it has ended; gives how long that took.
  Clock::duration cancel() {
    const auto begun = Clock::now();
    if (!ended_) cancel_.emit(asio::cancellation_type::terminal);
    run_until_ended();
    return Clock::now() - begun;
  }

 private:
  void run_until_ended() {
    loop_.restart();
    const auto deadline = Clock::now() + 10s;
    while (!ended_ && loop_.run_one_until(deadline) > 0) {
    }
    if (!ended_) FAIL("the task did not end in time");
  }

  asio::io_context& loop_;
  asio::cancellation_signal cancel_;
  std::optional<T> result_;
  bool ended_ = false;
};

void expect_status(std::uint16_t wanted, const Result<ResponseApdu>& answer) {
  CHECK_TRUE_TEXT(answer.ok(), answer ? "" : answer.error().text().c_str());
  LONGS_EQUAL(wanted, answer->status);
}

void expect_gone(const Error& error) {
  CHECK_TRUE_TEXT(error.code == Errc::gone, error.text().c_str());
}

void find_card(Rig& rig) {
  rig.emulator->say("insert");
  const auto card = rig.wait_for_card();
  CHECK_TRUE_TEXT(card.ok(), card ? "" : card.error().text().c_str());
}

/// Asks again, as a kiosk does, until the reader is back and its card answers. A card that was just
/// taken away may be found once more: then its first command says gone.
void expect_works_again(Rig& rig) {
  const auto deadline = Clock::now() + 20s;
  while (Clock::now() < deadline) {
    if (!rig.wait_for_card(20s)) continue;
    const auto answer = rig.transmit(select_jpki);
    if (answer && answer->status == 0x9000) return;
  }
  FAIL("the reader did not come back");
}

}  // namespace

std::string card_folder() {
  static const OwnFolder folder;
  return folder.path();
}

Result<CardInField> Rig::wait_for_card(std::chrono::seconds limit) {
  return run_task(loop, reader->wait_for_card(), limit);
}

Result<ResponseApdu> Rig::transmit(const std::string& command_hex) {
  return run_task(loop, reader->transmit(Secret(*from_hex(command_hex))), 10s);
}

void card_on_the_reader_is_found(Rig& rig) {
  find_card(rig);
  expect_status(0x9000, rig.transmit(select_jpki));
}

void card_is_found_when_it_comes(Rig& rig) {
  Started waiting(rig.loop, rig.reader->wait_for_card());
  rig.emulator->say("insert");
  CHECK(waiting.finish().ok());
  expect_status(0x9000, rig.transmit(select_jpki));
}

void whole_session_in_few_apdus(Rig& rig, int apdus) {
  rig.emulator->say("insert");
  const auto in_field = rig.wait_for_card();
  CHECK(in_field.ok());
  identity::MyNumberCard card(*rig.reader, *in_field);
  const auto begun = Clock::now();
  const auto certificate = run_task(rig.loop, card.read_auth_certificate());
  CHECK_TRUE_TEXT(certificate.ok(), certificate ? "" : certificate.error().text().c_str());
  LONGS_EQUAL(3, *run_task(rig.loop, card.pin_tries_left()));
  const auto outcome = run_task(rig.loop, card.verify_pin(Secret(as_bytes("1234")), false));
  CHECK(std::holds_alternative<identity::PinAccepted>(outcome));
  const auto signature = run_task(rig.loop, card.sign(as_bytes("nonce")));
  CHECK_TRUE_TEXT(signature.ok(), signature ? "" : signature.error().text().c_str());
  LONGS_EQUAL(apdus, card.apdus());
  CHECK(Clock::now() - begun < apdus * 250ms);  // also on a busy machine: nothing waits in vain
}

void card_pulled_in_the_middle_of_a_command(Rig& rig) {
  find_card(rig);
  expect_status(0x9000, rig.transmit(select_jpki));
  rig.emulator->say("pull-after 1");
  rig.emulator->say("status");
  rig.emulator->wait_for("status inserted");
  const auto answer = rig.transmit(select_auth_pin);
  CHECK(!answer.ok());
  expect_gone(answer.error());
  CHECK(run_task(rig.loop, rig.reader->wait_for_removal()).ok());
  card_on_the_reader_is_found(rig);
}

void removal_is_noticed(Rig& rig) {
  find_card(rig);
  Started waiting(rig.loop, rig.reader->wait_for_removal());
  rig.emulator->say("remove");
  CHECK(waiting.finish().ok());
}

void removal_is_noticed_after_release(Rig& rig) {
  card_on_the_reader_is_found(rig);
  run_task(rig.loop, rig.reader->release());
  Started waiting(rig.loop, rig.reader->wait_for_removal());
  CHECK_TRUE_TEXT(waiting.pends_for(1s), "the card still lies there");
  rig.emulator->say("remove");
  CHECK(waiting.finish().ok());
}

void removal_ends_at_once_without_a_card(Rig& rig) {
  CHECK(run_task(rig.loop, rig.reader->wait_for_removal(), 5s).ok());
}

void card_can_be_laid_down_again(Rig& rig) {
  for (int times = 0; times < 3; ++times) {
    card_on_the_reader_is_found(rig);
    rig.emulator->say("remove");
    CHECK(run_task(rig.loop, rig.reader->wait_for_removal(), 5s).ok());
  }
}

void release_forgets_the_pin(Rig& rig) {
  const std::string sign =
      "802a00970101"
      "00";
  find_card(rig);
  expect_status(0x9000, rig.transmit(select_jpki));
  expect_status(0x9000, rig.transmit(select_auth_pin));
  expect_status(0x9000, rig.transmit("002000800431323334"));
  expect_status(0x9000, rig.transmit(sign));
  run_task(rig.loop, rig.reader->release());
  CHECK(rig.wait_for_card().ok());
  expect_status(0x9000, rig.transmit(select_jpki));
  expect_status(0x6982, rig.transmit(sign));
  run_task(rig.loop, rig.reader->release());
  run_task(rig.loop, rig.reader->release());
}

void transmit_without_a_card_is_gone(Rig& rig) { expect_gone(rig.transmit(select_jpki).error()); }

void cancelled_waits_leave_the_reader_usable(Rig& rig) {
  for (int times = 0; times < 5; ++times) {
    Started waiting(rig.loop, rig.reader->wait_for_card());
    CHECK(waiting.cancel() < 1s);
  }
  find_card(rig);
  for (int times = 0; times < 5; ++times) {
    Started waiting(rig.loop, rig.reader->wait_for_removal());
    CHECK(waiting.cancel() < 1s);
    expect_status(0x9000, rig.transmit(select_jpki));
  }
}

void cancelled_transmit_leaves_the_reader_usable(Rig& rig) {
  find_card(rig);
  rig.emulator->say("mute-after 1");
  rig.emulator->say("status");
  rig.emulator->wait_for("status");
  {
    Started exchange(rig.loop, rig.reader->transmit(Secret(*from_hex(select_jpki))));
    CHECK(exchange.cancel() < 4s);
  }
  rig.emulator->say("remove");
  rig.emulator->wait_for("removed");
  rig.emulator->say("insert");
  expect_works_again(rig);
}

void silent_card_is_a_timeout(Rig& rig) {
  find_card(rig);
  rig.emulator->say("mute-after 1");
  rig.emulator->say("status");
  rig.emulator->wait_for("status");
  const auto begun = Clock::now();
  const auto answer = rig.transmit(select_jpki);
  CHECK(!answer.ok());
  CHECK_TRUE_TEXT(answer.error().code == Errc::timeout, answer.error().text().c_str());
  CHECK(Clock::now() - begun < 6s);
  rig.emulator->say("remove");
  rig.emulator->wait_for("removed");
  rig.emulator->say("insert");
  expect_works_again(rig);
}

void badge_says_its_number_and_a_my_number_card_none(Rig& rig) {
  for (const std::string idm : {"012e4cd500000007", "0114b34d2a1f0c02"}) {
    rig.emulator->say("felica " + idm);
    const auto in_field = rig.wait_for_card();
    CHECK_TRUE_TEXT(in_field.ok(), in_field ? "" : in_field.error().text().c_str());
    CHECK(in_field->badge == (BadgeNumber{"felica", *from_hex(idm)}));
    CHECK_TRUE_TEXT(in_field->atr_hex.find(idm) == std::string::npos, "the ATR goes into logs");
    rig.emulator->say("remove");
    CHECK(run_task(rig.loop, rig.reader->wait_for_removal()).ok());
  }
  rig.emulator->say("insert");
  const auto card = rig.wait_for_card();
  CHECK(card.ok() && !card->badge);
  expect_status(0x9000, rig.transmit(select_jpki));
}

void badge_is_no_my_number_card(Rig& rig) {
  rig.emulator->say("felica 012e4cd500000007");
  const auto in_field = rig.wait_for_card();
  CHECK(in_field.ok());
  identity::MyNumberCard card(*rig.reader, *in_field);
  const auto read = run_task(rig.loop, card.read_auth_certificate());
  CHECK(!read && read.error().code == Errc::unsupported);
}

void number_made_up_anew_is_no_badge(Rig& rig) {
  rig.emulator->say("felica 01fe8c33a1b2c3d4");  // NFCID2 of an NFC-DEP target
  const auto in_field = rig.wait_for_card();
  CHECK(in_field.ok() && !in_field->badge);
}

void service_gone_while_waiting(Rig& rig) {
  {
    Started waiting(rig.loop, rig.reader->wait_for_card());
    rig.kill_service();
    expect_gone(waiting.finish().error());
  }
  rig.restart_service();
  rig.emulator->say("insert");
  expect_works_again(rig);
}

void service_gone_in_a_session(Rig& rig) {
  card_on_the_reader_is_found(rig);
  rig.kill_service();
  expect_gone(rig.transmit(select_auth_pin).error());
  rig.restart_service();
  expect_works_again(rig);
}

}  // namespace madoguchi::contract
