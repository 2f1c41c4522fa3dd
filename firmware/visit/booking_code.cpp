#include "firmware/visit/booking_code.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"
#include "firmware/message/queue_api.h"
#include "firmware/visit/card_glance.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/screens_queue.h"
#include "hal/api/code_reader.h"

namespace madoguchi::visit {
namespace {

using How = BookingCode::How;

/// What a reply that is no code means; nothing: something else.
std::optional<How> way_of(const Reply& reply) {
  if (reply.what == Reply::What::left || reply.is("cancel")) return How::left;
  if (reply.is("end")) return How::ended;
  if (reply.is("back")) return How::back;
  return std::nullopt;
}

BookingCode of(std::string code, bool typed) {
  if (!queue::is_booking_code(code)) return {How::unknown, {}, typed};
  return {How::given, std::move(code), typed};
}

Task<BookingCode> type_code(Dialogue& dialogue) {
  constexpr std::string_view digit = "digit.";
  std::string typed;
  for (;;) {
    const Reply reply = co_await dialogue.ask(queue_code_screen(typed));
    if (const auto way = way_of(reply)) co_return BookingCode{*way, {}, true};
    if (reply.is("erase") && !typed.empty()) typed.pop_back();
    if (reply.control.starts_with(digit) && typed.size() < queue::booking_code_digits)
      typed += reply.control.substr(digit.size());
    if (reply.is("ok")) co_return of(typed, true);
  }
}

/// What the resident held before the kiosk.
struct Held {
  std::string code;
  std::optional<CardInField> card;
};

Task<void> code_held(CodeReader* reader, Held& held) {
  Wakeup never;
  if (reader == nullptr) co_await never.wait();
  held.code = co_await reader->next();
}

/// A badge is no booking, and a reader that is not there sees nothing.
Task<void> card_held(CardReader& reader, Held& held) {
  Wakeup never;
  const auto placed = co_await reader.wait_for_card();
  const bool card = placed && !placed->badge;
  if (!card) co_await never.wait();
  held.card = *placed;
}

Task<BookingCode> code_of_card(Desk& desk, Dialogue& dialogue, CardInField in_field) {
  BookingCode out;
  out.how = How::unknown_card;
  const auto digest = co_await digest_of_card(desk, dialogue, in_field);
  if (!digest) co_return out;
  dialogue.show(queue_asking_screen());
  Gateway gateway(desk.link, "");
  const queue::CardShown shown{*digest};
  const auto answer = co_await gateway.booking_of(shown);
  if (const auto* booking = std::get_if<queue::Booking>(&answer)) {
    out.how = How::given;
    out.code = booking->code;
  } else {
    log_event(Event::help_event,
              {{"what", "booking of card"}, {"outcome", std::get<GatewayFailure>(answer).detail}});
  }
  co_return out;
}

}  // namespace

Task<BookingCode> ask_booking_code(Desk& desk, Dialogue& dialogue) {
  CodeReader* const reader = desk.code_reader;
  const bool cards = desk.link.up();  // only the city knows which booking is whose
  Held held;
  Watch watch;
  if (reader != nullptr) reader->forget();
  if (cards) {
    watch = [&]() -> Task<void> {
      co_await (code_held(reader, held) || card_held(desk.reader, held));
    };
  } else if (reader != nullptr) {
    watch = [&]() -> Task<void> { co_await code_held(reader, held); };
  }
  const Reply reply = co_await dialogue.ask(queue_scan_screen(reader != nullptr, cards), watch);
  if (const auto way = way_of(reply)) co_return BookingCode{*way, {}, false};
  if (held.card) co_return co_await code_of_card(desk, dialogue, *held.card);
  if (reply.what == Reply::What::watched)
    co_return of(queue::booking_code_in(held.code).value_or(std::string()), false);
  co_return co_await type_code(dialogue);
}

}  // namespace madoguchi::visit
