#pragma once
// The waiting room's part of console_api.h. A volunteer sees and does what concerns help; staff all
// of it.
//
//   GET  /console/api/queue                            -> 200 QueueView
//   POST /console/api/queue/next       DeskAct         -> 200 QueueDone   ends `seen`, calls the
//   next POST /console/api/queue/again      DeskAct         -> 200 QueueDone POST
//   /console/api/queue/done       DeskAct         -> 200 QueueDone POST /console/api/queue/absent
//   DeskAct         -> 200 QueueDone   nobody came POST /console/api/queue/hand_over  HandOver ->
//   200 QueueDone POST /console/api/queue/back       TicketAct       -> 200 QueueDone   came after
//   all POST /console/api/queue/take       WalkIn          -> 200 QueueDone   for somebody at the
//   desk GET  /console/api/bookings?day=2026-11-22          -> 200 BookingsView POST
//   /console/api/bookings         NewBooking      -> 200 BookingDone POST
//   /console/api/bookings/check_in BookingAct     -> 200 BookingDone POST
//   /console/api/bookings/cancel  BookingAct      -> 200 BookingDone

#include "firmware/message/queue_api.h"
#include "tools/gateway/staff/console_api.h"

namespace madoguchi::gateway {

struct TicketSeen {
  std::string ticket;
  std::string number;
  queue::Topic topic = queue::Topic::help;
  std::string language;
  bool booked = false;
  bool handed = false;                 ///< over from another desk
  std::int32_t minutes = 0;            ///< waited, or since the call
  std::int32_t times = 0;              ///< called
  std::optional<std::int64_t> due_at;  ///< a booking that may not be called yet: from when
};
MADOGUCHI_DESCRIBE(TicketSeen, ticket, number, topic, language, booked, handed, minutes, times,
                   due_at)

struct DeskSeen {
  std::string desk;
  std::vector<queue::Topic> topics;
  std::optional<TicketSeen> current;
};
MADOGUCHI_DESCRIBE(DeskSeen, desk, topics, current)

struct QueueView {
  queue::Crowding crowding = queue::Crowding::quiet;
  std::vector<DeskSeen> desks;
  std::vector<TicketSeen> waiting;    ///< by when they came
  std::vector<TicketSeen> absent;     ///< were called and did not come
  std::vector<queue::Topic> topics;   ///< tickets are given for these now
  std::vector<queue::Topic> hand_to;  ///< some desk serves these
};
MADOGUCHI_DESCRIBE(QueueView, crowding, desks, waiting, absent, topics, hand_to)

struct DeskAct {
  std::string desk;
  std::string seen;  ///< UUID of the ticket that the page shows at the desk; empty: none
};
MADOGUCHI_DESCRIBE(DeskAct, desk, seen)

struct HandOver {
  std::string desk;
  std::string seen;
  queue::Topic topic = queue::Topic::help;
};
MADOGUCHI_DESCRIBE(HandOver, desk, seen, topic)

struct TicketAct {
  std::string ticket;
};
MADOGUCHI_DESCRIBE(TicketAct, ticket)

struct WalkIn {
  queue::Topic topic = queue::Topic::help;
  std::string language;
};
MADOGUCHI_DESCRIBE(WalkIn, topic, language)

enum class QueueOutcome {
  done,
  nobody,   ///< waits for this desk
  changed,  ///< somebody else was faster: look again
};
MADOGUCHI_ENUM(QueueOutcome, done, nobody, changed)

struct QueueDone {
  QueueOutcome outcome = QueueOutcome::done;
  std::optional<std::string> number;  ///< that was given, or called
  QueueView view;
};
MADOGUCHI_DESCRIBE(QueueDone, outcome, number, view)

struct BookingsView {
  std::string day;                       ///< "2026-11-22"
  std::vector<queue::Booking> bookings;  ///< of that day, by time
  std::vector<queue::Slot> slots;        ///< of that day, with a place
};
MADOGUCHI_DESCRIBE(BookingsView, day, bookings, slots)

struct NewBooking {
  std::string slot;
  std::string language;
};
MADOGUCHI_DESCRIBE(NewBooking, slot, language)

struct BookingAct {
  std::string code;
};
MADOGUCHI_DESCRIBE(BookingAct, code)

enum class BookingOutcome { done, unknown, full, too_early, too_late, already, other };
MADOGUCHI_ENUM(BookingOutcome, done, unknown, full, too_early, too_late, already, other)

struct BookingDone {
  BookingOutcome outcome = BookingOutcome::done;
  std::optional<queue::Booking> booking;
  std::optional<std::string> number;  ///< after a check-in
  std::optional<std::string> page;    ///< after a booking: the resident's, on the public listener
};
MADOGUCHI_DESCRIBE(BookingDone, outcome, booking, number, page)

}  // namespace madoguchi::gateway
