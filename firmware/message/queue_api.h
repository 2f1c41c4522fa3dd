#pragma once
// Tickets and bookings between a kiosk and the gateway (tools/gateway/queue decides who is next).
// Part of the gateway's API (gateway_api.h: JSON, Idempotency-Key, mutual TLS, ApiError):
//
//   GET  /v1/queue                                       -> 200 Status
//   POST /v1/queue/tickets                   TicketAsk    -> 201 TicketGiven
//   POST /v1/queue/tickets/{ticket}/report   TicketReport -> 200 Settled    given while offline
//   POST /v1/queue/tickets/{ticket}/withdraw TicketGivenUp -> 200 Settled   nobody has it on paper
//   GET  /v1/queue/slots                                 -> 200 Slots
//   POST /v1/queue/bookings                  BookingAsk   -> 201 Booking
//   GET  /v1/queue/booking?code=DIGITS                   -> 200 Booking
//   POST /v1/queue/check_ins                 CheckIn      -> 200 CheckedIn
//   POST /v1/queue/cancellations             Cancellation -> 200 Booking
//   POST /v1/queue/card_ties                 CardTie      -> 200 Booking   the card stands for the
//   code POST /v1/queue/card_bookings             CardShown    -> 200 Booking   the next one of
//   this card
//
// Refusals: closed (nobody serves this now), not_available (the slot is full), unknown_visit (no
// such booking), out_of_order (too early to check in, or checked in already), expired (too late, or
// the slot is over).
//
// Anonymous: a ticket is a UUID that the kiosk makes and a number, a booking is a code. Nothing of
// this names anybody. Who wishes can tie a booking to a My Number card, so that the card is enough
// on the day: what is sent and kept of it is a digest, which says nothing of who it is to anybody
// without that card's certificate, and is forgotten when the booking is used, cancelled or missed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/desk_api.h"

