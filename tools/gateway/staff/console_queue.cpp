// The console's operations of the waiting room (queue_console_api.h).

#include <algorithm>

#include "tools/gateway/identifiers.h"
#include "tools/gateway/staff/console.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/staff/queue_console_api.h"

namespace madoguchi::gateway {
namespace {

constexpr int called_looked_at = 30;
constexpr UnixTime day_s = 24 * 3600;

bool may(StaffRole role, queue::Topic topic) {
  return role > StaffRole::volunteer || topic == queue::Topic::help;
}

bool may(StaffRole role, const DeskPlan& desk) {
  return role > StaffRole::volunteer || desk.for_volunteers();
}

/// A volunteer's are help and the classes.
bool may(StaffRole role, const queue::Slot& slot) {
  if (slot.consultation) return role > StaffRole::volunteer;
  return !slot.topic || may(role, *slot.topic);
}

TicketSeen seen(const Ticket& ticket, UnixTime now) {
  TicketSeen out;
  out.ticket = ticket.ticket;
  out.number = ticket.number;
  out.topic = ticket.topic;
  out.language = ticket.language;
  out.booked = ticket.booked;
  out.handed = ticket.handed;
  out.times = ticket.times;
  const UnixTime since = ticket.state == TicketState::waiting ? ticket.taken_at : ticket.called_at;
  out.minutes = static_cast<std::int32_t>(std::max<UnixTime>(0, now - since) / 60);
  if (ticket.state == TicketState::waiting && ticket.due_at > now) out.due_at = ticket.due_at;
  return out;
}

Result<std::vector<DeskSeen>> desks_of(WaitingRoom& room, StaffRole role) {
  std::vector<DeskSeen> out;
  for (const DeskPlan& desk : room.plan().desks) {
    if (!may(role, desk)) continue;
    const auto current = room.at_desk(desk.desk);
    if (!current) return current.error();
    DeskSeen one{desk.desk, desk.topics, {}};
    if (*current) one.current = seen(**current, room.now());
    out.push_back(std::move(one));
  }
  return out;
}

Result<QueueView> view_of(WaitingRoom& room, StaffRole role) {
  const auto waiting = room.waiting();
  if (!waiting) return waiting.error();
  const auto called = room.called(called_looked_at);
  if (!called) return called.error();
  auto desks = desks_of(room, role);
  if (!desks) return desks.error();
  QueueView out;
  const QueuePlan& plan = room.plan();
  out.crowding = crowding_of(static_cast<int>(waiting->size()), plan.some_from, plan.crowded_from);
  out.desks = std::move(*desks);
  for (const Ticket& one : *waiting)
    if (may(role, one.topic)) out.waiting.push_back(seen(one, room.now()));
  for (const Ticket& one : *called) {
    if (one.state == TicketState::absent && may(role, one.topic))
      out.absent.push_back(seen(one, room.now()));
  }
  for (const TopicPlan& topic : plan.topics) {
    out.hand_to.push_back(topic.topic);
    if (may(role, topic.topic) && plan.open_at(topic.topic, room.now()))
      out.topics.push_back(topic.topic);
  }
  return out;
}

Answer done(WaitingRoom& room, StaffRole role, QueueOutcome outcome,
            std::optional<std::string> number = {}) {
  auto view = view_of(room, role);
  if (!view) return broken(view.error());
  return json_answer(200, QueueDone{outcome, std::move(number), std::move(*view)});
}

QueueOutcome outcome_of(DeskAnswer answer) {
  switch (answer) {
    case DeskAnswer::done:
      return QueueOutcome::done;
    case DeskAnswer::nobody:
      return QueueOutcome::nobody;
    case DeskAnswer::changed:
      break;
  }
  return QueueOutcome::changed;
}

BookingOutcome outcome_of(BookingNo why) {
  switch (why) {
    case BookingNo::unknown:
      return BookingOutcome::unknown;
    case BookingNo::full:
      return BookingOutcome::full;
    case BookingNo::too_early:
      return BookingOutcome::too_early;
    case BookingNo::too_late:
      return BookingOutcome::too_late;
    case BookingNo::other:
      return BookingOutcome::other;
    case BookingNo::already:
      break;
  }
  return BookingOutcome::already;
}

/// "?day=2026-11-22" as [from, to) in seconds; nothing: it is no day.
struct Day {
  std::string date;
  UnixTime from = 0, to = 0;
};
std::optional<Day> day_in(const std::string& target, UnixTime now) {
  const auto mark = target.find("?day=");
  const std::string date = mark == std::string::npos ? day_of(now) : target.substr(mark + 5);
  std::tm local{};
  const char* const end = strptime(date.c_str(), "%Y-%m-%d", &local);
  if (end == nullptr || *end != 0 || date.size() != 10) return std::nullopt;
  local.tm_isdst = -1;
  std::tm next = local;
  ++next.tm_mday;
  return Day{date, std::mktime(&local), std::mktime(&next)};
}

}  // namespace

/// What a desk asks for: checks who may, does it, gives the new view.
template <class Body, class Act>
Answer Console::at_desk(Call& call, Act act) {
  if (parts_.waiting_room == nullptr) return refuse(ConsoleRefusal::not_found);
  WaitingRoom& room = *parts_.waiting_room;
  const auto asked = decode<Body>(call.request.body, Dialect::json);
  if (!asked) return refuse(ConsoleRefusal::malformed);
  const DeskPlan* desk = room.plan().find_desk(asked->desk);
  if (desk == nullptr) return refuse(ConsoleRefusal::malformed);
  if (!may(call.who->role, *desk)) return refuse(ConsoleRefusal::not_allowed);
  const auto answer = act(room, *asked);
  if (!answer) return broken(answer.error());
  const auto there = room.at_desk(asked->desk);
  if (!there) return broken(there.error());
  std::optional<std::string> number;
  if (*there) number = (*there)->number;
  return done(room, call.who->role, outcome_of(*answer), std::move(number));
}

Task<Answer> Console::queue_view(Call call) {
  if (parts_.waiting_room == nullptr) co_return refuse(ConsoleRefusal::not_found);
  auto view = view_of(*parts_.waiting_room, call.who->role);
  if (!view) co_return broken(view.error());
  co_return json_answer(200, *view);
}

Task<Answer> Console::queue_next(Call call) {
  co_return at_desk<DeskAct>(call, [](WaitingRoom& room, const DeskAct& act) {
    return room.call_next(act.desk, act.seen);
  });
}

Task<Answer> Console::queue_again(Call call) {
  co_return at_desk<DeskAct>(call, [](WaitingRoom& room, const DeskAct& act) {
    return room.call_again(act.desk, act.seen);
  });
}

Task<Answer> Console::queue_done(Call call) {
  co_return at_desk<DeskAct>(call, [](WaitingRoom& room, const DeskAct& act) {
    return room.end(act.desk, act.seen, TicketState::done);
  });
}

Task<Answer> Console::queue_absent(Call call) {
  co_return at_desk<DeskAct>(call, [](WaitingRoom& room, const DeskAct& act) {
    return room.end(act.desk, act.seen, TicketState::absent);
  });
}

Task<Answer> Console::queue_hand_over(Call call) {
  co_return at_desk<HandOver>(call, [](WaitingRoom& room, const HandOver& act) {
    return room.hand_over(act.desk, act.seen, act.topic);
  });
}

Task<Answer> Console::queue_back(Call call) {
  if (parts_.waiting_room == nullptr) co_return refuse(ConsoleRefusal::not_found);
  WaitingRoom& room = *parts_.waiting_room;
  const auto asked = decode<TicketAct>(call.request.body, Dialect::json);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  const auto ticket = room.find(asked->ticket);
  if (!ticket) co_return broken(ticket.error());
  if (!*ticket) co_return refuse(ConsoleRefusal::not_found);
  if (!may(call.who->role, (*ticket)->topic)) co_return refuse(ConsoleRefusal::not_allowed);
  const auto answer = room.back(asked->ticket);
  if (!answer) co_return broken(answer.error());
  co_return done(room, call.who->role, outcome_of(*answer));
}

Task<Answer> Console::queue_take(Call call) {
  if (parts_.waiting_room == nullptr) co_return refuse(ConsoleRefusal::not_found);
  WaitingRoom& room = *parts_.waiting_room;
  const auto asked = decode<WalkIn>(call.request.body, Dialect::json);
  if (!asked || !is_language_tag(asked->language)) co_return refuse(ConsoleRefusal::malformed);
  if (!may(call.who->role, asked->topic)) co_return refuse(ConsoleRefusal::not_allowed);
  const UnixTime now = room.now();
  // Staff may take somebody in before or after the hours; what nobody serves has no numbers.
  if (room.plan().find(asked->topic) == nullptr) co_return refuse(ConsoleRefusal::malformed);
  const auto number = room.next_number(asked->topic);
  if (!number) co_return broken(number.error());
  const Ticket ticket{.ticket = random_uuid(),
                      .number = *number,
                      .topic = asked->topic,
                      .language = asked->language,
                      .taken_at = now,
                      .due_at = now};
  if (const auto added = room.add(ticket); !added) co_return broken(added.error());
  co_return done(room, call.who->role, QueueOutcome::done, *number);
}

// ---- bookings ----

Task<Answer> Console::bookings_view(Call call) {
  if (parts_.bookings == nullptr) co_return refuse(ConsoleRefusal::not_found);
  const auto day = day_in(call.request.target, parts_.waiting_room->now());
  if (!day) co_return refuse(ConsoleRefusal::malformed);
  const auto bookings = parts_.bookings->of_day(day->from, day->to);
  if (!bookings) co_return broken(bookings.error());
  const auto slots = parts_.bookings->free_slots();
  if (!slots) co_return broken(slots.error());
  BookingsView out;
  out.day = day->date;
  const StaffRole role = call.who->role;
  for (const queue::Booking& one : *bookings)
    if (may(role, one.slot)) out.bookings.push_back(one);
  for (const queue::Slot& one : *slots) {
    const bool of_day = one.starts_at >= day->from && one.starts_at < day->to;
    if (of_day && may(role, one)) out.slots.push_back(one);
  }
  co_return json_answer(200, out);
}

Task<Answer> Console::book(Call call) {
  if (parts_.bookings == nullptr) co_return refuse(ConsoleRefusal::not_found);
  const auto asked = decode<NewBooking>(call.request.body, Dialect::json);
  if (!asked || !is_language_tag(asked->language)) co_return refuse(ConsoleRefusal::malformed);
  const UnixTime now = parts_.waiting_room->now();
  const QueuePlan& plan = parts_.waiting_room->plan();
  const auto slots = plan.slots(now, now + plan.days_ahead * day_s);
  const auto slot = std::find_if(slots.begin(), slots.end(),
                                 [&](const queue::Slot& one) { return one.id == asked->slot; });
  if (slot != slots.end() && !may(call.who->role, *slot))
    co_return refuse(ConsoleRefusal::not_allowed);
  const std::string id = random_uuid();
  const auto made = parts_.bookings->book_now({id, asked->slot, asked->language});
  if (!made) co_return broken(made.error());
  BookingDone out;
  if (const auto* why = std::get_if<BookingNo>(&*made)) {
    out.outcome = outcome_of(*why);
  } else {
    out.booking = std::get<queue::Booking>(*made);
    out.page = parts_.waiting_room->page_of(id);
  }
  co_return json_answer(200, out);
}

/// Whether somebody of this role may act on the booking; nothing: there is none, and nobody learns
/// more.
Result<std::optional<Answer>> Console::forbids(StaffRole role, const std::string& code) {
  const auto found = parts_.bookings->find(code);
  if (!found) return found.error();
  const bool allowed = *found && may(role, (*found)->slot);
  if (allowed) return std::optional<Answer>();
  BookingDone unknown;
  unknown.outcome = BookingOutcome::unknown;
  return std::optional<Answer>(json_answer(200, unknown));
}

Task<Answer> Console::booking_check_in(Call call) {
  if (parts_.bookings == nullptr) co_return refuse(ConsoleRefusal::not_found);
  const auto asked = decode<BookingAct>(call.request.body, Dialect::json);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  const std::string code = queue::booking_code_in(asked->code).value_or("");
  auto forbidden = forbids(call.who->role, code);
  if (!forbidden) co_return broken(forbidden.error());
  if (*forbidden) co_return std::move(**forbidden);
  const auto in = parts_.bookings->check_in_now({random_uuid(), code, "ja"});
  if (!in) co_return broken(in.error());
  BookingDone out;
  if (const auto* why = std::get_if<BookingNo>(&*in)) {
    out.outcome = outcome_of(*why);
  } else {
    const auto& checked = std::get<queue::CheckedIn>(*in);
    out.booking = checked.booking;
    if (checked.ticket) out.number = checked.ticket->number;
  }
  co_return json_answer(200, out);
}

Task<Answer> Console::booking_cancel(Call call) {
  if (parts_.bookings == nullptr) co_return refuse(ConsoleRefusal::not_found);
  const auto asked = decode<BookingAct>(call.request.body, Dialect::json);
  if (!asked) co_return refuse(ConsoleRefusal::malformed);
  const std::string code = queue::booking_code_in(asked->code).value_or("");
  auto forbidden = forbids(call.who->role, code);
  if (!forbidden) co_return broken(forbidden.error());
  if (*forbidden) co_return std::move(**forbidden);
  const auto gone = parts_.bookings->cancel_now(code);
  if (!gone) co_return broken(gone.error());
  BookingDone out;
  if (const auto* why = std::get_if<BookingNo>(&*gone)) {
    out.outcome = outcome_of(*why);
  } else {
    out.booking = std::get<queue::Booking>(*gone);
  }
  co_return json_answer(200, out);
}

}  // namespace madoguchi::gateway
