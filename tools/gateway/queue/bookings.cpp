#include "tools/gateway/queue/bookings.h"

#include <algorithm>

#include "tools/gateway/consult/consult_records.h"
#include "tools/gateway/identifiers.h"
#include "tools/gateway/numbers/class_counts.h"

namespace madoguchi::gateway {
namespace {

constexpr UnixTime day_s = 24 * 3600;
constexpr UnixTime bookings_kept_s = 31 * day_s;

// Every statement about bookings, in words that SQLite and PostgreSQL share.
constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS queue_bookings (
  booking TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, slot TEXT NOT NULL, topic TEXT NOT NULL,
  course TEXT NOT NULL, starts_at BIGINT NOT NULL, minutes BIGINT NOT NULL, language TEXT NOT NULL,
  state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS queue_bookings_by_time ON queue_bookings (starts_at);
CREATE TABLE IF NOT EXISTS queue_places (
  slot TEXT NOT NULL, place BIGINT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (slot, place));
CREATE TABLE IF NOT EXISTS queue_booking_cards (code TEXT NOT NULL PRIMARY KEY, card TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS queue_booking_cards_by_card ON queue_booking_cards (card);
)sql";
constexpr const char* columns =
    "SELECT code, slot, topic, course, starts_at, minutes, state FROM queue_bookings WHERE ";
constexpr const char* put_booking =
    "INSERT INTO queue_bookings (booking, code, slot, topic, course, starts_at, minutes, language, "
    "state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'booked') ON CONFLICT DO NOTHING";
constexpr const char* put_place =
    "INSERT INTO queue_places (slot, place, code) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
constexpr const char* tie_card_to =
    "INSERT INTO queue_booking_cards (code, card) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET "
    "card = excluded.card";
constexpr const char* forget_cards =
    "DELETE FROM queue_booking_cards WHERE code NOT IN (SELECT code FROM queue_bookings WHERE "
    "state "
    "= 'booked')";
constexpr const char* move_booking =
    "UPDATE queue_bookings SET state = ? WHERE code = ? AND state = 'booked'";

/// Before the topic of a call by video, in the column of the topic.
constexpr std::string_view call_prefix = "consult.";

std::string_view name(auto value) { return codec::enum_name(value); }

Decision refused(api::Refusal code, std::string what) {
  return {.answer = refusal({code, std::move(what)})};
}

Decision broken() {
  return refused(api::Refusal::internal, "the gateway could not look into its bookings");
}

}  // namespace

Decision refused_booking(BookingNo no) {
  switch (no) {
    case BookingNo::unknown:
      return refused(api::Refusal::unknown_visit, "there is no such slot or booking");
    case BookingNo::full:
      return refused(api::Refusal::not_available, "the slot is full");
    case BookingNo::too_early:
    case BookingNo::already:
      return refused(api::Refusal::out_of_order, std::string(name(no)));
    case BookingNo::too_late:
      return refused(api::Refusal::expired, "its time is over");
    case BookingNo::other:
      return refused(api::Refusal::not_available, "the booking is for something else");
  }
  return broken();
}

namespace {

queue::Booking read_booking(const Statement& row) {
  queue::Booking out;
  out.code = row.text(0);
  out.slot.id = row.text(1);
  const std::string topic = row.text(2);
  out.slot.topic = codec::enum_value<queue::Topic>(topic);
  if (topic.starts_with(call_prefix))
    out.slot.consultation =
        codec::enum_value<consult::Topic>(std::string_view(topic).substr(call_prefix.size()));
  out.slot.course = codec::enum_value<desk::HelpTopic>(row.text(3));
  out.slot.starts_at = row.integer(4);
  out.slot.minutes = static_cast<std::int32_t>(row.integer(5));
  out.state =
      codec::enum_value<queue::BookingState>(row.text(6)).value_or(queue::BookingState::missed);
  return out;
}

template <class T>
std::string name_or_nothing(const std::optional<T>& value) {
  return value ? std::string(name(*value)) : std::string();
}

/// As the column of the topic has it.
std::string topic_column(const queue::Slot& slot) {
  if (!slot.consultation) return name_or_nothing(slot.topic);
  return std::string(call_prefix) + std::string(name(*slot.consultation));
}

/// Seven random digits and the one that checks them.
std::string new_code() {
  std::string digits;
  while (digits.size() + 1 < queue::booking_code_digits) {
    const std::uint8_t chance = random_bytes(1).front();
    if (chance < 250) digits += static_cast<char>('0' + chance % 10);  // no digit more likely
  }
  return digits + queue::check_digit(digits);
}

}  // namespace

Result<Bookings> Bookings::open(Parts parts) {
  if (auto made = numbers::make_class_tables(parts.store); !made) return made.error();
  if (auto made = make_consult_tables(parts.store); !made) return made.error();
  if (auto made = parts.store.database().script(tables); !made) return made.error();
  return Bookings(parts);
}

template <class Write>
Status Bookings::in_transaction(Write write) {
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  if (auto done = write(); !done) return done;
  return transaction->commit();
}

Result<std::optional<queue::Booking>> Bookings::find(std::string_view code) {
  return database().one((std::string(columns) + "code = ?").c_str(), read_booking, code);
}

Result<std::optional<queue::Booking>> Bookings::find_by_id(std::string_view booking) {
  return database().one((std::string(columns) + "booking = ?").c_str(), read_booking, booking);
}

Result<std::vector<queue::Booking>> Bookings::of_day(UnixTime from, UnixTime to) {
  auto select = database().prepare(
      (std::string(columns) + "starts_at >= ? AND starts_at < ? ORDER BY starts_at, code").c_str());
  if (!select) return select.error();
  select->bind(from);
  select->bind(to);
  std::vector<queue::Booking> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return out;
    out.push_back(read_booking(*select));
  }
}

Result<std::vector<std::int64_t>> Bookings::places_taken(const std::string& slot) {
  auto select = database().prepare("SELECT place FROM queue_places WHERE slot = ? ORDER BY place");
  if (!select) return select.error();
  select->bind(slot);
  std::vector<std::int64_t> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return out;
    out.push_back(select->integer(0));
  }
}

