#include "firmware/link/chain_check.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <mbedtls/asn1.h>
#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>

#include "firmware/crypto/psa.h"

namespace madoguchi {
namespace {

// id-ce extensions (RFC 5280, 4.2.1) and id-pe-authorityInfoAccess (4.2.2.1), in DER without tag
// and length.
constexpr std::string_view subject_key_identifier{"\x55\x1d\x0e", 3};
constexpr std::string_view subject_alternative_name{"\x55\x1d\x11", 3};
constexpr std::string_view basic_constraints{"\x55\x1d\x13", 3};
constexpr std::string_view authority_key_identifier{"\x55\x1d\x23", 3};
constexpr std::string_view extended_key_usage{"\x55\x1d\x25", 3};
constexpr std::string_view common_name{"\x55\x04\x03", 3};  // id-at-commonName
constexpr std::string_view authority_info_access{"\x2b\x06\x01\x05\x05\x07\x01\x01", 8};
// What restricts names or policies below it; we implement none of it, so nothing may rely on it
// (RFC 5280, 4.2).
constexpr std::array<std::string_view, 4> restrictions{
    std::string_view{"\x55\x1d\x1e", 3},   // nameConstraints
    std::string_view{"\x55\x1d\x21", 3},   // policyMappings
    std::string_view{"\x55\x1d\x24", 3},   // policyConstraints
    std::string_view{"\x55\x1d\x36", 3}};  // inhibitAnyPolicy

std::string_view text_of(const mbedtls_x509_buf& buffer) {
  return {reinterpret_cast<const char*>(buffer.p), buffer.len};
}
ByteView bytes_of(const mbedtls_x509_buf& buffer) { return {buffer.p, buffer.len}; }

bool same(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

using der::take;

// AuthorityInfoAccessSyntax ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE { accessMethod OID,
// accessLocation GeneralName }. Nothing here follows it; whoever cannot encode it is not to be
// trusted with the rest.
bool is_authority_info_access(ByteView value) {
  ByteView list;
  if (!take(value, der::sequence, list) || !value.empty() || list.empty()) return false;
  while (!list.empty()) {
    ByteView description;
    ByteView method;
    if (!take(list, der::sequence, description) ||
        !take(description, der::object_identifier, method) || description.empty() ||
        (description[0] & MBEDTLS_ASN1_CONTEXT_SPECIFIC) == 0) {
      return false;
    }
  }
  return true;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// The address in the form of a SAN: 4 or 16 octets (RFC 5280, 4.2.1.6).
Bytes address_octets(const std::string& text) {
  Bytes octets(text.find(':') == std::string::npos ? 4 : 16);
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  return inet_pton(family, text.c_str(), octets.data()) == 1 ? octets : Bytes{};
}

template <class Holds>
bool any_san(const mbedtls_x509_crt& leaf, const Holds& holds) {
  for (const mbedtls_x509_sequence* san = &leaf.subject_alt_names; san != nullptr;
       san = san->next) {
    if (san->buf.p != nullptr && holds(san->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK, san->buf))
      return true;
  }
  return false;
}

bool san_names(const mbedtls_x509_crt& leaf, const ServerName& server) {
  const Bytes address = server.is_address ? address_octets(server.host) : Bytes{};
  return any_san(leaf, [&](int kind, const mbedtls_x509_buf& name) {
    if (!server.is_address)
      return kind == MBEDTLS_X509_SAN_DNS_NAME && same_ignoring_case(text_of(name), server.host);
    return kind == MBEDTLS_X509_SAN_IP_ADDRESS && !address.empty() && same(bytes_of(name), address);
  });
}

// Labels of letters, digits and inner hyphens, 63 at most each (RFC 1034, 3.5), the first of them
// perhaps "*".
bool is_host_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  const auto inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  for (;;) {
    const std::string_view label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(), inner)) {
      return false;
    }
    if (label.size() == name.size()) return true;
    name.remove_prefix(label.size() + 1);
  }
}

// The address as RFC 5952 writes it; empty if it is none.
std::string address_text(ByteView octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (octets.size() != 4 && octets.size() != 16) return {};
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  const char* const written = inet_ntop(family, octets.data(), text.data(), text.size());
  return written == nullptr ? "" : written;
}

// A common name is nothing but one of the alternative names again, letter by letter (Baseline
// Requirements, 7.1.4.3).
bool common_names_repeat_san(const mbedtls_x509_crt& leaf) {
  for (const mbedtls_x509_name* part = &leaf.subject; part != nullptr; part = part->next) {
    if (part->oid.p == nullptr || text_of(part->oid) != common_name) continue;
    const std::string_view said = text_of(part->val);
    const bool repeated = any_san(leaf, [&](int kind, const mbedtls_x509_buf& name) {
      return kind == MBEDTLS_X509_SAN_IP_ADDRESS
                 ? address_text(bytes_of(name)) == said
                 : kind == MBEDTLS_X509_SAN_DNS_NAME && text_of(name) == said;
    });
    if (!repeated) return false;
  }
  return true;
}

bool only_server_auth(const mbedtls_x509_crt& leaf) {
  const mbedtls_x509_sequence& first = leaf.ext_key_usage;
  return first.buf.p != nullptr && first.next == nullptr &&
         text_of(first.buf) ==
             std::string_view(MBEDTLS_OID_SERVER_AUTH, MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH));
}

