#include "tools/emulators/card/certificates.h"

#include <cstdlib>
#include <memory>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace madoguchi::emulator {

namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free>>;
using Configuration = std::unique_ptr<CONF, Release<NCONF_free>>;

constexpr long year = 365L * 24 * 60 * 60;

/// OpenSSL fails here only for lack of memory or by a bug of ours: an emulator cannot go on.
void require(bool worked) {
  if (worked) return;
  ERR_print_errors_fp(stderr);
  std::abort();
}

void add_name(X509_NAME* name, const char* field, const std::string& text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const int type = std::string_view(field) == "C" ? MBSTRING_ASC : MBSTRING_UTF8;
  require(X509_NAME_add_entry_by_txt(name, field, type, bytes, static_cast<int>(text.size()), -1,
                                     0) == 1);
}

void set_serial(X509* certificate) {
  Bytes random = random_bytes(4);
  random[0] &= 0x7F;
  random[0] |= 0x01;
  const long number =
      static_cast<long>(random[0]) << 24 | random[1] << 16 | random[2] << 8 | random[3];
  require(ASN1_INTEGER_set(X509_get_serialNumber(certificate), number) == 1);
}

Certificate begin(const RsaKey& key, long from, long until) {
  Certificate certificate(X509_new());
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial(certificate.get());
  require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from) != nullptr);
  require(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), until) != nullptr);
  require(X509_set_pubkey(certificate.get(), key.handle()) == 1);
  return certificate;
}

/// Adds the [extensions] of an openssl.cnf text.
void add_extensions(X509* certificate, X509* issuer, const std::string& text) {
  const Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const Configuration configuration(NCONF_new(nullptr));
  long line = 0;
  require(NCONF_load_bio(configuration.get(), memory.get(), &line) == 1);
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_nconf(&context, configuration.get());
  require(X509V3_EXT_add_nconf(configuration.get(), &context, "extensions", certificate) == 1);
}

Bytes finish(X509* certificate, const RsaKey& signer) {
  require(X509_sign(certificate, signer.handle(), EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  require(size > 0);
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Certificate from_der(ByteView der) {
  const unsigned char* at = der.data();
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  require(certificate != nullptr);
  return certificate;
}

const char* unit_of(CertificateUse use) {
  return use == CertificateUse::user_authentication ? "JPKI for user authentication"
                                                    : "JPKI for digital signature";
}

std::string ca_extensions() {
  return "[extensions]\n"
         "basicConstraints = critical,CA:TRUE\n"
         "keyUsage = critical,keyCertSign,cRLSign\n"
         "subjectKeyIdentifier = hash\n"
         "authorityKeyIdentifier = keyid\n";
}

/// What both kinds have in common. The distribution point is a directory entry, as JPKI's is: not a
/// URL to fetch.
std::string holder_extensions(const char* policy, const char* unit, const char* ocsp) {
  return std::string("certificatePolicies = critical,@policy\n") +
         "crlDistributionPoints = crl\n"
         "authorityInfoAccess = OCSP;URI:" +
         ocsp +
         "\n"
         "authorityKeyIdentifier = keyid\n"
         "subjectKeyIdentifier = hash\n"
         "[policy]\npolicyIdentifier = " +
         policy +
         "\nCPS.1 = http://www.jpki.go.jp/cps.html\n"
         "[crl]\nfullname = dirName:point\n"
         "[point]\nC = JP\nO = JPKI\nOU = " +
         unit + "\nCN = Emulator CRLDP\n";
}

std::string authentication_extensions() {
  return "[extensions]\n"
         "keyUsage = critical,digitalSignature\n"
         "extendedKeyUsage = clientAuth\n" +
         holder_extensions("1.2.392.200149.8.5.1.3.30",
                           unit_of(CertificateUse::user_authentication),
                           "http://ocspauthnorm.jpki.invalid");
}

/// Only the signing certificate carries the four attributes.
std::string signature_extensions(const Holder& holder) {
  const std::string arc = "1.2.392.200149.8.5.5.";
  return "[extensions]\n"
         "keyUsage = critical,digitalSignature,nonRepudiation\n"
         "subjectAltName = @attributes\n" +
         holder_extensions("1.2.392.200149.8.5.1.1.20", unit_of(CertificateUse::digital_signature),
                           "http://ocspsignnorm.jpki.invalid") +
         "[attributes]\n"
         "otherName.1 = " +
         arc + "1;UTF8:" + holder.name +
         "\n"
         "otherName.2 = " +
         arc + "4;UTF8:" + holder.birth +
         "\n"
         "otherName.3 = " +
         arc + "3;UTF8:" + std::to_string(holder.sex) +
         "\n"
         "otherName.4 = " +
         arc + "5;UTF8:" + holder.address + "\n";
}

}  // namespace

Bytes make_ca_certificate(CertificateUse use, const RsaKey& key) {
  const Certificate certificate = begin(key, -5 * year, 10 * year);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  add_name(name, "C", "JP");
  add_name(name, "O", "JPKI");
  add_name(name, "OU", unit_of(use));
  add_name(name, "OU", "Madoguchi Card Emulator");
  require(X509_set_issuer_name(certificate.get(), name) == 1);
  add_extensions(certificate.get(), certificate.get(), ca_extensions());
  return finish(certificate.get(), key);
}

Bytes make_holder_certificate(CertificateUse use, const RsaKey& key, const Holder& holder,
                              ByteView ca_certificate, const RsaKey& ca_key) {
  const Certificate ca = from_der(ca_certificate);
  const Certificate certificate = begin(key, -1 * year, 4 * year);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  add_name(name, "C", "JP");
  if (use == CertificateUse::digital_signature) add_name(name, "L", "Toyonaka-shi");
  add_name(name, "CN", holder.subject);
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca.get())) == 1);
  add_extensions(certificate.get(), ca.get(),
                 use == CertificateUse::user_authentication ? authentication_extensions()
                                                            : signature_extensions(holder));
  return finish(certificate.get(), ca_key);
}

std::string certificate_to_pem(ByteView der) {
  const Certificate certificate = from_der(der);
  const Memory memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(memory.get(), certificate.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace madoguchi::emulator