Result<std::vector<queue::Slot>> Bookings::free_slots() {
  const QueuePlan& plan = parts_.room.plan();
  std::vector<queue::Slot> out;
  for (queue::Slot slot : plan.slots(now(), now() + plan.days_ahead * day_s)) {
    const auto taken = places_taken(slot.id);
    if (!taken) return taken.error();
    slot.places_left -= static_cast<std::int32_t>(taken->size());
    if (slot.places_left > 0) out.push_back(std::move(slot));
  }
  return out;
}

Answer Bookings::slots() {
  auto free = free_slots();
  if (!free) return broken().answer;
  return json_answer(200, queue::Slots{std::move(*free)});
}

// ---- booking ----

/// The booking that would be made; its slot's places_left is what was left before it.
BookingResult<queue::Booking> Bookings::plan_booking(const queue::BookingAsk& ask) {
  using Planned = std::variant<queue::Booking, BookingNo>;
  const QueuePlan& plan = parts_.room.plan();
  const auto slots = plan.slots(now(), now() + plan.days_ahead * day_s);
  const auto slot = std::find_if(slots.begin(), slots.end(),
                                 [&](const queue::Slot& one) { return one.id == ask.slot; });
  if (slot == slots.end()) return Planned(BookingNo::unknown);
  const auto taken = places_taken(slot->id);
  if (!taken) return taken.error();
  if (static_cast<std::int32_t>(taken->size()) >= slot->places_left)
    return Planned(BookingNo::full);
  return Planned(queue::Booking{new_code(), *slot, queue::BookingState::booked});
}

Status Bookings::write_booking(const std::string& id, const queue::Booking& booking,
                               const std::string& language, std::int32_t places) {
  bool placed = false;
  for (std::int64_t place = 1; place <= places && !placed; ++place) {
    auto put = database().run(put_place, booking.slot.id, place, booking.code);
    if (!put) return put;
    placed = database().changed() == 1;
  }
  if (!placed) return Error{Errc::busy, "queue", "the last place was taken just now"};
  auto put = database().run(put_booking, id, booking.code, booking.slot.id,
                            topic_column(booking.slot), name_or_nothing(booking.slot.course),
                            booking.slot.starts_at, booking.slot.minutes, language);
  if (!put) return put;
  if (database().changed() == 0) return Error{Errc::busy, "queue", "the code exists already"};
  return {};
}

