#include "firmware/call/dtls_certificate.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

namespace madoguchi::call {
namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Text = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// WebRTC looks at the fingerprint only; some stacks refuse a certificate that is not valid now.
constexpr long clock_may_be_wrong_s = 24 * 3600;
constexpr long lasts_s = 30 * 24 * 3600;

bool fill(X509* certificate, EVP_PKEY* key) {
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) != 1) return false;
  X509_NAME* const name = X509_get_subject_name(certificate);
  static constexpr unsigned char words[] = "kiosk";
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -clock_may_be_wrong_s) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), lasts_s) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, words, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

bool digest(const X509* certificate, Fingerprint& out) {
  unsigned int size = 0;
  return X509_digest(certificate, EVP_sha256(), out.data(), &size) == 1 && size == out.size();
}

}  // namespace

Result<DtlsCertificate> make_dtls_certificate() {
  const Error failed{Errc::full, "dtls certificate", "it cannot be made"};
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate || !fill(certificate.get(), key.get())) return failed;
  const Text text(BIO_new(BIO_s_mem()));
  DtlsCertificate out;
  const bool written =
      text && PEM_write_bio_X509(text.get(), certificate.get()) == 1 &&
      PEM_write_bio_PrivateKey(text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
      digest(certificate.get(), out.fingerprint);
  if (!written) return failed;
  char* data = nullptr;
  const long size = BIO_get_mem_data(text.get(), &data);
  out.pem.assign(data, static_cast<std::size_t>(size));
  return out;
}

Result<Fingerprint> fingerprint_of(std::string_view pem) {
  const Text text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Certificate certificate(text ? PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)
                                     : nullptr);
  Fingerprint out{};
  if (!certificate || !digest(certificate.get(), out))
    return Error{Errc::protocol, "dtls certificate", "not one in PEM"};
  return out;
}

}  // namespace madoguchi::call
