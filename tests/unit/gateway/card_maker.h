#pragma once
// Makes CAs and cards' certificates while the test runs. Keys are made once a process: RSA takes
// its time.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"
#include "tests/own_folder.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {

/// What the certificate says; the defaults are those of a card that is good today.
struct CardSpec {
  std::string name = "card";
  long from_s = -3600;  ///< from now
  long to_s = 3600;
  std::string key_usage = "critical,digitalSignature";  ///< empty: no such extension
  std::string extended_key_usage{};                     ///< empty: no such extension
  bool is_ca = false;
  bool ec_key = false;
  int rsa_bits = 2048;
};

struct Card {
  Bytes certificate;  ///< DER
  KeyPtr key;
  /// RSASSA-PKCS1-v1_5 with SHA-256 (or ECDSA with an EC key).
  [[nodiscard]] Bytes sign(ByteView message) const;
  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] std::string key_pem() const;
};

class CardAuthority {
 public:
  explicit CardAuthority(std::string_view name);
  /// One that lies in files, such as the kiosks' CA of tools/pki.
  CardAuthority(const std::string& certificate_file, const std::string& key_file);
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] Card issue(const CardSpec& spec = {}) const;
  /// A CRL in PEM, of these cards.
  [[nodiscard]] std::string revoke(const std::vector<const Card*>& cards,
                                   long next_update_s = 3600) const;

 private:
  CertificatePtr certificate_;
  KeyPtr key_;
};

}  // namespace madoguchi::gateway
