// What the QR code on the paper leads to.
#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/gateway_process.h"
#include "tools/gateway/database/database.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayVerify) {
  GatewayProcess gateway;
  Kiosk kiosk{gateway};

  HttpReply get(const std::string& target) {
    const TlsClientSettings anybody{.ca = SharedCity::get().pki("gateway-ca.pem")};
    TlsClient client(gateway.public_address(), anybody);
    CHECK(client.send(request_text("GET", target)));
    auto reply = client.receive();
    CHECK(reply.has_value());
    return *reply;
  }
  /// What is after the number in the QR code's URL.
  std::string token_of(const std::string& document) {
    auto database = Database::open(gateway.database());
    CHECK(database.ok());
    return **database->one(
        "SELECT token FROM documents WHERE number = ?",
        [](const Statement& row) { return row.text(0); }, document);
  }
  std::string state_of(const std::string& document, const std::string& token) {
    const HttpReply reply = get("/verify/" + document + ".json?h=" + token);
    LONGS_EQUAL(200, reply.status);
    return Json::parse(reply.body).at("state").get<std::string>();
  }
};

TEST(GatewayVerify, only_a_settled_document_is_genuine) {
  const std::string document = kiosk.document_of("toyonaka-0001");
  const std::string token = token_of(document);
  STRCMP_EQUAL("unknown", state_of(document, token).c_str());
  kiosk.settle(document, api::Outcome::unresolved, 200);
  STRCMP_EQUAL("unknown", state_of(document, token).c_str());
  kiosk.settle(document, api::Outcome::issued, 200);
  STRCMP_EQUAL("issued", state_of(document, token).c_str());
  STRCMP_EQUAL("unknown", state_of(document, "0000000000000000").c_str());
  const HttpReply page = get("/verify/" + document + "?h=" + token);
  LONGS_EQUAL(200, page.status);
  STRCMP_CONTAINS("was issued by the city", page.body.c_str());
  CHECK(page.body.find("健一") == std::string::npos);
  STRCMP_CONTAINS("default-src 'none'", page.headers.at("content-security-policy").c_str());
}

TEST(GatewayVerify, voided) {
  const std::string document = kiosk.document_of("toyonaka-0001");
  kiosk.settle(document, api::Outcome::voided, 0);
  STRCMP_EQUAL("voided", state_of(document, token_of(document)).c_str());
}

TEST(GatewayVerify, bodies_are_not_wanted_here) {
  const TlsClientSettings anybody{.ca = SharedCity::get().pki("gateway-ca.pem")};
  TlsClient client(gateway.public_address(), anybody);
  CHECK(client.send(request_text("POST", "/verify/K7QM-3T9D-XA2P", {}, "x")));
  LONGS_EQUAL(413, client.receive()->status);
}
