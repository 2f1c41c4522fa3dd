#include "tools/gateway/document/pdf_signature.h"

#include <algorithm>
#include <functional>

#include <CppUTest/TestHarness.h>
#include <openssl/cms.h>

#include "tests/unit/document/pdf_tools.h"
#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/openssl.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

struct Identity {
  std::string key_pem;
  std::string certificate_pem;
};

std::string pem_of(const std::function<void(BIO*)>& write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, std::size_t(size)};
}

Identity self_signed(EVP_PKEY* made) {
  const KeyPtr key(made);
  const CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("City"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {pem_of([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          }),
          pem_of([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); })};
}

const Identity& city_key() {
  static const Identity identity = self_signed(EVP_EC_gen("P-256"));
  return identity;
}

DocumentSigner signer(const Identity& identity) {
  auto loaded =
      DocumentSigner::load(as_bytes(identity.key_pem), as_bytes(identity.certificate_pem));
  if (!loaded) FAIL(loaded.error().text().c_str());
  return std::move(*loaded);
}

const std::chrono::system_clock::time_point moment{std::chrono::seconds(1795338000)};

const Bytes& unsigned_pdf() {
  static const Bytes pdf = [] {
    const auto registry = Registry::load(std::string(MADOGUCHI_SOURCE_DIR) +
                                         "/tools/gateway/residents/toyonaka-fictional.json");
    api::QuoteRequest request;
    auto laid_out = CertificateDocument::lay_out({}, *registry, *registry->by_id("toyonaka-0007"),
                                                 request, Date(2026, 11, 22));
    return *std::get<CertificateDocument>(laid_out).draw(
        {"26-1", "https://gateway.example/v/26-1", Date(2026, 11, 22)});
  }();
  return pdf;
}

Bytes signed_by(const Identity& identity) {
  auto pdf = signer(identity).sign(unsigned_pdf(), moment);
  if (!pdf) FAIL(pdf.error().text().c_str());
  return *pdf;
}

}  // namespace

TEST_GROUP(PdfSignature){};

TEST(PdfSignature, pdfsig_finds_it_valid_and_covering_all) {
  if (!have_tool("pdfsig")) return;
  const auto said = PdfFile(signed_by(city_key())).ask("pdfsig -nocert {}");
  STRCMP_CONTAINS("ETSI.CAdES.detached", said.c_str());
  STRCMP_CONTAINS("Signature is Valid", said.c_str());
  STRCMP_CONTAINS("Total document signed", said.c_str());
}

TEST(PdfSignature, works_with_rsa) {
  if (!have_tool("pdfsig")) return;
  const auto said = PdfFile(signed_by(self_signed(EVP_RSA_gen(2048)))).ask("pdfsig -nocert {}");
  STRCMP_CONTAINS("Signature is Valid", said.c_str());
}

TEST(PdfSignature, a_changed_byte_is_found) {
  if (!have_tool("pdfsig")) return;
  auto pdf = signed_by(city_key());
  const auto text = as_text(pdf);
  pdf[text.find("/Producer") + 12] ^= 1;
  STRCMP_CONTAINS("Digest Mismatch", PdfFile(pdf).ask("pdfsig -nocert {}").c_str());
}

TEST(PdfSignature, the_page_stays_as_it_was) {
  const auto pdf = signed_by(city_key());
  CHECK_TRUE(std::equal(unsigned_pdf().begin(), unsigned_pdf().end(), pdf.begin()));
  if (!have_tool("pdftotext")) return;
  STRCMP_EQUAL(PdfFile(unsigned_pdf()).text().c_str(), PdfFile(pdf).text().c_str());
}

TEST(PdfSignature, has_the_attributes_that_pades_wants_and_no_signing_time) {
  const auto text = as_text(signed_by(city_key()));
  const auto from = text.find("/Contents <") + 11;
  const auto cms_bytes = from_hex(std::string_view(text).substr(from, text.find('>', from) - from));
  const unsigned char* at = cms_bytes->data();
  CMS_ContentInfo* cms = d2i_CMS_ContentInfo(nullptr, &at, long(cms_bytes->size()));
  CHECK(cms != nullptr);
  CMS_SignerInfo* info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
  LONGS_EQUAL(-1, CMS_signed_get_attr_by_NID(info, NID_pkcs9_signingTime, -1));
  CHECK_TRUE(CMS_signed_get_attr_by_NID(info, NID_pkcs9_messageDigest, -1) >= 0);
  CHECK_TRUE(CMS_signed_get_attr_by_NID(info, NID_id_smime_aa_signingCertificateV2, -1) >= 0);
  CMS_ContentInfo_free(cms);
  CHECK_TRUE(text.find("/M (D:20261122090000Z)") != std::string::npos);
}

TEST(PdfSignature, refuses_keys_that_do_not_fit) {
  const auto other = self_signed(EVP_EC_gen("P-256"));
  CHECK_FALSE(
      DocumentSigner::load(as_bytes(other.key_pem), as_bytes(city_key().certificate_pem)).ok());
  CHECK_FALSE(
      DocumentSigner::load(as_bytes("nonsense"), as_bytes(city_key().certificate_pem)).ok());
  CHECK_FALSE(DocumentSigner::load(as_bytes(other.key_pem), as_bytes("")).ok());
  const auto weak = self_signed(EVP_RSA_gen(1024));
  CHECK_FALSE(DocumentSigner::load(as_bytes(weak.key_pem), as_bytes(weak.certificate_pem)).ok());
}

TEST(PdfSignature, refuses_what_it_did_not_expect) {
  const auto city = signer(city_key());
  CHECK_TRUE(city.sign(as_bytes("%PDF-1.4\n"), moment).error().code == Errc::unsupported);
  CHECK_TRUE(city.sign({}, moment).error().code == Errc::unsupported);
  CHECK_TRUE(city.sign(signed_by(city_key()), moment).error().code == Errc::unsupported);
  auto cut = unsigned_pdf();
  cut.resize(cut.size() / 2);
  CHECK_TRUE(city.sign(cut, moment).error().code == Errc::unsupported);
}
