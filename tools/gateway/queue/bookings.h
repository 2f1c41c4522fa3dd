#pragma once
// What is booked: a time with a volunteer or at a window, or a seat in a class. A booking is a
// random code and a place in a slot; it names nobody. The tables `queue_bookings` and
// `queue_places`; every statement about them is in bookings.cpp.
//
// Never over-booked, two gateways on one database included: a place is a row of `queue_places`,
// whose key only one booking can have.
//
// Loop thread only. Errors: Errc::io from the database.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tools/gateway/queue/waiting_room.h"

namespace madoguchi::gateway {

/// Why there is no booking, or no check-in.
enum class BookingNo {
  unknown,    ///< no such slot or code
  full,       ///< somebody else has the last place
  too_early,  ///< to check in
  too_late,   ///< the slot is over, or the time to check in
  already,    ///< checked in, cancelled or missed
  other,      ///< the booking is for something else
};
MADOGUCHI_ENUM(BookingNo, unknown, full, too_early, too_late, already, other)

/// What a kiosk is told.
Decision refused_booking(BookingNo no);

template <class T>
using BookingResult = Result<std::variant<T, BookingNo>>;

class Bookings {
 public:
  /// Both outlive the Bookings.
  struct Parts {
    Store& store;
    WaitingRoom& room;
  };
  static Result<Bookings> open(Parts parts);

  // ---- for kiosks ----

  /// GET /v1/queue/slots.
  Answer slots();
  Task<Decision> book(Caller caller, queue::BookingAsk ask);
  /// GET /v1/queue/booking?code=...
  Answer show(std::string_view code);
  Task<Decision> check_in(Caller caller, queue::CheckIn ask);
  Task<Decision> cancel(Caller caller, queue::Cancellation ask);
  /// The card is enough from now on; one that stood for the code before is not any more.
  Task<Decision> tie_card(Caller caller, queue::CardTie ask);
  /// The next booking that the card stands for.
  Task<Decision> of_card(Caller caller, queue::CardShown ask);
  /// A ticket that was given while offline, perhaps for a booking.
  Task<Decision> report(Caller caller, queue::TicketReport report);

  /// For a call by video about this topic: from when it may be answered. Commits by itself.
  BookingResult<UnixTime> check_in_for_call(const std::string& code, consult::Topic topic);

  // ---- for the console: each commits by itself ----

  Result<std::vector<queue::Slot>> free_slots();
  /// Of one of the city's days, by time; cancelled ones too.
  Result<std::vector<queue::Booking>> of_day(UnixTime from, UnixTime to);
  BookingResult<queue::Booking> book_now(const queue::BookingAsk& ask);
  BookingResult<queue::CheckedIn> check_in_now(const queue::CheckIn& ask);
  BookingResult<queue::Booking> cancel_now(const std::string& code);
  Result<std::optional<queue::Booking>> find(std::string_view code);
  /// By the UUID that whoever booked has made: for the resident's page of it.
  Result<std::optional<queue::Booking>> find_by_id(std::string_view booking);

  /// Marks who did not come, forgets old bookings, and the cards of those that are over. To be
  /// called now and then.
  Status tidy();

 private:
  explicit Bookings(Parts parts) : parts_(parts) {}
  Database& database() { return parts_.store.database(); }
  [[nodiscard]] UnixTime now() const { return parts_.room.now(); }
  Result<std::vector<std::int64_t>> places_taken(const std::string& slot);
  BookingResult<queue::Booking> plan_booking(const queue::BookingAsk& ask);
  Status write_booking(const std::string& id, const queue::Booking& booking,
                       const std::string& language, std::int32_t places);
  [[nodiscard]] std::optional<BookingNo> shut(const queue::Booking& booking) const;
  BookingResult<queue::CheckedIn> plan_check_in(const queue::CheckIn& ask, Ticket& ticket);
  Status write_check_in(const queue::Booking& booking, const Ticket& ticket);
  Status count_visitor(const queue::Booking& booking);
  Status settle_report(const std::string& ticket, const queue::TicketReport& report,
                       const queue::Booking& booking);
  BookingResult<queue::Booking> plan_cancel(const std::string& code);
  Status count_missed_calls(UnixTime over);
  Status write_cancel(const queue::Booking& booking);
  template <class Write>
  Status in_transaction(Write write);

  Parts parts_;
};

}  // namespace madoguchi::gateway
