#include "firmware/link/relay.h"

#include <deque>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/asio.h"

namespace madoguchi {
namespace {

using std::chrono::milliseconds;
using Outcome = std::variant<HttpResponse, HttpFailure>;

HttpResponse response(int status, std::string_view body = "") {
  return {status, {}, to_bytes(as_bytes(body))};
}
HttpFailure failure(Errc code, Sent sent) { return {Error{code, "test", "as scripted"}, sent}; }

/// Plays the network: each request takes the next step of the script, connecting works or not.
class ScriptedClient final : public HttpClient {
 public:
  struct Step {
    Outcome outcome;
    milliseconds after{1};
  };

  explicit ScriptedClient(Timers& timers) : timers_(timers) {}

  Task<Outcome> send(HttpRequest request, Timers::Duration deadline) override {
    if (request.target == "/v1/health") {
      ++health_checks;
      co_await timers_.sleep(milliseconds(1));
      if (!reachable) co_return failure(Errc::gone, Sent::nothing);
      co_return response(health_status);
    }
    requests.push_back(request);
    Step step{response(200), milliseconds(1)};
    if (!script.empty()) {
      step = script.front();
      script.pop_front();
    }
    const milliseconds busy = std::min(step.after, deadline);
    running = true;
    const Running guard{running};
    co_await timers_.sleep(busy);
    if (step.after > deadline) co_return failure(Errc::timeout, Sent::maybe);
    co_return step.outcome;
  }

  Task<Status> connect(Timers::Duration) override {
    connects.push_back(timers_.now());
    co_await timers_.sleep(milliseconds(1));
    if (!reachable) co_return Error{Errc::gone, "connect", "nobody there"};
    co_return Status{};
  }
  [[nodiscard]] bool connected() const override { return reachable; }
  void close() override {}

  bool reachable = true;
  int health_status = 200;
  int health_checks = 0;
  bool running = false;
  std::deque<Step> script;
  std::vector<HttpRequest> requests;
  std::vector<Timers::Monotonic> connects;

 private:
  struct Running {
    bool& flag;
    ~Running() { flag = false; }
  };
  Timers& timers_;
};

}  // namespace

TEST_GROUP(Relay) {
  asio::io_context loop{1};
  VirtualTimers timers{Timers::Wall(std::chrono::hours(1))};
  ScriptedClient client{timers};
  double random = 0.0;
  std::vector<LinkState> states;
  std::vector<HttpAnswer> answers;
  std::unique_ptr<Relay> relay;
  asio::cancellation_signal stop;
  bool stopped = false;

  void start() {
    relay = std::make_unique<Relay>(
        timers, client,
        [this](LinkToKiosk message) {
          if (auto* state = std::get_if<LinkState>(&message)) states.push_back(*state);
          if (auto* answer = std::get_if<HttpAnswer>(&message)) answers.push_back(*answer);
        },
        [this] { return random; });
    asio::co_spawn(
        loop, relay->run(),
        asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr) { stopped = true; }));
    poll();
  }
  void teardown() override {
    stop.emit(asio::cancellation_type::terminal);
    poll();
    CHECK(stopped);
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
  // Steps the clock from sleeper to sleeper.
  void pass(milliseconds time) {
    const auto until = timers.now() + time;
    poll();
    for (;;) {
      milliseconds due{};
      const auto left = std::chrono::duration_cast<milliseconds>(until - timers.now());
      if (left <= milliseconds::zero()) return;
      timers.advance(timers.next_due(due) ? std::min(std::max(due, milliseconds(0)), left) : left);
      poll();
    }
  }
  void call(const std::string& id, int deadline_ms = 10'000) {
    relay->handle(HttpCall{id, "POST", "/v1/visits", to_bytes(as_bytes("{}")), deadline_ms});
    poll();
  }
  void cancel(const std::string& id) {
    relay->handle(CancelCall{id});
    poll();
  }
  void answered(std::size_t which, const char* id, int status) const {
    CHECK(which < answers.size());
    STRCMP_EQUAL(id, answers[which].id.c_str());
    CHECK(answers[which].status == status);
    CHECK_FALSE(answers[which].failure.has_value());
  }
  void failed(std::size_t which, const char* id, const char* why) const {
    CHECK(which < answers.size());
    STRCMP_EQUAL(id, answers[which].id.c_str());
    CHECK_FALSE(answers[which].status.has_value());
    STRCMP_EQUAL(why, answers[which].failure->c_str());
  }
};

