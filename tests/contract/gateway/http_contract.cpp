// Requests that are none, too large, of a wrong kind; connections kept, ended, left half-way.
#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayHttp) {
  GatewayProcess gateway;
  Kiosk kiosk{gateway};

  /// Sends it on a new connection and gives the answer.
  HttpReply raw(const std::string& text) {
    TlsClient client(gateway.kiosk_address(), kiosk_settings("kiosk-001"));
    CHECK(client.connected());
    CHECK(client.send(text));
    auto reply = client.receive();
    CHECK(reply.has_value());
    return *reply;
  }
  void malformed(const std::string& json) {
    Kiosk::refused(kiosk.post_json("/v1/visits", json), 400, api::Refusal::malformed);
  }
};

TEST(GatewayHttp, bodies_that_are_not_the_struct) {
  malformed("");
  malformed("{");
  malformed("[]");
  malformed("null");
  malformed("{}");
  malformed("{\"visit\":1}");
  malformed("{\"visit\":\"not-a-uuid\"}");
  malformed("{\"visit\":\"" + random_uuid() + "\"} x");
  malformed("{\"visit\":\"" + random_uuid() + "\",\"visit\":\"" + random_uuid() + "\"}");
  malformed("{\"visit\":\"\xff\xfe\"}");
  malformed(std::string(1000, '[') + std::string(1000, ']'));
}

TEST(GatewayHttp, unknown_fields_of_a_newer_kiosk_are_ignored) {
  LONGS_EQUAL(
      201, kiosk.post_json("/v1/visits", "{\"visit\":\"" + kiosk.visit + "\",\"later\":1}").status);
}

TEST(GatewayHttp, an_answer_never_repeats_what_was_sent) {
  const HttpReply reply = kiosk.post_json("/v1/visits", R"({"visit":{"secret":"葛城"}})");
  CHECK(reply.body.find("secret") == std::string::npos);
  CHECK(reply.body.find("葛城") == std::string::npos);
}

TEST(GatewayHttp, other_content_types) {
  const std::string body = "{\"visit\":\"" + random_uuid() + "\"}";
  const auto with = [&](const std::string& type) {
    return raw(request_text("POST", "/v1/visits",
                            {{"Content-Type", type}, {"Idempotency-Key", random_uuid()}}, body));
  };
  Kiosk::refused(with("text/plain"), 415, api::Refusal::malformed);
  Kiosk::refused(with("application/jsonx"), 415, api::Refusal::malformed);
  Kiosk::refused(
      raw(request_text("POST", "/v1/visits", {{"Idempotency-Key", random_uuid()}}, body)), 415,
      api::Refusal::malformed);
  LONGS_EQUAL(201, with("Application/JSON; charset=utf-8").status);
}

TEST(GatewayHttp, a_key_is_needed) {
  const std::string body = "{\"visit\":\"" + random_uuid() + "\"}";
  Kiosk::refused(
      raw(request_text("POST", "/v1/visits", {{"Content-Type", "application/json"}}, body)), 400,
      api::Refusal::malformed);
  Kiosk::refused(kiosk.post_json("/v1/visits", body, std::string(65, 'k')), 400,
                 api::Refusal::malformed);
}

TEST(GatewayHttp, paths_that_do_not_exist) {
  for (const char* path :
       {"/", "/v1", "/v1/visits/", "/v1/visits/x", "/v1/visits//issue", "/v1/visits/x/issue/",
        "/v1/visits/x/pay", "/v2/visits", "/verify/K7QM-3T9D-XA2P"}) {
    Kiosk::refused(kiosk.post_json(path, "{}"), 404, api::Refusal::malformed);
  }
  Kiosk::refused(kiosk.post("/v1/visits/" + random_uuid() + "/quote", api::QuoteRequest{}), 404,
                 api::Refusal::unknown_visit);
}

TEST(GatewayHttp, wrong_methods_say_the_right_one) {
  const HttpReply reply = kiosk.get("/v1/visits");
  Kiosk::refused(reply, 405, api::Refusal::malformed);
  STRCMP_EQUAL("POST", reply.headers.at("allow").c_str());
  Kiosk::refused(kiosk.post_json("/v1/health", "{}"), 405, api::Refusal::malformed);
  Kiosk::refused(raw(request_text("BREW", "/v1/visits")), 405, api::Refusal::malformed);
}

TEST(GatewayHttp, too_large) {
  const auto announced =
      raw("POST /v1/visits HTTP/1.1\r\nHost: g\r\nContent-Length: 70000\r\n\r\n");
  Kiosk::refused(announced, 413, api::Refusal::too_large);
  const auto chunked =
      raw("POST /v1/visits HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" +
          std::string(70000, ' '));
  Kiosk::refused(chunked, 413, api::Refusal::too_large);
  Kiosk::refused(raw(request_text("GET", "/v1/health", {{"X", std::string(9000, 'x')}})), 431,
                 api::Refusal::too_large);
}

TEST(GatewayHttp, not_http) {
  Kiosk::refused(raw("\x16\x03\x01 hello\r\n\r\n"), 400, api::Refusal::malformed);
  Kiosk::refused(raw("GET /v1/health HTTP/2.0\r\n\r\n"), 400, api::Refusal::malformed);
  Kiosk::refused(raw("POST /v1/visits HTTP/1.1\r\nContent-Length: -1\r\n\r\n"), 400,
                 api::Refusal::malformed);
  Kiosk::refused(raw("POST /v1/visits HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
                 400, api::Refusal::malformed);
}

TEST(GatewayHttp, a_connection_is_kept_and_ends_when_asked) {
  TlsClient client(gateway.kiosk_address(), kiosk_settings("kiosk-001"));
  for (int i = 0; i < 3; ++i) {
    CHECK(client.send(request_text("GET", "/v1/health")));
    LONGS_EQUAL(200, client.receive()->status);
  }
  CHECK(client.send(request_text("GET", "/v1/health", {{"Connection", "close"}})));
  LONGS_EQUAL(200, client.receive()->status);
  CHECK(client.closed());
}

TEST(GatewayHttp, requests_in_one_packet_are_answered_in_order) {
  TlsClient client(gateway.kiosk_address(), kiosk_settings("kiosk-001"));
  CHECK(client.send(request_text("GET", "/v1/health") + request_text("GET", "/nowhere") +
                    request_text("GET", "/v1/health")));
  LONGS_EQUAL(200, client.receive()->status);
  LONGS_EQUAL(404, client.receive()->status);
  LONGS_EQUAL(200, client.receive()->status);
}

TEST(GatewayHttp, a_connection_that_breaks_in_the_middle_hurts_nobody) {
  {
    TlsClient client(gateway.kiosk_address(), kiosk_settings("kiosk-001"));
    CHECK(client.send("POST /v1/visits HTTP/1.1\r\nHost: g\r\nContent-Length: 50\r\n\r\n{\"vis"));
  }
  LONGS_EQUAL(200, kiosk.get("/v1/health").status);
}

TEST(GatewayHttp, answers_are_not_kept_by_anybody_between) {
  const HttpReply reply = kiosk.get("/v1/health");
  STRCMP_EQUAL("no-store", reply.headers.at("cache-control").c_str());
  STRCMP_EQUAL("nosniff", reply.headers.at("x-content-type-options").c_str());
}
