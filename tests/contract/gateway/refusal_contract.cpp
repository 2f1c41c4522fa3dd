// Whom and what the gateway refuses, and what is out of order.
#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayRefusal) {
  GatewayProcess gateway;
  Kiosk kiosk{gateway};
  const SharedCity& city = SharedCity::get();

  void identify_is_refused(const api::Identify& identify, int status, api::Refusal code) {
    Kiosk::refused(kiosk.post(kiosk.path("identify"), identify), status, code);
  }
  void resident_is_refused(const char* resident, api::Refusal code) {
    kiosk.open();
    identify_is_refused(kiosk.signed_by(city.card_of(resident)), 403, code);
  }
  void quote_is_refused(const char* resident, const api::QuoteRequest& request, int status,
                        api::Refusal code) {
    if (kiosk.nonce.empty()) {
      kiosk.open();
      kiosk.identify(resident);
    }
    Kiosk::refused(kiosk.post(kiosk.path("quote"), request), status, code);
  }
  api::QuoteRequest of(api::Kind kind) {
    api::QuoteRequest request;
    request.kind = kind;
    return request;
  }
  template <class Body>
  void out_of_order(const std::string& step, const Body& body) {
    Kiosk::refused(kiosk.post(kiosk.path(step), body), 409, api::Refusal::out_of_order);
  }
};

TEST(GatewayRefusal, protected_person) {
  resident_is_refused("toyonaka-0022", api::Refusal::protected_person);
}
TEST(GatewayRefusal, moved_out) { resident_is_refused("toyonaka-0024", api::Refusal::moved_out); }
TEST(GatewayRefusal, deceased) { resident_is_refused("toyonaka-0025", api::Refusal::deceased); }
TEST(GatewayRefusal, under_age) { resident_is_refused("toyonaka-0004", api::Refusal::under_age); }

TEST(GatewayRefusal, somebody_of_another_city) {
  kiosk.open();
  identify_is_refused(kiosk.signed_by(city.authority().issue({.name = "stranger"})), 403,
                      api::Refusal::not_registered);
}

TEST(GatewayRefusal, card_of_another_authority) {
  kiosk.open();
  const Card card = CardAuthority("Other cards").issue({.name = "toyonaka-0001"});
  identify_is_refused(kiosk.signed_by(card), 401, api::Refusal::card_untrusted);
}

TEST(GatewayRefusal, expired_card) {
  kiosk.open();
  const Card card = city.authority().issue({.from_s = -7200, .to_s = -60});
  identify_is_refused(kiosk.signed_by(card), 401, api::Refusal::card_untrusted);
}

TEST(GatewayRefusal, signature_over_the_nonce_of_another_visit) {
  Kiosk other(gateway, "kiosk-002");
  other.open();
  kiosk.open();
  identify_is_refused(other.signed_by(city.card_of("toyonaka-0001")), 401,
                      api::Refusal::signature_invalid);
}

TEST(GatewayRefusal, certificate_of_one_and_signature_of_another) {
  kiosk.open();
  api::Identify identify = kiosk.signed_by(city.card_of("toyonaka-0001"));
  identify.signature.back() ^= 1;
  identify_is_refused(identify, 401, api::Refusal::signature_invalid);
}

TEST(GatewayRefusal, a_nonce_is_used_once) {
  kiosk.open();
  api::Identify wrong = kiosk.signed_by(city.card_of("toyonaka-0001"));
  wrong.signature.back() ^= 1;
  identify_is_refused(wrong, 401, api::Refusal::signature_invalid);
  out_of_order("identify", kiosk.signed_by(city.card_of("toyonaka-0001")));
  out_of_order("quote", of(api::Kind::residence));
}

TEST(GatewayRefusal, a_name_that_cannot_be_drawn_is_refused_before_the_fee) {
  quote_is_refused("toyonaka-0028", of(api::Kind::residence), 422, api::Refusal::glyph_missing);
}

