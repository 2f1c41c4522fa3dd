#include "firmware/apps/kioskd/call_port.h"

#include <CppUTest/TestHarness.h>
#include <sys/socket.h>

#include "firmware/base/asio.h"

using namespace madoguchi;

TEST_GROUP(call_port) {
  asio::io_context loop;
  int ends[2] = {-1, -1};
  std::unique_ptr<CallPort> port;
  std::unique_ptr<BlockingChannel> call;  ///< kiosk-call's end
  std::vector<CallToKiosk> heard;
  bool listening = true;

  void setup() override {
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    port = std::make_unique<CallPort>(loop.get_executor(), ends[0]);
    call = std::make_unique<BlockingChannel>(ends[1]);
    asio::co_spawn(loop, port->listen(), [this](std::exception_ptr) { listening = false; });
    port->listen_with([this](const CallToKiosk& what) { heard.push_back(what); });
  }
  void teardown() override {
    call.reset();
    turn();
    port.reset();
  }
  void turn() {
    loop.restart();
    loop.poll();
  }
  void say(const CallToKiosk& what) {
    CHECK(call->send(encode(what)).ok());
    turn();
  }
};

TEST(call_port, messages_go_both_ways) {
  CHECK_FALSE(port->ready().has_value());
  say(CallReady{7, true, false, true});
  LONGS_EQUAL(7, port->ready()->worker);
  LONGS_EQUAL(1, heard.size());
  port->say(Preview{true});
  turn();
  const auto bytes = call->receive();
  const auto message = decode<KioskToCall>(*bytes);
  CHECK(std::get<Preview>(*message).on);
}

TEST(call_port, what_nobody_listens_to_is_still_known) {
  port->listen_with({});
  say(CallReady{8, true, true, true});
  LONGS_EQUAL(8, port->ready()->worker);
  LONGS_EQUAL(0, heard.size());
}

TEST(call_port, noise_is_dropped) {
  CHECK(call->send(to_bytes(as_bytes(std::string("noise")))).ok());
  turn();
  say(CallReady{1, true, true, true});
  CHECK_TRUE(listening);
  LONGS_EQUAL(1, heard.size());
}

TEST(call_port, a_process_that_is_gone_ends_its_connection_only) {
  say(CallReady{1, true, true, true});
  StartCall start;
  start.connection = 3;
  port->say(start);
  turn();
  call.reset();
  turn();
  CHECK_FALSE(listening);
  CHECK_FALSE(port->ready().has_value());
  const auto& moved = std::get<CallMoved>(heard.back());
  LONGS_EQUAL(3, moved.connection);
  CHECK(moved.state == CallState::failed);
  port->say(EndCall{});  // to nobody
}

TEST(call_port, a_listener_may_take_itself_away) {
  port->listen_with([this](const CallToKiosk&) { port->listen_with({}); });
  say(CallReady{1, true, true, true});
  say(CallReady{2, true, true, true});
  LONGS_EQUAL(2, port->ready()->worker);
}
