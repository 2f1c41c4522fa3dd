#include "tests/unit/gateway/card_maker.h"

#include <cstdlib>
#include <map>

#include <CppUTest/TestHarness.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "firmware/base/file.h"

namespace madoguchi::gateway {
namespace {

EVP_PKEY* rsa_key(int bits) {
  static std::map<int, KeyPtr> keys;
  auto& key = keys[bits];
  if (!key) key.reset(EVP_RSA_gen(static_cast<std::size_t>(bits)));
  return key.get();
}

EVP_PKEY* ec_key() {
  static const KeyPtr key(EVP_EC_gen("P-256"));
  return key.get();
}

KeyPtr shared(EVP_PKEY* key) {
  EVP_PKEY_up_ref(key);
  return KeyPtr(key);
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr make_certificate(const CardSpec& spec, EVP_PKEY* key, X509* issuer,
                                EVP_PKEY* issuer_key) {
  CertificatePtr certificate(X509_new());
  X509* raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  static long serial = 1000;
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), spec.from_s);
  X509_gmtime_adj(X509_getm_notAfter(raw), spec.to_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(spec.name.c_str()), -1, -1, 0);
  X509* signer = issuer == nullptr ? raw : issuer;
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  X509_set_pubkey(raw, key);
  if (spec.is_ca) extend(raw, signer, NID_basic_constraints, "critical,CA:TRUE");
  extend(raw, signer, NID_subject_key_identifier, "hash");
  extend(raw, signer, NID_authority_key_identifier, "keyid");
  if (!spec.key_usage.empty()) extend(raw, signer, NID_key_usage, spec.key_usage);
  if (!spec.extended_key_usage.empty())
    extend(raw, signer, NID_ext_key_usage, spec.extended_key_usage);
  CHECK(X509_sign(raw, issuer_key, EVP_sha256()) > 0);
  return certificate;
}

std::string text_of(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Bytes Card::sign(ByteView message) const {
  const DigestPtr digest(EVP_MD_CTX_new());
  std::size_t size = 1024;
  Bytes signature(size);
  CHECK(EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  CHECK(EVP_DigestSign(digest.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

std::string Card::certificate_pem() const {
  const unsigned char* at = certificate.data();
  const CertificatePtr parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), parsed.get());
  return text_of(bio);
}

std::string Card::key_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio);
}

CardAuthority::CardAuthority(std::string_view name) : key_(shared(rsa_key(3072))) {
  const CardSpec spec{.name = std::string(name),
                      .to_s = 24 * 3600,
                      .key_usage = "critical,keyCertSign,cRLSign",
                      .is_ca = true};
  certificate_ = make_certificate(spec, key_.get(), nullptr, key_.get());
}

CardAuthority::CardAuthority(const std::string& certificate_file, const std::string& key_file)
    : key_(std::move(*read_private_key(key_file))) {
  const auto pem = read_file(certificate_file);
  CHECK(pem.ok());
  certificate_.reset(PEM_read_bio_X509(read_only_bio(*pem).get(), nullptr, nullptr, nullptr));
  CHECK(certificate_ != nullptr);
}

std::string CardAuthority::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate_.get());
  return text_of(bio);
}

Card CardAuthority::issue(const CardSpec& spec) const {
  EVP_PKEY* key = spec.ec_key ? ec_key() : rsa_key(spec.rsa_bits);
  const CertificatePtr certificate = make_certificate(spec, key, certificate_.get(), key_.get());
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return {.certificate = std::move(bytes), .key = shared(key)};
}

std::string CardAuthority::revoke(const std::vector<const Card*>& cards, long next_update_s) const {
  const CrlPtr crl(X509_CRL_new());
  X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(certificate_.get()));
  ASN1_TIME* time = X509_gmtime_adj(nullptr, -7200);
  X509_CRL_set1_lastUpdate(crl.get(), time);
  X509_gmtime_adj(time, next_update_s);
  X509_CRL_set1_nextUpdate(crl.get(), time);
  for (const Card* card : cards) {
    const unsigned char* at = card->certificate.data();
    const CertificatePtr certificate(
        d2i_X509(nullptr, &at, static_cast<long>(card->certificate.size())));
    X509_REVOKED* revoked = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(revoked, X509_get_serialNumber(certificate.get()));
    X509_gmtime_adj(time, -3600);
    X509_REVOKED_set_revocationDate(revoked, time);
    X509_CRL_add0_revoked(crl.get(), revoked);
  }
  ASN1_TIME_free(time);
  CHECK(X509_CRL_sign(crl.get(), key_.get(), EVP_sha256()) > 0);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), crl.get());
  return text_of(bio);
}

}  // namespace madoguchi::gateway