// RFC 5280, 4.1.2.2: a positive integer of at most 20 octets.
bool serial_is_proper(ByteView serial) {
  if (serial.empty() || serial.size() > 20 || serial[0] >= 0x80) return false;
  return std::any_of(serial.begin(), serial.end(), [](std::uint8_t b) { return b != 0; });
}

bool may(const mbedtls_x509_crt& certificate, unsigned usage) {
  return mbedtls_x509_crt_has_ext_type(&certificate, MBEDTLS_X509_EXT_KEY_USAGE) != 0 &&
         mbedtls_x509_crt_check_key_usage(&certificate, usage) == 0;
}

struct Certificates {
  mbedtls_x509_crt first;
  Certificates() { mbedtls_x509_crt_init(&first); }
  ~Certificates() { mbedtls_x509_crt_free(&first); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  /// False if it is not exactly one certificate.
  bool add(ByteView der) { return mbedtls_x509_crt_parse_der(&first, der.data(), der.size()) == 0; }
};

}  // namespace

const mbedtls_x509_crt_profile& certificate_profile() {
  static const mbedtls_x509_crt_profile profile{
      MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) | MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384),
      MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECKEY) | MBEDTLS_X509_ID_FLAG(MBEDTLS_PK_ECDSA),
      MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
          MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1),
      0};
  return profile;
}

int ChainCheck::on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                               std::uint32_t* flags) {
  auto& check = *static_cast<ChainCheck*>(self);
  *flags &= ~static_cast<std::uint32_t>(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
  if (*flags != 0) {
    std::array<char, 256> info{};
    mbedtls_x509_crt_verify_info(info.data(), info.size(), "", *flags);
    std::string text = info.data();
    while (text.ends_with('\n')) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ';');
    check.subject_ = depth == 0 ? "leaf" : "CA " + std::to_string(depth);
    check.refuse(text);
  }
  check.check(*certificate, depth);
  if (!check.why_.empty()) *flags |= MBEDTLS_X509_BADCERT_OTHER;
  return 0;
}

void ChainCheck::refuse(const std::string& reason) {
  if (why_.empty()) why_ = subject_ + ": " + reason;
}

void ChainCheck::check(const mbedtls_x509_crt& certificate, int depth) {
  subject_ = depth == 0 ? "leaf" : "CA " + std::to_string(depth);
  if (depth >= rules_.longest_path) {
    refuse("the path is longer than three certificates");
  }
  check_any(certificate);
  check_validity(certificate);
  Extensions extensions;
  if (!der::list_extensions(bytes_of(certificate.v3_ext), extensions))
    return refuse("its extensions are malformed");
  check_extensions(extensions);
  check_key_identifiers(certificate, extensions);
  if (depth == 0) {
    check_leaf(certificate, extensions);
  } else {
    check_ca(certificate, extensions);
  }
  check_revocation(certificate, depth);
  check_pins(certificate, depth);
  at_root_ = false;
  issuer_key_id_ = to_bytes(bytes_of(certificate.subject_key_id));
}