TEST(GatewayRefusal, a_kind_that_this_person_does_not_have) {
  quote_is_refused("toyonaka-0018", of(api::Kind::seal), 403, api::Refusal::not_available);
}

TEST(GatewayRefusal, outside_the_hours) {
  quote_is_refused("toyonaka-0001", of(api::Kind::family_register), 403, api::Refusal::closed);
}

TEST(GatewayRefusal, impossible_requests) {
  const char* self = "toyonaka-0001";
  api::QuoteRequest request = of(api::Kind::residence);
  for (const int copies : {0, -1, 11}) {
    request.copies = copies;
    quote_is_refused(self, request, 422, api::Refusal::malformed);
  }
  request.copies = 1;
  request.persons = {"toyonaka-0005"};  // of another household
  quote_is_refused(self, request, 422, api::Refusal::malformed);
  request.persons = {"nobody"};
  quote_is_refused(self, request, 422, api::Refusal::malformed);
  request = of(api::Kind::seal);
  request.show_domicile = true;
  quote_is_refused(self, request, 422, api::Refusal::malformed);
}

TEST(GatewayRefusal, steps_before_their_time) {
  Kiosk::refused(kiosk.post(kiosk.path("identify"), kiosk.signed_by(city.card_of("toyonaka-0001"))),
                 404, api::Refusal::unknown_visit);
  kiosk.open();
  out_of_order("quote", of(api::Kind::residence));
  out_of_order("issue", api::IssueRequest{"q"});
  Kiosk::refused(kiosk.post("/v1/visits", api::VisitOpen{kiosk.visit}), 409,
                 api::Refusal::out_of_order);
  kiosk.identify("toyonaka-0001");
  out_of_order("identify", kiosk.signed_by(city.card_of("toyonaka-0001")));
  out_of_order("issue", api::IssueRequest{""});
  Kiosk::refused(kiosk.post(kiosk.path("settle"), api::Settlement{}), 404,
                 api::Refusal::unknown_visit);
}

TEST(GatewayRefusal, steps_after_their_time) {
  const std::string document = kiosk.document_of("toyonaka-0001");
  out_of_order("quote", of(api::Kind::residence));
  out_of_order("issue", api::IssueRequest{"q"});
  kiosk.settle(document, api::Outcome::issued, 200);
  api::Settlement again;
  again.document = document;
  again.outcome = api::Outcome::voided;
  out_of_order("settle", again);
}

TEST(GatewayRefusal, kiosks_do_not_see_each_others_visits) {
  const std::string document = kiosk.document_of("toyonaka-0001");
  Kiosk other(gateway, "kiosk-002");
  other.visit = kiosk.visit;
  other.nonce = kiosk.nonce;
  const auto unknown = [&](const std::string& step, const auto& body) {
    Kiosk::refused(other.post(other.path(step), body), 404, api::Refusal::unknown_visit);
  };
  unknown("identify", other.signed_by(city.card_of("toyonaka-0001")));
  unknown("quote", of(api::Kind::residence));
  unknown("issue", api::IssueRequest{"q"});
  api::Settlement settlement;
  settlement.document = document;
  unknown("settle", settlement);
  unknown("feedback", api::Feedback{5});
  kiosk.settle(document, api::Outcome::issued, 200);
}

TEST(GatewayRefusal, the_same_visit_id_at_two_kiosks_is_two_visits) {
  Kiosk other(gateway, "kiosk-002");
  other.visit = kiosk.visit;
  const std::string first = kiosk.document_of("toyonaka-0001");
  const std::string second = other.document_of("toyonaka-0007");
  CHECK(kiosk.nonce != other.nonce);
  CHECK(first != second);
  // Each can settle its own and not the other's.
  api::Settlement crossed;
  crossed.document = second;
  Kiosk::refused(kiosk.post(kiosk.path("settle"), crossed), 404, api::Refusal::unknown_visit);
  kiosk.settle(first, api::Outcome::issued, 200);
  other.settle(second, api::Outcome::issued, 200);
}
