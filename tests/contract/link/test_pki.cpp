#include "tests/contract/link/test_pki.h"

#include <cstdio>
#include <cstdlib>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "firmware/base/bytes.h"
#include "firmware/base/file.h"

namespace madoguchi {
namespace {

// A failure of OpenSSL here is a bug of the test.
void must(bool good, const char* what) {
  if (good) return;
  (void)std::fprintf(stderr, "test_pki: %s\n", what);
  std::abort();
}

Key make_key(const std::string& kind) {
  EVP_PKEY* const key = kind == "RSA" ? EVP_RSA_gen(2048) : EVP_EC_gen(kind.c_str());
  must(key != nullptr, "no key");
  return {key, EVP_PKEY_free};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  must(extension != nullptr, value.c_str());
  must(X509_add_ext(certificate, extension, -1) == 1, "extension");
  X509_EXTENSION_free(extension);
}

void set_serial(X509* certificate, const std::string& hex) {
  BIGNUM* number = nullptr;
  must(BN_hex2bn(&number, hex.c_str()) > 0, "serial");
  must(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr, "serial");
  BN_free(number);
}

std::string from_bio(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

}  // namespace

CertificateSpec ca_spec(const std::string& common_name) {
  CertificateSpec spec;
  spec.common_name = common_name;
  spec.san = "";
  spec.basic_constraints = "critical,CA:TRUE";
  spec.key_usage = "critical,keyCertSign,cRLSign";
  spec.extended_key_usage = "";
  return spec;
}

Identity issue(const CertificateSpec& spec, const Identity* issuer) {
  const Key key = make_key(spec.key);
  X509* const certificate = X509_new();
  must(X509_set_version(certificate, spec.version - 1) == 1, "version");
  set_serial(certificate, spec.serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), spec.starts_in_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), spec.ends_in_s);
  X509_NAME* const subject = X509_get_subject_name(certificate);
  if (!spec.common_name.empty()) {
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(spec.common_name.c_str()), -1,
                               -1, 0);
  }
  X509* const signer = issuer != nullptr ? issuer->certificate.get() : certificate;
  must(X509_set_issuer_name(certificate, X509_get_subject_name(signer)) == 1, "issuer");
  must(X509_set_pubkey(certificate, key.get()) == 1, "public key");
  if (spec.version == 3) {
    add_extension(certificate, signer, NID_basic_constraints, spec.basic_constraints);
    add_extension(certificate, signer, NID_key_usage, spec.key_usage);
    add_extension(certificate, signer, NID_ext_key_usage, spec.extended_key_usage);
    add_extension(certificate, signer, NID_subject_alt_name, spec.san);
    if (spec.subject_key_id) add_extension(certificate, signer, NID_subject_key_identifier, "hash");
    if (spec.authority_key_id && issuer != nullptr) {
      add_extension(certificate, signer, NID_authority_key_identifier, "keyid:always");
    }
    for (const auto& [nid, value] : spec.more) add_extension(certificate, signer, nid, value);
  }
  EVP_PKEY* const signing_key = issuer != nullptr ? issuer->key.get() : key.get();
  must(X509_sign(certificate, signing_key, EVP_get_digestbyname(spec.digest.c_str())) > 0, "sign");
  return {key, Certificate(certificate, X509_free)};
}

std::string to_pem(const Certificate& certificate) {
  BIO* const bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_X509(bio, certificate.get()) == 1, "PEM");
  return from_bio(bio);
}

std::string to_der(const Certificate& certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_X509(certificate.get(), &out);
  must(size > 0, "DER");
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

std::string pin_text(const Key& key) {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(key.get(), &out);
  must(size > 0, "public key");
  Bytes digest(32);
  unsigned length = 0;
  must(EVP_Digest(out, static_cast<std::size_t>(size), digest.data(), &length, EVP_sha256(),
                  nullptr) == 1,
       "digest");
  OPENSSL_free(out);
  return to_base64(digest);
}

std::string revocation_list(const Identity& ca, const RevocationSpec& spec) {
  X509_CRL* const crl = X509_CRL_new();
  must(X509_CRL_set_version(crl, 1) == 1, "version");
  must(X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca.certificate.get())) == 1, "issuer");
  ASN1_TIME* const time = ASN1_TIME_new();
  X509_gmtime_adj(time, spec.from_s);
  X509_CRL_set1_lastUpdate(crl, time);
  for (const Certificate& certificate : spec.revoked) {
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time);
    must(X509_CRL_add0_revoked(crl, entry) == 1, "entry");
  }
  if (spec.to_s != 0) X509_CRL_set1_nextUpdate(crl, X509_gmtime_adj(time, spec.to_s));
  ASN1_TIME_free(time);
  const auto add = [&](int nid, const std::string& value) {
    if (nid == NID_delta_crl) {  // OpenSSL has no notation for it
      ASN1_INTEGER* const base = ASN1_INTEGER_new();
      ASN1_INTEGER_set(base, 1);
      must(X509_CRL_add1_ext_i2d(crl, nid, base, 1, 0) == 1, "delta");
      return ASN1_INTEGER_free(base);
    }
    X509V3_CTX context;
    X509V3_set_ctx(&context, ca.certificate.get(), nullptr, nullptr, crl, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    must(extension != nullptr && X509_CRL_add_ext(crl, extension, -1) == 1, "CRL extension");
    X509_EXTENSION_free(extension);
  };
  if (spec.authority_key_id) add(NID_authority_key_identifier, "keyid:always");
  for (const auto& [nid, value] : spec.more) add(nid, value);
  if (spec.number >= 0) {
    ASN1_INTEGER* const number = ASN1_INTEGER_new();
    ASN1_INTEGER_set(number, spec.number);
    must(X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1, "number");
    ASN1_INTEGER_free(number);
  }
  must(X509_CRL_sign(crl, ca.key.get(), EVP_sha256()) > 0, "sign CRL");
  BIO* const bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_X509_CRL(bio, crl) == 1, "PEM");
  X509_CRL_free(crl);
  return from_bio(bio);
}

std::string PemFiles::add(const std::string& name, const std::string& content) {
  return folder_.put(name, content);
}

std::string PemFiles::add_certificates(const std::string& name,
                                       const std::vector<Certificate>& certificates) {
  std::string all;
  for (const Certificate& certificate : certificates) all += to_pem(certificate);
  return add(name, all);
}

std::string PemFiles::add_key(const std::string& name, const Key& key) {
  BIO* const bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "key");
  return add(name, from_bio(bio));
}

std::string PemFiles::add_public_key(const std::string& name, const Key& key) {
  BIO* const bio = BIO_new(BIO_s_mem());
  must(PEM_write_bio_PUBKEY(bio, key.get()) == 1, "public key");
  return add(name, from_bio(bio));
}

}  // namespace madoguchi