void ChainCheck::check_any(const mbedtls_x509_crt& certificate) {
  if (certificate.version != 3) refuse("is not version 3");
  if (!serial_is_proper(bytes_of(certificate.serial)))
    refuse("its serial number is not 1 to 20 octets and positive");
  const mbedtls_x509_crt_profile& profile = certificate_profile();
  if (mbedtls_pk_get_type(&certificate.pk) != MBEDTLS_PK_ECKEY ||
      (profile.allowed_curves & MBEDTLS_X509_ID_FLAG(mbedtls_ecp_keypair_get_group_id(
                                    mbedtls_pk_ec(certificate.pk)))) == 0) {
    refuse("its key is not on P-256 or P-384");
  }
  const std::string_view signature = text_of(certificate.sig_oid);
  if (signature !=
          std::string_view(MBEDTLS_OID_ECDSA_SHA256, MBEDTLS_OID_SIZE(MBEDTLS_OID_ECDSA_SHA256)) &&
      signature !=
          std::string_view(MBEDTLS_OID_ECDSA_SHA384, MBEDTLS_OID_SIZE(MBEDTLS_OID_ECDSA_SHA384))) {
    refuse("is not signed with ECDSA and SHA-256 or SHA-384");
  }
  if (der::ecdsa_signature(bytes_of(certificate.raw)).empty()) refuse("its signature is malformed");
}

void ChainCheck::check_extensions(const Extensions& extensions) {
  for (const der::Extension& extension : extensions) {
    if (der::find(extensions, extension.oid) != &extension) refuse("an extension stands twice");
    if (std::find(restrictions.begin(), restrictions.end(), extension.oid) != restrictions.end()) {
      refuse("it constrains names or policies");
    }
  }
  const der::Extension* const access = der::find(extensions, authority_info_access);
  if (access != nullptr && !is_authority_info_access(access->value))
    refuse("its authority information is malformed");
}

void ChainCheck::check_key_identifiers(const mbedtls_x509_crt& certificate,
                                       const Extensions& extensions) {
  const der::Extension* const own = der::find(extensions, subject_key_identifier);
  const der::Extension* const issuers = der::find(extensions, authority_key_identifier);
  if (own == nullptr || certificate.subject_key_id.len == 0) refuse("no subject key identifier");
  if ((own != nullptr && own->critical) || (issuers != nullptr && issuers->critical)) {
    refuse("a key identifier is critical");
  }
  const bool names_itself =
      same(bytes_of(certificate.issuer_raw), bytes_of(certificate.subject_raw));
  if (issuers == nullptr) {
    if (!at_root_ || !names_itself) refuse("no authority key identifier");
    return;
  }
  const mbedtls_x509_authority& authority = certificate.authority_key_id;
  if (authority.authorityCertIssuer.buf.p != nullptr ||
      authority.authorityCertSerialNumber.p != nullptr) {
    refuse("its authority key identifier names a certificate");
  }
  const ByteView key = bytes_of(authority.keyIdentifier);
  if (key.empty()) refuse("no authority key identifier");
  // Of a cross-signed root the issuer is not in the path.
  if (at_root_ && !names_itself) return;
  if (!same(key, at_root_ ? bytes_of(certificate.subject_key_id) : ByteView(issuer_key_id_))) {
    refuse("its authority key identifier names another key");
  }
}

void ChainCheck::check_validity(const mbedtls_x509_crt& certificate) {
  mbedtls_x509_time now{};
  if (mbedtls_x509_time_gmtime(std::chrono::system_clock::to_time_t(rules_.now), &now) != 0)
    return refuse("no clock");
  if (mbedtls_x509_time_cmp(&now, &certificate.valid_from) < 0)
    refuse("is not valid yet; check the clock");
  if (mbedtls_x509_time_cmp(&now, &certificate.valid_to) > 0)
    refuse("has expired; check the clock");
  valid_until_ = std::min(valid_until_, der::time_of(certificate.valid_to));
}

// Whoever the list names is refused, however old the list is.
void ChainCheck::check_revocation(const mbedtls_x509_crt& certificate, int depth) {
  const Revocation asked = rules_.revocation;
  if (at_root_) root_depth_ = depth;
  if (at_root_ || asked == Revocation::unchecked) return;
  const RevocationList* const list = rules_.revoked.get();
  if (list == nullptr) {
    if (asked != Revocation::known) refuse("no revocation list is held");
    return;
  }
  if (depth + 1 != root_depth_ || !same(bytes_of(certificate.issuer_raw), list->issuer())) {
    if (asked != Revocation::known) refuse("there is no revocation list of its issuer");
    return;
  }
  if (list->names(bytes_of(certificate.serial))) refuse("is revoked");
  if (asked == Revocation::fresh && !rules_.revoked_is_fresh)
    refuse("the revocation list is too old");
}

