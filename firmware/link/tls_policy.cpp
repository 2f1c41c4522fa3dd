#include "firmware/link/tls_policy.h"

#include <array>

#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/base/secret.h"
#include "firmware/base/worker.h"
#include "firmware/crypto/psa.h"
#include "firmware/link/chain_check.h"
#include "firmware/link/policy_table.h"
#include "firmware/link/remote_key.h"
#include "firmware/link/server_trust.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_pem = 64 * 1024;

// policy_table.h as Mbed TLS takes it: numbers, zero at the end.
template <class Number, std::size_t n>
constexpr std::array<Number, n + 1> numbers(const std::array<policy_table::Entry, n>& table) {
  std::array<Number, n + 1> out{};
  for (std::size_t i = 0; i < n; ++i) out[i] = table[i].iana;
  return out;
}
constexpr auto suites = numbers<int>(policy_table::suites);
constexpr auto groups = numbers<std::uint16_t>(policy_table::groups);
constexpr auto signatures = numbers<std::uint16_t>(policy_table::signatures);
static_assert(MBEDTLS_SSL_IANA_TLS_GROUP_NONE == 0 && MBEDTLS_TLS1_3_SIG_NONE == 0);
static_assert(MBEDTLS_TLS1_3_AES_256_GCM_SHA384 == policy_table::suites[0].iana);

Error unusable(const std::string& path, const std::string& why) {
  return {Errc::invalid, "tls.files", path + ": " + why};
}

std::string mbedtls_text(int code) {
  std::array<char, 128> text{};
  mbedtls_strerror(code, text.data(), text.size());
  return text.data();
}

int random_from_psa(void*, unsigned char* out, std::size_t size) {
  return psa_generate_random(out, size) == PSA_SUCCESS ? 0 : MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

// Mbed TLS recognises PEM by the NUL at its end.
Result<Bytes> read_pem(const std::string& path) {
  auto pem = read_file(path, largest_pem);
  if (!pem) return unusable(path, pem.error().what);
  pem->push_back(0);
  return pem;
}

// A positive result of the parser is the number of certificates that it skipped: as bad as a
// negative one.
Status read_certificates(const std::string& path, mbedtls_x509_crt& into) {
  auto pem = read_pem(path);
  if (!pem) return pem.error();
  const int result = mbedtls_x509_crt_parse(&into, pem->data(), pem->size());
  if (result < 0) return unusable(path, "not certificates in PEM: " + mbedtls_text(result));
  if (result > 0)
    return unusable(path, std::to_string(result) + " of its certificates are malformed");
  return {};
}

Status read_key(const std::string& path, mbedtls_pk_context& into) {
  auto pem = read_pem(path);
  if (!pem) return pem.error();
  const int result =
      mbedtls_pk_parse_key(&into, pem->data(), pem->size(), nullptr, 0, random_from_psa, nullptr);
  wipe(pem->data(), pem->size());
  if (result != 0)
    return unusable(path, "not a private key in PEM without a password: " + mbedtls_text(result));
  return {};
}

}  // namespace

struct TlsPolicy::State {
  mbedtls_ssl_config configuration;
  mbedtls_x509_crt ca;
  mbedtls_x509_crt own;
  mbedtls_pk_context key;
  std::unique_ptr<RemoteKey> remote_key;  ///< instead of `key`
  unsigned renewals = 0;                  ///< of TlsFiles, when this was read
  std::array<const char*, 2> alpn{policy_table::protocol.data(), nullptr};
  std::vector<SpkiPin> pins;
  TrustUse trust;

