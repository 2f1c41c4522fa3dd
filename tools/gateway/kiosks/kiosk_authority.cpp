#include "tools/gateway/kiosks/kiosk_authority.h"

#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace madoguchi::gateway {
namespace {

constexpr std::size_t largest_request = 4096;
constexpr std::size_t serial_size = 16;
constexpr std::int64_t slow_clocks_s = 300;

using RequestPtr = std::unique_ptr<X509_REQ, OpensslRelease<X509_REQ_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpensslRelease<BN_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslRelease<ASN1_INTEGER_free>>;
using TimePtr = std::unique_ptr<ASN1_TIME, OpensslRelease<ASN1_TIME_free>>;

Error failed(const char* where) { return openssl_error(Errc::io, where); }

/// DER of the SubjectPublicKeyInfo.
Bytes spki_of(EVP_PKEY* key) {
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

bool is_on_p256(EVP_PKEY* key) {
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string(group) == "prime256v1";
}

CertificatePtr read_certificate(ByteView pem) {
  const BioPtr bio = read_only_bio(pem);
  CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

/// 16 random octets, positive, the first of them not zero (RFC 5280, 4.1.2.2).
bool set_serial(X509* certificate, std::string& hex) {
  Bytes bytes(serial_size);
  if (RAND_bytes(bytes.data(), serial_size) != 1) return false;
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | 0x40);
  const NumberPtr number(BN_bin2bn(bytes.data(), serial_size, nullptr));
  hex = to_hex(bytes);
  return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool describe(X509* certificate, X509* issuer, const std::string& kiosk) {
  const auto* name = reinterpret_cast<const unsigned char*>(kiosk.c_str());
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, name,
                                    -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
         add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, issuer, NID_ext_key_usage, "clientAuth") &&
         add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

bool add_revoked(X509_CRL* list, const RevokedSerial& one) {
  BIGNUM* raw = nullptr;
  if (BN_hex2bn(&raw, one.serial.c_str()) == 0) return false;
  const NumberPtr number(raw);
  const IntegerPtr serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  const TimePtr at(ASN1_TIME_set(nullptr, one.at_s));
  X509_REVOKED* const revoked = X509_REVOKED_new();
  const bool filled = revoked != nullptr && serial && at &&
                      X509_REVOKED_set_serialNumber(revoked, serial.get()) == 1 &&
                      X509_REVOKED_set_revocationDate(revoked, at.get()) == 1 &&
                      X509_CRL_add0_revoked(list, revoked) == 1;
  if (!filled) X509_REVOKED_free(revoked);
  return filled;
}

}  // namespace

Result<CertificateRequest> read_certificate_request(ByteView der) {
  const auto wrong = [](const char* what) {
    ERR_clear_error();
    return Error{Errc::invalid, "csr", what};
  };
  if (der.size() > largest_request) return wrong("is too large");
  const unsigned char* at = der.data();
  const RequestPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  if (!request || at != der.data() + der.size()) return wrong("is no certificate signing request");
  KeyPtr key(X509_REQ_get_pubkey(request.get()));
  if (!key || !is_on_p256(key.get())) return wrong("is not of a key on P-256");
  if (X509_REQ_verify(request.get(), key.get()) != 1) return wrong("is not signed by its own key");
  Bytes digest = sha256(spki_of(key.get()));
  return CertificateRequest{std::move(key), std::move(digest)};
}

Result<KioskAuthority> KioskAuthority::load(const std::string& certificate,
                                            const std::string& key) {
  const auto pem = read_file(certificate, 64u << 10);
  if (!pem) return pem.error();
  CertificatePtr ca = read_certificate(*pem);
  if (!ca || X509_check_ca(ca.get()) != 1)
    return Error{Errc::invalid, certificate, "holds no certificate of a CA in PEM"};
  auto secret = read_private_key(key);
  if (!secret) return secret.error();
  if (X509_check_private_key(ca.get(), secret->get()) != 1) {
    ERR_clear_error();
    return Error{Errc::invalid, key, "is not the key of " + certificate};
  }
  std::uint8_t* der = nullptr;
  const int size = i2d_PrivateKey(secret->get(), &der);
  if (size <= 0) return failed("pepper");
  constexpr std::string_view purpose = "madoguchi enrolment codes 1";
  Bytes pepper(32);
  HMAC(EVP_sha256(), der, size, reinterpret_cast<const unsigned char*>(purpose.data()),
       purpose.size(), pepper.data(), nullptr);
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return KioskAuthority(std::move(ca), std::move(*secret), as_text(*pem), std::move(pepper));
}

Result<IssuedCertificate> KioskAuthority::issue(const CertificateRequest& request,
                                                const std::string& kiosk, std::int64_t now_s,
                                                std::int64_t lifetime_s) const {
  const CertificatePtr certificate(X509_new());
  X509* const raw = certificate.get();
  IssuedCertificate out{{}, {}, now_s - slow_clocks_s, now_s + lifetime_s};
  // Never beyond its CA's own end.
  const TimePtr until(ASN1_TIME_set(nullptr, out.until_s));
  if (until && ASN1_TIME_compare(X509_get0_notAfter(certificate_.get()), until.get()) < 0)
    return Error{Errc::invalid, "kiosk-ca", "the CA ends before the certificate would"};
  const bool made = raw != nullptr && until && X509_set_version(raw, X509_VERSION_3) == 1 &&
                    set_serial(raw, out.serial) && X509_set1_notAfter(raw, until.get()) == 1 &&
                    ASN1_TIME_set(X509_getm_notBefore(raw), out.from_s) != nullptr &&
                    X509_set_pubkey(raw, request.key.get()) == 1 &&
                    describe(raw, certificate_.get(), kiosk) &&
                    X509_sign(raw, key_.get(), EVP_sha256()) > 0;
  if (!made) return failed("issue");
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), raw) != 1) return failed("issue");
  out.pem = text_of(bio.get());
  return out;
}

