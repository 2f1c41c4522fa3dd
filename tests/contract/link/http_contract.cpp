// What the HTTP client makes of a server that behaves, and of one that does not.
#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/link/http_client.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

using Outcome = std::variant<HttpResponse, HttpFailure>;

constexpr Timers::Duration patience{20'000};

struct Pki {
  Identity ca = issue(ca_spec("City CA"));
  Identity gateway = issue(CertificateSpec{}, &ca);
  PemFiles files;
  std::string ca_file = files.add_certificates("ca.pem", {ca.certificate});
};

const Pki& pki() {
  static const Pki made;
  return made;
}

}  // namespace

TEST_GROUP(Http) {
  asio::io_context loop{1};
  SystemTimers timers;
  bool over_tls = true;
  std::size_t max_body = 64 * 1024;
  std::unique_ptr<TestServer> server;
  std::unique_ptr<HttpClient> client;

  void start(TestServer::Script script, Timers* own_timers = nullptr) {
    client.reset();
    server.reset();
    if (over_tls) {
      ServerTls tls;
      tls.identity = pki().gateway;
      server = std::make_unique<TestServer>(tls, std::move(script));
    } else {
      server = std::make_unique<TestServer>(std::move(script));
    }
    auto created = HttpClient::create(own_timers != nullptr ? *own_timers : timers,
                                      {server->url(), {pki().ca_file, "", ""}, max_body});
    CHECK(created.ok());
    client = std::move(*created);
  }

  // A script that answers the first request of each connection with fixed text, then closes.
  void start_answering(std::string answer) {
    start([this, answer](Peer& peer) {
      if (server->take(peer)) peer.write(answer);
      peer.close();
    });
  }

  Outcome send(HttpRequest request = {}) {
    return run_task(loop, client->send(std::move(request), patience));
  }

  HttpResponse answered(HttpRequest request = {}) {
    Outcome outcome = send(std::move(request));
    if (const auto* failure = std::get_if<HttpFailure>(&outcome))
      FAIL(failure->error.text().c_str());
    return std::get<HttpResponse>(std::move(outcome));
  }

  void fails(Errc code, Sent sent, HttpRequest request = {}) {
    const Outcome outcome = send(std::move(request));
    CHECK(std::holds_alternative<HttpFailure>(outcome));
    const HttpFailure& failure = std::get<HttpFailure>(outcome);
    CHECK_TEXT(failure.error.code == code, failure.error.text().c_str());
    CHECK_TEXT(failure.sent == sent, failure.error.text().c_str());
    CHECK_FALSE(client->connected());
  }

  void on_both(const std::function<void()>& test) {
    for (const bool tls : {true, false}) {
      over_tls = tls;
      test();
    }
  }
};

TEST(Http, request_and_answer) {
  on_both([this] {
    start([this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer("{\"ok\":true}", "201 Created"));
    });
    HttpRequest request{
        "POST", "/v1/visits", {{"Idempotency-Key", "abc"}}, to_bytes(as_bytes("{}"))};
    const HttpResponse response = answered(request);
    LONGS_EQUAL(201, response.status);
    STRCMP_EQUAL("{\"ok\":true}", as_text(response.body).c_str());
    STRCMP_EQUAL("application/json", response.headers.at("content-type").c_str());
    const SeenRequest seen = server->requests().at(0);
    STRCMP_EQUAL("POST /v1/visits HTTP/1.1", seen.first_line.c_str());
    STRCMP_EQUAL("abc", seen.headers.at("idempotency-key").c_str());
    STRCMP_EQUAL("2", seen.headers.at("content-length").c_str());
    STRCMP_EQUAL("{}", seen.body.c_str());
    STRCMP_EQUAL(("127.0.0.1:" + std::to_string(server->port())).c_str(),
                 seen.headers.at("host").c_str());
  });
}

TEST(Http, one_connection_for_many_requests) {
  on_both([this] {
    start([this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer("{}"));
    });
    for (int i = 0; i < 5; ++i) LONGS_EQUAL(200, answered().status);
    LONGS_EQUAL(1, server->served());
    CHECK(client->connected());
    client->close();
    CHECK_FALSE(client->connected());
    LONGS_EQUAL(200, answered().status);
    LONGS_EQUAL(2, server->served());
  });
}

TEST(Http, connect_opens_the_connection_once) {
  start([this](Peer& peer) {
    while (server->take(peer)) peer.write(http_answer("{}"));
  });
  CHECK(run_task(loop, client->connect(patience)).ok());
  CHECK(run_task(loop, client->connect(patience)).ok());
  CHECK(client->connected());
  LONGS_EQUAL(200, answered().status);
  LONGS_EQUAL(1, server->served());
}

