#pragma once
// Tickets and desks: who waits, who was called where, who is next (next.h). The tables
// `queue_tickets`, `queue_desks`, `queue_counters` and `queue_series`; every statement about them
// is in waiting_room.cpp.
//
// Two gateways may share one database: a number is given, a ticket is called and a desk is taken by
// statements that only one of them can win (unique constraints, conditional updates), so nobody is
// called twice and no number is given twice on a day.
//
// A ticket is a UUID, a number and a topic. Nothing names anybody. Tickets are kept for a month.
//
// Loop thread only. Errors: Errc::io from the database.

#include <optional>
#include <string>
#include <vector>

#include "firmware/message/queue_api.h"
#include "tools/gateway/queue/next.h"
#include "tools/gateway/queue/queue_plan.h"
#include "tools/gateway/store.h"
#include "tools/gateway/visits.h"

namespace madoguchi::gateway {

enum class TicketState { waiting, called, done, absent, withdrawn };
MADOGUCHI_ENUM(TicketState, waiting, called, done, absent, withdrawn)

struct Ticket {
  std::string ticket{};  ///< UUID
  std::string number{};
  queue::Topic topic = queue::Topic::help;
  std::string language{};
  TicketState state = TicketState::waiting;
  bool booked = false;
  bool handed = false;  ///< over from another desk
  UnixTime taken_at = 0;
  UnixTime due_at = 0;     ///< a booking's: from when it may be called; else taken_at
  std::string desk{};      ///< that called it last; empty: none
  UnixTime called_at = 0;  ///< 0: never
  std::int32_t times = 0;  ///< that it was called
  UnixTime ended_at = 0;
};

/// What became of what a desk asked for.
enum class DeskAnswer {
  done,
  nobody,   ///< waits for this desk
  changed,  ///< it is not any more as the desk believed: look again
};
MADOGUCHI_ENUM(DeskAnswer, done, nobody, changed)

class WaitingRoom {
 public:
  /// All of it outlives the WaitingRoom.
  struct Parts {
    Store& store;
    Timers& timers;
    const QueuePlan& plan;
    std::string public_url;
  };
  static Result<WaitingRoom> open(Parts parts);
  [[nodiscard]] const QueuePlan& plan() const { return parts_.plan; }

  // ---- for kiosks; `caller.visit` is the ticket in the path ----

  Task<Decision> take(Caller caller, queue::TicketAsk ask);
  Task<Decision> report(Caller caller, queue::TicketReport report);
  Task<Decision> withdraw(Caller caller, queue::TicketGivenUp why);
  /// GET /v1/queue. The kiosk gets its series when it asks for the first time.
  Answer status(const std::string& kiosk);

  // ---- for everybody ----

  /// How it is, without what is a kiosk's own.
  Result<queue::Status> look();
  Result<std::optional<Ticket>> find(const std::string& ticket);
  /// How many wait for the same and were there before.
  Result<int> ahead_of(const Ticket& ticket);
  Result<std::optional<std::int32_t>> wait_for(queue::Topic topic, int ahead);

  // ---- for desks ----

  /// Waiting, by when they came; and what was called today, newest first.
  Result<std::vector<Ticket>> waiting();
  Result<std::vector<Ticket>> called(int most);
  /// The ticket that is at the desk; nothing: none.
  Result<std::optional<Ticket>> at_desk(const std::string& desk);
  /// Ends what is at the desk (`seen`: its UUID, or empty) and calls the next one.
  Result<DeskAnswer> call_next(const std::string& desk, const std::string& seen);
  Result<DeskAnswer> call_again(const std::string& desk, const std::string& seen);
  /// Ends what is at the desk: served, or nobody came.
  Result<DeskAnswer> end(const std::string& desk, const std::string& seen, TicketState how);
  /// Whoever is at the desk goes to another one that serves the topic, and is first there.
  Result<DeskAnswer> hand_over(const std::string& desk, const std::string& seen,
                               queue::Topic topic);
  /// Somebody who did not come when called has come: waits again, with the old place.
  Result<DeskAnswer> back(const std::string& ticket);

  // ---- for bookings.cpp and the console: a ticket without Idempotency-Key ----

  /// The next number of the topic today. Given once, whatever becomes of it.
  Result<std::string> next_number(queue::Topic topic);
  Status add(const Ticket& ticket);
  [[nodiscard]] UnixTime now() const;
  /// The public page of a ticket or a booking, by its UUID.
  [[nodiscard]] std::string page_of(const std::string& id) const {
    return parts_.public_url + "/queue/" + id;
  }

  /// Forgets old tickets. To be called now and then.
  Status tidy();

 private:
  explicit WaitingRoom(Parts parts) : parts_(std::move(parts)) {}
  Database& database() { return parts_.store.database(); }
  Result<std::vector<Ticket>> tickets(const std::string& where_and_order,
                                      const std::string& parameter);
  Result<std::string> series_of(const std::string& kiosk);
  Status record(const std::string& ticket, const queue::TicketReport& report);
  Result<DeskAnswer> call_one(const DeskPlan& desk, const std::string& seen);
  Result<bool> take_desk(const std::string& desk, const std::string& seen,
                         const std::string& ticket);
  Status end_ticket(const std::string& ticket, TicketState how);
  Result<int> desks_serving(queue::Topic topic);
  Result<std::vector<std::int64_t>> served_s(queue::Topic topic);

  Parts parts_;
};

}  // namespace madoguchi::gateway
