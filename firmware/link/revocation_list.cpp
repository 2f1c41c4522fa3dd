#include "firmware/link/revocation_list.h"

#include <algorithm>

#include <mbedtls/asn1.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include "firmware/crypto/psa.h"
#include "firmware/link/der.h"

namespace madoguchi {
namespace {

using WallClock = RevocationList::WallClock;

// id-ce (RFC 5280, 5.2), in DER without tag and length.
constexpr std::string_view crl_number{"\x55\x1d\x14", 3};
constexpr std::string_view authority_key_identifier{"\x55\x1d\x23", 3};
constexpr std::size_t longest_number = 20;
constexpr std::string_view pem_begin = "-----BEGIN X509 CRL-----";

struct Parsed {
  mbedtls_x509_crl crl;
  Parsed() { mbedtls_x509_crl_init(&crl); }
  ~Parsed() { mbedtls_x509_crl_free(&crl); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
};

ByteView bytes_of(const mbedtls_x509_buf& buffer) { return {buffer.p, buffer.len}; }

Bytes without_zeros(ByteView number) {
  const auto first = std::find_if(number.begin(), number.end(), [](auto b) { return b != 0; });
  return {first, number.end()};
}

Error malformed(const std::string& what) { return {Errc::invalid, "revocation list", what}; }
Error forged(const std::string& what) { return {Errc::integrity, "revocation list", what}; }

Status check_signature(const mbedtls_x509_crl& crl, const mbedtls_x509_crt& ca) {
  const std::string_view algorithm(reinterpret_cast<const char*>(crl.sig_oid.p), crl.sig_oid.len);
  const auto signed_with = [&](const char* oid, std::size_t size) {
    return algorithm == std::string_view(oid, size);
  };
  mbedtls_md_type_t hash = MBEDTLS_MD_NONE;
  if (signed_with(MBEDTLS_OID_ECDSA_SHA256, MBEDTLS_OID_SIZE(MBEDTLS_OID_ECDSA_SHA256)))
    hash = MBEDTLS_MD_SHA256;
  if (signed_with(MBEDTLS_OID_ECDSA_SHA384, MBEDTLS_OID_SIZE(MBEDTLS_OID_ECDSA_SHA384)))
    hash = MBEDTLS_MD_SHA384;
  if (hash == MBEDTLS_MD_NONE) return malformed("not signed with ECDSA and SHA-256 or SHA-384");
  const ByteView signature = der::ecdsa_signature(bytes_of(crl.raw));
  if (signature.empty()) return malformed("its signature is malformed");
  unsigned char digest[MBEDTLS_MD_MAX_SIZE];
  const mbedtls_md_info_t* const info = mbedtls_md_info_from_type(hash);
  if (mbedtls_md(info, crl.tbs.p, crl.tbs.len, digest) != 0) return malformed("it has no digest");
  // Mbed TLS takes a public key that is not const, though it changes nothing.
  auto* const key = const_cast<mbedtls_pk_context*>(&ca.pk);
  if (mbedtls_pk_verify(key, hash, digest, mbedtls_md_get_size(info), signature.data(),
                        signature.size()) != 0) {
    return forged("the pinned CA has not signed it");
  }
  return {};
}

// Nothing that would narrow what the list covers: indirect, partial and delta lists say so in
// critical extensions.
Status check_extensions(const mbedtls_x509_crl& crl, Bytes& number) {
  std::vector<der::Extension> extensions;
  if (!der::list_extensions(bytes_of(crl.crl_ext), extensions))
    return malformed("its extensions are malformed");
  for (const der::Extension& extension : extensions) {
    if (der::find(extensions, extension.oid) != &extension)
      return malformed("an extension stands twice");
    if (extension.critical) return malformed("it has a critical extension: a partial list?");
  }
  if (der::find(extensions, authority_key_identifier) == nullptr)
    return malformed("it does not name its issuer's key");
  const der::Extension* const numbered = der::find(extensions, crl_number);
  ByteView value = numbered == nullptr ? ByteView() : numbered->value;
  ByteView digits;
  if (!der::take(value, der::integer, digits) || !value.empty() || digits.empty() ||
      digits.size() > longest_number || digits[0] >= 0x80) {
    return malformed("it has no number");
  }
  number = without_zeros(digits);
  return {};
}

// revokedCertificates ::= SEQUENCE OF SEQUENCE { userCertificate INTEGER, revocationDate Time,
// crlEntryExtensions OPTIONAL }. Taken from the raw entry: Mbed TLS's own view of the extensions is
// short by their header.
Status collect(const mbedtls_x509_crl& crl, std::set<Bytes>& serials) {
  // An empty list still has one entry, an empty one.
  for (const mbedtls_x509_crl_entry* entry = &crl.entry; entry != nullptr; entry = entry->next) {
    ByteView fields = bytes_of(entry->raw);
    if (fields.empty()) continue;
    ByteView serial;
    ByteView date;
    if (!der::take(fields, der::integer, serial) ||
        (!der::take(fields, der::utc_time, date) && !der::take(fields, der::general_time, date)))
      return malformed("an entry is malformed");
    std::vector<der::Extension> extensions;
    if (!fields.empty() && !der::list_extensions(fields, extensions))
      return malformed("an entry's extensions are malformed");
    if (std::any_of(extensions.begin(), extensions.end(), [](const auto& e) { return e.critical; }))
      return malformed("an entry has a critical extension: an indirect list?");
    serials.insert(without_zeros(serial));
  }
  return {};
}

}  // namespace

Result<RevocationList> RevocationList::parse(ByteView content, const mbedtls_x509_crt& ca) {
  crypto::ensure_psa();
  Parsed parsed;
  mbedtls_x509_crl& crl = parsed.crl;
  const std::string text = as_text(content);
  const std::size_t pem = text.find(pem_begin);
  int result = 0;
  if (pem != std::string::npos) {
    if (text.find(pem_begin, pem + 1) != std::string::npos)
      return malformed("the file holds more than one");
    // Mbed TLS recognises PEM by the NUL at its end.
    result = mbedtls_x509_crl_parse(&crl, reinterpret_cast<const unsigned char*>(text.c_str()),
                                    text.size() + 1);
  } else {
    result = mbedtls_x509_crl_parse_der(&crl, content.data(), content.size());
  }
  if (result != 0 || crl.raw.p == nullptr || crl.next != nullptr)
    return malformed("not one list in PEM or DER");
  if (crl.version != 2) return malformed("not version 2");
  if (crl.next_update.year == 0) return malformed("it does not say when the next one comes");
  RevocationList out;
  if (Status good = check_extensions(crl, out.number_); !good) return good.error();
  const ByteView issuer = bytes_of(crl.issuer_raw);
  const ByteView subject = bytes_of(ca.subject_raw);
  if (!std::equal(issuer.begin(), issuer.end(), subject.begin(), subject.end()))
    return forged("it is another CA's");
  const bool may_sign = mbedtls_x509_crt_has_ext_type(&ca, MBEDTLS_X509_EXT_KEY_USAGE) != 0 &&
                        mbedtls_x509_crt_check_key_usage(&ca, MBEDTLS_X509_KU_CRL_SIGN) == 0;
  if (!may_sign) return forged("the pinned CA may not sign lists (key usage)");
  if (Status good = check_signature(crl, ca); !good) return good.error();
  if (Status good = collect(crl, out.serials_); !good) return good.error();
  out.issuer_ = to_bytes(issuer);
  out.this_update_ = der::time_of(crl.this_update);
  out.next_update_ = der::time_of(crl.next_update);
  return out;
}

Result<RevocationList> RevocationList::parse(ByteView content, ByteView ca) {
  crypto::ensure_psa();
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  Bytes with_end = to_bytes(ca);
  const bool pem = !ca.empty() && ca[0] == '-';
  if (pem) with_end.push_back(0);
  const int result = mbedtls_x509_crt_parse(&certificate, with_end.data(), with_end.size());
  auto list = result == 0 ? parse(content, certificate)
                          : Result<RevocationList>(malformed("there is no certificate of its CA"));
  mbedtls_x509_crt_free(&certificate);
  return list;
}

bool RevocationList::names(ByteView serial) const {
  return serials_.contains(without_zeros(serial));
}

bool RevocationList::is_fresh(WallClock now, std::chrono::seconds max_age) const {
  return now < next_update_ && now - max_age <= this_update_;
}

bool RevocationList::is_newer_than(const RevocationList& other) const {
  if (number_.size() != other.number_.size()) return number_.size() > other.number_.size();
  return number_ > other.number_;
}

}  // namespace madoguchi
