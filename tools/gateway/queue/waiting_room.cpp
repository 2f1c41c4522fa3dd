#include "tools/gateway/queue/waiting_room.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "tools/gateway/identifiers.h"

namespace madoguchi::gateway {
namespace {

constexpr UnixTime day_s = 24 * 3600;
constexpr UnixTime tickets_kept_s = 31 * day_s;
constexpr UnixTime desk_lively_s = 30 * 60;  // a desk that has called somebody so lately is staffed
constexpr UnixTime report_kept_s = 7 * day_s;  // how late a kiosk that was cut off may report
constexpr int tries = 8;
constexpr int calls_shown = 5;
constexpr int pace_of = 10;  // the last so many served

// Every statement about tickets and desks, in words that SQLite and PostgreSQL share.
constexpr const char* tables = R"sql(
CREATE TABLE IF NOT EXISTS queue_tickets (
  ticket TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL, number TEXT NOT NULL, topic TEXT NOT NULL,
  language TEXT NOT NULL, state TEXT NOT NULL, booked BIGINT NOT NULL, handed BIGINT NOT NULL,
  taken_at BIGINT NOT NULL, due_at BIGINT NOT NULL, desk TEXT NOT NULL, called_at BIGINT NOT NULL,
  times BIGINT NOT NULL, ended_at BIGINT NOT NULL,
  UNIQUE (day, number));
CREATE INDEX IF NOT EXISTS queue_tickets_by_state ON queue_tickets (day, state);
CREATE TABLE IF NOT EXISTS queue_desks (
  desk TEXT NOT NULL PRIMARY KEY, ticket TEXT NOT NULL, bookings_in_a_row BIGINT NOT NULL,
  active_at BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS queue_counters (
  day TEXT NOT NULL, letter TEXT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (day, letter));
CREATE TABLE IF NOT EXISTS queue_series (
  kiosk TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL UNIQUE);
)sql";
constexpr const char* columns =
    "SELECT ticket, number, topic, language, state, booked, handed, taken_at, due_at, desk, "
    "called_at, times, ended_at FROM queue_tickets WHERE ";
constexpr const char* put_ticket =
    "INSERT INTO queue_tickets (ticket, day, number, topic, language, state, booked, handed, "
    "taken_at, due_at, desk, called_at, times, ended_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0) ON CONFLICT DO NOTHING";
constexpr const char* renumber =
    "UPDATE queue_tickets SET number = ?, topic = ?, taken_at = ?, state = CASE WHEN state IN "
    "('withdrawn', 'absent') THEN 'waiting' ELSE state END WHERE ticket = ?";
constexpr const char* number_holder =
    "SELECT ticket FROM queue_tickets WHERE day = ? AND number = ?";
constexpr const char* withdraw_ticket =
    "UPDATE queue_tickets SET state = 'withdrawn' WHERE ticket = ? AND state = 'waiting'";
constexpr const char* next_count =
    "INSERT INTO queue_counters (day, letter, last) VALUES (?, ?, 1) "
    "ON CONFLICT (day, letter) DO UPDATE SET last = queue_counters.last + 1 RETURNING last";
constexpr const char* call_ticket =
    "UPDATE queue_tickets SET state = 'called', desk = ?, called_at = ?, times = 1 "
    "WHERE ticket = ? AND state = 'waiting'";
constexpr const char* call_ticket_again =
    "UPDATE queue_tickets SET called_at = ?, times = times + 1 WHERE ticket = ? AND state = "
    "'called'";
constexpr const char* end_called =
    "UPDATE queue_tickets SET state = ?, ended_at = ? WHERE ticket = ? AND state = 'called'";
constexpr const char* hand_called =
    "UPDATE queue_tickets SET state = 'waiting', handed = 1, topic = ? "
    "WHERE ticket = ? AND state = 'called'";
constexpr const char* bring_back =
    "UPDATE queue_tickets SET state = 'waiting', handed = 1 WHERE ticket = ? AND state = 'absent'";
constexpr const char* make_desk =
    "INSERT INTO queue_desks (desk, ticket, bookings_in_a_row, active_at) VALUES (?, '', 0, 0) "
    "ON CONFLICT (desk) DO NOTHING";
constexpr const char* move_desk =
    "UPDATE queue_desks SET ticket = ?, active_at = ? WHERE desk = ? AND ticket = ?";

std::string_view name(auto value) { return codec::enum_name(value); }

Decision refused(api::Refusal code, std::string what) {
  return {.answer = refusal({code, std::move(what)})};
}

Decision broken() {
  return refused(api::Refusal::internal, "the gateway could not look into its waiting room");
}

/// "A-012".
std::string written(std::string_view letter, std::int64_t count) {
  std::array<char, 24> digits{};
  (void)std::snprintf(digits.data(), digits.size(), "%03lld", static_cast<long long>(count));
  return std::string(letter) + "-" + digits.data();
}

/// "K3-004": a number of a kiosk's own series.
bool is_offline_number(std::string_view text) {
  const auto dash = text.find('-');
  if (text.size() > 16 || dash == std::string_view::npos || dash < 2 || text.front() != 'K')
    return false;
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
  };
  return digits(text.substr(1, dash - 1)) && digits(text.substr(dash + 1));
}

Ticket read_ticket(const Statement& row) {
  Ticket out;
  out.ticket = row.text(0);
  out.number = row.text(1);
  out.topic = codec::enum_value<queue::Topic>(row.text(2)).value_or(queue::Topic::help);
  out.language = row.text(3);
  out.state = codec::enum_value<TicketState>(row.text(4)).value_or(TicketState::withdrawn);
  out.booked = row.integer(5) != 0;
  out.handed = row.integer(6) != 0;
  out.taken_at = row.integer(7);
  out.due_at = row.integer(8);
  out.desk = row.text(9);
  out.called_at = row.integer(10);
  out.times = static_cast<std::int32_t>(row.integer(11));
  out.ended_at = row.integer(12);
  return out;
}

Waiting waiting_of(const Ticket& ticket) {
  return {ticket.topic, ticket.booked, ticket.handed, ticket.due_at, ticket.number};
}

}  // namespace

