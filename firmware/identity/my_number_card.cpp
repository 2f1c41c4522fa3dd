#include "firmware/identity/my_number_card.h"

#include <algorithm>

#include "firmware/crypto/hash.h"

namespace madoguchi::identity {
namespace {

constexpr std::uint8_t jpki_aid[] = {0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
constexpr std::uint16_t auth_certificate_file = 0x000a;
constexpr std::uint16_t auth_key_file = 0x0017;
constexpr std::uint16_t auth_pin_file = 0x0018;
// No certificate of the JPKI is near this; a file that claims more is not one.
constexpr std::size_t largest_certificate = 8'192;

Error unexpected(const char* where, std::uint16_t status_word) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(status_word >> 8), static_cast<std::uint8_t>(status_word)};
  return {Errc::protocol, std::string("card.") + where, "status " + to_hex(bytes)};
}

bool refuses_extended(std::uint16_t status_word) {
  return status_word == status::wrong_length || status_word == status::unknown_instruction ||
         status_word == status::unknown_class;
}

}  // namespace

MyNumberCard::MyNumberCard(CardReader& reader, const CardInField& in_field)
    : reader_(reader), form_(in_field.extended_apdus ? ApduForm::extended : ApduForm::short_form) {}

Task<Result<ResponseApdu>> MyNumberCard::exchange(Secret command) {
  ++apdus_;
  Result<ResponseApdu> answer = co_await reader_.transmit(std::move(command));
  // ISO 7816-4, 5.6: the rest of a response is fetched piece by piece (T=0 readers).
  while (answer && (answer->status & 0xff00) == 0x6100) {
    ++apdus_;
    Result<ResponseApdu> more =
        co_await reader_.transmit(get_response(static_cast<std::uint8_t>(answer->status & 0xff)));
    if (!more) co_return more.error();
    answer->data.insert(answer->data.end(), more->data.begin(), more->data.end());
    answer->status = more->status;
    if (answer->data.size() > largest_certificate) co_return unexpected("response", answer->status);
  }
  co_return answer;
}

Task<Status> MyNumberCard::select(std::uint16_t file) {
  if (current_file_ == file) co_return Status{};
  const Result<ResponseApdu> answer = co_await exchange(select_file(file));
  if (!answer) co_return answer.error();
  if (answer->status != status::ok) co_return unexpected("select", answer->status);
  current_file_ = file;
  co_return Status{};
}

Task<Result<Bytes>> MyNumberCard::read_auth_certificate() {
  const Result<ResponseApdu> application = co_await exchange(select_application(jpki_aid));
  if (!application) co_return application.error();
  if (application->status != status::ok) {
    co_return Error{Errc::unsupported, "card.select", "no JPKI application on this card"};
  }
  current_file_ = 0;
  if (const Status selected = co_await select(auth_certificate_file); !selected) co_return selected.error();
  Bytes content;
  if (const Status read = co_await read_more(content, 0); !read) co_return read.error();
  const Result<std::size_t> length = der_length(content);
  if (!length) co_return length.error();
  if (*length > largest_certificate) {
    co_return Error{Errc::protocol, "card.certificate", "claims " + std::to_string(*length) + " bytes"};
  }
  while (content.size() < *length) {
    const std::size_t before = content.size();
    if (const Status read = co_await read_more(content, *length); !read) co_return read.error();
    if (content.size() == before) co_return Error{Errc::protocol, "card.certificate", "the file ends too early"};
  }
  content.resize(*length);  // the file may be padded
  co_return content;
}

