#include "firmware/apps/kioskd/ui_front.h"

#include <deque>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"
#include "firmware/message/question.h"

namespace madoguchi {

struct UiFront::State {
  State(const asio::any_io_executor& loop, int fd)
      : channel(loop, fd), arrived(loop), slip_arrived(loop), sheet_arrived(loop) {
    arrived.expires_at(asio::steady_timer::time_point::max());
    slip_arrived.expires_at(asio::steady_timer::time_point::max());
    sheet_arrived.expires_at(asio::steady_timer::time_point::max());
  }
  Channel channel;
  Screen shown;
  std::int64_t number = 0;             // of the screen shown now
  std::int64_t first_of_question = 0;  // of the first screen in a row that asks the same
  std::deque<std::string> presses;     // on the screen shown now
  asio::steady_timer arrived;          // never expires; cancelled to wake pressed()
  std::int64_t slip_number = 0;        // of the slip asked for last
  std::optional<Raster> slip;          // its picture
  asio::steady_timer slip_arrived;     // never expires; cancelled to wake set()
  std::int64_t sheet_number = 0;       // the same for sheets
  std::optional<Bytes> sheet;
  asio::steady_timer sheet_arrived;
  std::int64_t frame_number = 0;  // of the frame asked for last
  std::int64_t frame_drawn = 0;   // ... and of the last that was drawn
  Wakeup frame_came;
  std::int64_t watch_number = 0;  // of the touches watched last
  std::deque<std::int32_t> cells;
  Wakeup cell_came;
};

UiFront::UiFront(const asio::any_io_executor& loop, int fd)
    : state_(std::make_unique<State>(loop, fd)) {}
UiFront::~UiFront() = default;

void UiFront::show(const Screen& screen) {
  // Presses that crossed a change of screen are dropped, but not those on the same question.
  ++state_->number;
  if (!same_question(state_->shown, screen)) {
    state_->presses.clear();
    state_->first_of_question = state_->number;
  }
  state_->shown = screen;
  if (Status sent = state_->channel.send<KioskToUi>(ShowScreen{state_->number, screen}); !sent) {
    log_event(Event::message_refused, {{"error", sent.error().text()}});
  }
}

Task<std::string> UiFront::pressed() {
  for (;;) {
    while (!state_->presses.empty()) {
      std::string control = std::move(state_->presses.front());
      state_->presses.pop_front();
      const Control* found = find_control(state_->shown, control);
      if (found != nullptr && found->enabled) co_return control;
    }
    auto [error] = co_await state_->arrived.async_wait(as_tuple_await);
    // Waking pressed() and cancelling the coroutine look alike to the timer.
    if (state_->presses.empty()) throw boost::system::system_error(error);
  }
}

Task<Result<Raster>> UiFront::set(Slip slip) {
  state_->slip.reset();
  const DrawSlip draw{++state_->slip_number, std::move(slip)};
  if (Status sent = state_->channel.send<KioskToUi>(draw); !sent) co_return sent.error();
  auto [error] = co_await state_->slip_arrived.async_wait(as_tuple_await);
  if (!state_->slip) throw boost::system::system_error(error);  // the coroutine was cancelled
  if (!state_->slip->well_formed()) co_return Error{Errc::invalid, "slip", "kiosk-ui drew none"};
  co_return std::move(*state_->slip);
}

Task<Result<Bytes>> UiFront::set(Sheet sheet) {
  state_->sheet.reset();
  const DrawSheet draw{++state_->sheet_number, std::move(sheet)};
  if (Status sent = state_->channel.send<KioskToUi>(draw); !sent) co_return sent.error();
  auto [error] = co_await state_->sheet_arrived.async_wait(as_tuple_await);
  if (!state_->sheet) throw boost::system::system_error(error);  // the coroutine was cancelled
  if (state_->sheet->empty()) co_return Error{Errc::invalid, "sheet", "kiosk-ui drew none"};
  co_return std::move(*state_->sheet);
}

Task<Status> UiFront::frame() {
  const std::int64_t number = ++state_->frame_number;
  if (Status sent = state_->channel.send<KioskToUi>(AskFrame{number}); !sent) co_return sent;
  while (state_->frame_drawn < number) co_await state_->frame_came.wait();
  co_return Status();
}

void UiFront::watch_touch(std::int32_t columns, std::int32_t rows) {
  state_->cells.clear();
  const WatchTouch watch{++state_->watch_number, columns, rows};
  if (Status sent = state_->channel.send<KioskToUi>(watch); !sent)
    log_event(Event::message_refused, {{"error", sent.error().text()}});
}

Task<std::int32_t> UiFront::touched() {
  while (state_->cells.empty()) co_await state_->cell_came.wait();
  const std::int32_t cell = state_->cells.front();
  state_->cells.pop_front();
  co_return cell;
}

Task<void> UiFront::listen() {
  for (;;) {
    auto message = co_await state_->channel.receive_as<UiToKiosk>();
    if (message) {
      if (const auto* intent = std::get_if<Intent>(&*message)) take(*intent);
      if (auto* drawn = std::get_if<SlipDrawn>(&*message)) take(std::move(*drawn));
      if (auto* sheet = std::get_if<SheetDrawn>(&*message)) take(std::move(*sheet));
      if (const auto* frame = std::get_if<FrameDrawn>(&*message)) take(*frame);
      if (const auto* touch = std::get_if<TouchSeen>(&*message)) take(*touch);
      continue;
    }
    if (message.error().code == Errc::gone) co_return;
    log_event(Event::message_refused, {{"error", message.error().text()}});
  }
}

void UiFront::take(const Intent& intent) {
  if (intent.number < state_->first_of_question || intent.number > state_->number) return;
  state_->presses.push_back(intent.control);
  state_->arrived.cancel();
}

void UiFront::take(SlipDrawn drawn) {
  if (drawn.number != state_->slip_number) return;  // somebody has given it up
  state_->slip = std::move(drawn.raster);
  state_->slip_arrived.cancel();
}

void UiFront::take(const FrameDrawn& drawn) {
  if (drawn.number > state_->frame_number) return;
  state_->frame_drawn = drawn.number;
  state_->frame_came.notify();
}

void UiFront::take(const TouchSeen& seen) {
  // More than there are cells is nothing that was touched.
  const bool room = state_->cells.size() < static_cast<std::size_t>(most_touch_cells);
  if (seen.number != state_->watch_number || !room) return;
  state_->cells.push_back(seen.cell);
  state_->cell_came.notify();
}

void UiFront::take(SheetDrawn drawn) {
  if (drawn.number != state_->sheet_number) return;  // somebody has given it up
  state_->sheet = std::move(drawn.pdf);
  state_->sheet_arrived.cancel();
}

}  // namespace madoguchi
