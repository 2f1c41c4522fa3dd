// Repeated requests: a lost answer costs nobody a second document.
#include <future>

#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayRepeat) {
  GatewayProcess gateway;
  Kiosk kiosk{gateway};

  /// Ready to issue; gives the body of the request.
  std::string quoted() {
    kiosk.open();
    kiosk.identify("toyonaka-0001");
    api::QuoteRequest request;
    return as_text(encode(api::IssueRequest{kiosk.quote(request).quote}, Dialect::json));
  }
  std::int64_t documents() { return gateway.ask_database("SELECT count(*) FROM documents"); }
  void same(const HttpReply& first, const HttpReply& again) {
    LONGS_EQUAL(first.status, again.status);
    CHECK(first.body == again.body);
  }
};

TEST(GatewayRepeat, every_step_answers_a_repeat_byte_for_byte) {
  const auto twice = [&](const std::string& target, const std::string& body) {
    const std::string fresh = random_uuid();
    const HttpReply first = kiosk.post_json(target, body, fresh);
    CHECK_TEXT(first.status < 300, first.body.c_str());
    same(first, kiosk.post_json(target, body, fresh));
    return first.body;
  };
  const auto json = [](const auto& body) { return as_text(encode(body, Dialect::json)); };
  const auto opened = decode<api::VisitOpened>(
      as_bytes(twice("/v1/visits", json(api::VisitOpen{kiosk.visit}))), Dialect::json);
  kiosk.nonce = opened->nonce;
  twice(kiosk.path("identify"), json(kiosk.signed_by(SharedCity::get().card_of("toyonaka-0001"))));
  const auto quote = decode<api::Quote>(
      as_bytes(twice(kiosk.path("quote"), json(api::QuoteRequest{}))), Dialect::json);
  const auto sealed = decode<api::SealedDocument>(
      as_bytes(twice(kiosk.path("issue"), json(api::IssueRequest{quote->quote}))), Dialect::json);
  api::Settlement settlement;
  settlement.document = decode<api::Seal>(sealed->seal)->document;
  settlement.outcome = api::Outcome::issued;
  settlement.charged_yen = 200;
  twice(kiosk.path("settle"), json(settlement));
  twice(kiosk.path("feedback"), json(api::Feedback{5}));
  LONGS_EQUAL(1, documents());
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM ledger"));
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM ratings"));
}

TEST(GatewayRepeat, a_refusal_is_repeated_as_well) {
  kiosk.open();
  const std::string key = random_uuid();
  const auto body = kiosk.signed_by(SharedCity::get().card_of("toyonaka-0022"));
  const HttpReply first = kiosk.post(kiosk.path("identify"), body, key);
  Kiosk::refused(first, 403, api::Refusal::protected_person);
  same(first, kiosk.post(kiosk.path("identify"), body, key));
}

TEST(GatewayRepeat, the_same_key_with_another_body_or_path) {
  const std::string body = quoted();
  const std::string key = random_uuid();
  LONGS_EQUAL(200, kiosk.post_json(kiosk.path("issue"), body, key).status);
  Kiosk::refused(kiosk.post_json(kiosk.path("issue"), body + " ", key), 422,
                 api::Refusal::conflict);
  Kiosk::refused(kiosk.post_json(kiosk.path("quote"), body, key), 422, api::Refusal::conflict);
  Kiosk::refused(kiosk.post("/v1/visits", api::VisitOpen{random_uuid()}, key), 422,
                 api::Refusal::conflict);
}

TEST(GatewayRepeat, keys_of_two_kiosks_are_two_keys) {
  const std::string key = random_uuid();
  Kiosk other(gateway, "kiosk-002");
  LONGS_EQUAL(201, kiosk.post("/v1/visits", api::VisitOpen{kiosk.visit}, key).status);
  LONGS_EQUAL(201, other.post("/v1/visits", api::VisitOpen{other.visit}, key).status);
}

TEST(GatewayRepeat, twins_at_the_same_moment_get_one_document) {
  const std::string body = quoted();
  const std::string key = random_uuid();
  Kiosk second_connection(gateway);
  auto twin = std::async(std::launch::async, [&] {
    return second_connection.post_json(kiosk.path("issue"), body, key);
  });
  const HttpReply first = kiosk.post_json(kiosk.path("issue"), body, key);
  const HttpReply second = twin.get();
  LONGS_EQUAL(200, first.status);
  same(first, second);
  LONGS_EQUAL(1, documents());
}

TEST(GatewayRepeat, two_keys_at_the_same_moment_get_one_document) {
  const std::string body = quoted();
  Kiosk second_connection(gateway);
  auto twin = std::async(std::launch::async,
                         [&] { return second_connection.post_json(kiosk.path("issue"), body); });
  const HttpReply first = kiosk.post_json(kiosk.path("issue"), body);
  const HttpReply second = twin.get();
  LONGS_EQUAL(200 + 409, first.status + second.status);
  LONGS_EQUAL(1, documents());
}

TEST(GatewayRepeat, two_kiosks_at_the_same_moment_get_their_own) {
  Kiosk other(gateway, "kiosk-002");
  auto twin = std::async(std::launch::async, [&] { return other.document_of("toyonaka-0007"); });
  const std::string first = kiosk.document_of("toyonaka-0001");
  const std::string second = twin.get();
  CHECK(first != second);
  LONGS_EQUAL(1, gateway.ask_database(
                     "SELECT count(*) FROM documents WHERE kiosk = 'kiosk-001' AND number = '" +
                     first + "'"));
  LONGS_EQUAL(1, gateway.ask_database(
                     "SELECT count(*) FROM documents WHERE kiosk = 'kiosk-002' AND number = '" +
                     second + "'"));
}

TEST(GatewayRepeat, power_cut_at_the_gateway) {
  const std::string body = quoted();
  const std::string key = random_uuid();
  const HttpReply first = kiosk.post_json(kiosk.path("issue"), body, key);
  LONGS_EQUAL(200, first.status);
  gateway.restart_after_power_cut();
  Kiosk again(gateway);
  again.visit = kiosk.visit;
  same(first, again.post_json(again.path("issue"), body, key));
  const auto sealed = decode<api::SealedDocument>(as_bytes(first.body), Dialect::json);
  again.settle(decode<api::Seal>(sealed->seal)->document, api::Outcome::issued, 200);
  LONGS_EQUAL(1, documents());
}

TEST(GatewayRepeat, a_document_is_not_handed_out_after_its_settlement) {
  const std::string body = quoted();
  const std::string key = random_uuid();
  const auto sealed = decode<api::SealedDocument>(
      as_bytes(kiosk.post_json(kiosk.path("issue"), body, key).body), Dialect::json);
  kiosk.settle(decode<api::Seal>(sealed->seal)->document, api::Outcome::voided, 0);
  Kiosk::refused(kiosk.post_json(kiosk.path("issue"), body, key), 410, api::Refusal::expired);
}