TEST(Relay, says_down_at_once_and_up_when_the_gateway_answers) {
  start();
  LONGS_EQUAL(1, states.size());
  CHECK_FALSE(states[0].up);
  pass(milliseconds(5));
  LONGS_EQUAL(2, states.size());
  CHECK(states[1].up);
  LONGS_EQUAL(1, client.health_checks);
}

TEST(Relay, a_call_becomes_a_request_and_its_answer) {
  start();
  pass(milliseconds(5));
  client.script = {{response(409, "{\"code\":\"out_of_order\"}")}};
  call("a1");
  pass(milliseconds(5));
  answered(0, "a1", 409);
  STRCMP_EQUAL("{\"code\":\"out_of_order\"}", as_text(answers[0].body).c_str());
  const HttpRequest& request = client.requests.at(0);
  STRCMP_EQUAL("POST", request.method.c_str());
  STRCMP_EQUAL("/v1/visits", request.target.c_str());
  STRCMP_EQUAL("a1", request.headers.at("Idempotency-Key").c_str());
  STRCMP_EQUAL("application/json", request.headers.at("Content-Type").c_str());
}

TEST(Relay, calls_run_in_order) {
  start();
  pass(milliseconds(5));
  client.script = {{response(200), milliseconds(100)}, {response(201)}, {response(202)}};
  call("a1");
  call("a2");
  call("a3");
  pass(milliseconds(200));
  answered(0, "a1", 200);
  answered(1, "a2", 201);
  answered(2, "a3", 202);
}

TEST(Relay, reply_lost_is_repeated_with_the_same_key) {
  start();
  pass(milliseconds(5));
  client.script = {{failure(Errc::gone, Sent::maybe)},
                   {failure(Errc::io, Sent::maybe)},
                   {response(200, "first answer")}};
  call("a1");
  pass(milliseconds(2000));
  answered(0, "a1", 200);
  LONGS_EQUAL(3, client.requests.size());
  for (const HttpRequest& request : client.requests) {
    STRCMP_EQUAL("a1", request.headers.at("Idempotency-Key").c_str());
  }
  LONGS_EQUAL(2, states.size());  // the link came back at once: nobody needs to know
}

TEST(Relay, a_call_that_always_breaks_the_connection_is_not_repeated_in_a_tight_loop) {
  start();
  pass(milliseconds(5));
  for (int i = 0; i < 1000; ++i) client.script.push_back({failure(Errc::gone, Sent::maybe)});
  call("a1", 5000);
  pass(milliseconds(6000));
  failed(0, "a1", "timeout");
  CHECK(client.requests.size() >= 5);
  CHECK(client.requests.size() <= 25);
}