Result<WaitingRoom> WaitingRoom::open(Parts parts) {
  if (auto made = parts.store.database().script(tables); !made) return made.error();
  return WaitingRoom(std::move(parts));
}

UnixTime WaitingRoom::now() const {
  return std::chrono::system_clock::to_time_t(parts_.timers.wall());
}

Result<std::vector<Ticket>> WaitingRoom::tickets(const std::string& where_and_order,
                                                 const std::string& parameter) {
  auto select = database().prepare((columns + where_and_order).c_str());
  if (!select) return select.error();
  select->bind(parameter);
  std::vector<Ticket> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return out;
    out.push_back(read_ticket(*select));
  }
}

Result<std::optional<Ticket>> WaitingRoom::find(const std::string& ticket) {
  return database().one((std::string(columns) + "ticket = ?").c_str(), read_ticket, ticket);
}

Result<std::vector<Ticket>> WaitingRoom::waiting() {
  return tickets("day = ? AND state = 'waiting' ORDER BY due_at, LENGTH(number), number",
                 day_of(now()));
}

Result<std::vector<Ticket>> WaitingRoom::called(int most) {
  return tickets(
      "day = ? AND called_at > 0 AND state <> 'waiting' ORDER BY called_at DESC, LENGTH(number) "
      "DESC, number DESC LIMIT " +
          std::to_string(most),
      day_of(now()));
}

// ---- for kiosks ----

Result<std::string> WaitingRoom::next_number(queue::Topic topic) {
  const TopicPlan* plan = parts_.plan.find(topic);
  if (plan == nullptr) return Error{Errc::not_found, "queue", "nobody serves this topic"};
  const auto count = database().one(
      next_count, [](const Statement& row) { return row.integer(0); }, day_of(now()), plan->letter);
  if (!count) return count.error();
  return written(plan->letter, count->value_or(1));
}

Status WaitingRoom::add(const Ticket& ticket) {
  auto added = database().run(put_ticket, ticket.ticket, day_of(ticket.taken_at), ticket.number,
                              name(ticket.topic), ticket.language, name(ticket.state),
                              ticket.booked, ticket.handed, ticket.taken_at, ticket.due_at);
  if (!added) return added;
  if (database().changed() == 0) return Error{Errc::busy, "queue", "the number was taken just now"};
  return {};
}