Task<Decision> Bookings::book(Caller, queue::BookingAsk ask) {
  if (!is_uuid(ask.booking) || !is_language_tag(ask.language))
    co_return refused(api::Refusal::malformed, "booking is a UUID, language a language tag");
  const auto planned = plan_booking(ask);
  if (!planned) co_return broken();
  if (const auto* no = std::get_if<BookingNo>(&*planned)) co_return refused_booking(*no);
  const auto booking = std::get<queue::Booking>(*planned);
  Decision decision;
  decision.answer = json_answer(201, booking);
  decision.write = [this, ask, booking](Store&) {
    return write_booking(ask.booking, booking, ask.language, booking.slot.places_left);
  };
  decision.keep = Keep::minutes;  // the code is the resident's
  co_return decision;
}

BookingResult<queue::Booking> Bookings::book_now(const queue::BookingAsk& ask) {
  auto planned = plan_booking(ask);
  if (!planned || std::holds_alternative<BookingNo>(*planned)) return planned;
  const auto& booking = std::get<queue::Booking>(*planned);
  const Status written = in_transaction(
      [&] { return write_booking(ask.booking, booking, ask.language, booking.slot.places_left); });
  if (written) return planned;
  if (written.error().code != Errc::busy) return written.error();
  return std::variant<queue::Booking, BookingNo>(BookingNo::full);
}

Answer Bookings::show(std::string_view code) {
  if (!queue::is_booking_code(code)) return refused_booking(BookingNo::unknown).answer;
  const auto found = find(code);
  if (!found) return broken().answer;
  if (!*found) return refused_booking(BookingNo::unknown).answer;
  return json_answer(200, **found);
}

// ---- checking in ----

/// Why it cannot be checked in now, if it cannot.
std::optional<BookingNo> Bookings::shut(const queue::Booking& booking) const {
  const QueuePlan& plan = parts_.room.plan();
  if (booking.state != queue::BookingState::booked) return BookingNo::already;
  if (now() < booking.slot.starts_at - plan.check_in_before_s) return BookingNo::too_early;
  if (now() > booking.slot.starts_at + plan.check_in_after_s) return BookingNo::too_late;
  return std::nullopt;
}

BookingResult<queue::CheckedIn> Bookings::plan_check_in(const queue::CheckIn& ask, Ticket& ticket) {
  using Planned = std::variant<queue::CheckedIn, BookingNo>;
  auto found = find(ask.code);
  if (!found) return found.error();
  if (!*found) return Planned(BookingNo::unknown);
  queue::Booking booking = **found;
  if (booking.slot.consultation) return Planned(BookingNo::other);  // consultations.h
  if (const auto no = shut(booking)) return Planned(*no);
  booking.state = queue::BookingState::checked_in;
  queue::CheckedIn out{booking, {}};
  if (!booking.slot.topic) return Planned(out);
  const auto number = parts_.room.next_number(*booking.slot.topic);
  if (!number) return number.error();
  ticket = {.ticket = ask.ticket,
            .number = *number,
            .topic = *booking.slot.topic,
            .language = ask.language,
            .booked = true,
            .taken_at = now(),
            .due_at = std::max(now(), booking.slot.starts_at)};
  out.ticket = queue::TicketGiven{ticket.number, 0, {}};
  return Planned(out);
}

Status Bookings::write_check_in(const queue::Booking& booking, const Ticket& ticket) {
  auto moved = database().run(move_booking, name(queue::BookingState::checked_in), booking.code);
  if (!moved) return moved;
  if (database().changed() == 0) return Error{Errc::busy, "queue", "checked in just now"};
  return ticket.ticket.empty() ? count_visitor(booking) : parts_.room.add(ticket);
}

/// Of a class, for the city's numbers.
Status Bookings::count_visitor(const queue::Booking& booking) {
  return numbers::count_class_visitor(database(), name_or_nothing(booking.slot.course),
                                      booking.slot.starts_at);
}

Task<Decision> Bookings::check_in(Caller, queue::CheckIn ask) {
  if (!is_uuid(ask.ticket) || !is_language_tag(ask.language))
    co_return refused(api::Refusal::malformed, "ticket is a UUID, language a language tag");
  Ticket ticket;
  const auto planned = plan_check_in(ask, ticket);
  if (!planned) co_return broken();
  if (const auto* no = std::get_if<BookingNo>(&*planned)) co_return refused_booking(*no);
  Decision decision;
  decision.answer = json_answer(200, std::get<queue::CheckedIn>(*planned));
  const queue::Booking booking = std::get<queue::CheckedIn>(*planned).booking;
  decision.write = [this, booking, ticket](Store&) { return write_check_in(booking, ticket); };
  decision.keep = Keep::minutes;
  co_return decision;
}

