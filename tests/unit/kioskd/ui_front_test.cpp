// Presses that cross a change of screen on their way from kiosk-ui, over a real socket pair.

#include "firmware/apps/kioskd/ui_front.h"

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <sys/socket.h>

#include "firmware/base/asio.h"

using namespace madoguchi;

namespace {

Text words(const char* text) {
  Text out;
  out.literal = text;
  return out;
}

Control button(std::string id) {
  Control out;
  out.id = std::move(id);
  out.role = Role::primary;
  return out;
}

Screen call_screen(const char* caption) {
  Screen out;
  out.name = "consult_call";
  VideoCall body;
  body.caption = words(caption);
  body.switches = {button("keyboard")};
  out.body = std::move(body);
  return out;
}

Screen review_of(const char* yen) {
  Screen out;
  out.name = "review";
  Review body;
  body.total = words(yen);
  out.body = std::move(body);
  out.actions = {button("pay")};
  return out;
}

}  // namespace

TEST_GROUP(UiFront) {
  asio::io_context loop{1};
  std::unique_ptr<UiFront> front;
  std::unique_ptr<BlockingChannel> window;
  std::optional<std::string> heard;

  void setup() override {
    int ends[2] = {-1, -1};
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    front = std::make_unique<UiFront>(loop.get_executor(), ends[0]);
    window = std::make_unique<BlockingChannel>(ends[1]);
    asio::co_spawn(loop, front->listen(), asio::detached);
  }
  void teardown() override {
    window.reset();
    go();
    front.reset();
    go();
  }
  void go() {
    loop.restart();
    loop.poll();
  }
  static Task<void> hear(UiFront & from, std::optional<std::string> & heard) {
    heard = co_await from.pressed();
  }
  /// What the kiosk hears when the finger presses on the screen with this number, while `now` is
  /// shown already.
  std::string pressed_on(std::int64_t number, const char* control, const Screen& now) {
    front->show(now);
    CHECK_TRUE(window->send(encode(UiToKiosk{Intent{number, control}})).ok());
    heard.reset();
    asio::cancellation_signal stop;
    asio::co_spawn(loop, hear(*front, heard),
                   asio::bind_cancellation_slot(stop.slot(), asio::detached));
    go();
    stop.emit(asio::cancellation_type::all);
    go();
    return heard.value_or("");
  }
};

TEST(UiFront, a_press_on_a_call_that_was_drawn_anew_meanwhile_counts) {
  front->show(call_screen("こんにちは"));
  CHECK(pressed_on(1, "keyboard", call_screen("ご用件は")) == "keyboard");
}

TEST(UiFront, a_press_on_what_is_gone_counts_for_nothing) {
  front->show(call_screen("こんにちは"));
  CHECK(pressed_on(1, "page", call_screen("ご用件は")).empty());
}

TEST(UiFront, a_press_on_another_screen_counts_for_nothing) {
  front->show(call_screen("こんにちは"));
  Screen other = call_screen("こんにちは");
  other.name = "consult_sign";
  CHECK(pressed_on(1, "keyboard", other).empty());
}

TEST(UiFront, nobody_agrees_to_an_amount_that_was_not_on_the_screen) {
  front->show(review_of("200"));
  CHECK(pressed_on(1, "pay", review_of("400")).empty());
}

TEST(UiFront, a_review_in_larger_letters_asks_the_same) {
  front->show(review_of("200"));
  Screen larger = review_of("200");
  larger.text_size = TextSize::xl;
  CHECK(pressed_on(1, "pay", larger) == "pay");
}

TEST(UiFront, a_frame_is_drawn_when_the_window_says_so_of_this_one) {
  bool drawn = false;
  const auto wait = [&]() -> Task<void> {
    const Status status = co_await front->frame();
    drawn = status.ok();
  };
  asio::co_spawn(loop, wait(), asio::detached);
  go();
  const auto asked = decode<KioskToUi>(*window->receive());
  const std::int64_t number = std::get<AskFrame>(*asked).number;
  CHECK(window->send(encode(UiToKiosk(FrameDrawn{number - 1}))).ok());
  CHECK(window->send(encode(UiToKiosk(FrameDrawn{number + 1}))).ok());
  go();
  CHECK_FALSE(drawn);
  CHECK(window->send(encode(UiToKiosk(FrameDrawn{number}))).ok());
  go();
  CHECK(drawn);
}

TEST(UiFront, touches_of_an_earlier_grid_do_not_count) {
  std::vector<std::int32_t> cells;
  const auto listen = [&]() -> Task<void> {
    for (int i = 0; i < 2; ++i) cells.push_back(co_await front->touched());
  };
  front->watch_touch(6, 10);
  front->watch_touch(3, 2);
  asio::co_spawn(loop, listen(), asio::detached);
  go();
  const auto first = std::get<WatchTouch>(*decode<KioskToUi>(*window->receive()));
  const auto second = std::get<WatchTouch>(*decode<KioskToUi>(*window->receive()));
  LONGS_EQUAL(3, second.columns);
  CHECK(window->send(encode(UiToKiosk(TouchSeen{first.number, 59}))).ok());
  CHECK(window->send(encode(UiToKiosk(TouchSeen{second.number, 4}))).ok());
  CHECK(window->send(encode(UiToKiosk(TouchSeen{second.number, 5}))).ok());
  go();
  CHECK((cells == std::vector<std::int32_t>{4, 5}));
}
