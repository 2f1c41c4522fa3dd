#include "tools/gateway/seal.h"

#include <string_view>

#include <openssl/core_names.h>
#include <openssl/ec.h>

#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

using SignaturePtr = std::unique_ptr<ECDSA_SIG, OpensslRelease<ECDSA_SIG_free>>;

bool is_p256(const EVP_PKEY* key) {
  char group[32] = {};
  std::size_t length = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &length) == 1 &&
         std::string_view(group, length) == "prime256v1";
}

}  // namespace

SealKey::SealKey(evp_pkey_st* key) : key_(key, EVP_PKEY_free) {}

Result<SealKey> SealKey::load(const std::string& path) {
  auto key = read_private_key(path);
  if (!key) return key.error();
  if (!is_p256(key->get())) return Error{Errc::invalid, path, "is not a key on the curve P-256"};
  return SealKey(key->release());
}

Result<api::SealedDocument> SealKey::seal(const api::Seal& seal) const {
  api::SealedDocument sealed;
  sealed.seal = encode(seal);
  auto signature = sign(api::seal_message(sealed.seal));
  if (!signature) return signature.error();
  sealed.signature = std::move(*signature);
  return sealed;
}

Result<Bytes> SealKey::sign(ByteView message) const {
  const DigestPtr digest(EVP_MD_CTX_new());
  Bytes der(80);
  std::size_t size = der.size();
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(digest.get(), der.data(), &size, message.data(), message.size()) != 1) {
    return openssl_error(Errc::io, "seal");
  }
  der.resize(size);
  return raw_p256_signature(der);
}

Result<std::string> SealKey::public_pem() const {
  const BioPtr out(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!out || PEM_write_bio_PUBKEY(out.get(), key_.get()) != 1)
    return openssl_error(Errc::io, "seal");
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Result<Bytes> raw_p256_signature(ByteView der) {
  const unsigned char* at = der.data();
  const SignaturePtr parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Bytes raw(64);
  if (!parsed || BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), raw.data(), 32) != 32 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), raw.data() + 32, 32) != 32) {
    return openssl_error(Errc::invalid, "seal.signature");
  }
  return raw;
}

}  // namespace madoguchi::gateway
