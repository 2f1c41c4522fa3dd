#include "firmware/visit/certificate_visit.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/help_records.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

RetrievingEvent heard(const Reply& reply) {
  if (reply.what == Reply::What::watched) return RetrievingEvent::card_removed;
  return reply.is("taken") ? RetrievingEvent::paper_taken : RetrievingEvent::silence;
}

}  // namespace

CertificateVisit::CertificateVisit(Desk& desk, Dialogue& dialogue)
    : desk_(desk),
      dialogue_(dialogue),
      id_(random_uuid()),
      gateway_(desk.link, id_),
      account_(std::in_place, desk, id_) {}

Task<Report> CertificateVisit::run() {
  const bool issued = co_await begin() && co_await read_card() && co_await enter_pin() &&
                      co_await identify() && co_await obtain() && co_await print();
  co_await give_slip();
  if (issued) {
    co_await (settle() && take_and_thank());
  } else {
    co_await (settle() && explain());
  }
  close_account();
  co_return finish();
}

Task<bool> CertificateVisit::begin() {
  log_event(Event::visit_started, {{"visit", id_}});
  Status written = account_->can_write_all();
  if (written)
    written = account_->write(entry::began, Began{"certificate", dialogue_.look().language});
  note_topic(desk_, desk::HelpTopic::certificate);
  co_return written ? true : end(Ending::journal_failed);
}

/// Until something lies on the reader that is no volunteer's badge. False: the visit is over.
Task<bool> CertificateVisit::ask_for_card(std::optional<Result<CardInField>>& in_field) {
  const Watch placed = [&]() -> Task<void> { in_field = co_await desk_.reader.wait_for_card(); };
  for (;;) {
    const Reply reply = co_await dialogue_.ask(place_card_screen(), placed);
    if (reply.what != Reply::What::watched) {
      if (!goes_on(reply)) co_return false;
      continue;
    }
    const bool badge = *in_field && (*in_field)->badge;
    if (!badge) co_return true;
    BadgeNumber number = *(*in_field)->badge;
    const bool helped = co_await dialogue_.step_aside(std::move(number));
    if (!helped) co_return true;
  }
}

Task<bool> CertificateVisit::read_card() {
  std::optional<Result<CardInField>> in_field;
  const bool there = co_await ask_for_card(in_field);
  if (!there) co_return false;
  if (!*in_field) {
    if (in_field->error().code == Errc::gone)
      desk_.faults.raise({"reader", "gone", in_field->error().what});
    co_return end(Ending::card_unreadable);
  }
  if ((*in_field)->badge) co_return end(Ending::not_my_number_card);
  dialogue_.show(reading_card_screen());
  card_.emplace(desk_.reader, **in_field);
  Result<Bytes> certificate = co_await card_->read_auth_certificate();
  if (!certificate) co_return end(certificate.error());
  const Result<int> tries = co_await card_->pin_tries_left();
  if (!tries) co_return end(tries.error());
  auth_certificate_ = std::move(*certificate);
  card_sha256_ = sha256(auth_certificate_);
  tries_left_ = *tries;
  const auto opened = co_await gateway_.open();
  if (const auto* failure = std::get_if<GatewayFailure>(&opened)) co_return end(*failure);
  nonce_ = std::get<api::VisitOpened>(opened).nonce;
  co_return true;
}

Task<bool> CertificateVisit::enter_pin() {
  for (;;) {
    if (tries_left_ == 0) co_return end(Ending::pin_locked);
    const bool last = tries_left_ == 1;
    if (last) {
      const Reply reply = co_await dialogue_.ask(pin_last_try_screen(), card_removal());
      if (!goes_on(reply)) co_return false;
    }
    std::optional<Secret> pin = co_await type_pin(tries_left_);
    if (!pin) co_return false;
    dialogue_.show(identifying_screen());
    const identity::PinOutcome outcome = co_await card_->verify_pin(std::move(*pin), last);
    if (std::holds_alternative<identity::PinAccepted>(outcome)) co_return true;
    if (std::holds_alternative<identity::PinLocked>(outcome)) co_return end(Ending::pin_locked);
    if (const auto* error = std::get_if<Error>(&outcome)) co_return end(*error);
    const auto* wrong = std::get_if<identity::PinWrong>(&outcome);
    tries_left_ = wrong == nullptr ? tries_left_ : wrong->tries_left;
    if (tries_left_ == 0) co_return end(Ending::pin_locked);
    const Reply reply = co_await dialogue_.ask(pin_wrong_screen(tries_left_), card_removal());
    if (!goes_on(reply)) co_return false;
  }
}

