// What no wrapper of firmware/crypto does, because the firmware leaves it to Mbed TLS's TLS 1.3 and
// X.509: run through the calls that those two make, in the build of Mbed TLS that the kiosk links.
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <psa/crypto.h>

#include "firmware/base/bytes.h"
#include "firmware/crypto/psa.h"
#include "firmware/link/der.h"
#include "tools/vectors.d/vector_file.h"
#include "tools/vectors.d/wycheproof.h"

namespace madoguchi::vectors {
namespace {

constexpr std::size_t nonce_size = 12;  // RFC 8446, 5.3

class Key {
 public:
  Key(psa_key_type_t type, psa_key_usage_t usage, psa_algorithm_t algorithm, ByteView content) {
    crypto::ensure_psa();
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_type(&attributes, type);
    psa_set_key_usage_flags(&attributes, usage);
    psa_set_key_algorithm(&attributes, algorithm);
    if (psa_import_key(&attributes, content.data(), content.size(), &id_) != PSA_SUCCESS) id_ = 0;
  }
  ~Key() { (void)psa_destroy_key(id_); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  [[nodiscard]] psa_key_id_t id() const { return id_; }

 private:
  psa_key_id_t id_ = 0;
};

Verdict run_aead(psa_key_type_t type, psa_algorithm_t algorithm, Fields& test) {
  const Bytes nonce = test.hex("iv");
  if (nonce.size() != nonce_size) return {false, "a nonce of another size than TLS 1.3's"};
  const Bytes extra = test.hex("aad");
  const Bytes message = test.hex("msg");
  Bytes sealed = test.hex("ct");
  const Bytes tag = test.hex("tag");
  sealed.insert(sealed.end(), tag.begin(), tag.end());
  const Key key(type, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT, algorithm, test.hex("key"));
  Bytes out(sealed.size() + 64);
  std::size_t size = 0;
  const bool opened =
      psa_aead_decrypt(key.id(), algorithm, nonce.data(), nonce.size(), extra.data(), extra.size(),
                       sealed.data(), sealed.size(), out.data(), out.size(), &size) == PSA_SUCCESS;
  if (test.text("result") != "valid") return {!opened};
  out.resize(size);
  if (!opened || out != message) return {false};
  out.resize(sealed.size() + 64);
  const bool done = psa_aead_encrypt(key.id(), algorithm, nonce.data(), nonce.size(), extra.data(),
                                     extra.size(), message.data(), message.size(), out.data(),
                                     out.size(), &size) == PSA_SUCCESS;
  out.resize(size);
  return {done && out == sealed};
}

// Where the vectors leave open whether there is a result: if there is, it is this one.
Verdict run_agreement(psa_key_type_t type, ByteView own, ByteView peer, Fields& test) {
  const Key key(type, PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH, own);
  Bytes out(PSA_RAW_KEY_AGREEMENT_OUTPUT_MAX_SIZE);
  std::size_t size = 0;
  const bool agreed = psa_raw_key_agreement(PSA_ALG_ECDH, key.id(), peer.data(), peer.size(),
                                            out.data(), out.size(), &size) == PSA_SUCCESS;
  out.resize(size);
  const std::string result = test.text("result");
  if (!agreed) return {result != "valid"};
  return {result != "invalid" && out == test.hex("shared")};
}

}  // namespace

Verdict run_aes_gcm(Fields& group, Fields& test) {
  if (group.number("keySize") == 192) return {false, "AES-192, which no suite of TLS has"};
  return run_aead(PSA_KEY_TYPE_AES, PSA_ALG_GCM, test);
}

Verdict run_chacha20_poly1305(Fields&, Fields& test) {
  return run_aead(PSA_KEY_TYPE_CHACHA20, PSA_ALG_CHACHA20_POLY1305, test);
}

// The peer's half comes as a SubjectPublicKeyInfo; TLS 1.3 knows the uncompressed point on the
// named curve only, so every other form is refused as TLS would.
Verdict run_ecdh(Fields& group, Fields& test) {
  const bool p256 = group.text("curve") == "secp256r1";
  const std::string header = p256 ? "3059301306072a8648ce3d020106082a8648ce3d030107034200"
                                  : "3076301006072a8648ce3d020106052b81040022036200";
  const std::size_t size = p256 ? 32 : 48;
  const std::string result = test.text("result");
  const std::string peer = to_hex(test.hex("public"));
  Bytes own = test.hex("private");
  while (own.size() > size && own[0] == 0) own.erase(own.begin());
  own.insert(own.begin(), own.size() < size ? size - own.size() : 0, 0);
  if (!peer.starts_with(header)) return {result != "valid"};
  const auto point = from_hex(std::string_view(peer).substr(header.size()));
  return run_agreement(PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), own, *point, test);
}

Verdict run_x25519(Fields&, Fields& test) {
  return run_agreement(PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY), test.hex("private"),
                       test.hex("public"), test);
}

// As a certificate's and a revocation list's signature is judged.
Verdict run_ecdsa_p384(Fields& group, Fields& test) {
  crypto::ensure_psa();
  std::string pem = group.text("publicKeyPem");
  mbedtls_pk_context key;
  mbedtls_pk_init(&key);
  const Bytes message = test.hex("msg");
  const Bytes signature = test.hex("sig");
  unsigned char digest[MBEDTLS_MD_MAX_SIZE];
  const mbedtls_md_info_t* const hash = mbedtls_md_info_from_type(MBEDTLS_MD_SHA384);
  const bool accepted =
      der::is_ecdsa_signature(signature) &&
      mbedtls_pk_parse_public_key(&key, reinterpret_cast<const unsigned char*>(pem.c_str()),
                                  pem.size() + 1) == 0 &&
      mbedtls_md(hash, message.data(), message.size(), digest) == 0 &&
      mbedtls_pk_verify(&key, MBEDTLS_MD_SHA384, digest, mbedtls_md_get_size(hash),
                        signature.data(), signature.size()) == 0;
  mbedtls_pk_free(&key);
  return {accepted == (test.text("result") == "valid")};
}

}  // namespace madoguchi::vectors
