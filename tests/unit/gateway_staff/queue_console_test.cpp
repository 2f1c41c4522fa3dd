// The waiting room at the console: who may do what, and what the pages are told.

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway_staff/staff_rig.h"
#include "tools/gateway/staff/queue_console_api.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using queue::Topic;

TEST_GROUP(QueueConsole) {
  StaffRig rig;

  void setup() override {
    // Tuesday 2026-11-24, 09:00 in Japan: everything is open.
    rig.timers.set_wall(std::chrono::system_clock::from_time_t(1'795'478'400));
  }
  template <class T>
  T said(const Answer& answer) {
    LONGS_EQUAL_TEXT(200, answer.status, as_text(answer.body).c_str());
    auto out = decode<T>(answer.body, Dialect::json);
    if (!out) FAIL(out.error().text().c_str());
    return std::move(*out);
  }
  template <class Body>
  Answer post(const std::string& path, const Body& body) {
    return rig.ask("POST", "/console/api" + path, as_text(encode(body, Dialect::json)));
  }
  QueueView view() { return said<QueueView>(rig.ask("GET", "/console/api/queue")); }
  QueueDone act(const std::string& what, const std::string& desk, const std::string& seen = "") {
    return said<QueueDone>(post("/queue/" + what, DeskAct{desk, seen}));
  }
  std::string current(const QueueView& of, const std::string& desk) {
    for (const DeskSeen& one : of.desks)
      if (one.desk == desk && one.current) return one.current->ticket;
    return "";
  }
};

TEST(QueueConsole, a_day_at_a_desk) {
  rig.log_in_well("staff");
  LONGS_EQUAL(3, view().desks.size());
  const auto first = said<QueueDone>(post("/queue/take", WalkIn{Topic::resident, "en"}));
  STRCMP_EQUAL("B-001", first.number.value_or("").c_str());
  (void)said<QueueDone>(post("/queue/take", WalkIn{Topic::resident, "ja"}));
  rig.timers.advance(std::chrono::minutes(4));
  const auto waiting = view().waiting;
  LONGS_EQUAL(2, waiting.size());
  LONGS_EQUAL(4, waiting[0].minutes);
  STRCMP_EQUAL("en", waiting[0].language.c_str());
  const auto called = act("next", "2");
  STRCMP_EQUAL("B-001", called.number.value_or("").c_str());
  const std::string ticket = current(called.view, "2");
  CHECK(act("again", "2", ticket).outcome == QueueOutcome::done);
  CHECK(act("next", "2").outcome == QueueOutcome::changed);  // pressed twice
  const auto absent = act("absent", "2", ticket);
  LONGS_EQUAL(1, absent.view.absent.size());
  CHECK(said<QueueDone>(post("/queue/back", TicketAct{ticket})).view.absent.empty());
  const auto again = act("next", "2");
  STRCMP_EQUAL("B-001", again.number.value_or("").c_str());
  const auto handed =
      said<QueueDone>(post("/queue/hand_over", HandOver{"2", ticket, Topic::welfare}));
  CHECK(handed.outcome == QueueOutcome::done);
  CHECK(handed.view.waiting[0].handed);
  const auto next = act("next", "3");
  STRCMP_EQUAL("B-001", next.number.value_or("").c_str());
  CHECK(act("done", "3", ticket).outcome == QueueOutcome::done);
  (void)act("next", "3");
  CHECK(act("next", "3", current(view(), "3")).outcome == QueueOutcome::nobody);
}

TEST(QueueConsole, a_volunteer_sees_and_calls_help_only) {
  rig.log_in_well("staff");
  (void)said<QueueDone>(post("/queue/take", WalkIn{Topic::resident, "ja"}));
  (void)said<QueueDone>(post("/queue/take", WalkIn{Topic::help, "ja"}));
  rig.log_in_well("volunteer");
  const auto seen = view();
  LONGS_EQUAL(1, seen.desks.size());
  STRCMP_EQUAL("1", seen.desks[0].desk.c_str());
  LONGS_EQUAL(1, seen.waiting.size());
  STRCMP_EQUAL("A-001", act("next", "1").number.value_or("").c_str());
  StaffRig::refused(post("/queue/next", DeskAct{"2", ""}), ConsoleRefusal::not_allowed);
  StaffRig::refused(post("/queue/take", WalkIn{Topic::welfare, "ja"}), ConsoleRefusal::not_allowed);
  const auto others = *rig.room.waiting();
  StaffRig::refused(post("/queue/back", TicketAct{others[0].ticket}), ConsoleRefusal::not_allowed);
  StaffRig::refused(post("/bookings", NewBooking{"welfare-20261124-1000", "ja"}),
                    ConsoleRefusal::not_allowed);
}

TEST(QueueConsole, what_is_no_desk_or_ticket) {
  rig.log_in_well("staff");
  StaffRig::refused(post("/queue/next", DeskAct{"9", ""}), ConsoleRefusal::malformed);
  StaffRig::refused(post("/queue/back", TicketAct{"x"}), ConsoleRefusal::not_found);
  StaffRig::refused(post("/queue/take", WalkIn{Topic::tax, "ja"}), ConsoleRefusal::malformed);
  StaffRig::refused(rig.ask("GET", "/console/api/bookings?day=yesterday"),
                    ConsoleRefusal::malformed);
}

TEST(QueueConsole, bookings_of_a_day) {
  rig.log_in_well("staff");
  const auto made = said<BookingDone>(post("/bookings", NewBooking{"welfare-20261124-1000", "ja"}));
  CHECK(made.outcome == BookingOutcome::done);
  CHECK(said<BookingDone>(post("/bookings", NewBooking{"welfare-20261124-1000", "ja"})).outcome ==
        BookingOutcome::full);
  const auto day = said<BookingsView>(rig.ask("GET", "/console/api/bookings"));
  STRCMP_EQUAL("2026-11-24", day.day.c_str());
  LONGS_EQUAL(1, day.bookings.size());
  LONGS_EQUAL(21, day.slots.size());  // seven of help, four more of welfare, ten calls by video
  const std::string code = made.booking->code;
  CHECK(said<BookingDone>(post("/bookings/check_in", BookingAct{code})).outcome ==
        BookingOutcome::too_early);
  rig.log_in_well("volunteer");
  CHECK(said<BookingsView>(rig.ask("GET", "/console/api/bookings")).bookings.empty());
  CHECK(said<BookingDone>(post("/bookings/cancel", BookingAct{code})).outcome ==
        BookingOutcome::unknown);
  rig.timers.advance(std::chrono::minutes(50));
  rig.log_in_well("staff");
  const auto in =
      said<BookingDone>(post("/bookings/check_in", BookingAct{queue::booking_qr(code)}));
  STRCMP_EQUAL("C-001", in.number.value_or("").c_str());
  CHECK(said<BookingDone>(post("/bookings/cancel", BookingAct{code})).outcome ==
        BookingOutcome::already);
  CHECK(said<BookingDone>(post("/bookings/cancel", BookingAct{"12345674"})).outcome ==
        BookingOutcome::unknown);
}