TEST(Relay, no_answer_in_time) {
  start();
  pass(milliseconds(5));
  client.script = {{response(200), milliseconds(60'000)}};
  call("a1", 3000);
  pass(milliseconds(2999));
  LONGS_EQUAL(0, answers.size());
  pass(milliseconds(1));
  failed(0, "a1", "timeout");
  call("a2");
  pass(milliseconds(1000));
  answered(1, "a2", 200);
}

TEST(Relay, what_a_repeat_cannot_mend_is_said_at_once) {
  start();
  pass(milliseconds(5));
  client.script = {{failure(Errc::protocol, Sent::maybe)}, {failure(Errc::full, Sent::maybe)}};
  call("a1");
  call("a2");
  pass(milliseconds(2000));
  failed(0, "a1", "protocol");
  failed(1, "a2", "full");
}

TEST(Relay, a_call_while_the_link_is_down_ends_at_its_deadline) {
  client.reachable = false;
  start();
  pass(milliseconds(100));
  CHECK_FALSE(states.back().up);
  call("a1", 700);
  call("a2", 300);
  pass(milliseconds(299));
  LONGS_EQUAL(0, answers.size());
  pass(milliseconds(1));
  failed(0, "a2", "gone");
  pass(milliseconds(399));
  LONGS_EQUAL(1, answers.size());
  pass(milliseconds(1));
  failed(1, "a1", "gone");
  LONGS_EQUAL(0, client.requests.size());
}

TEST(Relay, a_sent_call_that_outlives_the_link_is_a_timeout) {
  start();
  pass(milliseconds(5));
  client.script = {{failure(Errc::gone, Sent::maybe)}};
  client.reachable = false;
  call("a1", 2000);
  pass(milliseconds(2000));
  failed(0, "a1", "timeout");
  CHECK_FALSE(states.back().up);
}

TEST(Relay, a_call_that_waits_runs_when_the_link_returns) {
  client.reachable = false;
  start();
  pass(milliseconds(100));
  call("a1", 60'000);
  client.reachable = true;
  pass(milliseconds(31'000));
  answered(0, "a1", 200);
  CHECK(states.back().up);
}

TEST(Relay, pauses_double_to_half_a_minute) {
  client.reachable = false;
  start();
  pass(milliseconds(300'000));
  const std::vector<int> expected{250, 500, 1000, 2000, 4000, 8000, 16'000, 30'000, 30'000, 30'000};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto pause = client.connects.at(i + 1) - client.connects.at(i);
    LONGS_EQUAL(expected[i] + 1,
                std::chrono::duration_cast<milliseconds>(pause).count());  // 1 ms: the attempt
  }
}

TEST(Relay, pauses_are_shortened_at_random_by_up_to_half) {
  client.reachable = false;
  random = 0.999999;
  start();
  pass(milliseconds(60'000));
  const std::vector<int> expected{125, 250, 500, 1000, 2000, 4000, 8000, 15'000};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto pause = client.connects.at(i + 1) - client.connects.at(i);
    CHECK(std::chrono::abs(pause - milliseconds(expected[i] + 1)) <= milliseconds(1));
  }
}

TEST(Relay, a_call_ends_a_long_pause) {
  client.reachable = false;
  start();
  pass(milliseconds(120'000));  // in pauses of 30 s now
  client.reachable = true;
  call("a1", 5000);
  pass(milliseconds(1000));
  answered(0, "a1", 200);
}

TEST(Relay, down_is_said_once_for_each_reason) {
  client.reachable = false;
  start();
  pass(milliseconds(60'000));
  LONGS_EQUAL(2, states.size());
  STRCMP_EQUAL("connecting", states[0].detail.c_str());
  STRCMP_CONTAINS("nobody there", states[1].detail.c_str());
  client.reachable = true;
  client.health_status = 503;
  pass(milliseconds(60'000));
  LONGS_EQUAL(3, states.size());
  STRCMP_CONTAINS("503", states[2].detail.c_str());
  client.health_status = 200;
  pass(milliseconds(60'000));
  LONGS_EQUAL(4, states.size());
  CHECK(states[3].up);
  STRCMP_EQUAL("", states[3].detail.c_str());
}

TEST(Relay, idleness_is_checked_every_20_seconds) {
  start();
  pass(milliseconds(10));
  LONGS_EQUAL(1, client.health_checks);
  pass(milliseconds(20'010));
  LONGS_EQUAL(2, client.health_checks);
  pass(milliseconds(20'010));
  LONGS_EQUAL(3, client.health_checks);
  client.reachable = false;
  pass(milliseconds(20'010));
  CHECK_FALSE(states.back().up);
}

TEST(Relay, cancelled_calls_get_no_answer) {
  start();
  pass(milliseconds(5));
  client.script = {{response(200), milliseconds(1000)}};
  call("a1");
  call("a2");
  call("a3");
  pass(milliseconds(100));
  CHECK(client.running);
  cancel("a2");
  cancel("a1");
  cancel("unknown");
  pass(milliseconds(100));
  LONGS_EQUAL(1, answers.size());
  answered(0, "a3", 200);
  LONGS_EQUAL(2, client.requests.size());
}

TEST(Relay, cancelled_while_down) {
  client.reachable = false;
  start();
  pass(milliseconds(100));
  call("a1", 1000);
  cancel("a1");
  pass(milliseconds(2000));
  LONGS_EQUAL(0, answers.size());
}

TEST(Relay, calls_that_are_none) {
  start();
  pass(milliseconds(5));
  const HttpCall right{"a1", "GET", "/v1/health2", {}, 1000};
  std::vector<HttpCall> wrong(9, right);
  wrong[0].target = "/admin";
  wrong[1].target = "http://elsewhere/v1/";
  wrong[2].method = "DELETE";
  wrong[3].deadline_ms = 0;
  wrong[4].deadline_ms = 3'600'000;
  wrong[5].id = "";
  wrong[6].id = "a\r\nX-Evil: 1";
  wrong[7].id = std::string(65, 'a');
  wrong[8].target = "/v1";
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    relay->handle(wrong[i]);
    poll();
    failed(i, wrong[i].id.c_str(), "invalid");
  }
  LONGS_EQUAL(0, client.requests.size());
}

TEST(Relay, the_same_id_twice_and_too_many) {
  start();
  pass(milliseconds(5));
  client.script = {{response(200), milliseconds(5000)}};
  call("a0");
  call("a0");
  failed(0, "a0", "invalid");
  for (int i = 1; i < 64; ++i) call("a" + std::to_string(i));
  LONGS_EQUAL(1, answers.size());
  call("b0");
  failed(1, "b0", "busy");
}

}  // namespace madoguchi