Task<Decision> WaitingRoom::take(Caller, queue::TicketAsk ask) {
  if (!is_uuid(ask.ticket) || !is_language_tag(ask.language))
    co_return refused(api::Refusal::malformed, "ticket is a UUID, language a language tag");
  if (!parts_.plan.open_at(ask.topic, now()))
    co_return refused(api::Refusal::closed, "nobody serves this topic now");
  const auto known = find(ask.ticket);
  if (!known) co_return broken();
  Ticket ticket;
  if (*known) {
    ticket = **known;
  } else {
    const auto number = next_number(ask.topic);
    if (!number) co_return broken();
    ticket = {.ticket = ask.ticket,
              .number = *number,
              .topic = ask.topic,
              .language = ask.language,
              .taken_at = now(),
              .due_at = now()};
  }
  const auto ahead = ahead_of(ticket);
  if (!ahead) co_return broken();
  const auto wait = wait_for(ticket.topic, *ahead);
  if (!wait) co_return broken();
  Decision decision;
  decision.answer = json_answer(201, queue::TicketGiven{ticket.number, *ahead, *wait});
  if (!*known) decision.write = [this, ticket](Store&) { return add(ticket); };
  co_return decision;
}

Task<Decision> WaitingRoom::report(Caller caller, queue::TicketReport report) {
  if (!is_uuid(caller.visit))
    co_return refused(api::Refusal::unknown_visit, "there is no such ticket");
  const bool sound = is_offline_number(report.number) && is_language_tag(report.language) &&
                     report.taken_at > now() - report_kept_s && report.taken_at < now() + day_s;
  if (!sound) co_return refused(api::Refusal::malformed, "number, language or taken_at");
  Decision decision;
  decision.answer = json_answer(200, api::Settled{true});
  decision.write = [this, ticket = caller.visit, report](Store&) { return record(ticket, report); };
  co_return decision;
}

/// What stands on the paper counts. A number that somebody else holds today (a kiosk that lost its
/// disk began its series anew) gets a mark, so that nobody who waits is lost.
Status WaitingRoom::record(const std::string& id, const queue::TicketReport& report) {
  const UnixTime taken_at = std::min(report.taken_at, now());
  const std::string day = day_of(taken_at);
  std::string number = report.number;
  for (int mark = 2; mark < tries; ++mark) {
    const auto holder = database().one(
        number_holder, [](const Statement& row) { return row.text(0); }, day, number);
    if (!holder) return holder.error();
    if (!*holder || **holder == id) break;
    number = report.number + "/" + std::to_string(mark);
  }
  const auto known = find(id);
  if (!known) return known.error();
  if (*known) return database().run(renumber, number, name(report.topic), (*known)->taken_at, id);
  Ticket ticket{.ticket = id,
                .number = number,
                .topic = report.topic,
                .language = report.language,
                .taken_at = taken_at,
                .due_at = taken_at};
  // Whoever waited yesterday has gone home.
  if (day != day_of(now())) ticket.state = TicketState::absent;
  return add(ticket);
}

Task<Decision> WaitingRoom::withdraw(Caller caller, queue::TicketGivenUp) {
  if (!is_uuid(caller.visit))
    co_return refused(api::Refusal::unknown_visit, "there is no such ticket");
  Decision decision;
  decision.answer = json_answer(200, api::Settled{true});
  decision.write = [this, ticket = caller.visit](Store& store) {
    return store.database().run(withdraw_ticket, ticket);
  };
  co_return decision;
}

Result<std::string> WaitingRoom::series_of(const std::string& kiosk) {
  for (int attempt = 0; attempt < tries; ++attempt) {
    const auto found = database().one(
        "SELECT number FROM queue_series WHERE kiosk = ?",
        [](const Statement& row) { return row.integer(0); }, kiosk);
    if (!found) return found.error();
    if (*found) return "K" + std::to_string(**found);
    auto added = database().run(
        "INSERT INTO queue_series (kiosk, number) SELECT ?, COALESCE(MAX(number), 0) + 1 FROM "
        "queue_series WHERE true ON CONFLICT DO NOTHING",
        kiosk);
    if (!added) return added.error();
  }
  return Error{Errc::busy, "queue", "no series could be given"};
}

Answer WaitingRoom::status(const std::string& kiosk) {
  auto out = look();
  const auto series = series_of(kiosk);
  if (!out || !series) return broken().answer;
  out->series = *series;
  return json_answer(200, *out);
}

// ---- for everybody ----