BookingResult<queue::CheckedIn> Bookings::check_in_now(const queue::CheckIn& ask) {
  Ticket ticket;
  auto planned = plan_check_in(ask, ticket);
  if (!planned || std::holds_alternative<BookingNo>(*planned)) return planned;
  const queue::Booking& booking = std::get<queue::CheckedIn>(*planned).booking;
  const Status written = in_transaction([&] { return write_check_in(booking, ticket); });
  if (written) return planned;
  if (written.error().code != Errc::busy) return written.error();
  return std::variant<queue::CheckedIn, BookingNo>(BookingNo::already);
}

BookingResult<UnixTime> Bookings::check_in_for_call(const std::string& code, consult::Topic topic) {
  using Planned = std::variant<UnixTime, BookingNo>;
  if (!queue::is_booking_code(code)) return Planned(BookingNo::unknown);
  const auto found = find(code);
  if (!found) return found.error();
  if (!*found) return Planned(BookingNo::unknown);
  const queue::Booking& booking = **found;
  if (booking.slot.consultation != topic) return Planned(BookingNo::other);
  if (const auto no = shut(booking)) return Planned(*no);
  auto moved = database().run(move_booking, name(queue::BookingState::checked_in), code);
  if (!moved) return moved.error();
  if (database().changed() == 0) return Planned(BookingNo::already);
  return Planned(std::max(now(), booking.slot.starts_at));
}

/// While offline the kiosk could not ask: whoever stood there in time for a booking waits as
/// booked, whoever did not waits like anybody, and a class needs no number.
Status Bookings::settle_report(const std::string& ticket, const queue::TicketReport& report,
                               const queue::Booking& booking) {
  const QueuePlan& plan = parts_.room.plan();
  const UnixTime starts = booking.slot.starts_at;
  const bool in_time = !booking.slot.consultation &&
                       report.taken_at >= starts - plan.check_in_before_s &&
                       report.taken_at <= starts + plan.check_in_after_s;
  bool counts = false;
  if (in_time) {
    auto moved = database().run(
        "UPDATE queue_bookings SET state = 'checked_in' WHERE code = ? AND state IN ('booked', "
        "'missed')",
        booking.code);
    if (!moved) return moved;
    counts = database().changed() == 1;
  }
  if (!booking.slot.topic && counts) {
    if (Status done = count_visitor(booking); !done) return done;
    return database().run(
        "UPDATE queue_tickets SET state = 'withdrawn' WHERE ticket = ? AND state = 'waiting'",
        ticket);
  }
  return database().run(
      "UPDATE queue_tickets SET booked = ?, due_at = ?, topic = ? WHERE ticket = ?", counts,
      counts ? std::max(report.taken_at, starts) : report.taken_at,
      name(booking.slot.topic.value_or(report.topic)), ticket);
}

Task<Decision> Bookings::report(Caller caller, queue::TicketReport report) {
  const std::string id = caller.visit;
  std::optional<queue::Booking> booking;
  if (report.booking) {
    const auto found = find(*report.booking);
    if (!found) co_return broken();
    booking = *found;
  }
  Decision decision = co_await parts_.room.report(std::move(caller), report);
  if (!decision.write || !booking) co_return decision;
  decision.write = [this, inner = decision.write, id, report, known = *booking](Store& store) {
    if (Status done = inner(store); !done) return done;
    return settle_report(id, report, known);
  };
  co_return decision;
}

// ---- cancelling ----

BookingResult<queue::Booking> Bookings::plan_cancel(const std::string& code) {
  using Planned = std::variant<queue::Booking, BookingNo>;
  auto found = find(code);
  if (!found) return found.error();
  if (!*found) return Planned(BookingNo::unknown);
  if ((*found)->state != queue::BookingState::booked) return Planned(BookingNo::already);
  queue::Booking booking = **found;
  booking.state = queue::BookingState::cancelled;
  return Planned(std::move(booking));
}

Status Bookings::write_cancel(const queue::Booking& booking) {
  auto moved = database().run(move_booking, name(queue::BookingState::cancelled), booking.code);
  if (!moved) return moved;
  if (database().changed() == 0) return Error{Errc::busy, "queue", "checked in just now"};
  return database().run("DELETE FROM queue_places WHERE slot = ? AND code = ?", booking.slot.id,
                        booking.code);
}

