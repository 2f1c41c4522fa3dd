#include "firmware/visit/queue_visit.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/booking_code.h"
#include "firmware/visit/card_glance.h"
#include "firmware/visit/queue_tickets.h"

namespace madoguchi::visit {
namespace {

void log_queue(std::string_view what, std::string_view outcome) {
  log_event(Event::help_event, {{"what", std::string(what)}, {"outcome", std::string(outcome)}});
}

QueueNo reason(const GatewayFailure& failure) {
  switch (failure.refusal.value_or(api::Refusal::internal)) {
    case api::Refusal::not_available:
      return QueueNo::full;
    case api::Refusal::unknown_visit:
    case api::Refusal::malformed:
      return QueueNo::unknown_code;
    case api::Refusal::out_of_order:
      return QueueNo::too_early;
    case api::Refusal::expired:
      return QueueNo::too_late;
    default:
      return QueueNo::no_answer;
  }
}

std::vector<queue::Slot> about(const std::vector<queue::Slot>& slots, const std::string& subject) {
  std::vector<queue::Slot> out;
  std::copy_if(slots.begin(), slots.end(), std::back_inserter(out),
               [&](const queue::Slot& slot) { return subject_of(slot) == subject; });
  return out;
}

}  // namespace

std::int64_t QueueVisit::now_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(desk_.timers.wall().time_since_epoch())
      .count();
}

Task<bool> QueueVisit::ask(Screen screen, Watch watch) {
  const Reply reply = co_await dialogue_.ask(std::move(screen), std::move(watch));
  pressed_ = reply.control;
  left_ = reply.what == Reply::What::left || reply.is("cancel");
  if (reply.is("end")) done_ = true;
  co_return !left_;
}

Task<bool> QueueVisit::run() {
  while (!left_ && !done_) {
    Screen screen = queue_screen(online() ? board_.now() : nullptr);
    const bool there = co_await ask(std::move(screen));
    if (!there || pressed_ == "back") break;
    if (pressed_ == "queue.ticket") co_await ticket();
    if (pressed_ == "queue.book") co_await book();
    if (pressed_ == "queue.check_in") co_await check_in();
    if (pressed_ == "queue.cancel") co_await cancel();
  }
  board_.look_soon();
  co_return !left_;
}

Task<void> QueueVisit::refuse(QueueNo why) { (void)co_await ask(queue_no_screen(why)); }

// No coroutine: the failure may be gone when one first runs.
Task<void> QueueVisit::refuse(const GatewayFailure& failure) {
  log_queue("refused", failure.detail);
  return refuse(reason(failure));
}

// ---- a number ----

Task<void> QueueVisit::ticket() {
  const std::vector<queue::TopicNow> topics = board_.offered();
  if (topics.empty()) {
    (void)co_await ask(queue_closed_screen());
    co_return;
  }
  if (topics.size() == 1) co_return co_await give_number(topics.front().topic);
  const bool there = co_await ask(queue_topics_screen(topics));
  if (!there) co_return;
  const auto chosen = std::find_if(topics.begin(), topics.end(), [&](const auto& one) {
    return pressed_ == "topic." + std::string(codec::enum_name(one.topic));
  });
  if (chosen != topics.end()) co_await give_number(chosen->topic);
  pressed_.clear();
}

/// The intention is in the journal before the city is asked, and closed there before anybody sees
/// the number: a ticket that nobody has seen is withdrawn after a power cut.
Task<void> QueueVisit::give_number(queue::Topic topic) {
  dialogue_.show(queue_asking_screen());
  const std::string ticket = random_uuid();
  const std::string language = dialogue_.look().language;
  queue::TicketRecord record{topic, language, now_s(), {}, random_uuid(), {}};
  if (Status written = open_ticket(desk_, ticket, record); !written) {
    log_queue("ticket", "not_written");
    co_return co_await refuse(QueueNo::not_written);
  }
  NumberSaid said;
  if (desk_.link.up()) {
    const queue::TicketAsk asked{ticket, topic, language};
    const auto answer = co_await gateway_.take_ticket(asked);
    if (const auto* given = std::get_if<queue::TicketGiven>(&answer)) {
      close_ticket(desk_, ticket, "given");
      said.number = given->number;
      said.ahead = given->ahead;
      said.wait_min = given->wait_min;
      co_return co_await say_number(said, topic, ticket);
    }
    const auto refusal = std::get<GatewayFailure>(answer).refusal;
    if (refusal == api::Refusal::closed) {
      close_ticket(desk_, ticket, "closed");
      (void)co_await ask(queue_closed_screen());
      co_return;
    }
  }
  const auto number = co_await offline_number(ticket, record);
  if (!number) co_return co_await refuse(QueueNo::no_answer);
  said.number = *number;
  said.offline = true;
  co_await say_number(said, topic, ticket);
}

