#pragma once
// OpenSSL's objects with an owner, and its error queue as text. For .cpp files.

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "firmware/base/bytes.h"
#include "firmware/base/file.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

template <auto release>
struct OpensslRelease {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using BioPtr = std::unique_ptr<BIO, OpensslRelease<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslRelease<EVP_PKEY_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, OpensslRelease<EVP_MD_CTX_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslRelease<X509_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, OpensslRelease<X509_CRL_free>>;
using TrustStorePtr = std::unique_ptr<X509_STORE, OpensslRelease<X509_STORE_free>>;

/// Takes OpenSSL's first queued error as an Error and empties the queue.
inline Error openssl_error(Errc code, std::string where) {
  const unsigned long first = ERR_get_error();
  const char* reason = first == 0 ? nullptr : ERR_reason_error_string(first);
  ERR_clear_error();
  return Error{code, std::move(where), reason == nullptr ? "OpenSSL gives no reason" : reason};
}

/// A BIO that reads the bytes; they must outlive it.
inline BioPtr read_only_bio(ByteView bytes) {
  // OpenSSL takes a null pointer for a mistake, even with nothing behind it.
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  return BioPtr(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
}

/// Reads a private key without a passphrase from a PEM file.
inline Result<KeyPtr> read_private_key(const std::string& path) {
  auto content = read_file(path, 64u << 10);
  if (!content) return content.error();
  const BioPtr bio = read_only_bio(*content);
  char no_passphrase[] = "";
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_passphrase));
  OPENSSL_cleanse(content->data(), content->size());
  if (!key) {
    ERR_clear_error();
    return Error{Errc::invalid, path, "holds no private key in PEM without a passphrase"};
  }
  return key;
}

inline Bytes sha256(ByteView content) {
  Bytes digest(32);
  EVP_Digest(content.data(), content.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace madoguchi::gateway
