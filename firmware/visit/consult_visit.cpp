#include "firmware/visit/consult_visit.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/booking_code.h"
#include "firmware/visit/card_signature.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/consult_papers.h"
#include "firmware/visit/outbox.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;
using consult::Stage;

namespace {

constexpr auto glance = 500ms;           // how soon a deadline of the connection shows
constexpr auto turn = 10s;               // the screen of a call looks after itself so often
constexpr auto waiting_patience = 5min;  // without a press, then "still there?"
constexpr auto rating_patience = 30s;
constexpr auto checking_patience = 15s;  // until the city says what it thinks of a signature
constexpr auto over_shown = 15s;

void log_consult(std::string_view what, std::string_view outcome) {
  log_event(Event::consult_event, {{"what", std::string(what)}, {"outcome", std::string(outcome)}});
}

void log_carriage(const consult::Carriage& carried) {
  log_event(Event::consult_event,
            {{"what", "measured"},
             {"frames_in", std::to_string(carried.frames_in)},
             {"frames_out", std::to_string(carried.frames_out)},
             {"connections", std::to_string(carried.connections)},
             {"first_frame_ms", std::to_string(carried.first_frame_ms.value_or(-1))},
             {"loudest_dbfs", std::to_string(carried.loudest_in_dbfs)}});
}

ConsultNo reason(const GatewayFailure& failure) {
  switch (failure.refusal.value_or(api::Refusal::internal)) {
    case api::Refusal::closed:
      return ConsultNo::closed;
    case api::Refusal::not_available:
      return ConsultNo::not_for_a_call;
    case api::Refusal::unknown_visit:
    case api::Refusal::malformed:
      return ConsultNo::unknown_code;
    case api::Refusal::out_of_order:
      return ConsultNo::too_early;
    case api::Refusal::expired:
      return ConsultNo::too_late;
    default:
      return ConsultNo::no_answer;
  }
}

}  // namespace

ConsultVisit::ConsultVisit(Desk& desk, Dialogue& dialogue, bool bookable)
    : desk_(desk),
      dialogue_(dialogue),
      room_(*desk.consult),
      bookable_(bookable),
      id_(random_uuid()),
      gateway_(desk.link, id_) {}

ConsultVisit::~ConsultVisit() {
  room_.call.listen_with({});
  room_.live.consult_with({});
}

Task<bool> ConsultVisit::run() {
  while (!left_ && !done_) {
    const auto topic = co_await choose_topic();
    if (!topic) break;
    topic_ = topic->topic;
    if (topic->nobody && booking_.empty()) {
      co_await say_nobody(*topic);
      continue;
    }
    const Way way = co_await prepare(*topic);
    if (way == Way::gone) left_ = true;
    if (way == Way::forward) co_await call(*topic);
  }
  co_return !left_;
}

// ---- before the call ----

Task<std::optional<consult::TopicNow>> ConsultVisit::choose_topic() {
  while (!left_ && !done_) {
    dialogue_.show(consult_asking_screen());
    const auto answer = co_await gateway_.consult_topics();
    if (const auto* failure = std::get_if<GatewayFailure>(&answer)) {
      co_await refuse(*failure);
      co_return std::nullopt;
    }
    std::vector<consult::TopicNow> topics = std::get<consult::Topics>(answer).topics;
    // Without a door that is known to be closed nothing private is spoken of.
    if (room_.booth == nullptr) std::erase_if(topics, [](const auto& each) { return each.booth; });
    if (topics.empty()) {
      co_await refuse(ConsultNo::closed);
      co_return std::nullopt;
    }
    const Reply reply = co_await dialogue_.ask(consult_topics_screen(topics, booking_));
    left_ = reply.what == Reply::What::left;
    if (left_ || reply.is("back")) co_return std::nullopt;
    if (reply.is("booked")) co_await type_booking();
    for (const consult::TopicNow& each : topics) {
      if (reply.is("topic." + std::string(codec::enum_name(each.topic)))) co_return each;
    }
  }
  co_return std::nullopt;
}

