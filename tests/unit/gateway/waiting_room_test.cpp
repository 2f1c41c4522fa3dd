// Tickets and desks at a real database, and two gateways on one.

#include "tools/gateway/queue/waiting_room.h"

#include <set>

#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using queue::Topic;

TEST_GROUP(WaitingRoom) {
  QueueRig rig;
  QueueGateway& one = rig.one;

  queue::Status look() { return QueueGateway::good(one.room.look()); }
  DeskAnswer end(const std::string& desk, TicketState how) {
    return QueueGateway::good(one.room.end(desk, one.ticket_at(desk), how));
  }
  /// Serves one of help for so many minutes.
  void serve(std::int64_t minutes) {
    CHECK(one.next("1", one.ticket_at("1")) == DeskAnswer::done);
    rig.pass(minutes);
    CHECK(end("1", TicketState::done) == DeskAnswer::done);
  }
  queue::TicketReport offline(const char* number, std::int64_t taken_at) const {
    return {number, Topic::help, "ja", taken_at, {}};
  }
};

TEST(WaitingRoom, numbers_go_up_and_begin_anew_tomorrow) {
  STRCMP_EQUAL("A-001", one.take(random_uuid()).number.c_str());
  const auto second = one.take(random_uuid());
  STRCMP_EQUAL("A-002", second.number.c_str());
  LONGS_EQUAL(1, second.ahead);
  CHECK(!second.wait_min);
  rig.pass(2 * 24 * 60);  // the day between is a holiday
  STRCMP_EQUAL("A-001", one.take(random_uuid()).number.c_str());
  LONGS_EQUAL(0, QueueGateway::good(one.room.waiting()).size() - 1);  // the others have gone home
}

TEST(WaitingRoom, the_same_ticket_has_one_number) {
  const std::string ticket = random_uuid();
  STRCMP_EQUAL("A-001", one.take(ticket).number.c_str());
  STRCMP_EQUAL("A-001", one.take(ticket).number.c_str());
  LONGS_EQUAL(1, look().topics.front().waiting);
}

TEST(WaitingRoom, closed_topics_give_no_tickets) {
  one.refused(one.room.take({"k", ""}, {random_uuid(), Topic::resident, "ja"}),
              api::Refusal::closed);  // it is Sunday
  one.refused(one.room.take({"k", ""}, {random_uuid(), Topic::tax, "ja"}), api::Refusal::closed);
  rig.pass(8 * 60);  // 17:00
  one.refused(one.room.take({"k", ""}, {random_uuid(), Topic::help, "ja"}), api::Refusal::closed);
  one.refused(one.room.take({"k", ""}, {"1", Topic::help, "ja"}), api::Refusal::malformed);
}

TEST(WaitingRoom, a_desk_calls_again_ends_and_goes_on) {
  (void)one.take(random_uuid());
  (void)one.take(random_uuid());
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("A-001", one.number_at("1").c_str());
  CHECK(QueueGateway::good(one.room.call_again("1", one.ticket_at("1"))) == DeskAnswer::done);
  LONGS_EQUAL(2, look().called.front().times);
  STRCMP_EQUAL("1", look().called.front().desk.c_str());
  CHECK(one.next("1", one.ticket_at("1")) == DeskAnswer::done);
  STRCMP_EQUAL("A-002", one.number_at("1").c_str());
  LONGS_EQUAL(2, look().called.size());
  CHECK(end("1", TicketState::absent) == DeskAnswer::done);
  STRCMP_EQUAL("", one.number_at("1").c_str());
  CHECK(one.next("1") == DeskAnswer::nobody);
}

TEST(WaitingRoom, a_press_that_comes_twice_calls_one) {
  (void)one.take(random_uuid());
  (void)one.take(random_uuid());
  CHECK(one.next("1") == DeskAnswer::done);
  CHECK(one.next("1") == DeskAnswer::changed);  // the second press saw an empty desk, too
  STRCMP_EQUAL("A-001", one.number_at("1").c_str());
  CHECK(one.next("no such desk") == DeskAnswer::changed);
}

TEST(WaitingRoom, who_did_not_come_and_comes_after_all_is_first) {
  const std::string late = random_uuid();
  (void)one.take(late);
  (void)one.take(random_uuid());
  CHECK(one.next("1") == DeskAnswer::done);
  CHECK(end("1", TicketState::absent) == DeskAnswer::done);
  CHECK(QueueGateway::good(one.room.back(late)) == DeskAnswer::done);
  CHECK(QueueGateway::good(one.room.back(late)) == DeskAnswer::changed);
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("A-001", one.number_at("1").c_str());
}

TEST(WaitingRoom, hand_over_to_another_desk) {
  rig.pass(24 * 60 * 2);  // Tuesday
  (void)one.take(random_uuid(), Topic::resident);
  (void)one.take(random_uuid(), Topic::welfare);
  CHECK(one.next("2") == DeskAnswer::done);
  STRCMP_EQUAL("B-001", one.number_at("2").c_str());
  CHECK(QueueGateway::good(one.room.hand_over("2", one.ticket_at("2"), Topic::welfare)) ==
        DeskAnswer::done);
  STRCMP_EQUAL("", one.number_at("2").c_str());
  CHECK(one.next("3") == DeskAnswer::done);
  STRCMP_EQUAL("B-001", one.number_at("3").c_str());
  CHECK(QueueGateway::good(one.room.hand_over("3", "not this", Topic::resident)) ==
        DeskAnswer::changed);
}

TEST(WaitingRoom, a_desk_is_never_given_what_another_serves) {
  rig.pass(24 * 60 * 2);
  (void)one.take(random_uuid(), Topic::welfare);
  CHECK(one.next("1") == DeskAnswer::nobody);
  CHECK(one.next("2") == DeskAnswer::nobody);
  CHECK(one.next("3") == DeskAnswer::done);
}