/// One READ from where `content` ends; `length` is how long it will be, 0 when nobody knows yet.
Task<Status> MyNumberCard::read_more(Bytes& content, std::size_t length) {
  const auto offset = static_cast<std::uint16_t>(content.size());
  const auto wanted = static_cast<std::uint32_t>(length == 0 ? 65'536 : length - content.size());
  const auto read_as = [&](ApduForm form) {
    return read_binary(offset, form == ApduForm::extended ? wanted : std::min<std::uint32_t>(wanted, 256), form);
  };
  Result<ResponseApdu> answer = co_await exchange(read_as(form_));
  const bool extended = form_ == ApduForm::extended;
  const bool refused = answer ? refuses_extended(answer->status) : answer.error().code != Errc::gone;
  if (extended && refused) {
    form_ = ApduForm::short_form;
    answer = co_await exchange(read_as(form_));
  }
  if (answer && (answer->status & 0xff00) == 0x6c00) {
    // The card says how much there is.
    const std::uint32_t exact = (answer->status & 0xff) == 0 ? 256 : answer->status & 0xff;
    answer = co_await exchange(read_binary(offset, exact, ApduForm::short_form));
  }
  if (!answer) co_return answer.error();
  const bool at_end = answer->status == status::end_of_file || answer->status == status::wrong_offset;
  if (answer->status != status::ok && !(at_end && !answer->data.empty())) {
    co_return unexpected("read", answer->status);
  }
  content.insert(content.end(), answer->data.begin(), answer->data.end());
  co_return Status{};
}

Task<Result<int>> MyNumberCard::pin_tries_left() {
  if (const Status selected = co_await select(auth_pin_file); !selected) co_return selected.error();
  const Result<ResponseApdu> answer = co_await exchange(verify_tries());
  if (!answer) co_return answer.error();
  if (answer->status == status::pin_blocked || answer->status == status::method_blocked) {
    tries_left_ = 0;
  } else if (const auto tries = tries_left_of(answer->status)) {
    tries_left_ = *tries;
  } else {
    co_return unexpected("verify", answer->status);
  }
  co_return *tries_left_;
}

Task<PinOutcome> MyNumberCard::verify_pin(Secret pin, bool last_try_confirmed) {
  if (!tries_left_) co_return Error{Errc::invalid, "card.verify", "the tries left were not asked for"};
  if (verify_unclear_) co_return Error{Errc::refused, "card.verify", "an earlier PIN entry has no known answer"};
  if (pin.size() != 4) co_return Error{Errc::invalid, "card.verify", "a PIN has four digits"};
  if (*tries_left_ == 0) co_return PinLocked{};
  if (*tries_left_ == 1 && !last_try_confirmed) co_return LastTryNotConfirmed{};
  if (const Status selected = co_await select(auth_pin_file); !selected) co_return selected.error();
  verify_unclear_ = true;
  Secret command = verify(pin);
  pin.clear();
  const Result<ResponseApdu> answer = co_await exchange(std::move(command));
  if (!answer) co_return answer.error();
  if (answer->status == status::ok) {
    verify_unclear_ = false;
    pin_accepted_ = true;
    co_return PinAccepted{};
  }
  const auto tries = tries_left_of(answer->status);
  const bool blocked = answer->status == status::pin_blocked || answer->status == status::method_blocked;
  if (!tries && !blocked) co_return unexpected("verify", answer->status);
  verify_unclear_ = false;
  tries_left_ = blocked ? 0 : *tries;
  if (*tries_left_ == 0) co_return PinLocked{};
  co_return PinWrong{*tries_left_};
}

Task<Result<Bytes>> MyNumberCard::sign(ByteView message) {
  if (!pin_accepted_) co_return Error{Errc::refused, "card.sign", "no PIN was accepted"};
  const Bytes digest_info = digest_info_sha256(sha256(message));
  if (const Status selected = co_await select(auth_key_file); !selected) co_return selected.error();
  Result<ResponseApdu> answer = co_await exchange(compute_signature(digest_info));
  if (!answer) co_return answer.error();
  if (answer->status != status::ok) co_return unexpected("sign", answer->status);
  if (answer->data.size() < 128) co_return Error{Errc::protocol, "card.sign", "a signature that is too short"};
  co_return std::move(answer->data);
}

}  // namespace madoguchi::identity
