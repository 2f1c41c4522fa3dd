#include "firmware/crypto/signature.h"

#include <memory>
#include <utility>

#include <psa/crypto.h>

#include "firmware/crypto/pk_context.h"
#include "firmware/crypto/psa.h"

namespace madoguchi {
namespace {

static_assert(sizeof(mbedtls_svc_key_id_t) == sizeof(std::uint32_t));

Error not_a_key(std::string what) { return {Errc::invalid, "crypto.p256", std::move(what)}; }

psa_key_attributes_t verifying_key() {
  psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_MESSAGE);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
  return attributes;
}

}  // namespace

Result<P256PublicKey> P256PublicKey::from_pem(ByteView pem) {
  crypto::ensure_psa();
  PkContext context;
  Bytes text = to_bytes(pem);
  text.push_back(
      0);  // Mbed TLS takes a string, its end included, as the sign that this is PEM and not DER
  if (mbedtls_pk_parse_public_key(&context.pk, text.data(), text.size()) != 0) {
    return not_a_key("is not a public key in PEM");
  }
  const mbedtls_ecp_keypair* pair =
      mbedtls_pk_get_type(&context.pk) == MBEDTLS_PK_ECKEY ? mbedtls_pk_ec(context.pk) : nullptr;
  if (pair == nullptr || mbedtls_ecp_keypair_get_group_id(pair) != MBEDTLS_ECP_DP_SECP256R1) {
    return not_a_key("is a public key, but not on the curve P-256");
  }
  Bytes point(65);
  std::size_t size = 0;
  if (mbedtls_ecp_write_public_key(pair, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, point.data(),
                                   point.size()) != 0) {
    return not_a_key("has no uncompressed form");
  }
  return from_point(ByteView(point).first(size));
}

Result<P256PublicKey> P256PublicKey::from_point(ByteView point) {
  crypto::ensure_psa();
  if (point.size() != 65 || point[0] != 4)
    return not_a_key("is not an uncompressed point of 65 bytes");
  const psa_key_attributes_t attributes = verifying_key();
  mbedtls_svc_key_id_t id = 0;
  if (psa_import_key(&attributes, point.data(), point.size(), &id) != PSA_SUCCESS) {
    return not_a_key("is not a point of the curve");
  }
  return P256PublicKey(id);
}

P256PublicKey::P256PublicKey(P256PublicKey&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

P256PublicKey& P256PublicKey::operator=(P256PublicKey&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

P256PublicKey::~P256PublicKey() { (void)psa_destroy_key(id_); }

Status P256PublicKey::verify(ByteView message, ByteView signature) const {
  const psa_status_t status =
      psa_verify_message(id_, PSA_ALG_ECDSA(PSA_ALG_SHA_256), message.data(), message.size(),
                         signature.data(), signature.size());
  if (status != PSA_SUCCESS)
    return Error{Errc::integrity, "crypto.p256", "the signature does not match"};
  return {};
}

}  // namespace madoguchi
