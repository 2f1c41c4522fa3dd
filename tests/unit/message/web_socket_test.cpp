#include "firmware/message/web_socket.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

using std::chrono::seconds;

/// The peer as the test wants it.
class ScriptedWire final : public WebSocketWire {
 public:
  explicit ScriptedWire(Timers& timers) : timers_(timers) {}

  Task<Result<std::string>> read() override {
    while (incoming.empty()) co_await arrived.wait();
    Result<std::string> text = std::move(incoming.front());
    incoming.pop_front();
    ++signs;
    co_return text;
  }
  Task<Status> write(const std::string& text) override {
    if (!takes) co_await timers_.sleep(std::chrono::hours(1));
    written.push_back(text);
    co_return Status{};
  }
  Task<Status> ping() override {
    if (!takes) co_await timers_.sleep(std::chrono::hours(1));
    ++pings;
    if (answers_pings) ++signs;
    co_return Status{};
  }
  Task<Status> close(CloseCode code) override {
    closed = code;
    if (!answers_close) co_await timers_.sleep(std::chrono::hours(1));
    co_return Status{};
  }
  [[nodiscard]] std::uint64_t signs_of_life() const override { return signs; }

  void come(Result<std::string> text) {
    incoming.push_back(std::move(text));
    arrived.notify();
  }

  bool takes = true;
  bool answers_pings = true;
  bool answers_close = true;
  std::deque<Result<std::string>> incoming;
  Wakeup arrived;
  std::vector<std::string> written;
  std::optional<CloseCode> closed;
  int pings = 0;
  std::uint64_t signs = 0;

 private:
  Timers& timers_;
};

}  // namespace

TEST_GROUP(WebSocket) {
  asio::io_context loop{1};
  VirtualTimers timers{Timers::Wall(std::chrono::hours(1))};
  ScriptedWire wire{timers};
  WebSocket socket{timers, wire, {}};
  std::optional<Error> ended;
  std::vector<std::string> received;

  Task<void> listen() {
    for (;;) {
      const Result<std::string> text = co_await socket.receive();
      if (!text) co_return;
      received.push_back(*text);
      if (*text == "bye") co_return;
    }
  }
  Task<void> serve(Task<void> story) { ended = co_await socket.run(std::move(story)); }
  void start() {
    asio::co_spawn(loop, serve(listen()), asio::detached);
    poll();
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  void pass(Timers::Duration time) {
    for (Timers::Duration done{0}; done < time; done += seconds(1)) {
      timers.advance(seconds(1));
      poll();
    }
  }
  void ended_with(Errc code) {
    CHECK(ended.has_value());
    CHECK_TEXT(ended->code == code, ended->text().c_str());
  }
};

TEST(WebSocket, says_in_order_and_closes_when_the_story_ends) {
  start();
  socket.say("a");
  socket.say("b");
  wire.come(std::string("x"));
  wire.come(std::string("bye"));
  poll();
  CHECK((wire.written == std::vector<std::string>{"a", "b"}));
  CHECK((received == std::vector<std::string>{"x", "bye"}));
  CHECK(wire.closed == CloseCode::normal);
  CHECK(ended.has_value());
  socket.say("to nobody");
  poll();
  LONGS_EQUAL(2, wire.written.size());
}

TEST(WebSocket, pings_as_long_as_they_are_answered) {
  start();
  pass(seconds(205));
  LONGS_EQUAL(10, wire.pings);
  CHECK(!ended);
  wire.answers_pings = false;
  pass(seconds(30));
  ended_with(Errc::timeout);
}

TEST(WebSocket, whoever_takes_nothing_is_dropped) {
  start();
  wire.takes = false;
  socket.say("stuck");
  pass(seconds(31));
  ended_with(Errc::timeout);
}

TEST(WebSocket, too_much_waiting_ends_it_at_once) {
  start();
  wire.takes = false;
  const std::string text(1u << 10, 'x');
  for (int i = 0; i < 256; ++i) socket.say(text);
  poll();
  CHECK(!ended);
  socket.say(text);
  poll();
  ended_with(Errc::full);
}

TEST(WebSocket, closing_takes_a_second_at_most) {
  start();
  wire.answers_close = false;
  socket.close(CloseCode::going_away);
  poll();
  CHECK(wire.closed == CloseCode::going_away);
  CHECK(!ended);
  pass(seconds(1));
  CHECK(ended.has_value());
}

TEST(WebSocket, a_binary_message_is_not_accepted) {
  start();
  wire.come(Error{Errc::unsupported, "test", "binary"});
  poll();
  CHECK(wire.closed == CloseCode::unacceptable);
  ended_with(Errc::unsupported);
}

TEST(WebSocket, the_peers_end_is_the_reason) {
  start();
  wire.come(Error{Errc::gone, "test", "closed"});
  poll();
  ended_with(Errc::gone);
}

}  // namespace madoguchi