Task<void> ConsultVisit::type_booking() {
  const BookingCode asked = co_await ask_booking_code(desk_, dialogue_);
  left_ = asked.how == BookingCode::How::left;
  done_ = asked.how == BookingCode::How::ended;
  if (asked.how == BookingCode::How::unknown || asked.how == BookingCode::How::unknown_card)
    co_await refuse(ConsultNo::unknown_code);
  if (asked.how == BookingCode::How::given) booking_ = asked.code;
}

Task<ConsultVisit::Way> ConsultVisit::prepare(consult::TopicNow topic) {
  private_ = topic.booth;
  if (private_) {
    const Way way = co_await close_the_booth();
    if (way != Way::forward) co_return way;
  }
  const Reply reply = co_await dialogue_.ask(consult_consent_screen(topic.topic));
  if (reply.what == Reply::What::left) co_return Way::gone;
  if (!reply.is("agree")) co_return Way::back;
  const Way way = co_await see_oneself();
  if (way == Way::forward && private_) co_return co_await close_the_booth();
  co_return way;
}

Task<ConsultVisit::Way> ConsultVisit::close_the_booth() {
  BoothSwitch& booth = *room_.booth;
  const Watch closed = [&booth]() -> Task<void> {
    while (!booth.closed()) co_await booth.changed();
  };
  if (booth.closed()) co_return Way::forward;
  const Reply reply = co_await dialogue_.ask(consult_booth_screen(), closed);
  if (reply.what == Reply::What::left) co_return Way::gone;
  co_return reply.what == Reply::What::watched ? Way::forward : Way::back;
}

/// The camera is open while this screen is shown, and only then.
Task<ConsultVisit::Way> ConsultVisit::see_oneself() {
  CallSeat& seat = room_.call;
  bool camera = false;
  for (;;) {
    const auto& ready = seat.ready();
    const bool there = ready && ready->camera;
    if (there != camera) seat.say(Preview{there});
    camera = there;
    const Watch changed = [this]() -> Task<void> { co_await news_.wait(); };
    seat.listen_with([this](const CallToKiosk&) { news_.notify(); });
    const Reply reply =
        co_await dialogue_.ask(consult_preview_screen(camera, ready && ready->microphone), changed);
    if (reply.what == Reply::What::watched) continue;
    seat.listen_with({});
    if (camera) seat.say(Preview{false});
    if (reply.what == Reply::What::left) co_return Way::gone;
    co_return reply.is("call") ? Way::forward : Way::back;
  }
}

Task<void> ConsultVisit::refuse(ConsultNo why) {
  const Reply reply = co_await dialogue_.ask(consult_no_screen(why, bookable_));
  left_ = reply.what == Reply::What::left;
  wants_booking_ = reply.is("book");
  done_ = wants_booking_;
}

/// Within its hours, but nobody sits there: when to try again, or a time for a call.
Task<void> ConsultVisit::say_nobody(consult::TopicNow topic) {
  const Reply reply = co_await dialogue_.ask(consult_nobody_screen(topic, bookable_));
  left_ = reply.what == Reply::What::left;
  done_ = wants_booking_ = reply.is("book");
}

Task<void> ConsultVisit::refuse(const GatewayFailure& failure) {
  log_consult("refused", failure.detail);
  return refuse(reason(failure));
}

// ---- the call ----

Task<void> ConsultVisit::call(consult::TopicNow topic) {
  dialogue_.show(consult_asking_screen());
  consult::Ask ask{id_, topic.topic, dialogue_.look().language, {}, private_};
  if (!booking_.empty()) ask.booking = booking_;
  const auto answer = co_await gateway_.consult_ask(ask);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) {
    booking_.clear();
    // The answer may have been lost, and somebody would call for nobody.
    if (!failure->refusal) desk_.link.say(consult::Said{id_, consult::HungUp{}});
    co_return co_await refuse(*failure);
  }
  record_.topic = topic.topic;
  record_.language = ask.language;
  begin_record();
  asked_at_ = pressed_at_ = now();
  conversation_.emplace();
  if (room_.call.ready()) conversation_->heard(CallToKiosk{*room_.call.ready()}, now());
  room_.call.listen_with([this](const CallToKiosk& what) {
    conversation_->heard(what, now());
    changed();
  });
  room_.live.consult_with(
      [this](const consult::Told& told) {
        if (told.call != id_) return;
        conversation_->told(told.what, now());
        changed();
      },
      [this](bool live) {
        conversation_->live(live, now());
        changed();
      });
  conversation_->standing(std::get<consult::Standing>(answer));
  flush();
  co_await (talk() || connect() || print_papers() || watch_booth());
  room_.live.consult_with({});
  room_.call.listen_with({});
  co_await finish();
}

