// A visit from its nonce to its settlement.
#include <CppUTest/TestHarness.h>
#include <signal.h>

#include "firmware/base/file.h"
#include "firmware/crypto/signature.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

api::QuoteRequest request_for(api::Kind kind) {
  api::QuoteRequest request;
  request.kind = kind;
  return request;
}

}  // namespace

TEST_GROUP(GatewayVisit) { GatewayProcess gateway; };

TEST(GatewayVisit, health) {
  Kiosk kiosk(gateway);
  const auto health = Kiosk::expect<api::GatewayHealth>(kiosk.get("/v1/health"));
  STRCMP_EQUAL("豊中市", health.city.c_str());
  STRCMP_CONTAINS("+09:00", health.time.c_str());
}

TEST(GatewayVisit, from_card_to_paper) {
  Kiosk kiosk(gateway);
  kiosk.open();
  LONGS_EQUAL(32, kiosk.nonce.size());

  const api::Identified identified = kiosk.identify("toyonaka-0001");
  STRCMP_EQUAL("toyonaka-0001", identified.self.id.c_str());
  LONGS_EQUAL(4, identified.household.size());
  LONGS_EQUAL(6, identified.offers.size());
  CHECK(identified.offers[0].kind == api::Kind::seal);  // the catalogue's order
  CHECK(!identified.offers[0].unavailable);
  CHECK(identified.offers[5].unavailable == api::Refusal::closed);

  api::QuoteRequest request = request_for(api::Kind::residence);
  request.copies = 3;
  request.show_relationship = true;
  const api::Quote quote = kiosk.quote(request);
  LONGS_EQUAL(600, quote.fee_yen);
  LONGS_EQUAL(300, quote.discount_yen);
  CHECK(quote.pages >= 1);

  const api::SealedDocument sealed = kiosk.issue(quote.quote);
  const auto key = P256PublicKey::from_pem(*read_file(SharedCity::get().pki("seal.pem")));
  CHECK(key.ok());
  CHECK(key->verify(api::seal_message(sealed.seal), sealed.signature).ok());
  const auto seal = decode<api::Seal>(sealed.seal);
  CHECK(seal.ok());
  LONGS_EQUAL(1, seal->version);
  STRCMP_EQUAL("kiosk-001", seal->kiosk.c_str());
  STRCMP_EQUAL(kiosk.visit.c_str(), seal->visit.c_str());
  CHECK(seal->nonce == kiosk.nonce);
  CHECK(seal->card_certificate_sha256 ==
        sha256(SharedCity::get().card_of("toyonaka-0001").certificate));
  CHECK(seal->kind == api::Kind::residence);
  LONGS_EQUAL(3, seal->copies);
  LONGS_EQUAL(600, seal->amount_yen);
  LONGS_EQUAL(quote.pages, seal->pages);
  CHECK(seal->pdf_sha256 == sha256(sealed.pdf));
  STRCMP_EQUAL("%PDF-", as_text(ByteView(sealed.pdf).first(5)).c_str());

  kiosk.settle(seal->document, api::Outcome::issued, 600);
  LONGS_EQUAL(600, gateway.ask_database("SELECT sum(charged_yen) FROM ledger WHERE document = '" +
                                        seal->document + "'"));
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM documents WHERE state = 'issued'"));
}

TEST(GatewayVisit, another_document_after_the_first) {
  Kiosk kiosk(gateway);
  const std::string first = kiosk.document_of("toyonaka-0001");
  kiosk.settle(first, api::Outcome::issued, 200);
  const auto quote = kiosk.quote(request_for(api::Kind::seal));
  const auto seal = decode<api::Seal>(kiosk.issue(quote.quote).seal);
  CHECK(seal.ok());
  CHECK(seal->document != first);
  kiosk.settle(seal->document, api::Outcome::issued, 200);
  LONGS_EQUAL(2, gateway.ask_database("SELECT count(*) FROM documents WHERE state = 'issued'"));
}

TEST(GatewayVisit, the_resident_chooses_anew) {
  Kiosk kiosk(gateway);
  kiosk.open();
  kiosk.identify("toyonaka-0001");
  const auto first = kiosk.quote(request_for(api::Kind::residence));
  const auto second = kiosk.quote(request_for(api::Kind::seal));
  Kiosk::refused(kiosk.post(kiosk.path("issue"), api::IssueRequest{first.quote}), 409,
                 api::Refusal::out_of_order);
  const auto seal = decode<api::Seal>(kiosk.issue(second.quote).seal);
  CHECK(seal->kind == api::Kind::seal);
}

TEST(GatewayVisit, a_voided_document_costs_nothing_and_another_may_follow) {
  Kiosk kiosk(gateway);
  kiosk.settle(kiosk.document_of("toyonaka-0001"), api::Outcome::voided, 0);
  LONGS_EQUAL(0, gateway.ask_database("SELECT sum(charged_yen) FROM ledger"));
  CHECK(!kiosk.quote(request_for(api::Kind::residence)).quote.empty());
}

