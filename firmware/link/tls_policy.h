#pragma once
// What a TLS connection of the kiosk may look like: policy_table.h, a pinned CA, ephemeral keys in
// every handshake, a resumed one included, no 0-RTT. Internal to firmware/link.

#include <memory>

#include "firmware/base/result.h"
#include "firmware/link/chain_check.h"
#include "firmware/link/http_client.h"
#include "firmware/link/tls_tickets.h"

struct mbedtls_ssl_config;

namespace madoguchi {

class Worker;

/// Version, suites, groups, signature schemes, key exchange and randomness; no certificate, no
/// verification yet. For a configuration that was initialised. Errc::full.
Status apply_policy(mbedtls_ssl_config& configuration);

/// The configuration of one client's connections with the files it needs. Loop thread only.
class TlsPolicy {
 public:
  /// Errc::invalid or the file's error, with the file's name: the CA file must hold exactly one
  /// certificate; the certificate must belong to the key; both may be empty.
  static Result<std::unique_ptr<TlsPolicy>> create(const TlsFiles& files, TrustUse trust = {});
  ~TlsPolicy();
  TlsPolicy(const TlsPolicy&) = delete;
  TlsPolicy& operator=(const TlsPolicy&) = delete;

  /// For a connection that begins now, with the newest certificate. Shared: a connection keeps the
  /// one that it began with.
  [[nodiscard]] std::shared_ptr<const mbedtls_ssl_config> configuration();
  /// Where the handshake's steps are to run, because signing takes its time; null: anywhere.
  [[nodiscard]] Worker* worker() const { return worker_.get(); }
  /// By what a server is judged that is met at this moment of the system's clock.
  [[nodiscard]] ChainRules rules(ServerName server, WallClock clock) const;
  TlsTickets& tickets() { return tickets_; }

 private:
  struct State;
  TlsPolicy(std::shared_ptr<State> state, TlsFiles files, TrustUse trust);
  static Result<std::shared_ptr<State>> load(const TlsFiles& files, TrustUse trust);

  std::shared_ptr<State> state_;  ///< shared with the connections that began with it
  TlsFiles files_;
  TrustUse trust_;
  TlsTickets tickets_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace madoguchi