Result<queue::Status> WaitingRoom::look() {
  const auto room = waiting();
  if (!room) return room.error();
  const auto last = called(calls_shown);
  if (!last) return last.error();
  queue::Status out;
  out.public_url = parts_.public_url;
  out.crowding =
      crowding_of(static_cast<int>(room->size()), parts_.plan.some_from, parts_.plan.crowded_from);
  for (const TopicPlan& plan : parts_.plan.topics) {
    const auto count = std::count_if(room->begin(), room->end(),
                                     [&](const Ticket& one) { return one.topic == plan.topic; });
    const auto wait = wait_for(plan.topic, static_cast<int>(count));
    if (!wait) return wait.error();
    queue::TopicNow topic;
    topic.topic = plan.topic;
    topic.open = parts_.plan.open_at(plan.topic, now());
    topic.waiting = static_cast<std::int32_t>(count);
    topic.wait_min = *wait;
    for (std::size_t day = 0; day < plan.hours.weekdays.size(); ++day)
      topic.weekdays |= plan.hours.weekdays[day] ? 1 << day : 0;
    topic.from_minute = plan.hours.from_minute;
    topic.to_minute = plan.hours.to_minute;
    out.topics.push_back(topic);
  }
  for (const Ticket& one : *last)
    out.called.push_back({one.number, one.desk, one.called_at, one.times});
  return out;
}

Result<int> WaitingRoom::ahead_of(const Ticket& ticket) {
  const auto count = database().one(
      "SELECT COUNT(*) FROM queue_tickets WHERE day = ? AND state = 'waiting' AND topic = ? AND "
      "ticket <> ? AND due_at <= ?",
      [](const Statement& row) { return row.integer(0); }, day_of(now()), name(ticket.topic),
      ticket.ticket, ticket.due_at);
  if (!count) return count.error();
  return static_cast<int>(count->value_or(0));
}

Result<int> WaitingRoom::desks_serving(queue::Topic topic) {
  int count = 0;
  for (const DeskPlan& desk : parts_.plan.desks) {
    if (std::find(desk.topics.begin(), desk.topics.end(), topic) == desk.topics.end()) continue;
    const auto active = database().one(
        "SELECT active_at FROM queue_desks WHERE desk = ?",
        [](const Statement& row) { return row.integer(0); }, desk.desk);
    if (!active) return active.error();
    if (active->value_or(0) > now() - desk_lively_s) ++count;
  }
  return count;
}

Result<std::vector<std::int64_t>> WaitingRoom::served_s(queue::Topic topic) {
  auto select = database().prepare(
      ("SELECT ended_at - called_at FROM queue_tickets WHERE day = ? AND state = 'done' AND topic "
       "= ? ORDER BY ended_at DESC LIMIT " +
       std::to_string(pace_of))
          .c_str());
  if (!select) return select.error();
  select->bind(day_of(now()));
  select->bind(name(topic));
  std::vector<std::int64_t> out;
  for (;;) {
    const auto more = select->step();
    if (!more) return more.error();
    if (!*more) return out;
    out.push_back(select->integer(0));
  }
}

Result<std::optional<std::int32_t>> WaitingRoom::wait_for(queue::Topic topic, int ahead) {
  auto served = served_s(topic);
  if (!served) return served.error();
  const auto desks = desks_serving(topic);
  if (!desks) return desks.error();
  return wait_minutes(std::move(*served), ahead, *desks);
}

// ---- for desks ----

Result<std::optional<Ticket>> WaitingRoom::at_desk(const std::string& desk) {
  return database().one((std::string(columns) + "state = 'called' AND ticket = (SELECT ticket FROM "
                                                "queue_desks WHERE desk = ?)")
                            .c_str(),
                        read_ticket, desk);
}

/// The desk goes from one ticket to another; false: it was not at the first any more.
Result<bool> WaitingRoom::take_desk(const std::string& desk, const std::string& seen,
                                    const std::string& ticket) {
  if (auto made = database().run(make_desk, desk); !made) return made.error();
  auto moved = database().run(move_desk, ticket, now(), desk, seen);
  if (!moved) return moved.error();
  return database().changed() == 1;
}

Status WaitingRoom::end_ticket(const std::string& ticket, TicketState how) {
  if (ticket.empty()) return {};
  return database().run(end_called, name(how), now(), ticket);
}

