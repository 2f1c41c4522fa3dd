#include "tools/gateway/tls.h"

#include <algorithm>
#include <string_view>

#include <openssl/x509v3.h>

#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view http_1_1("\x08http/1.1", 9);
constexpr int longest_chain = 2;
constexpr std::size_t longest_kiosk_name = 64;
constexpr long most_sessions = 8192;
constexpr long session_lifetime_s = 3600;  // policy_table.h of firmware/link

/// RFC 7301 3.2: a client that offers protocols, none of which is ours, is told so by an alert.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(http_1_1.data());
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, chosen_size, ours, http_1_1.size(), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// The subject's only CN; empty when there is none, or more than one.
std::string common_name(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return name;
}

/// A kiosk's id goes into logs, seals and keys of the database.
bool is_kiosk_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_kiosk_name &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

void release_check(void*, void* check, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<RevokedCheck*>(check);
}

int check_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, release_check);
  return index;
}

/// Lower-case hexadecimal, whole octets.
std::string serial_of(X509* certificate) {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  return to_hex(
      {ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

bool is_revoked(X509_STORE_CTX* chain, X509* leaf) {
  const auto* const connection = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (connection == nullptr) return false;
  const auto* const check = static_cast<const RevokedCheck*>(
      SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), check_index()));
  return check != nullptr && (*check)(common_name(leaf), serial_of(leaf));
}

/// OpenSSL takes a leaf without extended key usage for one of every usage; a kiosk's must say
/// clientAuth.
int check_kiosk(int good, X509_STORE_CTX* chain) {
  if (good != 1 || X509_STORE_CTX_get_error_depth(chain) != 0) return good;
  X509* leaf = X509_STORE_CTX_get_current_cert(chain);
  const bool says_client = (X509_get_extension_flags(leaf) & EXFLAG_XKUSAGE) != 0 &&
                           X509_get_extended_key_usage(leaf) == XKU_SSL_CLIENT;
  const bool is_kiosk = says_client && is_kiosk_name(common_name(leaf));
  if (is_kiosk && !is_revoked(chain, leaf)) return good;
  X509_STORE_CTX_set_error(chain, is_kiosk ? X509_V_ERR_CERT_REVOKED : X509_V_ERR_INVALID_PURPOSE);
  return 0;
}

Result<TlsContext> server_context(const ServerIdentity& server) {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* raw = context.get();
  if (raw == nullptr) return openssl_error(Errc::full, "tls");
  // No resumption (but see kiosk_tls), and so no ticket key that needs care.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  if (SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") != 1 ||
      SSL_CTX_set_ciphersuites(
          raw, "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256") != 1) {
    return openssl_error(Errc::unsupported, "tls");
  }
  if (SSL_CTX_use_certificate_chain_file(raw, server.certificate.c_str()) != 1) {
    return openssl_error(Errc::invalid, server.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(raw, server.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw) != 1) {
    return openssl_error(Errc::invalid, server.key);
  }
  return context;
}

/// OpenSSL lets a session be resumed again and again; here the first time is the last.
void forget_resumed(const SSL* connection, int where, int) {
  if (where != SSL_CB_ACCEPT_LOOP || SSL_get_state(connection) != TLS_ST_SW_SRVR_HELLO) return;
  if (SSL_session_reused(connection) == 1)
    SSL_CTX_remove_session(SSL_get_SSL_CTX(connection), SSL_get_session(connection));
}

/// One ticket a connection, good for one more. With SSL_OP_NO_TICKET it is only the name of a
/// session in this process: it holds no secret, needs no key, dies with the process and is good at
/// one node only (elsewhere the handshake is a full one).
void resume_once(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  SSL_CTX_sess_set_cache_size(context, most_sessions);
  SSL_CTX_set_timeout(context, session_lifetime_s);
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("kiosk"), 5);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_info_callback(context, forget_resumed);
}

Status trust_kiosks(SSL_CTX* context, const std::string& ca, const std::string& crl) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  if (X509_STORE_load_file(store, ca.c_str()) != 1) return openssl_error(Errc::invalid, ca);
  X509_VERIFY_PARAM* how = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_X509_STRICT);
  if (!crl.empty()) {
    X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (X509_load_crl_file(lookup, crl.c_str(), X509_FILETYPE_PEM) < 1)
      return openssl_error(Errc::invalid, crl);
    X509_VERIFY_PARAM_set_flags(how, X509_V_FLAG_CRL_CHECK);
  }
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca.c_str());
  if (names == nullptr) return openssl_error(Errc::invalid, ca);
  SSL_CTX_set_client_CA_list(context, names);  // takes the list
  return {};
}

}  // namespace

void TlsContextDeleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Result<TlsContext> kiosk_tls(const ServerIdentity& server, const std::string& kiosk_ca,
                             const std::string& kiosk_crl) {
  auto context = server_context(server);
  if (!context) return context;
  SSL_CTX* raw = context->get();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION);
  constexpr const char* signatures = "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384";
  if (SSL_CTX_set1_sigalgs_list(raw, signatures) != 1 ||
      SSL_CTX_set1_client_sigalgs_list(raw, signatures) != 1) {
    return openssl_error(Errc::unsupported, "tls");
  }
  resume_once(raw);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, check_kiosk);
  SSL_CTX_set_verify_depth(raw, longest_chain);
  if (auto trusted = trust_kiosks(raw, kiosk_ca, kiosk_crl); !trusted) return trusted.error();
  return context;
}

void refuse_revoked(SSL_CTX* context, RevokedCheck check) {
  SSL_CTX_set_ex_data(context, check_index(), new RevokedCheck(std::move(check)));
}

Result<TlsContext> enrolment_tls(const ServerIdentity& server, const std::string& ca) {
  auto context = server_context(server);
  if (!context) return context;
  SSL_CTX* raw = context->get();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION);
  if (SSL_CTX_set1_sigalgs_list(raw, "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384") != 1)
    return openssl_error(Errc::unsupported, "tls");
  const auto pem = read_file(ca, 64u << 10);
  if (!pem) return pem.error();
  const BioPtr bio = read_only_bio(*pem);
  const CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate || SSL_CTX_add1_chain_cert(raw, certificate.get()) != 1)
    return openssl_error(Errc::invalid, ca);
  return context;
}

Result<TlsContext> public_tls(const ServerIdentity& server) {
  auto context = server_context(server);
  if (!context) return context;
  SSL_CTX_set_min_proto_version(context->get(), TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(context->get(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return openssl_error(Errc::unsupported, "tls");
  }
  return context;
}

std::string peer_name(const SSL* connection) {
  const CertificatePtr certificate(SSL_get1_peer_certificate(connection));
  return certificate ? common_name(certificate.get()) : std::string();
}

}  // namespace madoguchi::gateway