namespace madoguchi::queue {

/// What somebody comes for; the words are the catalogue's, "topic.<name>". Which of them the city
/// offers here, when and at which desks is the gateway's configuration.
enum class Topic {
  help,       ///< スマートフォン・デジタルの相談, with a volunteer
  resident,   ///< 住民票・戸籍・マイナンバーカード
  tax,        ///< 税
  welfare,    ///< 福祉・年金
  childcare,  ///< 子育て
};
MADOGUCHI_ENUM(Topic, help, resident, tax, welfare, childcare)

/// The city's 混雑ランプ: 空いています, やや混雑, 混雑.
enum class Crowding { quiet, some, crowded };
MADOGUCHI_ENUM(Crowding, quiet, some, crowded)

struct TopicNow {
  Topic topic = Topic::help;
  bool open = false;                     ///< tickets are given now
  std::int32_t waiting = 0;              ///< people
  std::optional<std::int32_t> wait_min;  ///< in honest steps; nothing: unknown
  // When tickets are given, for a kiosk that is cut off: it knows no holidays.
  std::int32_t weekdays = 0;  ///< bit 0 is Sunday
  std::int32_t from_minute = 0;
  std::int32_t to_minute = 0;  ///< of the day
};
MADOGUCHI_DESCRIBE(TopicNow, topic, open, waiting, wait_min, weekdays, from_minute, to_minute)

struct Call {
  std::string number;      ///< "A-012"
  std::string desk;        ///< what stands above it: "1"
  std::int64_t at = 0;     ///< seconds since 1970
  std::int32_t times = 1;  ///< 2: called again
};
MADOGUCHI_DESCRIBE(Call, number, desk, at, times)

/// How it is now, and what a kiosk needs to go on alone: keep the last one.
struct Status {
  std::string series;      ///< of this kiosk alone: "K3" for K3-001 ... while offline
  std::string public_url;  ///< a ticket is followed at public_url + "/queue/" + its UUID
  Crowding crowding = Crowding::quiet;
  std::vector<TopicNow> topics;
  std::vector<Call> called;  ///< the last ones, newest first
};
MADOGUCHI_DESCRIBE(Status, series, public_url, crowding, topics, called)

struct TicketAsk {
  std::string ticket;  ///< UUID made by the kiosk
  Topic topic = Topic::help;
  std::string language;  ///< BCP 47, so that the desk knows
};
MADOGUCHI_DESCRIBE(TicketAsk, ticket, topic, language)

struct TicketGiven {
  std::string number;
  std::int32_t ahead = 0;                ///< people who wait for the same and were there before
  std::optional<std::int32_t> wait_min;  ///< in honest steps; nothing: unknown
};
MADOGUCHI_DESCRIBE(TicketGiven, number, ahead, wait_min)

/// The resident holds this number on paper, so it is the one that counts, even if the gateway gave
/// the same ticket another one whose answer was lost.
struct TicketReport {
  std::string number;         ///< of the kiosk's own series
  Topic topic = Topic::help;  ///< the booking's counts, if there is one
  std::string language;
  std::int64_t taken_at = 0;           ///< seconds since 1970
  std::optional<std::string> booking;  ///< code of the booking that was checked in
};
MADOGUCHI_DESCRIBE(TicketReport, number, topic, language, taken_at, booking)

/// The kiosk lost its power before anybody held the ticket.
struct TicketGivenUp {
  std::string why;  ///< for maintainers
};
MADOGUCHI_DESCRIBE(TicketGivenUp, why)

/// What can be booked: a time with a volunteer or at a window, or a seat in a class.
struct Slot {
  std::string id;
  std::optional<Topic> topic;             ///< either this ...
  std::optional<desk::HelpTopic> course;  ///< ... or a class about this ...
  std::int64_t starts_at = 0;             ///< seconds since 1970
  std::int32_t minutes = 0;
  std::int32_t places_left = 0;
  std::optional<consult::Topic> consultation{};  ///< ... or a call by video (consult_api.h)
};
MADOGUCHI_DESCRIBE(Slot, id, topic, course, starts_at, minutes, places_left, consultation)

struct Slots {
  std::vector<Slot> slots;  ///< with a place, by time
};
MADOGUCHI_DESCRIBE(Slots, slots)

enum class BookingState { booked, checked_in, cancelled, missed };
MADOGUCHI_ENUM(BookingState, booked, checked_in, cancelled, missed)

struct BookingAsk {
  std::string booking;  ///< UUID made by who asks
  std::string slot;     ///< Slot::id
  std::string language;
};
MADOGUCHI_DESCRIBE(BookingAsk, booking, slot, language)

struct Booking {
  std::string code;  ///< eight digits: see is_booking_code
  Slot slot;
  BookingState state = BookingState::booked;
};
MADOGUCHI_DESCRIBE(Booking, code, slot, state)

struct CheckIn {
  std::string ticket;  ///< UUID made by the kiosk, for the number that is called
  std::string code;
  std::string language;
};
MADOGUCHI_DESCRIBE(CheckIn, ticket, code, language)

struct CheckedIn {
  Booking booking;
  std::optional<TicketGiven> ticket;  ///< nothing for a class: one goes in
};
MADOGUCHI_DESCRIBE(CheckedIn, booking, ticket)

struct Cancellation {
  std::string code;
};
MADOGUCHI_DESCRIBE(Cancellation, code)

struct CardTie {
  std::string code;
  std::string card;  ///< card_digest()
};
MADOGUCHI_DESCRIBE(CardTie, code, card)

struct CardShown {
  std::string card;  ///< card_digest()
};
MADOGUCHI_DESCRIBE(CardShown, card)

/// 64 hex digits in lower case.
inline constexpr std::size_t card_digest_digits = 64;
bool is_card_digest(std::string_view text);

inline constexpr std::size_t booking_code_digits = 8;
/// Eight digits of which the last one checks the others (Luhn), so that a slip of the finger is
/// noticed before anybody asks the city.
bool is_booking_code(std::string_view code);
/// The digit that makes a code of these seven.
char check_digit(std::string_view seven_digits);
/// "12345674" as people read it: "1234-5674".
std::string spaced(std::string_view code);
/// What stands in the QR code of a booking.
std::string booking_qr(std::string_view code);
/// The code in what a reader has read, or in what somebody typed: the QR code's content, or the
/// digits with or without the dash. Nothing: it is something else.
std::optional<std::string> booking_code_in(std::string_view read);

}  // namespace madoguchi::queue
