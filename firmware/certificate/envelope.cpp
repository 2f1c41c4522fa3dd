#include "firmware/certificate/envelope.h"

#include "firmware/crypto/hash.h"

namespace madoguchi::certificate {

Result<PrintableDocument> open_envelope(api::SealedDocument envelope, const Expected& expected,
                                        const P256PublicKey& seal_key) {
  const auto mismatch = [](const char* what) {
    return Error{Errc::integrity, "envelope", std::string(what) + " does not match this visit"};
  };
  if (const Status signed_by_gateway =
          seal_key.verify(api::seal_message(envelope.seal), envelope.signature);
      !signed_by_gateway) {
    return Error{Errc::integrity, "envelope", "the seal's signature is not the gateway's"};
  }
  auto seal = decode<api::Seal>(envelope.seal);
  if (!seal) return seal.error();
  if (seal->version != 1) return mismatch("the seal's version");
  if (seal->kiosk != expected.kiosk) return mismatch("the kiosk");
  if (seal->visit != expected.visit) return mismatch("the visit");
  if (expected.nonce.empty() || seal->nonce != expected.nonce) return mismatch("the nonce");
  if (expected.card_certificate_sha256.size() != 32 ||
      seal->card_certificate_sha256 != expected.card_certificate_sha256) {
    return mismatch("the card");
  }
  if (seal->kind != expected.kind) return mismatch("the kind");
  if (seal->copies != expected.copies) return mismatch("the number of copies");
  if (seal->amount_yen != expected.amount_yen) return mismatch("the amount");
  if (seal->pages != expected.pages) return mismatch("the number of pages");
  if (seal->document.empty()) return mismatch("the document's number");
  if (seal->pdf_sha256 != sha256(envelope.pdf)) return mismatch("the document");
  return PrintableDocument(std::move(*seal), std::move(envelope.pdf));
}

}  // namespace madoguchi::certificate
