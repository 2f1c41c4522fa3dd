#include "firmware/visit/booking_code.h"

#include "firmware/base/asio.h"
#include "firmware/message/queue_api.h"
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

}  // namespace

Task<BookingCode> ask_booking_code(Desk& desk, Dialogue& dialogue) {
  CodeReader* const reader = desk.code_reader;
  std::string read;
  Watch code_read;
  if (reader != nullptr) {
    code_read = [reader, &read]() -> Task<void> { read = co_await reader->next(); };
    reader->forget();
  }
  const Reply reply = co_await dialogue.ask(queue_scan_screen(reader != nullptr), code_read);
  if (const auto way = way_of(reply)) co_return BookingCode{*way, {}, false};
  if (reply.what == Reply::What::watched)
    co_return of(queue::booking_code_in(read).value_or(std::string()), false);
  co_return co_await type_code(dialogue);
}

}  // namespace madoguchi::visit
