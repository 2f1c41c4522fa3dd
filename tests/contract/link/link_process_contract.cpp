// kiosk-link as kioskd starts it: the real process at one end of a socket pair, the test at the
// other, OpenSSL as the gateway.
#include <algorithm>

#include "tests/contract/link/link_process.h"

namespace madoguchi {
namespace {

constexpr const char* health = "GET /v1/health HTTP/1.1";

// The live channel asks as well, whenever this server, which serves one connection at a time, lets
// it; it answers with no WebSocket, and that must disturb nothing here.
bool is_call(const SeenRequest& request) { return request.first_line.starts_with("POST "); }

std::vector<SeenRequest> calls(const TestServer& gateway) {
  std::vector<SeenRequest> out = gateway.requests();
  std::erase_if(out, [](const SeenRequest& request) { return !is_call(request); });
  return out;
}

}  // namespace

TEST_GROUP_BASE(LinkProcess, LinkProcessRig){};

TEST(LinkProcess, carries_calls_and_ends_with_its_peer) {
  start_echoing_gateway();
  start_with(gateway->url("localhost"));
  CHECK_FALSE(receive_state().up);
  wait_until_up();
  call("aaaa-1", "{\"visit\":\"1\"}");
  call("aaaa-2", std::string(200'000, 'x'));  // larger than a packet of the socket pair
  const HttpAnswer first = receive_answer();
  STRCMP_EQUAL("aaaa-1", first.id.c_str());
  LONGS_EQUAL(200, *first.status);
  STRCMP_EQUAL("{\"visit\":\"1\"}", as_text(first.body).c_str());
  const HttpAnswer second = receive_answer();
  STRCMP_EQUAL("aaaa-2", second.id.c_str());
  LONGS_EQUAL(200'000, second.body.size());
  const SeenRequest seen = calls(*gateway).at(0);
  STRCMP_EQUAL("aaaa-1", seen.headers.at("idempotency-key").c_str());
  STRCMP_EQUAL("application/json", seen.headers.at("content-type").c_str());
  // One connection for all calls: each begins with a question for the gateway's health.
  const std::vector<SeenRequest> all = gateway->requests();
  LONGS_EQUAL(1, std::count_if(all.begin(), all.end(), [](const SeenRequest& request) {
                return request.first_line == health;
              }));
  channel.reset();
  LONGS_EQUAL(0, wait_for_exit());
}

TEST(LinkProcess, ends_with_its_peer_while_a_supervisor_watches_it) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  unsetenv("WATCHDOG_PID");
  start_echoing_gateway();
  start_with(gateway->url("localhost"));
  unsetenv("WATCHDOG_USEC");
  wait_until_up();
  channel.reset();
  LONGS_EQUAL(0, wait_for_exit());
}

TEST(LinkProcess, reply_lost) {
  start_gateway([this](Peer& peer) {
    while (gateway->take(peer)) {
      if (is_call(gateway->requests().back()) && calls(*gateway).size() == 1) return peer.reset();
      peer.write(http_answer("{}"));
    }
  });
  start_with(gateway->url());
  wait_until_up();
  call("bbbb", "{}");
  const HttpAnswer answer = receive_answer();
  CHECK(answer.status == 200);
  std::vector<std::string> keys;
  for (const SeenRequest& request : calls(*gateway))
    keys.push_back(request.headers.at("idempotency-key"));
  CHECK(keys == std::vector<std::string>({"bbbb", "bbbb"}));
}

TEST(LinkProcess, an_impostor_gets_nothing) {
  const Identity other = issue(ca_spec("Somebody's CA"));
  ServerTls tls;
  tls.identity = issue(CertificateSpec{}, &other);
  gateway = std::make_unique<TestServer>(tls, [this](Peer& peer) { gateway->take(peer); });
  start_with(gateway->url("localhost"));
  STRCMP_EQUAL("connecting", receive_state().detail.c_str());
  call("cccc", "{}", 300);
  bool answered = false;
  while (!answered) {
    const LinkToKiosk message = receive();
    if (const auto* state = std::get_if<LinkState>(&message)) {
      CHECK_FALSE(state->up);
      STRCMP_CONTAINS("integrity", state->detail.c_str());
    } else {
      const auto& answer = std::get<HttpAnswer>(message);
      CHECK_FALSE(answer.status.has_value());
      STRCMP_EQUAL("gone", answer.failure->c_str());
      answered = true;
    }
  }
  LONGS_EQUAL(0, gateway->served());
}

TEST(LinkProcess, refuses_what_is_not_a_call) {
  start_echoing_gateway();
  start_with(gateway->url());
  wait_until_up();
  CHECK(channel->send(as_bytes("not CBOR")).ok());
  const KioskToLink elsewhere = HttpCall{"dddd", "GET", "/admin", {}, 1000};
  CHECK(channel->send(encode(elsewhere)).ok());
  STRCMP_EQUAL("invalid", receive_answer().failure->c_str());
  call("eeee", "still alive");
  STRCMP_EQUAL("still alive", as_text(receive_answer().body).c_str());
}

TEST(LinkProcess, wrong_configurations) {
  const auto exit_status = [this](const std::vector<std::string>& arguments) {
    start(arguments);
    return wait_for_exit();
  };
  LONGS_EQUAL(2, exit_status({}));
  LONGS_EQUAL(2, exit_status({"--config", "/nowhere/kiosk.toml", "--fd", "<fd>"}));
  LONGS_EQUAL(2, exit_status({"--config", write_config("http://127.0.0.1:1"), "--fd", "<fd>"}));
  LONGS_EQUAL(2, exit_status({"--config", write_config("https://127.0.0.1:1"), "--fd", "0"}));
  const std::string config = write_config("https://127.0.0.1:1");
  files.add("ca.pem", "not a certificate");
  LONGS_EQUAL(2, exit_status({"--config", config, "--fd", "<fd>"}));
  LONGS_EQUAL(0, exit_status({"--help"}));
  LONGS_EQUAL(0, exit_status({"--version"}));
}

TEST(LinkProcess, tells_how_far_the_way_to_the_gateway_goes) {
  const auto test = [this] {
    CHECK(channel->send(encode(KioskToLink(TestConnection{"t-1"}))).ok());
    for (;;) {
      const LinkToKiosk message = receive();
      if (const auto* tested = std::get_if<ConnectionTested>(&message)) return *tested;
    }
  };
  // One connection at a time is served, the link's own among them.
  start_gateway([this](Peer& peer) {
    if (gateway->take(peer)) peer.write(http_answer("{}"));
  });
  start_with(gateway->url("localhost"));
  ConnectionTested tested = test();
  STRCMP_EQUAL("t-1", tested.id.c_str());
  LONGS_EQUAL(3, tested.steps.size());
  for (const ConnectionStep& step : tested.steps) CHECK_TEXT(step.passed, step.detail.c_str());
  STRCMP_EQUAL("127.0.0.1", tested.steps[0].detail.c_str());
  STRCMP_EQUAL("HTTP 200", tested.steps[2].detail.c_str());
  // Somebody else's server: its name and address are right, and that is all.
  ::kill(pid, SIGTERM);
  (void)wait_for_exit();
  const Identity other = issue(ca_spec("Somebody's CA"));
  ServerTls tls;
  tls.identity = issue(CertificateSpec{}, &other);
  gateway = std::make_unique<TestServer>(tls, [this](Peer& peer) { gateway->take(peer); });
  start_with(gateway->url("localhost"));
  tested = test();
  LONGS_EQUAL(2, tested.steps.size());
  CHECK(tested.steps[0].passed);
  CHECK_FALSE(tested.steps[1].passed);
  STRCMP_CONTAINS("integrity", tested.steps[1].detail.c_str());
  // Nobody at all.
  ::kill(pid, SIGTERM);
  (void)wait_for_exit();
  start_with("https://127.0.0.1:1");
  tested = test();
  LONGS_EQUAL(1, tested.steps.size());
  STRCMP_CONTAINS("refused", tested.steps[0].detail.c_str());
}

TEST(LinkProcess, ends_on_sigterm) {
  start_echoing_gateway();
  start_with(gateway->url());
  wait_until_up();
  ::kill(pid, SIGTERM);
  LONGS_EQUAL(0, wait_for_exit());
}

}  // namespace madoguchi