TEST(WaitingRoom, two_gateways_call_everybody_once) {
  QueueGateway two{rig.where, rig.timers, rig.plan};
  rig.pass(24 * 60 * 2);
  std::set<std::string> numbers;
  for (int i = 0; i < 30; ++i)
    CHECK(numbers.insert((i % 2 ? one : two).take(random_uuid(), Topic::resident).number).second);
  std::set<std::string> called;
  for (int i = 0; i < 15; ++i) {
    CHECK(one.next("2", one.ticket_at("2")) == DeskAnswer::done);
    CHECK(two.next("3", two.ticket_at("3")) == DeskAnswer::done);
    CHECK(called.insert(two.number_at("2")).second);
    CHECK(called.insert(one.number_at("3")).second);
  }
  CHECK(called == numbers);
  CHECK(two.next("2", "") == DeskAnswer::changed);  // one of them has it
}

TEST(WaitingRoom, tickets_of_an_offline_kiosk_come_later_and_keep_their_place) {
  rig.pass(30);
  (void)one.take(random_uuid());
  const std::string ticket = random_uuid();
  const UnixTime earlier = one.room.now() - 20 * 60;
  for (int repeat = 0; repeat < 2; ++repeat)
    (void)one.said<api::Settled>(
        one.bookings.report({"kiosk-001", ticket}, offline("K1-004", earlier)));
  LONGS_EQUAL(2, look().topics.front().waiting);
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("K1-004", one.number_at("1").c_str());
}

TEST(WaitingRoom, the_number_on_paper_counts_when_the_answer_was_lost) {
  const std::string ticket = random_uuid();
  (void)one.take(ticket);  // A-001, which nobody ever saw
  (void)one.said<api::Settled>(
      one.bookings.report({"kiosk-001", ticket}, offline("K1-001", one.room.now())));
  LONGS_EQUAL(1, look().topics.front().waiting);
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("K1-001", one.number_at("1").c_str());
}

TEST(WaitingRoom, called_in_vain_by_the_number_that_nobody_saw_waits_again) {
  const std::string ticket = random_uuid();
  (void)one.take(ticket);
  CHECK(one.next("1") == DeskAnswer::done);
  CHECK(end("1", TicketState::absent) == DeskAnswer::done);
  (void)one.said<api::Settled>(
      one.bookings.report({"kiosk-001", ticket}, offline("K1-001", one.room.now())));
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("K1-001", one.number_at("1").c_str());
}

TEST(WaitingRoom, a_series_that_began_anew_loses_nobody) {
  for (int person = 0; person < 3; ++person)
    (void)one.said<api::Settled>(
        one.bookings.report({"kiosk-001", random_uuid()}, offline("K1-001", one.room.now())));
  LONGS_EQUAL(3, look().topics.front().waiting);
}

TEST(WaitingRoom, a_report_of_yesterday_waits_no_more) {
  (void)one.said<api::Settled>(one.bookings.report({"kiosk-001", random_uuid()},
                                                   offline("K1-009", one.room.now() - 20 * 3600)));
  LONGS_EQUAL(0, look().topics.front().waiting);
}

TEST(WaitingRoom, reports_that_are_none) {
  for (const char* number :
       {"", "A-001", "K-001", "K1", "K1-", "K1-00x", "K1-<b>", "K12345-1234567890"})
    one.refused(one.bookings.report({"k", random_uuid()}, offline(number, one.room.now())),
                api::Refusal::malformed);
  one.refused(one.bookings.report({"k", random_uuid()}, offline("K1-001", 0)),
              api::Refusal::malformed);
  one.refused(one.bookings.report({"k", "x"}, offline("K1-001", one.room.now())),
              api::Refusal::unknown_visit);
}

TEST(WaitingRoom, a_ticket_that_nobody_holds_is_withdrawn) {
  const std::string ticket = random_uuid();
  (void)one.take(ticket);
  (void)one.said<api::Settled>(one.room.withdraw({"k", ticket}, {"power cut"}));
  CHECK(one.next("1") == DeskAnswer::nobody);
}

TEST(WaitingRoom, every_kiosk_has_a_series_of_its_own) {
  const auto series = [](const Answer& answer) {
    return QueueGateway::good(decode<queue::Status>(answer.body, Dialect::json)).series;
  };
  STRCMP_EQUAL("K1", series(one.room.status("kiosk-001")).c_str());
  STRCMP_EQUAL("K2", series(one.room.status("kiosk-002")).c_str());
  STRCMP_EQUAL("K1", series(one.room.status("kiosk-001")).c_str());
}

TEST(WaitingRoom, the_wait_is_told_from_today_s_pace) {
  for (int i = 0; i < 6; ++i) (void)one.take(random_uuid());
  CHECK(!look().topics.front().wait_min);
  CHECK(look().crowding == queue::Crowding::some);
  for (int i = 0; i < 3; ++i) serve(10);
  LONGS_EQUAL(3, look().topics.front().waiting);
  LONGS_EQUAL(40, *look().topics.front().wait_min);  // three before, and half of one: 35
  CHECK(look().crowding == queue::Crowding::quiet);
  rig.pass(31);  // nobody sits at the desk any more
  CHECK(!look().topics.front().wait_min);
}

TEST(WaitingRoom, tickets_are_forgotten_after_a_month) {
  const std::string ticket = random_uuid();
  (void)one.take(ticket);
  rig.pass(32 * 24 * 60);
  CHECK(one.room.tidy().ok());
  CHECK(!QueueGateway::good(one.room.find(ticket)));
}
