// The right-person rule: whatever field of the envelope is wrong, nothing is charged and nothing is
// printed.

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;

namespace {

void refused(const char* what, std::function<void(api::Seal&)> change_seal,
             std::function<void(api::SealedDocument&)> change_document) {
  Rig rig;
  rig.gateway.change_seal = std::move(change_seal);
  rig.gateway.change_document = std::move(change_document);
  const visit::Report report = rig.play(usual_resident());
  STRCMP_EQUAL_TEXT("envelope_refused", report.outcome.c_str(), what);
  LONGS_EQUAL_TEXT(0, rig.terminal.payments_sent, what);
  LONGS_EQUAL_TEXT(0, rig.printer.jobs.size(), what);
}

}  // namespace

TEST_GROUP(right_person){};

TEST(right_person, any_field_of_the_seal_that_differs_is_refused) {
  const std::vector<std::pair<const char*, std::function<void(api::Seal&)>>> changes{
      {"version", [](api::Seal& s) { s.version = 2; }},
      {"kiosk", [](api::Seal& s) { s.kiosk = "kiosk-002"; }},
      {"visit", [](api::Seal& s) { s.visit = random_uuid(); }},
      {"nonce", [](api::Seal& s) { s.nonce[0] ^= 1; }},
      {"empty nonce", [](api::Seal& s) { s.nonce.clear(); }},
      {"card", [](api::Seal& s) { s.card_certificate_sha256[31] ^= 1; }},
      {"no card", [](api::Seal& s) { s.card_certificate_sha256.clear(); }},
      {"kind", [](api::Seal& s) { s.kind = api::Kind::tax; }},
      {"copies", [](api::Seal& s) { s.copies += 1; }},
      {"amount", [](api::Seal& s) { s.amount_yen += 1; }},
      {"pages", [](api::Seal& s) { s.pages += 1; }},
      {"number", [](api::Seal& s) { s.document.clear(); }},
      {"pdf hash", [](api::Seal& s) { s.pdf_sha256[0] ^= 1; }},
  };
  for (const auto& [what, change] : changes) refused(what, change, {});
}

TEST(right_person, a_document_that_is_not_the_sealed_one_is_refused) {
  refused("another pdf", {},
          [](api::SealedDocument& d) { d.pdf = to_bytes(as_bytes("%PDF of somebody else")); });
  refused("one byte", {}, [](api::SealedDocument& d) { d.pdf.back() ^= 1; });
  refused("signature", {}, [](api::SealedDocument& d) { d.signature[10] ^= 1; });
  refused("no signature", {}, [](api::SealedDocument& d) { d.signature.clear(); });
  refused("seal byte", {}, [](api::SealedDocument& d) { d.seal.back() ^= 1; });
  refused("no seal", {}, [](api::SealedDocument& d) { d.seal.clear(); });
}

TEST(right_person, who_it_is_is_not_believed_of_another_visit) {
  for (const auto& change : std::vector<std::function<void(api::Identified&)>>{
           [](api::Identified& who) { who.nonce[0] ^= 1; },
           [](api::Identified& who) { who.nonce.clear(); },
       }) {
    Rig rig;
    rig.gateway.change_identified = change;
    STRCMP_EQUAL("gateway_gone", rig.play(usual_resident()).outcome.c_str());
    CHECK_FALSE(rig.front.saw("kind"));
    LONGS_EQUAL(0, rig.gateway.quotes.size());
  }
}

TEST(right_person, the_envelope_of_the_visit_before_is_refused) {
  Rig rig;
  std::optional<api::SealedDocument> first;
  rig.gateway.change_document = [&](api::SealedDocument& document) {
    if (first) {
      document = *first;
    } else {
      first = document;
    }
  };
  STRCMP_EQUAL("issued", rig.play(usual_resident()).outcome.c_str());
  rig.reader.pull();
  STRCMP_EQUAL("envelope_refused", rig.play(usual_resident()).outcome.c_str());
  LONGS_EQUAL(1, rig.printer.jobs.size());
  LONGS_EQUAL(250, rig.terminal.net_yen());
}