Task<std::optional<std::string>> QueueVisit::offline_number(std::string ticket,
                                                            queue::TicketRecord record) {
  auto number = board_.next_offline_number();
  if (number) {
    record.number = *number;
    // Another key: if the city has heard the question, this is another request.
    record.key = random_uuid();
    if (Status written = keep_ticket(desk_, ticket, record); written) {
      log_queue("ticket", "offline");
      co_return *number;
    }
  }
  log_queue("ticket", "no_number");
  co_return std::nullopt;
}

Task<void> QueueVisit::say_number(NumberSaid said, std::optional<queue::Topic> topic,
                                  std::string ticket) {
  dialogue_.show(slip_printing_screen());
  const std::tm local = desk_.settings.hours.local(desk_.timers.wall());
  const std::string url = board_.follow_url(ticket);
  Slip slip = number_slip(said, topic, url, local, dialogue_.look().language);
  const SlipGiven given = co_await give_slip(desk_, std::move(slip));
  done_ = true;
  (void)co_await ask(queue_number_screen(said, url, given));
}

// ---- a booking ----

Task<bool> QueueVisit::book_call(consult::Topic about) {
  auto slots = co_await free_slots(about);
  if (slots) co_await book_one(std::move(*slots));
  board_.look_soon();
  co_return !left_;
}

Task<void> QueueVisit::book() {
  auto slots = co_await choose_subject();
  if (slots) co_await book_one(std::move(*slots));
}

Task<void> QueueVisit::book_one(std::vector<queue::Slot> slots) {
  while (!left_ && !done_) {
    const auto slot = co_await choose_slot(slots);
    if (!slot) co_return;
    const bool there = co_await ask(queue_review_screen(*slot, desk_.settings.hours));
    if (!there) co_return;
    if (pressed_ == "book") co_return co_await make_booking(*slot);
  }
}

/// Nothing: the resident was told why.
Task<std::optional<std::vector<queue::Slot>>> QueueVisit::free_slots(
    std::optional<consult::Topic> call) {
  dialogue_.show(queue_asking_screen());
  auto answer = co_await gateway_.slots();
  auto* const free = std::get_if<queue::Slots>(&answer);
  if (free == nullptr) {
    co_await refuse(QueueNo::no_answer);
    co_return std::nullopt;
  }
  // A call has its own screens before, where its topic is chosen.
  std::erase_if(free->slots, [&](const queue::Slot& slot) { return slot.consultation != call; });
  if (free->slots.empty()) {
    co_await refuse(QueueNo::none_free);
    co_return std::nullopt;
  }
  co_return std::move(free->slots);
}

Task<std::optional<std::vector<queue::Slot>>> QueueVisit::choose_subject() {
  const std::optional<consult::Topic> no_call;
  const auto slots = co_await free_slots(no_call);
  if (!slots) co_return std::nullopt;
  const bool there = co_await ask(queue_subjects_screen(*slots));
  std::vector<queue::Slot> chosen = about(*slots, pressed_);
  if (!there || chosen.empty()) co_return std::nullopt;
  co_return chosen;
}

Task<std::optional<queue::Slot>> QueueVisit::choose_slot(std::vector<queue::Slot> slots) {
  for (std::size_t page = 0;;) {
    const bool there = co_await ask(queue_slots_screen(slots, page, desk_.settings.hours));
    if (!there || pressed_ == "back") co_return std::nullopt;
    if (pressed_ == "more") page = (page + 1) * slots_of_page < slots.size() ? page + 1 : 0;
    for (const queue::Slot& slot : slots) {
      if (pressed_ == "slot." + slot.id) co_return slot;
    }
  }
}

Task<void> QueueVisit::make_booking(queue::Slot slot) {
  dialogue_.show(queue_asking_screen());
  const queue::BookingAsk asked{random_uuid(), slot.id, dialogue_.look().language};
  const auto answer = co_await gateway_.book(asked);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer))
    co_return co_await refuse(*failure);
  const auto booking = std::get<queue::Booking>(answer);
  log_queue("booking", "made");
  dialogue_.show(slip_printing_screen());
  const ServiceHours& hours = desk_.settings.hours;
  Slip slip = booking_slip(booking, hours, dialogue_.look().language);
  const SlipGiven given = co_await give_slip(desk_, std::move(slip));
  done_ = true;
  const bool there = co_await ask(queue_booked_screen(booking, given, hours));
  if (there && pressed_ == "tie_card") co_await tie_card(booking);
}

