#include "firmware/crypto/signing.h"

#include <utility>

#include <psa/crypto.h>

#include "firmware/crypto/pk_context.h"
#include "firmware/crypto/psa.h"

namespace madoguchi {
namespace {

Error not_a_key(const char* what) { return {Errc::invalid, "crypto.p256", what}; }

int random_from_psa(void*, unsigned char* out, std::size_t size) {
  return psa_generate_random(out, size) == PSA_SUCCESS ? 0 : -1;
}

/// `sign`: psa_sign_message or psa_sign_hash.
Result<Bytes> signature_by(decltype(psa_sign_hash)* sign, psa_key_id_t id, ByteView what) {
  Bytes signature(64);
  std::size_t size = 0;
  const psa_status_t status = sign(id, PSA_ALG_ECDSA(PSA_ALG_SHA_256), what.data(), what.size(),
                                   signature.data(), signature.size(), &size);
  if (status != PSA_SUCCESS || size != signature.size())
    return Error{Errc::io, "crypto.p256", "could not sign: " + std::to_string(status)};
  return signature;
}

}  // namespace

Result<P256PrivateKey> P256PrivateKey::from_pem(const Secret& pem) {
  crypto::ensure_psa();
  // Mbed TLS takes a string, its end included, as the sign that this is PEM and not DER.
  Secret text(pem.reveal());
  const std::uint8_t end = 0;
  text.append({&end, 1});
  PkContext context;
  if (mbedtls_pk_parse_key(&context.pk, text.reveal().data(), text.size(), nullptr, 0,
                           random_from_psa, nullptr) != 0) {
    return not_a_key("is not a private key in PEM without a passphrase");
  }
  if (mbedtls_pk_get_type(&context.pk) != MBEDTLS_PK_ECKEY ||
      mbedtls_ecp_keypair_get_group_id(mbedtls_pk_ec(context.pk)) != MBEDTLS_ECP_DP_SECP256R1) {
    return not_a_key("is a private key, but not on the curve P-256");
  }
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_SIGN_HASH);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
  mbedtls_svc_key_id_t id = 0;
  if (mbedtls_pk_import_into_psa(&context.pk, &attributes, &id) != 0)
    return not_a_key("cannot be used");
  return P256PrivateKey(id);
}

Result<P256PrivateKey> P256PrivateKey::from_scalar(const Secret& scalar) {
  crypto::ensure_psa();
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_SIGN_HASH);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
  mbedtls_svc_key_id_t id = 0;
  if (psa_import_key(&attributes, scalar.reveal().data(), scalar.size(), &id) != PSA_SUCCESS)
    return not_a_key("is not a secret number of P-256");
  return P256PrivateKey(id);
}

Result<Secret> P256PrivateKey::make_scalar() {
  crypto::ensure_psa();
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_EXPORT);
  mbedtls_svc_key_id_t id = 0;
  Bytes number(32);
  std::size_t size = 0;
  const bool made = psa_generate_key(&attributes, &id) == PSA_SUCCESS &&
                    psa_export_key(id, number.data(), number.size(), &size) == PSA_SUCCESS;
  (void)psa_destroy_key(id);
  Secret scalar(ByteView(number).first(made ? size : 0));
  wipe(number.data(), number.size());
  if (!made) return Error{Errc::io, "crypto.p256", "could not make a key"};
  return scalar;
}

P256PrivateKey::P256PrivateKey(P256PrivateKey&& other) noexcept
    : id_(std::exchange(other.id_, 0)) {}

P256PrivateKey& P256PrivateKey::operator=(P256PrivateKey&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

P256PrivateKey::~P256PrivateKey() { (void)psa_destroy_key(id_); }

Result<Bytes> P256PrivateKey::sign(ByteView message) const {
  return signature_by(psa_sign_message, id_, message);
}

Result<Bytes> P256PrivateKey::sign_digest(ByteView digest) const {
  if (digest.size() != 32) return not_a_key("signs digests of 32 bytes");
  return signature_by(psa_sign_hash, id_, digest);
}

Result<Bytes> P256PrivateKey::point() const {
  Bytes point(65);
  std::size_t size = 0;
  if (psa_export_public_key(id_, point.data(), point.size(), &size) != PSA_SUCCESS ||
      size != point.size()) {
    return Error{Errc::io, "crypto.p256", "has no public half"};
  }
  return point;
}

Result<P256PublicKey> P256PrivateKey::public_key() const {
  const auto half = point();
  if (!half) return half.error();
  return P256PublicKey::from_point(*half);
}

}  // namespace madoguchi
