#pragma once
// Signs a PDF: ISO 32000-2 12.8 and PAdES baseline B-B (ETSI EN 319 142-1): an incremental update
// with a signature field whose Contents is a detached CMS with the ESS signing-certificate-v2
// attribute and no signing-time attribute (the time is in /M).

#include <chrono>
#include <memory>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

/// The city's key for documents. Any thread, several at once.
class DocumentSigner {
 public:
  /// `key_pem`: an unencrypted private key, EC P-256 or larger, or RSA 2048 or larger. `chain_pem`:
  /// the certificate of that key first, then its issuers. Errc::invalid says which of them is
  /// wrong.
  static Result<DocumentSigner> load(ByteView key_pem, ByteView chain_pem);

  DocumentSigner(DocumentSigner&&) noexcept;
  DocumentSigner& operator=(DocumentSigner&&) noexcept;
  ~DocumentSigner();

  /// The same PDF with a signature over all of it. `pdf` must be a file with a classic
  /// cross-reference table, as Cairo writes it; anything else is Errc::unsupported.
  [[nodiscard]] Result<Bytes> sign(ByteView pdf,
                                   std::chrono::system_clock::time_point moment) const;

 private:
  struct Keys;
  explicit DocumentSigner(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

}  // namespace madoguchi::gateway
