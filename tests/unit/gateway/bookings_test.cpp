// Bookings at a real database: never more than there are places, codes, the times to check in.

#include "tools/gateway/queue/bookings.h"

#include <set>

#include "tests/unit/gateway/queue_rig.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using queue::BookingState;

TEST_GROUP(Bookings) {
  QueueRig rig;
  QueueGateway& one = rig.one;
  const std::string ten = "help-20261122-1000";  // two places

  queue::Booking book(const std::string& slot) {
    return one.said<queue::Booking>(one.bookings.book({"k", ""}, {random_uuid(), slot, "ja"}));
  }
  queue::CheckedIn check_in(const std::string& code) {
    return one.said<queue::CheckedIn>(
        one.bookings.check_in({"k", ""}, {random_uuid(), code, "ja"}));
  }
  void no_check_in(const std::string& code, api::Refusal why) {
    one.refused(one.bookings.check_in({"k", ""}, {random_uuid(), code, "ja"}), why);
  }
  BookingState state_of(const std::string& code) {
    return QueueGateway::good(one.bookings.find(code))->state;
  }
  std::int32_t places_left(const std::string& slot) {
    for (const queue::Slot& free : QueueGateway::good(one.bookings.free_slots()))
      if (free.id == slot) return free.places_left;
    return 0;
  }
};

TEST(Bookings, never_more_than_there_are_places) {
  LONGS_EQUAL(2, places_left(ten));
  const auto first = book(ten);
  CHECK(queue::is_booking_code(first.code));
  CHECK(first.slot.topic == queue::Topic::help);
  LONGS_EQUAL(nine_o_clock + 3600, first.slot.starts_at);
  LONGS_EQUAL(1, places_left(ten));
  CHECK(book(ten).code != first.code);
  LONGS_EQUAL(0, places_left(ten));
  one.refused(one.bookings.book({"k", ""}, {random_uuid(), ten, "ja"}),
              api::Refusal::not_available);
  one.refused(one.bookings.book({"k", ""}, {random_uuid(), "help-20261122-1001", "ja"}),
              api::Refusal::unknown_visit);
}

TEST(Bookings, two_gateways_that_decide_at_once_never_overbook) {
  QueueGateway two{rig.where, rig.timers, rig.plan};
  (void)book(ten);
  // Both see the last place, then both write.
  const auto ask = [&](QueueGateway& of) {
    return run_task(of.loop, of.bookings.book({"k", ""}, {random_uuid(), ten, "ja"}));
  };
  const Decision here = ask(one);
  const Decision there = ask(two);
  const auto write = [](QueueGateway& of, const Decision& decision) {
    auto transaction = QueueGateway::good(of.store.begin());
    const Status done = decision.write(of.store);
    if (done) CHECK(transaction.commit().ok());
    return done;
  };
  CHECK(write(one, here).ok());
  const Status late = write(two, there);
  CHECK(!late.ok());
  CHECK(late.error().code == Errc::busy);
  LONGS_EQUAL(2, QueueGateway::good(one.bookings.of_day(nine_o_clock, nine_o_clock + 7200)).size());
}

TEST(Bookings, the_console_hears_that_somebody_was_faster) {
  (void)book(ten);
  const auto second = QueueGateway::good(one.bookings.book_now({random_uuid(), ten, "ja"}));
  CHECK(std::holds_alternative<queue::Booking>(second));
  const auto third = QueueGateway::good(one.bookings.book_now({random_uuid(), ten, "ja"}));
  CHECK(std::get<BookingNo>(third) == BookingNo::full);
}

TEST(Bookings, a_cancelled_place_is_free_again) {
  const auto first = book(ten);
  (void)book(ten);
  const auto gone = one.said<queue::Booking>(one.bookings.cancel({"k", ""}, {first.code}));
  CHECK(gone.state == BookingState::cancelled);
  LONGS_EQUAL(1, places_left(ten));
  (void)book(ten);
  one.refused(one.bookings.cancel({"k", ""}, {first.code}), api::Refusal::out_of_order);
  one.refused(one.bookings.cancel({"k", ""}, {"12345674"}), api::Refusal::unknown_visit);
  rig.pass(50);
  no_check_in(first.code, api::Refusal::out_of_order);
}

TEST(Bookings, check_in_from_fifteen_before_to_ten_after) {
  const auto early = book(ten);
  const auto late = book(ten);
  rig.pass(44);
  no_check_in(early.code, api::Refusal::out_of_order);
  rig.pass(1);
  const auto in = check_in(early.code);
  STRCMP_EQUAL("A-001", in.ticket->number.c_str());
  CHECK(state_of(early.code) == BookingState::checked_in);
  no_check_in(early.code, api::Refusal::out_of_order);
  rig.pass(25);  // 10:10
  (void)check_in(late.code);
  const auto afternoon = book("help-20261122-1330");
  rig.pass(3 * 60 + 31);  // 13:41
  no_check_in(afternoon.code, api::Refusal::expired);
  CHECK(one.bookings.tidy().ok());
  CHECK(state_of(afternoon.code) == BookingState::missed);
  no_check_in("12345674", api::Refusal::unknown_visit);
}

TEST(Bookings, who_has_checked_in_is_called_at_the_time_and_before_walk_ins) {
  const auto booking = book(ten);
  rig.pass(50);
  (void)check_in(booking.code);
  (void)one.take(random_uuid());
  CHECK(one.next("1") == DeskAnswer::done);
  STRCMP_EQUAL("A-002", one.number_at("1").c_str());  // it is 9:50
  (void)one.take(random_uuid());
  rig.pass(10);
  CHECK(one.next("1", one.ticket_at("1")) == DeskAnswer::done);
  STRCMP_EQUAL("A-001", one.number_at("1").c_str());
}

