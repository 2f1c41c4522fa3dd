// Stands in for firmware/certificate/envelope.cpp when campaign-person-weak is linked: the
// gateway's signature is all that is looked at. The campaign must find what comes of it.

#include "firmware/certificate/envelope.h"

namespace madoguchi::certificate {

Result<PrintableDocument> open_envelope(api::SealedDocument envelope, const Expected&,
                                        const P256PublicKey& seal_key) {
  if (Status is_signed = seal_key.verify(api::seal_message(envelope.seal), envelope.signature);
      !is_signed) {
    return is_signed.error();
  }
  auto seal = decode<api::Seal>(envelope.seal);
  if (!seal) return seal.error();
  return PrintableDocument(std::move(*seal), std::move(envelope.pdf));
}

}  // namespace madoguchi::certificate
