#include "tools/gateway/document/pdf_signature.h"

#include <algorithm>
#include <vector>

#include <openssl/cms.h>

#include "tools/gateway/document/pdf_update.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {

namespace {

using CmsPtr = std::unique_ptr<CMS_ContentInfo, OpensslRelease<CMS_ContentInfo_free>>;

constexpr unsigned flags =
    CMS_BINARY | CMS_DETACHED | CMS_PARTIAL | CMS_CADES | CMS_NOSMIMECAP | CMS_NOCERTS;

/// The signed attributes as they are signed: DER of a SET OF (RFC 5652, 5.4).
Bytes signed_attributes(CMS_SignerInfo* signer) {
  std::vector<Bytes> attributes;
  std::size_t size = 0;
  for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
    unsigned char* der = nullptr;
    const int length = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(signer, i), &der);
    if (length <= 0) return {};
    attributes.emplace_back(der, der + length);
    size += std::size_t(length);
    OPENSSL_free(der);
  }
  std::sort(attributes.begin(),
            attributes.end());  // DER orders the members of a SET OF by their encodings
  Bytes out(std::size_t(ASN1_object_size(1, int(size), V_ASN1_SET)));
  unsigned char* at = out.data();
  ASN1_put_object(&at, 1, int(size), V_ASN1_SET, V_ASN1_UNIVERSAL);
  for (const auto& attribute : attributes) at = std::copy(attribute.begin(), attribute.end(), at);
  return out;
}

/// OpenSSL always adds the signing time, which PAdES forbids (EN 319 142-1, 6.3): takes it out and
/// signs the remaining attributes again.
bool sign_without_time(CMS_SignerInfo* signer, EVP_PKEY* key) {
  const int at = CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1);
  if (at >= 0) X509_ATTRIBUTE_free(CMS_signed_delete_attr(signer, at));
  const Bytes attributes = signed_attributes(signer);
  if (attributes.empty()) return false;
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, attributes.data(), attributes.size()) != 1) {
    return false;
  }
  Bytes signature(length);
  if (EVP_DigestSign(context.get(), signature.data(), &length, attributes.data(),
                     attributes.size()) != 1) {
    return false;
  }
  return ASN1_STRING_set(CMS_SignerInfo_get0_signature(signer), signature.data(), int(length)) == 1;
}

/// "D:20261122090000Z".
std::string pdf_date(std::chrono::system_clock::time_point moment) {
  using namespace std::chrono;
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(moment - day));
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return "D:" + std::to_string(int(date.year())) + two(unsigned(date.month())) +
         two(unsigned(date.day())) + two(time.hours().count()) + two(time.minutes().count()) +
         two(time.seconds().count()) + "Z";
}

bool strong_enough(EVP_PKEY* key) {
  const int type = EVP_PKEY_get_base_id(key);
  const int bits = EVP_PKEY_get_bits(key);
  return (type == EVP_PKEY_EC && bits >= 256) || (type == EVP_PKEY_RSA && bits >= 2048);
}

}  // namespace

struct DocumentSigner::Keys {
  KeyPtr key;
  std::vector<CertificatePtr> chain;  ///< the signer's first
  std::size_t room = 0;               ///< bytes that a CMS with this chain needs at most

  [[nodiscard]] Result<Bytes> cms(const std::string& content) const;
};

Result<Bytes> DocumentSigner::Keys::cms(const std::string& content) const {
  const char* where = "document.sign";
  const CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  CMS_SignerInfo* signer =
      cms ? CMS_add1_signer(cms.get(), chain.front().get(), key.get(), EVP_sha256(), flags)
          : nullptr;
  if (signer == nullptr) return openssl_error(Errc::invalid, where);
  for (const auto& certificate : chain) {
    if (CMS_add1_cert(cms.get(), certificate.get()) != 1)
      return openssl_error(Errc::invalid, where);
  }
  const BioPtr in = read_only_bio(as_bytes(content));
  if (CMS_final(cms.get(), in.get(), nullptr, flags) != 1 ||
      !sign_without_time(signer, key.get())) {
    return openssl_error(Errc::invalid, where);
  }
  unsigned char* der = nullptr;
  const int length = i2d_CMS_ContentInfo(cms.get(), &der);
  if (length <= 0) return openssl_error(Errc::full, where);
  Bytes out(der, der + length);
  OPENSSL_free(der);
  return out;
}

DocumentSigner::DocumentSigner(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
DocumentSigner::DocumentSigner(DocumentSigner&&) noexcept = default;
DocumentSigner& DocumentSigner::operator=(DocumentSigner&&) noexcept = default;
DocumentSigner::~DocumentSigner() = default;

Result<DocumentSigner> DocumentSigner::load(ByteView key_pem, ByteView chain_pem) {
  auto keys = std::make_unique<Keys>();
  const BioPtr key_bio = read_only_bio(key_pem);
  char no_passphrase[] = "";
  keys->key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, no_passphrase));
  if (!keys->key || !strong_enough(keys->key.get())) {
    ERR_clear_error();
    return Error{Errc::invalid, "document.key",
                 "is not a PEM key without a passphrase, EC P-256 or RSA 2048 or larger"};
  }
  const BioPtr chain_bio = read_only_bio(chain_pem);
  keys->room = 1536;  // attributes, algorithm names and a signature of up to 512 bytes
  while (X509* certificate = PEM_read_bio_X509(chain_bio.get(), nullptr, nullptr, no_passphrase)) {
    keys->chain.emplace_back(certificate);
    keys->room += std::size_t(i2d_X509(certificate, nullptr));
  }
  ERR_clear_error();  // the end of the file is reported as an error
  if (keys->chain.empty() ||
      X509_check_private_key(keys->chain.front().get(), keys->key.get()) != 1) {
    ERR_clear_error();
    return Error{Errc::invalid, "document.chain", "does not start with the certificate of the key"};
  }
  return DocumentSigner(std::move(keys));
}

Result<Bytes> DocumentSigner::sign(ByteView pdf,
                                   std::chrono::system_clock::time_point moment) const {
  auto prepared = prepare_signature(pdf, keys_->room, pdf_date(moment));
  if (!prepared) return prepared.error();
  const auto cms = keys_->cms(prepared->signed_bytes());
  if (!cms) return cms.error();
  if (cms->size() > keys_->room) {
    return Error{Errc::full, "document.sign", "the signature is larger than the room left for it"};
  }
  const auto hex = to_hex(*cms);
  prepared->bytes.replace(prepared->contents_begin, hex.size(), hex);
  return to_bytes(as_bytes(prepared->bytes));
}

}  // namespace madoguchi::gateway