TEST(Bookings, a_class_has_seats_and_no_number) {
  rig.pass(24 * 60 * 3);  // Wednesday
  const std::string course = "course-smartphone-20261126-1000";
  LONGS_EQUAL(12, places_left(course));
  const auto seat = book(course);
  CHECK(seat.slot.course == desk::HelpTopic::smartphone);
  rig.pass(24 * 60 + 45);
  CHECK(!check_in(seat.code).ticket);
  CHECK(state_of(seat.code) == BookingState::checked_in);
  LONGS_EQUAL(0, QueueGateway::good(one.room.waiting()).size());
}

TEST(Bookings, checked_in_while_the_kiosk_was_offline) {
  const auto booking = book(ten);
  const auto report = [&](const char* number, UnixTime taken_at) {
    (void)one.said<api::Settled>(one.bookings.report(
        {"k", random_uuid()}, {number, queue::Topic::help, "ja", taken_at, booking.code}));
  };
  rig.pass(75);  // 10:15, and it was marked as missed
  CHECK(one.bookings.tidy().ok());
  report("K1-001", nine_o_clock + 50 * 60);
  CHECK(state_of(booking.code) == BookingState::checked_in);
  auto waiting = QueueGateway::good(one.room.waiting());
  LONGS_EQUAL(1, waiting.size());
  CHECK(waiting[0].booked);
  LONGS_EQUAL(booking.slot.starts_at, waiting[0].due_at);
  report("K1-002", nine_o_clock + 55 * 60);  // the same code again: waits like anybody
  waiting = QueueGateway::good(one.room.waiting());
  LONGS_EQUAL(2, waiting.size());
  CHECK(!waiting[0].booked);
}

TEST(Bookings, codes_differ_and_check_themselves) {
  std::set<std::string> codes;
  const auto course = "course-fraud-20261203-1400";
  for (int i = 0; i < 20; ++i) CHECK(codes.insert(book(course).code).second);
  for (const std::string& code : codes) {
    CHECK(queue::is_booking_code(code));
    for (std::size_t place = 0; place < code.size(); ++place) {
      std::string wrong = code;
      wrong[place] = wrong[place] == '9' ? '0' : static_cast<char>(wrong[place] + 1);
      CHECK(!queue::is_booking_code(wrong));
    }
  }
}

TEST(Bookings, what_a_reader_may_have_read) {
  using queue::booking_code_in;
  const std::string seven = "1234567";
  const std::string code = seven + queue::check_digit(seven);
  STRCMP_EQUAL("12345674", code.c_str());
  CHECK(booking_code_in(queue::booking_qr(code)) == code);
  CHECK(booking_code_in(code) == code);
  CHECK(booking_code_in(queue::spaced(code)) == code);
  for (const char* other : {"", "12345675", "1234-56740", "12345-674", "https://example.com",
                            "MADOGUCHI-BOOKING:", "MADOGUCHI-BOOKING:1234567a", "１２３４５６７４"})
    CHECK(!booking_code_in(other));
}

TEST(Bookings, a_card_stands_for_the_code_until_the_booking_is_over) {
  const std::string card(queue::card_digest_digits, 'a');
  const std::string other(queue::card_digest_digits, 'b');
  const auto of_card = [&](const std::string& shown) {
    return one.bookings.of_card({"k", ""}, {shown});
  };
  const auto cards_kept = [&] {
    return *QueueGateway::good(
        one.store.database().one("SELECT COUNT(*) FROM queue_booking_cards",
                                 [](const Statement& row) { return row.integer(0); }));
  };
  one.refused(of_card(card), api::Refusal::unknown_visit);
  one.refused(of_card("A" + card.substr(1)), api::Refusal::malformed);
  one.refused(one.bookings.tie_card({"k", ""}, {"12345674", card}), api::Refusal::unknown_visit);
  const auto later = book("help-20261122-1330");
  const auto booked = book(ten);
  one.refused(one.bookings.tie_card({"k", ""}, {booked.code, "name"}), api::Refusal::malformed);
  (void)one.said<queue::Booking>(one.bookings.tie_card({"k", ""}, {later.code, card}));
  (void)one.said<queue::Booking>(one.bookings.tie_card({"k", ""}, {booked.code, other}));
  (void)one.said<queue::Booking>(one.bookings.tie_card({"k", ""}, {booked.code, card}));
  one.refused(of_card(other), api::Refusal::unknown_visit);
  STRCMP_EQUAL(booked.code.c_str(), one.said<queue::Booking>(of_card(card)).code.c_str());

  rig.pass(50);
  (void)check_in(booked.code);
  one.refused(one.bookings.tie_card({"k", ""}, {booked.code, card}), api::Refusal::out_of_order);
  STRCMP_EQUAL(later.code.c_str(), one.said<queue::Booking>(of_card(card)).code.c_str());
  LONGS_EQUAL(2, cards_kept());
  CHECK(one.bookings.tidy().ok());
  LONGS_EQUAL(1, cards_kept());
  rig.pass(3 * 60 + 51);  // 13:41: missed
  one.refused(of_card(card), api::Refusal::unknown_visit);
  CHECK(one.bookings.tidy().ok());
  LONGS_EQUAL(0, cards_kept());
}
