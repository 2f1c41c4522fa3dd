#pragma once
// RSA-2048 keys of the card and of its certificate authority, over OpenSSL's EVP. Any thread, one
// at a time.

#include <memory>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace madoguchi::emulator {

class RsaKey {
 public:
  static RsaKey generate();
  /// PEM without a passphrase. Errors: invalid.
  static Result<RsaKey> from_pem(const std::string& pem);
  [[nodiscard]] std::string to_pem() const;

  /// PKCS #1 v1.5 block type 1 around the payload as it is (at most 245 bytes), then the private
  /// key: what the card's COMPUTE DIGITAL SIGNATURE does. 256 bytes.
  [[nodiscard]] Bytes sign(ByteView payload) const;

  [[nodiscard]] evp_pkey_st* handle() const { return key_.get(); }

 private:
  explicit RsaKey(evp_pkey_st* key) : key_(key) {}
  struct Release {
    void operator()(evp_pkey_st* key) const;
  };
  std::unique_ptr<evp_pkey_st, Release> key_;
};

}  // namespace madoguchi::emulator