  State() {
    mbedtls_ssl_config_init(&configuration);
    mbedtls_x509_crt_init(&ca);
    mbedtls_x509_crt_init(&own);
    mbedtls_pk_init(&key);
  }
  ~State() {
    mbedtls_ssl_config_free(&configuration);
    mbedtls_x509_crt_free(&ca);
    mbedtls_x509_crt_free(&own);
    mbedtls_pk_free(&key);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Status load(const TlsFiles& files);
  Status configure();
};

Status TlsPolicy::State::load(const TlsFiles& files) {
  if (files.ca.empty()) return unusable("ca", "https needs the file of the CA to trust");
  if (Status read = read_certificates(files.ca, ca); !read) return read;
  if (ca.next != nullptr)
    return unusable(files.ca, "holds more than one certificate; exactly one CA is trusted");
  const bool has_key = !files.key.empty() || !files.keys_socket.empty();
  if (files.certificate.empty() == has_key) {
    return unusable("certificate, key", "give both or none");
  }
  if (files.renewals != nullptr) renewals = *files.renewals;
  if (files.certificate.empty()) return {};
  if (Status read = read_certificates(files.certificate, own); !read) return read;
  if (files.key.empty()) {
    auto made = RemoteKey::create(files.keys_socket);
    if (!made) return made.error();
    remote_key = std::move(*made);
    return {};
  }
  if (Status read = read_key(files.key, key); !read) return read;
  if (mbedtls_pk_check_pair(&own.pk, &key, random_from_psa, nullptr) != 0) {
    return unusable(files.key, "is not the key of " + files.certificate);
  }
  return {};
}

Status TlsPolicy::State::configure() {
  if (Status applied = apply_policy(configuration); !applied) return applied;
  mbedtls_ssl_conf_cert_profile(&configuration, &certificate_profile());
  mbedtls_ssl_conf_authmode(&configuration, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(&configuration, &ca, nullptr);
  int result = mbedtls_ssl_conf_alpn_protocols(&configuration, alpn.data());
  if (result == 0 && own.raw.p != nullptr)
    result =
        mbedtls_ssl_conf_own_cert(&configuration, &own, remote_key ? &remote_key->context() : &key);
  if (result != 0) return Error{Errc::full, "tls.configure", mbedtls_text(result)};
  return {};
}

Status apply_policy(mbedtls_ssl_config& configuration) {
  crypto::ensure_psa();
  const int result =
      mbedtls_ssl_config_defaults(&configuration, MBEDTLS_SSL_IS_CLIENT,
                                  MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_rng(&configuration, random_from_psa, nullptr);
  mbedtls_ssl_conf_min_tls_version(&configuration, MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_max_tls_version(&configuration, MBEDTLS_SSL_VERSION_TLS1_3);
  mbedtls_ssl_conf_ciphersuites(&configuration, suites.data());
  mbedtls_ssl_conf_groups(&configuration, groups.data());
  mbedtls_ssl_conf_sig_algs(&configuration, signatures.data());
  // Never a ticket's secret alone: a resumed session has keys of its own, too.
  mbedtls_ssl_conf_tls13_key_exchange_modes(&configuration,
                                            MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
  mbedtls_ssl_conf_session_tickets(&configuration, MBEDTLS_SSL_SESSION_TICKETS_ENABLED);
  // Without this Mbed TLS says nothing of tickets, and none is ever used.
  mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
      &configuration, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
  if (result != 0) return Error{Errc::full, "tls.configure", mbedtls_text(result)};
  return {};
}

TlsPolicy::TlsPolicy(std::shared_ptr<State> state, TlsFiles files, TrustUse trust)
    : state_(std::move(state)), files_(std::move(files)), trust_(trust) {
  if (state_->remote_key) worker_ = std::make_unique<Worker>("tls");
}
TlsPolicy::~TlsPolicy() = default;

Result<std::shared_ptr<TlsPolicy::State>> TlsPolicy::load(const TlsFiles& files, TrustUse trust) {
  crypto::ensure_psa();
  auto state = std::make_shared<State>();  // shared with connections
  auto pins = parse_pins(files.pins);
  if (!pins) return pins.error();
  state->pins = std::move(*pins);
  state->trust = trust;
  if (Status loaded = state->load(files); !loaded) return loaded.error();
  if (Status configured = state->configure(); !configured) return configured.error();
  return state;
}

Result<std::unique_ptr<TlsPolicy>> TlsPolicy::create(const TlsFiles& files, TrustUse trust) {
  auto state = load(files, trust);
  if (!state) return state.error();
  return std::unique_ptr<TlsPolicy>(new TlsPolicy(std::move(*state), files, trust));
}

std::shared_ptr<const mbedtls_ssl_config> TlsPolicy::configuration() {
  if (files_.renewals != nullptr && *files_.renewals != state_->renewals) {
    if (auto newer = load(files_, trust_)) {
      state_ = std::move(*newer);
    } else {
      // The old one may still be good; the next connection looks again.
      log_event(Event::identity_trouble, {{"what", "load"}, {"why", newer.error().text()}});
    }
  }
  return {state_, &state_->configuration};
}

ChainRules TlsPolicy::rules(ServerName server, WallClock clock) const {
  ChainRules rules{.server = std::move(server), .now = clock, .pins = state_->pins};
  const ServerTrust* const trust = state_->trust.trust;
  if (trust == nullptr) return rules;
  rules.now = trust->now(clock);
  if (!trust->asks_for_list()) return rules;
  rules.revoked = trust->list();
  rules.revoked_is_fresh = trust->list_is_fresh(clock);
  if (state_->trust.fetches_it) {
    rules.revocation = Revocation::known;
  } else if (trust->stale_is_refused()) {
    rules.revocation = Revocation::fresh;
  } else {
    rules.revocation = Revocation::held;
    if (rules.revoked != nullptr && !rules.revoked_is_fresh)
      log_event(Event::message_refused, {{"what", "revocation list"}, {"why", "it is too old"}});
  }
  return rules;
}

}  // namespace madoguchi
