#pragma once
// Whether a card is one that the city trusts, and whether it is here: its certificate chains to a
// CA of the cards, and its key has signed the visit's nonce.
//
// Built for 公的個人認証's user authentication certificates, lenient in what the leaf may look like
// (RFC 5280): any policies, any extended key usage. Asked for are: chain, validity, RSA of 2048 to
// 4096 bits, not a CA, and digitalSignature when there is a keyUsage.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "tools/gateway/refused.h"

namespace madoguchi::gateway {

class CardTrust {
 public:
  /// `ca_file`: one or more CA certificates in PEM. `crl_file`: one or more CRLs in PEM of these
  /// CAs; empty for none. With a CRL every card is looked up in it, and an expired CRL refuses
  /// every card. Errc::invalid, not_found.
  static Result<CardTrust> load(const std::string& ca_file, const std::string& crl_file);

  CardTrust(CardTrust&&) noexcept;
  CardTrust& operator=(CardTrust&&) noexcept;
  ~CardTrust();

  /// The SHA-256 of the certificate, by which the registry knows the resident. Refuses with
  ///   malformed          not one certificate in DER
  ///   card_untrusted     the chain, the time, the key or a revocation
  ///   signature_invalid  RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2) over `message` does not
  ///   verify
  /// Any thread.
  [[nodiscard]] Verdict<Bytes> identify(ByteView certificate_der, ByteView signature,
                                        ByteView message,
                                        std::chrono::system_clock::time_point now) const;

 private:
  struct Anchors;
  explicit CardTrust(std::unique_ptr<Anchors> anchors);
  std::unique_ptr<Anchors> anchors_;
};

}  // namespace madoguchi::gateway