/// On the day the card is enough, then. Whatever becomes of it, the booking stands.
Task<void> QueueVisit::tie_card(queue::Booking booking) {
  std::optional<Result<CardInField>> placed;
  const Watch card_placed = [&]() -> Task<void> { placed = co_await desk_.reader.wait_for_card(); };
  const bool there = co_await ask(queue_tie_screen(), card_placed);
  if (!there || !placed) co_return;
  const bool card = placed->ok() && !(*placed)->badge;
  if (!card) co_return (void) co_await ask(queue_tied_screen(booking, false));
  const auto digest = co_await digest_of_card(desk_, dialogue_, **placed);
  bool tied = false;
  if (digest) {
    dialogue_.show(queue_asking_screen());
    const queue::CardTie asked{booking.code, *digest};
    const auto answer = co_await gateway_.tie_card(asked);
    tied = std::holds_alternative<queue::Booking>(answer);
  }
  log_queue("tie card", tied ? "done" : "not done");
  (void)co_await ask(queue_tied_screen(booking, tied));
}

// ---- the code of a booking ----

Task<std::optional<std::string>> QueueVisit::ask_code() {
  for (;;) {
    const BookingCode asked = co_await ask_booking_code(desk_, dialogue_);
    left_ = asked.how == BookingCode::How::left;
    if (asked.how == BookingCode::How::ended) done_ = true;
    if (asked.how == BookingCode::How::given) co_return asked.code;
    const bool unknown_card = asked.how == BookingCode::How::unknown_card;
    if (asked.how != BookingCode::How::unknown && !unknown_card) co_return std::nullopt;
    co_await refuse(unknown_card ? QueueNo::unknown_card : QueueNo::unknown_code);
    if (left_ || done_ || asked.typed) co_return std::nullopt;
  }
}

Task<void> QueueVisit::check_in() {
  const auto code = co_await ask_code();
  if (!code) co_return;
  // However old the board is: without an answer the city hears of it later.
  if (desk_.link.up()) co_return co_await check_in_with(*code);
  co_await check_in_alone(*code);
}

Task<void> QueueVisit::check_in_with(std::string code) {
  dialogue_.show(queue_asking_screen());
  const queue::CheckIn asked{random_uuid(), code, dialogue_.look().language};
  const auto answer = co_await gateway_.check_in(asked);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) {
    const bool no_answer = reason(*failure) == QueueNo::no_answer;
    if (no_answer) co_return co_await check_in_alone(std::move(code));
    co_return co_await refuse(*failure);
  }
  const auto in = std::get<queue::CheckedIn>(answer);
  log_queue("check_in", "done");
  if (!in.ticket) {
    done_ = true;
    (void)co_await ask(queue_class_screen(in.booking, desk_.settings.hours));
    co_return;
  }
  NumberSaid said;
  said.number = in.ticket->number;
  said.booked = true;
  co_await say_number(said, in.booking.slot.topic, asked.ticket);
}

/// The city hears of it later: whoever stands here in time with a booking shall not be late.
Task<void> QueueVisit::check_in_alone(std::string code) {
  const std::string ticket = random_uuid();
  queue::TicketRecord record{queue::Topic::help, dialogue_.look().language, now_s(), {}, {}, code};
  auto number = board_.next_offline_number();
  if (!number) co_return co_await refuse(QueueNo::no_answer);
  record.number = *number;
  record.key = random_uuid();
  if (Status written = open_ticket(desk_, ticket, record); !written)
    co_return co_await refuse(QueueNo::not_written);
  NumberSaid said;
  said.number = *number;
  said.offline = true;
  co_await say_number(said, std::nullopt, ticket);
}

Task<void> QueueVisit::cancel() {
  const auto code = co_await ask_code();
  if (!code) co_return;
  dialogue_.show(queue_asking_screen());
  const auto found = co_await gateway_.booking(*code);
  if (const auto* failure = std::get_if<GatewayFailure>(&found))
    co_return co_await refuse(*failure);
  const auto booking = std::get<queue::Booking>(found);
  if (booking.state != queue::BookingState::booked)
    co_return co_await refuse(QueueNo::unknown_code);
  const bool there = co_await ask(queue_cancel_screen(booking, desk_.settings.hours));
  if (!there || pressed_ != "cancel_booking") co_return;
  dialogue_.show(queue_asking_screen());
  const queue::Cancellation asked{*code};
  const auto answer = co_await gateway_.cancel_booking(asked);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer))
    co_return co_await refuse(*failure);
  log_queue("booking", "cancelled");
  done_ = true;
  (void)co_await ask(queue_cancelled_screen());
}

}  // namespace madoguchi::visit
