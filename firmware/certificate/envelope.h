#pragma once
// The sealed envelope. A PrintableDocument can only be made by open_envelope, and printing takes
// nothing else.

#include <cstdint>
#include <string>
#include <utility>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/crypto/signature.h"
#include "firmware/message/gateway_api.h"

namespace madoguchi::certificate {

/// What this visit asked for, from the kiosk's own memory.
struct Expected {
  std::string kiosk;
  std::string visit;
  Bytes nonce;                    ///< that the card signed
  Bytes card_certificate_sha256;  ///< of the card in this visit
  api::Kind kind = api::Kind::residence;
  std::int32_t copies = 0;
  std::int64_t amount_yen = 0;  ///< that the resident agreed to
  std::int32_t pages = 0;       ///< of one copy, as quoted
};

/// Wiped when it goes away.
class PrintableDocument {
 public:
  PrintableDocument(PrintableDocument&&) = default;
  PrintableDocument& operator=(PrintableDocument&& other) noexcept {
    std::swap(seal_, other.seal_);
    std::swap(pdf_, other.pdf_);
    return *this;
  }
  ~PrintableDocument() { wipe(pdf_.data(), pdf_.size()); }
  [[nodiscard]] const std::string& number() const { return seal_.document; }
  [[nodiscard]] ByteView pdf() const { return pdf_; }
  [[nodiscard]] std::int32_t copies() const { return seal_.copies; }
  [[nodiscard]] std::int32_t pages() const { return seal_.pages; }
  /// Of all copies together.
  [[nodiscard]] std::int32_t sheets() const { return seal_.pages * seal_.copies; }
  [[nodiscard]] std::int64_t amount_yen() const { return seal_.amount_yen; }

 private:
  friend Result<PrintableDocument> open_envelope(api::SealedDocument, const Expected&,
                                                 const P256PublicKey&);
  PrintableDocument(api::Seal seal, Bytes pdf) : seal_(std::move(seal)), pdf_(std::move(pdf)) {}
  api::Seal seal_;
  Bytes pdf_;
};

/// Errc::integrity names the first thing that does not match; nothing of the document leaves then.
Result<PrintableDocument> open_envelope(api::SealedDocument envelope, const Expected& expected,
                                        const P256PublicKey& seal_key);

}  // namespace madoguchi::certificate