Task<std::optional<Secret>> CertificateVisit::type_pin(int tries_left) {
  constexpr std::string_view digit = "digit.";
  constexpr std::size_t length = 4;
  Secret pin;
  for (;;) {
    const Reply reply = co_await dialogue_.ask(pin_screen(static_cast<int>(pin.size()), tries_left),
                                               card_removal());
    if (!goes_on(reply)) co_return std::nullopt;
    if (reply.is("pin.ok") && pin.size() == length) co_return pin;
    if (reply.is("erase")) pin.drop_last();
    if (reply.control.starts_with(digit) && pin.size() < length) {
      pin.append(as_bytes(std::string_view(reply.control).substr(digit.size(), 1)));
    }
  }
}

Task<bool> CertificateVisit::identify() {
  Result<Bytes> signature = co_await card_->sign(api::identify_message(nonce_));
  if (!signature) co_return end(signature.error());
  // The card has done its part: a verified PIN must not stay behind in it.
  co_await desk_.reader.release();
  const api::Identify request{auth_certificate_, std::move(*signature)};
  auto answer = co_await gateway_.identify(request);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) co_return end(*failure);
  who_ = std::get<api::Identified>(std::move(answer));
  // Nobody sees another person's household, whatever crossed on the way.
  if (nonce_.empty() || who_.nonce != nonce_) {
    log_event(Event::envelope_refused, {{"error", "identify: the answer is for another visit"}});
    co_return end(Ending::gateway_gone);
  }
  for (const api::Person& person : who_.household)
    choice_.persons.push_back(person.id == who_.self.id);
  if (std::find(choice_.persons.begin(), choice_.persons.end(), true) == choice_.persons.end()) {
    co_return end(
        Ending::gateway_gone);  // a household without its own member is the gateway's mistake
  }
  co_return true;
}

Task<void> CertificateVisit::give_slip() {
  if (desk_.receipt_printer == nullptr || !deserves_slip(charge_)) co_return;
  const Aftermath aftermath = aftermath_of(charge_, print_, owed_);
  const auto same = std::find(slips_.begin(), slips_.end(), aftermath.became);
  if (same != slips_.end()) co_return;
  dialogue_.show(slip_printing_screen());
  Slip slip = make_slip(desk_.settings, desk_.timers.wall(), choice_.kind, charge_,
                        dialogue_.look().language);
  advise(slip, aftermath, desk_.settings);
  slip_ = co_await visit::give_slip(desk_, std::move(slip));
  if (slip_ == SlipGiven::printed) (void)account_->write(entry::slip, Said{aftermath.became});
}

Task<void> CertificateVisit::take_and_thank() {
  co_await take();
  if (retrieving_ == Retrieving::taken) co_await thank();
}

Task<void> CertificateVisit::take() {
  int reminder = 0;
  while (const auto patience = patience_with(retrieving_)) {
    const bool gone = card_is_gone(retrieving_);
    Watch removal;
    if (!gone) removal = card_removal();
    Screen screen = take_screen(gone, document_->sheets(), reminder);
    mention(screen, slip_);
    if (charge_.interrupted_tap) screen.lead.push_back(say("take.tap_counts"));
    const Reply reply = co_await dialogue_.ask_for(std::move(screen), *patience, removal);
    const auto next = step(retrieving_, heard(reply));
    if (!next) continue;
    retrieving_ = next->next;
    reminder = next->action == RetrievingAction::remind          ? 1
               : next->action == RetrievingAction::remind_louder ? 2
                                                                 : 0;
  }
}