Result<DeskAnswer> WaitingRoom::call_one(const DeskPlan& desk, const std::string& seen) {
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  const auto room = waiting();
  if (!room) return room.error();
  const auto in_a_row = database().one(
      "SELECT bookings_in_a_row FROM queue_desks WHERE desk = ?",
      [](const Statement& row) { return row.integer(0); }, desk.desk);
  if (!in_a_row) return in_a_row.error();
  std::vector<Waiting> people;
  for (const Ticket& one : *room) people.push_back(waiting_of(one));
  const AskingDesk asking{desk.topics, static_cast<int>(in_a_row->value_or(0))};
  const auto next = next_of(people, asking, now(), parts_.plan.most_in_a_row);
  const std::string ticket = next ? (*room)[*next].ticket : std::string();
  const auto taken = take_desk(desk.desk, seen, ticket);
  if (!taken) return taken.error();
  if (!*taken) return DeskAnswer::changed;
  if (auto ended = end_ticket(seen, TicketState::done); !ended) return ended.error();
  if (next) {
    if (auto done = database().run(call_ticket, desk.desk, now(), ticket); !done)
      return done.error();
    // Another gateway's desk was faster: nothing of this counts.
    if (database().changed() == 0) return Error{Errc::busy, "queue", "called by another desk"};
    const int after = bookings_in_a_row_after(people, asking, *next);
    auto counted = database().run("UPDATE queue_desks SET bookings_in_a_row = ? WHERE desk = ?",
                                  std::int64_t{after}, desk.desk);
    if (!counted) return counted.error();
  }
  if (auto done = transaction->commit(); !done) return done.error();
  return next ? DeskAnswer::done : DeskAnswer::nobody;
}

Result<DeskAnswer> WaitingRoom::call_next(const std::string& desk, const std::string& seen) {
  const DeskPlan* plan = parts_.plan.find_desk(desk);
  if (plan == nullptr) return DeskAnswer::changed;
  for (int attempt = 0; attempt < tries; ++attempt) {
    auto answer = call_one(*plan, seen);
    if (answer || answer.error().code != Errc::busy) return answer;
  }
  return DeskAnswer::changed;
}

Result<DeskAnswer> WaitingRoom::call_again(const std::string& desk, const std::string& seen) {
  const auto there = at_desk(desk);
  if (!there) return there.error();
  if (!*there || (*there)->ticket != seen) return DeskAnswer::changed;
  if (auto done = database().run(call_ticket_again, now(), seen); !done) return done.error();
  return database().changed() == 1 ? DeskAnswer::done : DeskAnswer::changed;
}

Result<DeskAnswer> WaitingRoom::end(const std::string& desk, const std::string& seen,
                                    TicketState how) {
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  const auto taken = take_desk(desk, seen, "");
  if (!taken) return taken.error();
  if (!*taken || seen.empty()) return DeskAnswer::changed;
  if (auto ended = end_ticket(seen, how); !ended) return ended.error();
  if (auto done = transaction->commit(); !done) return done.error();
  return DeskAnswer::done;
}

Result<DeskAnswer> WaitingRoom::hand_over(const std::string& desk, const std::string& seen,
                                          queue::Topic topic) {
  if (parts_.plan.find(topic) == nullptr) return DeskAnswer::changed;
  auto transaction = parts_.store.begin();
  if (!transaction) return transaction.error();
  const auto taken = take_desk(desk, seen, "");
  if (!taken) return taken.error();
  if (!*taken || seen.empty()) return DeskAnswer::changed;
  if (auto handed = database().run(hand_called, name(topic), seen); !handed) return handed.error();
  if (database().changed() == 0) return DeskAnswer::changed;
  if (auto done = transaction->commit(); !done) return done.error();
  return DeskAnswer::done;
}

Result<DeskAnswer> WaitingRoom::back(const std::string& ticket) {
  if (auto done = database().run(bring_back, ticket); !done) return done.error();
  return database().changed() == 1 ? DeskAnswer::done : DeskAnswer::changed;
}

Status WaitingRoom::tidy() {
  Status done =
      database().run("DELETE FROM queue_tickets WHERE taken_at < ?", now() - tickets_kept_s);
  if (done)
    done = database().run("DELETE FROM queue_counters WHERE day < ?", day_of(now() - day_s));
  return done;
}

}  // namespace madoguchi::gateway
