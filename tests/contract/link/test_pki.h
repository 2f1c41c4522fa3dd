#pragma once
// Certificates for tests, made with OpenSSL: right ones, and wrong ones of every kind.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/own_folder.h"

namespace madoguchi {

using Key =
    std::shared_ptr<EVP_PKEY>;  // a test's keys and certificates are used by several holders
using Certificate = std::shared_ptr<X509>;

struct Identity {
  Key key;
  Certificate certificate;
};

/// What a certificate says. The defaults are those of a right server certificate for localhost.
struct CertificateSpec {
  std::string common_name = "localhost";
  std::string san = "DNS:localhost,IP:127.0.0.1";
  std::string
      basic_constraints;  ///< "critical,CA:TRUE"; empty: no such extension, as everywhere here
  std::string key_usage = "critical,digitalSignature";
  std::string extended_key_usage = "serverAuth";
  bool subject_key_id = true;
  bool authority_key_id = true;
  std::vector<std::pair<int, std::string>> more;  ///< NID and value in OpenSSL's notation
  std::string key = "P-256";                      ///< or "P-384", "P-521", "RSA"
  std::string digest = "SHA256";
  std::string serial = "4d61646f";  ///< hex; a leading '-' for a negative number
  int version = 3;
  long starts_in_s = -3600;
  long ends_in_s = 3600;
};

/// What a CA's certificate says.
CertificateSpec ca_spec(const std::string& common_name);

/// Signed by the issuer, or by itself when there is none.
Identity issue(const CertificateSpec& spec, const Identity* issuer = nullptr);

std::string to_pem(const Certificate& certificate);
std::string to_der(const Certificate& certificate);

/// Base64 of SHA-256 of the SubjectPublicKeyInfo, as in kiosk.toml.
std::string pin_text(const Key& key);

/// What a revocation list says. The defaults are those of a right one.
struct RevocationSpec {
  std::vector<Certificate> revoked{};
  long number = 1;  ///< negative: no number
  long from_s = -60;
  long to_s = 3600;  ///< 0: no nextUpdate
  bool authority_key_id = true;
  std::vector<std::pair<int, std::string>> more{};  ///< NID and value in OpenSSL's notation
};

/// PEM.
std::string revocation_list(const Identity& ca, const RevocationSpec& spec = {});

/// A directory of PEM files that goes away with the object.
class PemFiles {
 public:
  std::string add(const std::string& name, const std::string& content);
  std::string add_certificates(const std::string& name,
                               const std::vector<Certificate>& certificates);
  std::string add_key(const std::string& name, const Key& key);
  std::string add_public_key(const std::string& name, const Key& key);
  [[nodiscard]] std::string folder() const { return folder_.path(); }

 private:
  OwnFolder folder_;
};

}  // namespace madoguchi
