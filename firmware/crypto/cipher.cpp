#include "firmware/crypto/cipher.h"

#include <psa/crypto.h>

#include "firmware/crypto/psa.h"

namespace madoguchi {
namespace {

/// A key in PSA's store for as long as one operation takes.
class CipherKey {
 public:
  CipherKey(ByteView key, psa_key_usage_t usage) {
    crypto::ensure_psa();
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
    psa_set_key_usage_flags(&attributes, usage);
    psa_set_key_algorithm(&attributes, PSA_ALG_CBC_PKCS7);
    status_ = psa_import_key(&attributes, key.data(), key.size(), &id_);
  }
  ~CipherKey() { (void)psa_destroy_key(id_); }
  CipherKey(const CipherKey&) = delete;
  CipherKey& operator=(const CipherKey&) = delete;

  [[nodiscard]] psa_status_t status() const { return status_; }
  [[nodiscard]] psa_key_id_t id() const { return id_; }

 private:
  psa_key_id_t id_ = PSA_KEY_ID_NULL;
  psa_status_t status_;
};

using Setup = psa_status_t (*)(psa_cipher_operation_t*, psa_key_id_t, psa_algorithm_t);

Result<Bytes> run(Setup setup, psa_key_usage_t usage, ByteView key, ByteView iv, ByteView input) {
  if (key.size() != aes256_key_size || iv.size() != aes_block_size) {
    return Error{Errc::invalid, "aes256_cbc", "the key or the initial vector has another size"};
  }
  const CipherKey imported(key, usage);
  psa_cipher_operation_t operation = PSA_CIPHER_OPERATION_INIT;
  Bytes output(input.size() + 2 * aes_block_size);
  std::size_t first = 0;
  std::size_t last = 0;
  psa_status_t status = imported.status();
  if (status == PSA_SUCCESS) status = setup(&operation, imported.id(), PSA_ALG_CBC_PKCS7);
  if (status == PSA_SUCCESS) status = psa_cipher_set_iv(&operation, iv.data(), iv.size());
  if (status == PSA_SUCCESS) {
    status = psa_cipher_update(&operation, input.data(), input.size(), output.data(), output.size(),
                               &first);
  }
  if (status == PSA_SUCCESS) {
    status = psa_cipher_finish(&operation, output.data() + first, output.size() - first, &last);
  }
  (void)psa_cipher_abort(&operation);
  if (status != PSA_SUCCESS) return Error{Errc::integrity, "aes256_cbc", "cannot be decrypted"};
  output.resize(first + last);
  return output;
}

}  // namespace

Result<Bytes> aes256_cbc_encrypt(ByteView key, ByteView iv, ByteView plain) {
  return run(psa_cipher_encrypt_setup, PSA_KEY_USAGE_ENCRYPT, key, iv, plain);
}

Result<Bytes> aes256_cbc_decrypt(ByteView key, ByteView iv, ByteView encrypted) {
  return run(psa_cipher_decrypt_setup, PSA_KEY_USAGE_DECRYPT, key, iv, encrypted);
}

}  // namespace madoguchi