void ChainCheck::check_pins(const mbedtls_x509_crt& certificate, int depth) {
  const std::vector<SpkiPin>& pins = rules_.pins;
  const SpkiPin own = pin_of(bytes_of(certificate.pk_raw));
  pinned_ = pinned_ || std::find(pins.begin(), pins.end(), own) != pins.end();
  if (depth != 0) return;
  saw_leaf_ = true;
  if (!pins.empty() && !pinned_) refuse("no key of its path is pinned");
}

void ChainCheck::check_ca(const mbedtls_x509_crt& certificate, const Extensions& extensions) {
  if (mbedtls_x509_crt_get_ca_istrue(&certificate) != 1) refuse("is not a CA");
  const der::Extension* const constraints = der::find(extensions, basic_constraints);
  if (constraints == nullptr || !constraints->critical)
    refuse("its basic constraints are not critical");
  if (!may(certificate, MBEDTLS_X509_KU_KEY_CERT_SIGN)) refuse("may not sign certificates");
  if (certificate.subject.oid.p == nullptr) refuse("has no subject");
  if (at_root_ && der::find(extensions, extended_key_usage) != nullptr)
    refuse("is a root with an extended key usage");
}

void ChainCheck::check_leaf(const mbedtls_x509_crt& certificate, const Extensions& extensions) {
  // A negative answer means that there are no basic constraints, which is what a leaf may have.
  if (mbedtls_x509_crt_get_ca_istrue(&certificate) > 0) refuse("is a CA");
  if (!may(certificate, MBEDTLS_X509_KU_DIGITAL_SIGNATURE)) refuse("may not sign a handshake");
  if (may(certificate, MBEDTLS_X509_KU_KEY_CERT_SIGN)) refuse("may sign certificates");
  const der::Extension* const usage = der::find(extensions, extended_key_usage);
  if (usage == nullptr || usage->critical || !only_server_auth(certificate)) {
    refuse("its extended key usage is not exactly serverAuth, not critical");
  }
  const der::Extension* const names = der::find(extensions, subject_alternative_name);
  if (names == nullptr) return refuse("no subject alternative name");
  const bool has_subject = certificate.subject.oid.p != nullptr;
  if (names->critical == has_subject)
    refuse("a subject alternative name is critical if and only if there is no subject");
  if (!san_names(certificate, rules_.server))
    refuse("is for another name than " + rules_.server.host);
  const bool strange = any_san(certificate, [](int kind, const mbedtls_x509_buf& name) {
    return kind == MBEDTLS_X509_SAN_DNS_NAME && !is_host_name(text_of(name));
  });
  if (strange) refuse("a subject alternative name is no host name");
  if (!common_names_repeat_san(certificate))
    refuse("its common name is none of its subject alternative names");
}

Status verify_server_chain(ByteView leaf, std::span<const Bytes> intermediates,
                           std::span<const Bytes> roots, const ChainRules& rules) {
  crypto::ensure_psa();
  const auto refused = [](std::string why) {
    return Error{Errc::integrity, "tls.certificate", std::move(why)};
  };
  Certificates chain;
  Certificates trusted;
  if (!chain.add(leaf)) return refused("leaf: is malformed");
  for (const Bytes& der : intermediates) {
    if (!chain.add(der)) return refused("an intermediate certificate is malformed");
  }
  for (const Bytes& der : roots) {
    if (!trusted.add(der)) return refused("a trusted certificate is malformed");
  }
  if (roots.empty()) return refused("there is no trusted CA");
  ChainCheck check(rules);
  std::uint32_t flags = 0;
  const char* const name = rules.server.is_address ? nullptr : rules.server.host.c_str();
  if (mbedtls_x509_crt_verify_with_profile(&chain.first, &trusted.first, nullptr,
                                           &certificate_profile(), name, &flags,
                                           &ChainCheck::on_certificate, &check) != 0) {
    return refused(check.why().empty() ? "verification failed" : check.why());
  }
  return {};
}

}  // namespace madoguchi