TEST(GatewayVisit, unresolved_is_resolved_later) {
  Kiosk kiosk(gateway);
  const std::string document = kiosk.document_of("toyonaka-0001");
  kiosk.settle(document, api::Outcome::unresolved, 200);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM documents WHERE state = 'unresolved'"));
  kiosk.settle(document, api::Outcome::voided, 0);
  LONGS_EQUAL(1, gateway.ask_database("SELECT count(*) FROM documents WHERE state = 'voided'"));
  LONGS_EQUAL(2, gateway.ask_database("SELECT count(*) FROM ledger"));
}

TEST(GatewayVisit, a_settlement_that_contradicts_itself) {
  Kiosk kiosk(gateway);
  const std::string document = kiosk.document_of("toyonaka-0001");
  const auto settle = [&](api::Outcome outcome, std::int64_t yen) {
    api::Settlement settlement;
    settlement.document = document;
    settlement.outcome = outcome;
    settlement.charged_yen = yen;
    return kiosk.post(kiosk.path("settle"), settlement);
  };
  Kiosk::refused(settle(api::Outcome::issued, 199), 422, api::Refusal::malformed);
  Kiosk::refused(settle(api::Outcome::issued, 201), 422, api::Refusal::malformed);
  Kiosk::refused(settle(api::Outcome::voided, 200), 422, api::Refusal::malformed);
  Kiosk::refused(settle(api::Outcome::unresolved, -1), 422, api::Refusal::malformed);
  LONGS_EQUAL(0, gateway.ask_database("SELECT count(*) FROM ledger"));
}

TEST(GatewayVisit, feedback_is_anonymous_and_once) {
  Kiosk kiosk(gateway);
  kiosk.open();
  Kiosk::refused(kiosk.post(kiosk.path("feedback"), api::Feedback{0}), 422,
                 api::Refusal::malformed);
  Kiosk::refused(kiosk.post(kiosk.path("feedback"), api::Feedback{6}), 422,
                 api::Refusal::malformed);
  Kiosk::expect<api::Settled>(kiosk.post(kiosk.path("feedback"), api::Feedback{4}));
  Kiosk::refused(kiosk.post(kiosk.path("feedback"), api::Feedback{5}), 409,
                 api::Refusal::out_of_order);
  LONGS_EQUAL(4, gateway.ask_database("SELECT sum(satisfaction) FROM ratings"));
}

TEST(GatewayVisit, neither_log_nor_ledger_name_anybody) {
  Kiosk kiosk(gateway);
  kiosk.settle(kiosk.document_of("toyonaka-0005"), api::Outcome::issued, 200);
  const std::string log = gateway.log();
  for (const char* part : {"正雄", "和子", "toyonaka-0005", "豊中市"})
    CHECK(log.find(part) == std::string::npos);
  STRCMP_CONTAINS("\"request\":\"issue\"", log.c_str());
  LONGS_EQUAL(0,
              gateway.ask_database(
                  "SELECT count(*) FROM answers WHERE until_settlement = 1 AND length(body) > 0"));
}

TEST(GatewayVisit, sigterm_ends_it_although_a_kiosk_is_connected) {
  Kiosk kiosk(gateway);
  kiosk.open();
  LONGS_EQUAL(0, gateway.stop());
  STRCMP_CONTAINS("process_stopping", gateway.log().c_str());
}

TEST(GatewayVisit, sighup_reads_the_cards_revocations_anew) {
  const SharedCity& city = SharedCity::get();
  const std::string crl = city.directory().put("card-crl.pem", city.authority().revoke({}));
  GatewayProcess strict({"--card-crl", crl});
  Kiosk before(strict);
  before.open();
  before.identify("toyonaka-0001");
  city.directory().put("card-crl.pem", city.authority().revoke({&city.card_of("toyonaka-0001")}));
  ::kill(strict.pid(), SIGHUP);
  while (strict.log().find("reload card trust") == std::string::npos)
    Kiosk(strict).get("/v1/health");
  Kiosk after(strict);
  after.open();
  Kiosk::refused(after.post(after.path("identify"), after.signed_by(city.card_of("toyonaka-0001"))),
                 401, api::Refusal::card_untrusted);
}

TEST(GatewayVisit, settlements_of_this_kiosk_and_no_other) {
  Kiosk kiosk(gateway);
  const std::string document = kiosk.document_of("toyonaka-0001");
  kiosk.settle(document, api::Outcome::issued, 200);
  Kiosk other(gateway, "kiosk-002");
  const auto own = Kiosk::expect<api::Settlements>(kiosk.get("/v1/settlements?since=0"));
  LONGS_EQUAL(1, own.settlements.size());
  STRCMP_EQUAL(document.c_str(), own.settlements[0].document.c_str());
  CHECK(own.settlements[0].outcome == api::Outcome::issued);
  LONGS_EQUAL(200, own.settlements[0].charged_yen);
  const std::string later = std::to_string(own.settlements[0].at + 1);
  LONGS_EQUAL(0, Kiosk::expect<api::Settlements>(kiosk.get("/v1/settlements?since=" + later))
                     .settlements.size());
  LONGS_EQUAL(
      0, Kiosk::expect<api::Settlements>(other.get("/v1/settlements?since=0")).settlements.size());
  for (const char* wrong : {"", "?since=", "?since=x", "?since=-1", "?since=1&more=2", "?from=1"}) {
    Kiosk::refused(kiosk.get(std::string("/v1/settlements") + wrong), 400, api::Refusal::malformed);
  }
}