void ConsultVisit::flush() {
  for (consult::Conversation::Out& each : conversation_->take()) {
    if (auto* to_call = std::get_if<KioskToCall>(&each)) {
      room_.call.say(*to_call);
    } else {
      desk_.link.say(consult::Said{id_, std::get<consult::FromKiosk>(std::move(each))});
    }
  }
  if (conversation_->was_answered() && !answered_at_) {
    answered_at_ = now();
    log_consult("answered", "");
  }
}

void ConsultVisit::changed() {
  flush();
  news_.notify();
  work_.notify();
}

Watch ConsultVisit::news() {
  return [this]() -> Task<void> { co_await news_.wait(); };
}

Task<void> ConsultVisit::talk() {
  while (!left_ && conversation_->stage() != Stage::over) {
    const bool waiting = conversation_->stage() == Stage::waiting;
    if (waiting) {
      co_await wait_a_turn();
    } else if (to_sign_) {
      consult::PaperOffered form = std::move(*to_sign_);
      to_sign_.reset();
      co_await sign(std::move(form));
    } else {
      co_await talk_a_turn();
    }
    flush();
  }
  // What was wanted comes out whole, or not at all.
  while (printing_) {
    dialogue_.show(consult_printing_screen());
    co_await printed_.wait();
  }
}

Task<void> ConsultVisit::wait_a_turn() {
  const auto limit = std::max<Timers::Duration>(
      1ms, std::chrono::ceil<Timers::Duration>(pressed_at_ + waiting_patience - now()));
  Reply reply =
      co_await dialogue_.ask_for(consult_waiting_screen(*conversation_, bookable_), limit, news());
  if (reply.what == Reply::What::watched) co_return;
  if (reply.what == Reply::What::left) {
    // Somebody may answer meanwhile: then the call is shown at once.
    const auto last_call = desk_.settings.last_call;
    const Watch answered = [this]() -> Task<void> {
      while (conversation_->stage() == Stage::waiting) co_await news_.wait();
    };
    reply = co_await dialogue_.ask_for(still_there_screen(last_call), last_call, answered);
    left_ = reply.what == Reply::What::left || reply.is("end");
  }
  pressed_at_ = now();
  wants_booking_ = reply.is("book");
  if (left_ || wants_booking_ || reply.is("hang_up")) conversation_->hang_up();
}

Task<void> ConsultVisit::talk_a_turn() {
  const Reply reply =
      co_await dialogue_.ask_for(consult_call_screen(*conversation_, view_), turn, news());
  if (reply.what != Reply::What::pressed) co_return;
  pressed_at_ = now();
  press(reply.control);
}

void ConsultVisit::press(const std::string& control) {
  consult::Conversation& call = *conversation_;
  if (control == "hang_up") call.hang_up();
  if (control == "microphone") call.open_microphone(!call.microphone_wanted());
  if (control == "camera") call.open_camera(!call.camera_wanted());
  if (control == "keyboard") view_.keyboard = !view_.keyboard;
  if (control == "try_again") call.try_again(now());
  if (control == "page") call.put_page_away();
  if (control == "paper.yes" || control == "paper.no") answer_paper(control == "paper.yes");
  if (control.starts_with("key.")) press_key(control);
}

/// Each key is said at once: the other reads while it is typed.
void ConsultVisit::press_key(const std::string& key) {
  const bool done = key == consult::end_of_line;
  const bool changed = line_.press(key);
  if (done && line_.text().empty()) return;
  if (changed || done) conversation_->type(line_.text(), done);
  if (done) line_.clear();
  view_.typed = line_.text();
}

