#include "tools/emulators/card/rsa_key.h"

#include <cstdlib>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace madoguchi::emulator {

namespace {

/// OpenSSL fails here only for lack of memory or by a bug of ours: an emulator cannot go on.
void require(bool worked) {
  if (worked) return;
  ERR_print_errors_fp(stderr);
  std::abort();
}

}  // namespace

void RsaKey::Release::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

RsaKey RsaKey::generate() {
  RsaKey key(EVP_RSA_gen(2048));
  require(key.handle() != nullptr);
  return key;
}

Result<RsaKey> RsaKey::from_pem(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  RsaKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (key.handle() == nullptr || EVP_PKEY_get_bits(key.handle()) != 2048) {
    return Error{Errc::invalid, "rsa_key", "is not an RSA-2048 key in PEM"};
  }
  return key;
}

std::string RsaKey::to_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  require(PEM_write_bio_PrivateKey(bio.get(), handle(), nullptr, nullptr, 0, nullptr, nullptr) ==
          1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Bytes RsaKey::sign(ByteView payload) const {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(handle(), nullptr), &EVP_PKEY_CTX_free);
  require(EVP_PKEY_sign_init(context.get()) == 1);
  require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1);
  Bytes signature(256);
  std::size_t size = signature.size();
  require(EVP_PKEY_sign(context.get(), signature.data(), &size, payload.data(), payload.size()) ==
          1);
  signature.resize(size);
  return signature;
}

}  // namespace madoguchi::emulator