TEST(Http, a_path_in_the_url_stands_before_every_target) {
  over_tls = false;
  start([this](Peer& peer) {
    while (server->take(peer)) peer.write(http_answer("{}"));
  });
  auto created = HttpClient::create(timers, {server->url() + "/nexo/", {}, max_body});
  client = std::move(*created);
  (void)answered({"POST", "/", {}, {}});
  STRCMP_EQUAL("POST /nexo/ HTTP/1.1", server->requests().at(0).first_line.c_str());
}

TEST(Http, large_bodies_both_ways) {
  max_body = 4u << 20;
  on_both([this] {
    start([this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer(server->requests().back().body));
    });
    Bytes body(3u << 20);
    for (std::size_t i = 0; i < body.size(); ++i)
      body[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    const HttpResponse response = answered({"POST", "/", {}, body});
    CHECK(response.body == body);
  });
}

TEST(Http, one_byte_at_a_time) {
  start([this](Peer& peer) {
    while (server->take(peer)) peer.write_byte_by_byte(http_answer("{\"slow\":1}"));
  });
  STRCMP_EQUAL("{\"slow\":1}", as_text(answered().body).c_str());
}

TEST(Http, chunks_and_interim_answers) {
  start_answering(
      "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"
      "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const HttpResponse response = answered();
  LONGS_EQUAL(200, response.status);
  STRCMP_EQUAL("abcde", as_text(response.body).c_str());
}

TEST(Http, repeated_headers_are_joined) {
  start_answering("HTTP/1.1 204 No Content\r\nX-A: 1\r\nx-a: 2\r\n\r\n");
  STRCMP_EQUAL("1, 2", answered().headers.at("x-a").c_str());
}

TEST(Http, head_has_no_body) {
  start_answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  LONGS_EQUAL(0, answered({"HEAD", "/", {}, {}}).body.size());
}

TEST(Http, closed_between_requests_is_opened_anew) {
  on_both([this] {
    start_answering(http_answer("{}"));
    for (int i = 0; i < 3; ++i) {
      LONGS_EQUAL(200, answered().status);
      // The close has to be here, or the next request would meet it half way.
      while (client->connected()) loop.run_for(std::chrono::milliseconds(1));
      loop.restart();
    }
    LONGS_EQUAL(3, server->served());
  });
}

TEST(Http, nothing_listens) {
  over_tls = false;
  start_answering("");
  const std::string url = server->url();
  server.reset();
  client = std::move(*HttpClient::create(timers, {url, {}, max_body}));
  fails(Errc::gone, Sent::nothing);
}

TEST(Http, a_name_that_does_not_exist) {
  client = std::move(*HttpClient::create(timers, {"http://no-such-host.invalid", {}, max_body}));
  fails(Errc::gone, Sent::nothing);
}

TEST(Http, reply_lost) {
  on_both([this] {
    start([this](Peer& peer) {
      server->take(peer);
      peer.close();
    });
    fails(Errc::gone, Sent::maybe);
    start([this](Peer& peer) {
      server->take(peer);
      peer.reset();
    });
    fails(Errc::gone, Sent::maybe);
  });
}

TEST(Http, reply_cut_in_the_middle) {
  on_both([this] {
    start([this](Peer& peer) {
      if (server->take(peer)) peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
      peer.close();
    });
    fails(Errc::io, Sent::maybe);
    start([this](Peer& peer) {
      if (server->take(peer)) peer.write("HTTP/1.1 200 OK\r\nContent-Le");
      peer.close();
    });
    fails(Errc::io, Sent::maybe);
  });
}

TEST(Http, tls_truncation_is_not_an_end) {
  start([this](Peer& peer) {
    if (server->take(peer))
      peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwithout a length");
    peer.cut();
  });
  fails(Errc::io, Sent::maybe);
}

TEST(Http, a_body_until_close_notify) {
  start([this](Peer& peer) {
    if (server->take(peer))
      peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwithout a length");
    peer.close();
  });
  STRCMP_EQUAL("without a length", as_text(answered().body).c_str());
}

TEST(Http, too_large) {
  on_both([this] {
    start_answering(http_answer(std::string(max_body + 1, 'x')));
    fails(Errc::full, Sent::maybe);
    start_answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" +
                    std::string(0x20000, 'x') + "\r\n0\r\n\r\n");
    fails(Errc::full, Sent::maybe);
    start_answering("HTTP/1.1 200 OK\r\nX-Large: " + std::string(70'000, 'x') + "\r\n\r\n");
    fails(Errc::full, Sent::maybe);
  });
}

TEST(Http, not_http) {
  on_both([this] {
    for (const char* answer :
         {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 banana\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
      start_answering(answer);
      fails(Errc::protocol, Sent::maybe);
    }
  });
}

TEST(Http, more_than_was_asked_for_ends_the_connection) {
  start([this](Peer& peer) {
    while (server->take(peer)) peer.write(http_answer("{}") + http_answer("{\"smuggled\":1}"));
  });
  STRCMP_EQUAL("{}", as_text(answered().body).c_str());
  STRCMP_EQUAL("{}", as_text(answered().body).c_str());
  LONGS_EQUAL(2, server->served());
}

TEST(Http, requests_that_cannot_be_written) {
  start_answering(http_answer("{}"));
  fails(Errc::invalid, Sent::nothing, {"GET", "/a b", {}, {}});
  fails(Errc::invalid, Sent::nothing, {"GET", "http://elsewhere/", {}, {}});
  fails(Errc::invalid, Sent::nothing, {"GET /x", "/", {}, {}});
  fails(Errc::invalid, Sent::nothing, {"GET", "/", {{"A", "1\r\nB: 2"}}, {}});
  fails(Errc::invalid, Sent::nothing, {"GET", "/", {{"A:", "1"}}, {}});
  LONGS_EQUAL(0, server->served());
}

// Deadlines in virtual time: the network is real, the clock is not.
TEST_GROUP_BASE(HttpDeadline, TEST_GROUP_CppUTestGroupHttp) {
  VirtualTimers clock{std::chrono::system_clock::now()};

  // Runs the task; once the server has got so far, moves the clock over the deadline.
  std::optional<Outcome> late(const std::function<bool()>& far_enough, Timers::Duration deadline) {
    std::optional<Outcome> outcome;
    const auto store = [](Task<Outcome> task, std::optional<Outcome>& out) -> Task<void> {
      out = co_await std::move(task);
    };
    asio::co_spawn(loop, store(client->send({"POST", "/", {}, {}}, deadline), outcome),
                   asio::detached);
    loop.restart();
    while (!far_enough()) loop.run_for(std::chrono::milliseconds(1));
    loop.run_for(std::chrono::milliseconds(1));
    CHECK_FALSE(outcome.has_value());
    clock.advance(deadline - Timers::Duration(1));
    loop.run_for(std::chrono::milliseconds(1));
    CHECK_FALSE(outcome.has_value());
    clock.advance(Timers::Duration(1));
    loop.restart();
    for (int i = 0; i < 1000 && !outcome; ++i) loop.run_for(std::chrono::milliseconds(5));
    return outcome;
  }

  static void timed_out(const std::optional<Outcome>& outcome, Sent sent) {
    CHECK(outcome.has_value());
    const auto& failure = std::get<HttpFailure>(*outcome);
    CHECK_TEXT(failure.error.code == Errc::timeout, failure.error.text().c_str());
    CHECK(failure.sent == sent);
  }
};

TEST(HttpDeadline, the_server_never_answers) {
  on_both([this] {
    start(
        [this](Peer& peer) {
          server->take(peer);
          peer.stall();
        },
        &clock);
    timed_out(late([this] { return server->request_count() == 1; }, Timers::Duration(3000)),
              Sent::maybe);
    CHECK_FALSE(client->connected());
  });
}

TEST(HttpDeadline, the_server_stops_in_the_middle) {
  on_both([this] {
    std::atomic<bool> half_way{false};
    start(
        [this, &half_way](Peer& peer) {
          server->take(peer);
          peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
          half_way = true;
          peer.stall();
        },
        &clock);
    timed_out(late([&half_way] { return half_way.load(); }, Timers::Duration(3000)), Sent::maybe);
  });
}

TEST(HttpDeadline, the_handshake_stalls) {
  over_tls = false;  // a server that takes the ClientHello and says nothing
  std::atomic<bool> connected{false};
  start([&connected](Peer& peer) {
    connected = true;
    peer.stall();
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(server->port());
  client = std::move(*HttpClient::create(clock, {url, {pki().ca_file, "", ""}, max_body}));
  timed_out(late([&connected] { return connected.load(); }, Timers::Duration(3000)), Sent::nothing);
}

TEST(HttpDeadline, cancelled) {
  std::atomic<bool> asked{false};
  start([this, &asked](Peer& peer) {
    asked = server->take(peer);
    peer.stall();
  });
  bool ended = false;
  asio::cancellation_signal signal;
  asio::co_spawn(
      loop, client->send(HttpRequest{}, patience),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, const Outcome&) {
        CHECK(error != nullptr);
        ended = true;
      }));
  loop.restart();
  while (!asked) loop.run_for(std::chrono::milliseconds(1));
  signal.emit(asio::cancellation_type::terminal);
  for (int i = 0; i < 1000 && !ended; ++i) loop.run_for(std::chrono::milliseconds(5));
  CHECK(ended);
  CHECK_FALSE(client->connected());
}

}  // namespace madoguchi