void ConsultVisit::answer_paper(bool yes) {
  if (conversation_->offered().empty()) return;
  const consult::PaperOffered paper = conversation_->offered().front();
  conversation_->answered_paper();
  if (paper.to_sign) {
    if (yes) to_sign_ = paper;
    if (!yes) conversation_->say(consult::FormSigned{paper.paper, true, {}, {}});
  } else if (yes) {
    to_print_.push_back(paper);
    printing_ = true;
    view_.paper = CallView::Paper::printing;
    papers_.notify();
  } else {
    conversation_->say(consult::PaperMoved{paper.paper, consult::PaperAnswer::declined});
  }
}

/// Asks for a way to the relay whenever the conversation wants a connection, or may soon.
Task<void> ConsultVisit::connect() {
  for (;;) {
    co_await (work_.wait() || desk_.timers.sleep(glance));
    conversation_->tick(now());
    const bool wanted = conversation_->wants_connection(now());
    flush();
    news_.notify();
    const bool beforehand =
        !wanted && room_.call.ready() && conversation_->wants_preparation(now());
    if (beforehand) {
      const auto pass = co_await ask_for_relay(conversation_->next_connection());
      conversation_->prepared(pass, now());
      changed();
    }
    if (!wanted) continue;
    const std::int64_t connection = conversation_->begin_connection(now());
    std::optional<consult::RelayPass> pass = conversation_->take_prepared(now());
    if (!pass && room_.call.ready()) pass = co_await ask_for_relay(connection);
    conversation_->relay(connection, id_, pass, now());
    changed();
  }
}

/// Nothing: refused, or no answer.
Task<std::optional<consult::RelayPass>> ConsultVisit::ask_for_relay(std::int64_t connection) {
  const consult::RelayAsk ask{static_cast<std::int32_t>(connection)};
  const auto answer = co_await gateway_.consult_relay(ask);
  if (const auto* given = std::get_if<consult::RelayPass>(&answer)) co_return *given;
  log_consult("relay", std::get<GatewayFailure>(answer).detail);
  co_return std::nullopt;
}

Task<void> ConsultVisit::watch_booth() {
  for (;;) {
    if (!private_) {
      co_await desk_.timers.sleep(std::chrono::hours(1));
      continue;
    }
    conversation_->booth(room_.booth->closed());
    changed();
    co_await room_.booth->changed();
  }
}

// ---- papers ----

Task<void> ConsultVisit::print_papers() {
  for (;;) {
    while (!to_print_.empty()) {
      const consult::PaperOffered paper = to_print_.front();
      to_print_.pop_front();
      co_await print(paper);
    }
    printing_ = false;
    printed_.notify();
    changed();
    co_await papers_.wait();
  }
}

Task<void> ConsultVisit::print(consult::PaperOffered paper) {
  conversation_->say(consult::PaperMoved{paper.paper, consult::PaperAnswer::printing});
  flush();
  const auto answer = co_await gateway_.consult_paper(paper.paper);
  Status printed = Error{Errc::gone, "paper", "the gateway gives none"};
  if (const auto* given = std::get_if<consult::Paper>(&answer))
    printed = co_await print_consult_paper(desk_, given->pdf);
  log_consult("paper", printed ? "printed" : printed.error().text());
  view_.paper = printed ? CallView::Paper::printed : CallView::Paper::failed;
  const auto said = printed ? consult::PaperAnswer::printed : consult::PaperAnswer::failed;
  conversation_->say(consult::PaperMoved{paper.paper, said});
}

