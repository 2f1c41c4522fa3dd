// A card that answers anything: the parsers of what it says, and the session that asks it.
#include <cstdlib>

#include "firmware/base/asio.h"
#include "firmware/identity/apdu.h"
#include "firmware/identity/card_info_input.h"
#include "firmware/identity/jpki.h"
#include "firmware/identity/my_number_card.h"

using namespace madoguchi;

namespace {

/// Answers each command with the next piece of the input: a length byte, then that many bytes.
class FuzzedReader final : public CardReader {
 public:
  explicit FuzzedReader(ByteView input) : input_(input) {}

  Task<Result<CardInField>> wait_for_card() override { co_return CardInField{}; }
  Task<Result<void>> wait_for_removal() override { co_return Result<void>{}; }
  Task<void> release() override { co_return; }
  Task<Result<ResponseApdu>> transmit(Secret command) override {
    const ByteView sent = command.reveal();
    const bool is_verify = sent.size() > 4 && sent[1] == 0x20;
    if (is_verify && ++verifies_ > 1) std::abort();  // one PIN was typed
    if (input_.empty()) co_return Error{Errc::gone, "fuzz", "the card was pulled"};
    const std::size_t size = std::min<std::size_t>(input_.size() - 1, input_[0]);
    const ByteView answer = input_.subspan(1, size);
    input_ = input_.subspan(1 + size);
    co_return parse_response(answer);
  }

 private:
  ByteView input_;
  int verifies_ = 0;
};

Task<void> visit(CardReader& reader) {
  identity::MyNumberCard card(reader, CardInField{});
  (void)co_await card.read_auth_certificate();
  (void)co_await card.pin_tries_left();
  const auto outcome = co_await card.verify_pin(Secret(as_bytes("1234")), false);
  const auto signature = co_await card.sign(as_bytes("nonce"));
  const bool accepted = std::holds_alternative<identity::PinAccepted>(outcome);
  if (signature && (!accepted || signature->size() != identity::jpki::signature_size)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  (void)parse_response(input).ok();
  if (const auto length = identity::jpki::certificate_length(input)) {
    if (*length > identity::jpki::largest_certificate) std::abort();
  }
  if (const auto attributes = identity::card_info_input::parse_attributes(input)) {
    if (!is_utf8(attributes->name) || attributes->birth.size() != 8) std::abort();
  }
  asio::io_context loop;
  FuzzedReader reader(input);
  asio::co_spawn(loop, visit(reader), asio::detached);
  loop.run();
  return 0;
}
