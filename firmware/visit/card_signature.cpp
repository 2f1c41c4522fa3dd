#include "firmware/visit/card_signature.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/card_glance.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

namespace {

/// The same screen outside a certificate's steps.
Screen alone(Screen screen) {
  screen.progress.reset();
  return screen;
}

void log_card(const Error& error) { log_event(Event::card_error, {{"error", error.text()}}); }

}  // namespace

Watch CardSignature::removal() {
  return [this]() -> Task<void> { (void)co_await desk_.reader.wait_for_removal(); };
}

Task<std::optional<CardSignature::Made>> CardSignature::sign(Bytes document) {
  std::optional<Made> made;
  bool goes_on = co_await read_card();
  if (goes_on) goes_on = co_await enter_pin();
  if (goes_on) {
    dialogue_.show(alone(identifying_screen()));
    Result<Bytes> signature = co_await card_->sign(document);
    if (signature) made = Made{certificate_, std::move(*signature)};
    if (!signature) log_card(signature.error());
  }
  // A verified PIN must not stay behind in the card.
  co_await desk_.reader.release();
  card_.reset();
  co_await give_card_back(desk_, dialogue_);
  co_return made;
}

Task<Reply> CardSignature::ask(Screen screen, Watch watch) {
  Reply reply = co_await dialogue_.ask(alone(std::move(screen)), std::move(watch));
  left_ = reply.what == Reply::What::left;
  co_return reply;
}

Task<bool> CardSignature::read_card() {
  std::optional<Result<CardInField>> in_field;
  const Watch placed = [&]() -> Task<void> { in_field = co_await desk_.reader.wait_for_card(); };
  const Reply reply = co_await ask(place_card_screen(), placed);
  if (reply.what != Reply::What::watched || !in_field || !*in_field) co_return false;
  if ((*in_field)->badge) co_return false;
  dialogue_.show(alone(reading_card_screen()));
  card_.emplace(desk_.reader, **in_field);
  Result<Bytes> certificate = co_await card_->read_auth_certificate();
  if (!certificate) {
    log_card(certificate.error());
    co_return false;
  }
  const Result<int> tries = co_await card_->pin_tries_left();
  if (!tries) {
    log_card(tries.error());
    co_return false;
  }
  certificate_ = std::move(*certificate);
  tries_left_ = *tries;
  co_return true;
}

Task<bool> CardSignature::enter_pin() {
  while (tries_left_ > 0) {
    const bool last = tries_left_ == 1;
    if (last) {
      const Reply reply = co_await ask(pin_last_try_screen(), removal());
      if (!reply.is("try")) co_return false;
    }
    std::optional<Secret> pin = co_await type_pin();
    if (!pin) co_return false;
    dialogue_.show(alone(identifying_screen()));
    const identity::PinOutcome outcome = co_await card_->verify_pin(std::move(*pin), last);
    if (std::holds_alternative<identity::PinAccepted>(outcome)) co_return true;
    const auto* wrong = std::get_if<identity::PinWrong>(&outcome);
    if (wrong == nullptr) co_return false;  // locked, pulled, or nobody knows: never again
    tries_left_ = wrong->tries_left;
    if (tries_left_ == 0) co_return false;
    const Reply reply = co_await ask(pin_wrong_screen(tries_left_), removal());
    if (!reply.is("retry")) co_return false;
  }
  co_return false;
}

Task<std::optional<Secret>> CardSignature::type_pin() {
  constexpr std::string_view digit = "digit.";
  constexpr std::size_t length = 4;
  Secret pin;
  for (;;) {
    Screen screen = pin_screen(static_cast<int>(pin.size()), tries_left_);
    const Reply reply = co_await ask(std::move(screen), removal());
    if (reply.what != Reply::What::pressed || reply.is("cancel")) co_return std::nullopt;
    if (reply.is("pin.ok") && pin.size() == length) co_return pin;
    if (reply.is("erase")) pin.drop_last();
    if (reply.control.starts_with(digit) && pin.size() < length)
      pin.append(as_bytes(std::string_view(reply.control).substr(digit.size(), 1)));
  }
}

}  // namespace madoguchi::visit
