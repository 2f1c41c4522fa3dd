#include "firmware/visit/card_glance.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/crypto/hash.h"
#include "firmware/identity/my_number_card.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto card_patience = 30s;
constexpr auto card_glance = 100ms;
/// Before the certificate, so that the digest is of no use beside other books that know its hash.
constexpr std::string_view purpose = "madoguchi booking card v1\n";

}  // namespace

Task<void> give_card_back(Desk& desk, Dialogue& dialogue) {
  const auto lies_there = co_await within(desk.timers, card_glance, desk.reader.wait_for_card());
  if (!lies_there || !lies_there->ok()) co_return;
  const Watch removal = [&desk]() -> Task<void> { (void)co_await desk.reader.wait_for_removal(); };
  (void)co_await dialogue.ask_for(remove_card_screen(), card_patience, removal);
}

Task<Result<std::string>> digest_of_card(Desk& desk, Dialogue& dialogue, CardInField in_field) {
  Screen reading = reading_card_screen();
  reading.progress.reset();
  dialogue.show(std::move(reading));
  identity::MyNumberCard card(desk.reader, in_field);
  const Result<Bytes> certificate = co_await card.read_auth_certificate();
  co_await desk.reader.release();
  co_await give_card_back(desk, dialogue);
  if (!certificate) {
    log_event(Event::card_error, {{"error", certificate.error().text()}});
    co_return certificate.error();
  }
  Bytes labelled = to_bytes(as_bytes(purpose));
  labelled.insert(labelled.end(), certificate->begin(), certificate->end());
  co_return to_hex(sha256(labelled));
}

}  // namespace madoguchi::visit
