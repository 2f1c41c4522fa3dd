#include "tools/gateway/card_trust.h"

#include <optional>

#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpensslRelease<X509_STORE_CTX_free>>;

constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 4096;  // what a card can hold; more is only work for us
constexpr int longest_chain = 4;
constexpr int security_level = 2;  // 112 bits: no SHA-1, no RSA below 2048 anywhere in the chain
constexpr std::size_t largest_crl_file = 64u << 20;

/// At the end of a PEM file the reader says "no start line"; anything else is a damaged entry.
bool ended_well() {
  const unsigned long last = ERR_peek_last_error();
  const bool end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return end;
}

Status add_authorities(X509_STORE* store, const std::string& path) {
  const auto content = read_file(path);
  if (!content) return content.error();
  const BioPtr bio = read_only_bio(*content);
  int count = 0;
  while (CertificatePtr ca{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_check_ca(ca.get()) == 0) {
      return Error{Errc::invalid, path,
                   "certificate " + std::to_string(count + 1) + " is not a CA"};
    }
    if (X509_STORE_add_cert(store, ca.get()) != 1) return openssl_error(Errc::invalid, path);
    ++count;
  }
  if (!ended_well() || count == 0)
    return Error{Errc::invalid, path, "holds no CA certificates in PEM"};
  return {};
}

Status add_revocations(X509_STORE* store, const std::string& path) {
  const auto content = read_file(path, largest_crl_file);
  if (!content) return content.error();
  const BioPtr bio = read_only_bio(*content);
  int count = 0;
  while (CrlPtr crl{PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_crl(store, crl.get()) != 1) return openssl_error(Errc::invalid, path);
    ++count;
  }
  if (!ended_well() || count == 0) return Error{Errc::invalid, path, "holds no CRL in PEM"};
  return {};
}

/// One certificate and nothing after it: the registry's key is the hash of these very bytes.
CertificatePtr parse_certificate(ByteView der) {
  const unsigned char* at = der.data();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (certificate && at != der.data() + der.size()) return nullptr;
  return certificate;
}

/// What is wrong with the leaf itself; nothing when it may identify somebody.
std::optional<std::string> unfit(X509* leaf) {
  const std::uint32_t flags = X509_get_extension_flags(leaf);
  if ((flags & EXFLAG_INVALID) != 0) return "an extension is malformed";
  if ((flags & EXFLAG_CA) != 0) return "it is a CA's";
  if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0) {
    return "its keyUsage lacks digitalSignature";
  }
  const EVP_PKEY* key = X509_get0_pubkey(leaf);
  if (key == nullptr || EVP_PKEY_is_a(key, "RSA") != 1) return "its key is not RSA";
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < least_rsa_bits || bits > most_rsa_bits) {
    return "its RSA key has " + std::to_string(bits) + " bits";
  }
  return {};
}

/// What is wrong with the chain; nothing when it leads to one of the anchors.
std::optional<std::string> broken_chain(X509_STORE* store, X509* leaf,
                                        std::chrono::system_clock::time_point now) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), store, leaf, nullptr) != 1) {
    return openssl_error(Errc::full, "card_trust").what;
  }
  X509_VERIFY_PARAM* how = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_depth(how, longest_chain);
  X509_VERIFY_PARAM_set_auth_level(how, security_level);
  X509_VERIFY_PARAM_set_time(how, std::chrono::system_clock::to_time_t(now));
  // No purpose: JPKI's extended key usage is its own. X509_verify_cert checks the CAs all the same.
  const int good = X509_verify_cert(context.get());
  ERR_clear_error();
  if (good == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

bool verifies(EVP_PKEY* key, ByteView signature, ByteView message) {
  const DigestPtr digest(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by digest
  const bool good =
      EVP_DigestVerifyInit(digest.get(), &parameters, EVP_sha256(), nullptr, key) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1 &&
      EVP_DigestVerify(digest.get(), signature.data(), signature.size(), message.data(),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace

struct CardTrust::Anchors {
  TrustStorePtr store{X509_STORE_new()};
};

CardTrust::CardTrust(std::unique_ptr<Anchors> anchors) : anchors_(std::move(anchors)) {}
CardTrust::CardTrust(CardTrust&&) noexcept = default;
CardTrust& CardTrust::operator=(CardTrust&&) noexcept = default;
CardTrust::~CardTrust() = default;

Result<CardTrust> CardTrust::load(const std::string& ca_file, const std::string& crl_file) {
  auto anchors = std::make_unique<Anchors>();
  X509_STORE* store = anchors->store.get();
  if (auto added = add_authorities(store, ca_file); !added) return added.error();
  // An anchor may be an issuing CA whose root is nobody's business here.
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN;
  if (!crl_file.empty()) {
    if (auto added = add_revocations(store, crl_file); !added) return added.error();
    flags |= X509_V_FLAG_CRL_CHECK;
  }
  X509_STORE_set_flags(store, flags);
  return CardTrust(std::move(anchors));
}

Verdict<Bytes> CardTrust::identify(ByteView certificate_der, ByteView signature, ByteView message,
                                   std::chrono::system_clock::time_point now) const {
  const CertificatePtr leaf = parse_certificate(certificate_der);
  if (!leaf)
    return Refused{api::Refusal::malformed, "auth_certificate is not one certificate in DER"};
  if (const auto why = unfit(leaf.get())) {
    return Refused{api::Refusal::card_untrusted, "the card's certificate is unfit: " + *why};
  }
  if (const auto why = broken_chain(anchors_->store.get(), leaf.get(), now)) {
    return Refused{api::Refusal::card_untrusted, "the card's chain is not good: " + *why};
  }
  if (!verifies(X509_get0_pubkey(leaf.get()), signature, message)) {
    return Refused{api::Refusal::signature_invalid,
                   "the signature is not the card's over what it was to sign"};
  }
  return sha256(certificate_der);
}

}  // namespace madoguchi::gateway