Result<std::string> KioskAuthority::revocation_list(const std::vector<RevokedSerial>& revoked,
                                                    std::int64_t number, std::int64_t now_s,
                                                    std::int64_t lifetime_s) const {
  const CrlPtr list(X509_CRL_new());
  const TimePtr from(ASN1_TIME_set(nullptr, now_s));
  const TimePtr until(ASN1_TIME_set(nullptr, now_s + lifetime_s));
  const IntegerPtr count(ASN1_INTEGER_new());
  bool made =
      list && from && until && count && X509_CRL_set_version(list.get(), 1) == 1 &&
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(certificate_.get())) == 1 &&
      X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
      X509_CRL_set1_nextUpdate(list.get(), until.get()) == 1 &&
      ASN1_INTEGER_set_int64(count.get(), number) == 1 &&
      X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, count.get(), 0, 0) == 1;
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate_.get(), nullptr, nullptr, list.get(), 0);
  X509_EXTENSION* const issuer =
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always");
  made = made && issuer != nullptr && X509_CRL_add_ext(list.get(), issuer, -1) == 1;
  X509_EXTENSION_free(issuer);
  for (const RevokedSerial& one : revoked) made = made && add_revoked(list.get(), one);
  if (!made || X509_CRL_sort(list.get()) != 1 ||
      X509_CRL_sign(list.get(), key_.get(), EVP_sha256()) <= 0) {
    return failed("revocation list");
  }
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509_CRL(bio.get(), list.get()) != 1) return failed("revocation list");
  return text_of(bio.get());
}

Result<std::string> pin_of_certificate(const std::string& path) {
  const auto pem = read_file(path, 64u << 10);
  if (!pem) return pem.error();
  const CertificatePtr certificate = read_certificate(*pem);
  if (!certificate) return Error{Errc::invalid, path, "holds no certificate in PEM"};
  const KeyPtr key(X509_get_pubkey(certificate.get()));
  return to_base64(sha256(spki_of(key.get())));
}

}  // namespace madoguchi::gateway
