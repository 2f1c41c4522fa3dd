#include "firmware/identity/my_number_card.h"

#include <algorithm>
#include <array>

#include "firmware/crypto/hash.h"
#include "firmware/identity/jpki.h"

namespace madoguchi::identity {

namespace {

/// GET RESPONSE gives at most 256 bytes, and no answer here has more than a certificate's.
constexpr int most_get_responses = 40;

std::string status_word(std::uint16_t status) {
  return "status word " + to_hex(std::array<std::uint8_t, 2>{static_cast<std::uint8_t>(status >> 8),
                                                             static_cast<std::uint8_t>(status)});
}

Error unexpected(const char* where, std::uint16_t status) {
  return {Errc::protocol, where, status_word(status)};
}

}  // namespace

MyNumberCard::MyNumberCard(CardReader& reader, const CardInField& in_field)
    : reader_(reader), form_(in_field.extended_apdus ? ApduForm::extended : ApduForm::short_form) {}

Task<Result<ResponseApdu>> MyNumberCard::transmit(Secret command) {
  ++apdus_;
  co_return co_await reader_.transmit(std::move(command));
}

Task<Result<ResponseApdu>> MyNumberCard::exchange(Secret command) {
  Result<ResponseApdu> answer = co_await transmit(std::move(command));
  for (int i = 0; answer && answer_waiting(answer->status) && i < most_get_responses; ++i) {
    const auto waiting = static_cast<std::uint8_t>(*answer_waiting(answer->status));
    Result<ResponseApdu> more = co_await transmit(get_response(waiting));
    if (!more) co_return more.error();
    answer->data.insert(answer->data.end(), more->data.begin(), more->data.end());
    answer->status = more->status;
  }
  co_return answer;
}

Task<Status> MyNumberCard::select_jpki() {
  if (jpki_selected_) co_return Status{};
  current_file_ = 0;
  const Result<ResponseApdu> answer = co_await exchange(select_application(jpki::aid));
  if (!answer) co_return answer.error();
  if (answer->status != status::ok) {
    co_return Error{Errc::unsupported, "card.select",
                    "no JPKI application, " + status_word(answer->status)};
  }
  jpki_selected_ = true;
  co_return Status{};
}

Task<Status> MyNumberCard::select(std::uint16_t file) {
  if (const Status selected = co_await select_jpki(); !selected) co_return selected.error();
  if (current_file_ == file) co_return Status{};
  const Result<ResponseApdu> answer = co_await exchange(select_file(file));
  if (!answer) co_return answer.error();
  if (answer->status != status::ok) co_return unexpected("card.select", answer->status);
  current_file_ = file;
  co_return Status{};
}

Task<Result<Bytes>> MyNumberCard::read_auth_certificate() {
  co_return co_await read_certificate(jpki::auth_certificate);
}

Task<Result<Bytes>> MyNumberCard::read_certificate(std::uint16_t file) {
  if (const Status selected = co_await select(file); !selected) co_return selected.error();
  Bytes content;
  std::size_t length = 0;  // not known before the first part
  do {
    const std::size_t rest = length == 0 ? most_extended_answer : length - content.size();
    const auto part = co_await read_part(file, content.size(), static_cast<std::uint32_t>(rest));
    if (!part) co_return part.error();
    const bool complete = part->status == status::ok || part->status == status::end_of_file;
    if (!complete && part->status != status::outside_file) {
      co_return unexpected("card.read", part->status);
    }
    if (part->data.empty()) {
      co_return Error{Errc::protocol, "card.read", "the file ends before the certificate does"};
    }
    content.insert(content.end(), part->data.begin(), part->data.end());
    const auto told = jpki::certificate_length(content);
    if (!told) co_return told.error();
    length = *told;
  } while (content.size() < length);
  content.resize(length);  // what the card gave beyond it is filler
  co_return content;
}

Task<Result<ResponseApdu>> MyNumberCard::read_part(std::uint16_t file, std::size_t offset,
                                                   std::uint32_t wanted) {
  const std::uint32_t wanted_short = std::min(wanted, most_short_answer);
  const bool extended = form_ == ApduForm::extended && wanted > most_short_answer;
  // The command is built outside the await: GCC 12 miscompiles `?:` between two awaits.
  Secret command = extended ? read_binary(offset, wanted, ApduForm::extended)
                            : read_binary(offset, wanted_short, ApduForm::short_form);
  Result<ResponseApdu> answer = co_await exchange(std::move(command));
  const bool lost = !answer && answer.error().code != Errc::gone;
  if (extended && (lost || (answer && refuses_extended(answer->status)))) {
    form_ = ApduForm::short_form;
    if (lost) {
      // The reader may have reset the card while it gave up.
      jpki_selected_ = false;
      if (const Status selected = co_await select(file); !selected) co_return selected.error();
    }
    answer = co_await exchange(read_binary(offset, wanted_short, ApduForm::short_form));
  }
  if (answer && exact_length(answer->status)) {
    const std::uint32_t exact = *exact_length(answer->status);
    answer = co_await exchange(read_binary(offset, exact, ApduForm::short_form));
  }
  co_return answer;
}

Task<Result<int>> MyNumberCard::pin_tries_left() {
  if (const Status selected = co_await select(jpki::auth_pin); !selected)
    co_return selected.error();
  const Result<ResponseApdu> answer = co_await transmit(ask_tries());
  if (!answer) co_return answer.error();
  const auto left = tries_left(answer->status);
  if (!left) co_return unexpected("card.tries", answer->status);
  tries_left_ = *left;
  co_return *left;
}

Task<PinOutcome> MyNumberCard::verify_pin(Secret pin, bool last_try_confirmed) {
  if (verify_lost_) {
    co_return Error{Errc::refused, "card.verify", "the answer to an earlier PIN entry was lost"};
  }
  if (!jpki::is_auth_pin(pin)) {
    co_return Error{Errc::invalid, "card.verify", "the PIN is not four digits"};
  }
  if (!tries_left_) {
    const Result<int> left = co_await pin_tries_left();
    if (!left) co_return left.error();
  }
  if (*tries_left_ == 0) co_return PinLocked{};
  if (*tries_left_ == 1 && !last_try_confirmed) co_return LastTryNotConfirmed{};
  if (const Status selected = co_await select(jpki::auth_pin); !selected)
    co_return selected.error();
  Secret command = verify(pin);
  pin.clear();
  co_return co_await present(std::move(command));
}

Task<PinOutcome> MyNumberCard::present(Secret command) {
  // Until the answer is known the try counts as lost, also when this await is cancelled.
  verify_lost_ = true;
  pin_accepted_ = false;
  const Result<ResponseApdu> answer = co_await transmit(std::move(command));
  if (!answer) co_return answer.error();
  if (answer->status == status::ok) {
    verify_lost_ = false;
    pin_accepted_ = true;
    tries_left_ = jpki::auth_pin_tries;
    co_return PinAccepted{};
  }
  tries_left_ = tries_left(answer->status);
  if (!tries_left_) co_return unexpected("card.verify", answer->status);
  verify_lost_ = false;
  if (*tries_left_ == 0) co_return PinLocked{};
  co_return PinWrong{*tries_left_};
}

Task<Result<Bytes>> MyNumberCard::sign(ByteView message) {
  if (!pin_accepted_) co_return Error{Errc::refused, "card.sign", "no PIN was accepted"};
  const Bytes digest_info = jpki::digest_info_of_sha256(sha256(message));
  if (const Status selected = co_await select(jpki::auth_key); !selected)
    co_return selected.error();
  Result<ResponseApdu> answer = co_await exchange(jpki::compute_signature(digest_info));
  if (!answer) co_return answer.error();
  if (answer->status == status::not_allowed_yet) {
    pin_accepted_ = false;
    co_return Error{Errc::refused, "card.sign", "the card has forgotten the PIN"};
  }
  if (answer->status != status::ok) co_return unexpected("card.sign", answer->status);
  if (answer->data.size() != jpki::signature_size) {
    co_return Error{Errc::protocol, "card.sign",
                    "the signature has " + std::to_string(answer->data.size()) + " bytes"};
  }
  co_return std::move(answer->data);
}

}  // namespace madoguchi::identity