/// Sound and picture go on; the card and its PIN are asked for as everywhere.
Task<void> ConsultVisit::sign(consult::PaperOffered form) {
  consult::FormSigned said{form.paper, true, {}, {}};
  const Reply reply = co_await dialogue_.ask(consult_sign_screen(form.title));
  left_ = reply.what == Reply::What::left;
  if (reply.is("sign")) {
    const auto answer = co_await gateway_.consult_paper(form.paper);
    if (const auto* given = std::get_if<consult::Paper>(&answer)) {
      CardSignature card(desk_, dialogue_);
      Bytes message = consult::form_message(id_, form.paper, given->pdf);
      auto made = co_await card.sign(std::move(message));
      left_ = card.left();
      card_used_ = true;
      if (made) {
        said.declined = false;
        said.certificate = std::move(made->certificate);
        said.signature = std::move(made->signature);
      }
    }
  }
  const bool made = !said.declined;
  log_consult("form", made ? "signed" : "declined");
  conversation_->say(std::move(said));
  // Who has walked away is not kept waiting for.
  if (left_) conversation_->hang_up();
  flush();
  if (conversation_->stage() == Stage::over) co_return;
  if (!reply.is("sign")) co_return;
  SignedForm form_is = SignedForm::not_done;
  if (made) form_is = co_await verdict(form.paper);
  (void)co_await dialogue_.ask_for(consult_signed_screen(form_is), rating_patience);
}

/// No answer is no: nobody is told "signed" whose signature the city has not checked.
Task<SignedForm> ConsultVisit::verdict(std::string paper) {
  dialogue_.show(consult_checking_screen());
  const auto limit = now() + checking_patience;
  while (now() < limit && conversation_->stage() != Stage::over) {
    const auto& checked = conversation_->form_checked();
    if (checked && checked->paper == paper) {
      const bool good = checked->verdict == consult::FormVerdict::good;
      log_consult("form", std::string(codec::enum_name(checked->verdict)));
      co_return good ? SignedForm::done : SignedForm::refused;
    }
    co_await (news_.wait() || desk_.timers.sleep(glance));
  }
  co_return SignedForm::refused;
}

// ---- its end ----

void ConsultVisit::begin_record() {
  record_.began_at =
      std::chrono::duration_cast<std::chrono::seconds>(desk_.timers.wall().time_since_epoch())
          .count();
  // If the power fails now, that is what there is to know.
  record_.outcome = consult::Outcome::broken;
  recorded_ = outbox::open(desk_, outbox::consult, id_, to_json(record_).dump());
}

void ConsultVisit::keep_record() {
  const std::string json = to_json(record_).dump();
  if (recorded_) (void)outbox::keep(desk_, outbox::consult, id_, json);
}

/// A card that stays behind would begin a visit of its own.
Task<void> ConsultVisit::see_card_off() {
  const auto gone = co_await within(desk_.timers, glance, desk_.reader.wait_for_removal());
  if (gone) co_return;
  dialogue_.show(remove_card_screen());
  (void)co_await desk_.reader.wait_for_removal();
}

Task<void> ConsultVisit::finish() {
  const consult::Conversation& call = *conversation_;
  record_.outcome = call.outcome();
  record_.lowest = call.lowest();
  const auto until = answered_at_.value_or(now());
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(until - asked_at_).count();
  record_.waited_s = static_cast<std::int32_t>(waited / 5 * 5);
  if (answered_at_) {
    const auto took = std::chrono::ceil<std::chrono::minutes>(now() - *answered_at_);
    record_.minutes = std::max(1, static_cast<int>(took.count()));
  }
  keep_record();
  if (call.carriage().connections > 0) log_carriage(call.carriage());
  log_consult("over", codec::enum_name(record_.outcome));
  done_ = true;
  if (card_used_) co_await see_card_off();
  if (left_ || wants_booking_) co_return;
  if (answered_at_) {
    const Reply rated = co_await dialogue_.ask_for(consult_satisfaction_screen(), rating_patience);
    constexpr std::string_view rate = "rate.";
    if (rated.control.starts_with(rate)) {
      record_.satisfaction = rated.control.at(rate.size()) - '0';
      keep_record();
    }
  }
  const bool later = bookable_ && record_.outcome == consult::Outcome::broken;
  const Reply reply =
      co_await dialogue_.ask_for(consult_over_screen(record_.outcome, later), over_shown);
  wants_booking_ = reply.is("book");
}

}  // namespace madoguchi::visit