Task<void> CertificateVisit::thank() {
  const Reply rating =
      co_await dialogue_.ask_for(satisfaction_screen(), desk_.settings.ending_shown);
  constexpr std::string_view rate = "rate.";
  if (rating.control.starts_with(rate)) {
    // Thanks come first; whether the mark arrives must not keep anybody waiting.
    const api::Feedback feedback{rating.control.at(rate.size()) - '0'};
    co_await (gateway_.feedback(feedback) && dialogue_.ask_for(goodbye_screen(), 10s));
  } else {
    co_await dialogue_.ask_for(goodbye_screen(), 10s);
  }
}

Task<void> CertificateVisit::explain() {
  Screen screen = ending_screen(ending_, money_);
  if (charge_.interrupted_tap) explain_tap(screen, *charge_.interrupted_tap);
  mention(screen, slip_);
  Reply reply;
  do {
    reply = co_await dialogue_.ask_for(screen, desk_.settings.ending_shown);
  } while (reply.what == Reply::What::pressed && !reply.is("end"));
}

Task<void> CertificateVisit::clear_the_desk() {
  co_await desk_.reader.release();
  const bool locked = retrieving_ == Retrieving::card_left || retrieving_ == Retrieving::paper_left;
  if (locked) {
    const auto concern =
        retrieving_ == Retrieving::card_left ? api::Concern::card_left : api::Concern::paper_left;
    desk_.faults.raise({"desk", std::string(codec::enum_name(concern)), ""});
    const Ticket ticket{concern, record_.document, {}};
    co_await (account_->hand_to_staff(ticket) && until_taken());
    desk_.faults.clear("desk");
  }
  const auto gone = co_await within(desk_.timers, 300ms, desk_.reader.wait_for_removal());
  if (gone) co_return;
  dialogue_.show(remove_card_screen());
  (void)co_await desk_.reader.wait_for_removal();
}

Task<void> CertificateVisit::until_taken() {
  while (retrieving_ != Retrieving::taken) {
    const bool gone = card_is_gone(retrieving_);
    Watch removal;
    if (!gone) removal = card_removal();
    const Reply reply = co_await dialogue_.ask_for(left_behind_screen(gone), 1h, removal);
    const auto next = step(retrieving_, heard(reply));
    if (next) retrieving_ = next->next;
  }
}

Report CertificateVisit::finish() {
  Report report;
  report.visit = id_;
  report.outcome = codec::enum_name(ending_);
  report.apdus = card_ ? card_->apdus() : 0;
  report.charged_yen = charge_.net_yen();
  report.reversed_yen = charge_.state == payment::State::reversed ? charge_.booked_yen : 0;
  report.pages = std::max(0, print_.pages);
  if (quote_.pages > 0) report.kind = codec::enum_name(choice_.kind);
  if (retrieving_ == Retrieving::card_left) report.left_behind = "card";
  if (retrieving_ == Retrieving::paper_left) report.left_behind = "paper";
  if (document_ && ending_ == Ending::issued) report.document = document_->number();
  if (ending_ != Ending::issued) report.ended_at = ended_at_;
  report.steps = dialogue_.clock().finish();
  log_event(Event::visit_ended, {{"visit", id_}, {"outcome", report.outcome}});
  return report;
}

bool CertificateVisit::end(Ending ending) {
  ending_ = ending;
  if (ended_at_.empty()) ended_at_ = dialogue_.clock().asked();
  return false;
}

bool CertificateVisit::end(const GatewayFailure& failure) {
  return end(failure.refusal ? ending_for(*failure.refusal) : Ending::gateway_gone);
}

bool CertificateVisit::end(const Error& card_error) {
  log_event(Event::card_error, {{"error", card_error.text()}});
  switch (card_error.code) {
    case Errc::gone:
      return end(Ending::card_pulled);
    case Errc::unsupported:
      return end(Ending::not_my_number_card);
    default:
      return end(Ending::card_unreadable);
  }
}

bool CertificateVisit::goes_on(const Reply& reply) {
  if (reply.what == Reply::What::watched) return end(Ending::card_pulled);
  if (reply.what == Reply::What::left) return end(Ending::left);
  if (reply.is("cancel")) return end(Ending::cancelled);
  return true;
}

Watch CertificateVisit::card_removal() {
  // A reader that is gone has no card on it either.
  return [this]() -> Task<void> { (void)co_await desk_.reader.wait_for_removal(); };
}

}  // namespace madoguchi::visit