Task<Decision> Bookings::cancel(Caller, queue::Cancellation ask) {
  const auto planned = plan_cancel(ask.code);
  if (!planned) co_return broken();
  if (const auto* no = std::get_if<BookingNo>(&*planned)) co_return refused_booking(*no);
  const auto booking = std::get<queue::Booking>(*planned);
  Decision decision;
  decision.answer = json_answer(200, booking);
  decision.write = [this, booking](Store&) { return write_cancel(booking); };
  decision.keep = Keep::minutes;
  co_return decision;
}

BookingResult<queue::Booking> Bookings::cancel_now(const std::string& code) {
  auto planned = plan_cancel(code);
  if (!planned || std::holds_alternative<BookingNo>(*planned)) return planned;
  const auto& booking = std::get<queue::Booking>(*planned);
  const Status written = in_transaction([&] { return write_cancel(booking); });
  if (written) return planned;
  if (written.error().code != Errc::busy) return written.error();
  return std::variant<queue::Booking, BookingNo>(BookingNo::already);
}

// ---- the card that stands for the code ----

Task<Decision> Bookings::tie_card(Caller, queue::CardTie ask) {
  if (!queue::is_card_digest(ask.card))
    co_return refused(api::Refusal::malformed, "card is 64 hex digits in lower case");
  const auto found = find(ask.code);
  if (!found) co_return broken();
  if (!*found) co_return refused_booking(BookingNo::unknown);
  if ((*found)->state != queue::BookingState::booked) co_return refused_booking(BookingNo::already);
  Decision decision;
  decision.answer = json_answer(200, **found);
  decision.write = [this, ask](Store&) { return database().run(tie_card_to, ask.code, ask.card); };
  decision.keep = Keep::minutes;
  co_return decision;
}

Task<Decision> Bookings::of_card(Caller, queue::CardShown ask) {
  if (!queue::is_card_digest(ask.card))
    co_return refused(api::Refusal::malformed, "card is 64 hex digits in lower case");
  const auto found = database().one(
      (std::string(columns) +
       "state = 'booked' AND starts_at >= ? AND code IN (SELECT code FROM queue_booking_cards "
       "WHERE card = ?) ORDER BY starts_at, code LIMIT 1")
          .c_str(),
      read_booking, now() - parts_.room.plan().check_in_after_s, ask.card);
  if (!found) co_return broken();
  if (!*found) co_return refused_booking(BookingNo::unknown);
  Decision decision;
  decision.answer = json_answer(200, **found);
  decision.keep = Keep::minutes;
  co_return decision;
}

/// Whoever booked a call and did not come stands in the calls' numbers.
Status Bookings::count_missed_calls(UnixTime over) {
  struct Missed {
    std::string code, topic, language;
    UnixTime starts_at = 0;
  };
  auto select = database().prepare(
      "SELECT code, topic, language, starts_at FROM queue_bookings WHERE state = 'booked' AND "
      "starts_at < ? AND topic LIKE 'consult.%'");
  if (!select) return select.error();
  select->bind(over);
  std::vector<Missed> all;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) break;
    all.push_back({select->text(0), select->text(1), select->text(2), select->integer(3)});
  }
  for (const Missed& one : all) {
    const auto topic =
        codec::enum_value<consult::Topic>(std::string_view(one.topic).substr(call_prefix.size()));
    if (!topic) continue;
    const Status counted = in_transaction([&]() -> Status {
      auto moved = database().run(move_booking, name(queue::BookingState::missed), one.code);
      if (!moved || database().changed() == 0) return moved;
      return add_consult_no_show(parts_.store, *topic, one.language, one.starts_at);
    });
    if (!counted) return counted;
  }
  return {};
}

Status Bookings::tidy() {
  const UnixTime over = now() - parts_.room.plan().check_in_after_s;
  Status done = count_missed_calls(over);
  if (done)
    done = database().run(
        "UPDATE queue_bookings SET state = 'missed' WHERE state = 'booked' AND starts_at < ?",
        over);
  if (done)
    done = database().run(
        "DELETE FROM queue_places WHERE code IN (SELECT code FROM queue_bookings WHERE starts_at < "
        "?)",
        now() - bookings_kept_s);
  if (done) done = database().run(forget_cards);
  if (done)
    done =
        database().run("DELETE FROM queue_bookings WHERE starts_at < ?", now() - bookings_kept_s);
  return done;
}

}  // namespace madoguchi::gateway
