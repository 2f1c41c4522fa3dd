#pragma once
// One resumption ticket (RFC 8446, 4.6.1) of one client's server, in memory only, used once. A
// resumed session shows no certificate, so a ticket is good only for what was checked when its
// connection began: the same server, the same revocation list, before the first certificate of that
// path expires, and no longer than its lifetime. Internal to firmware/link.
//
// Loop thread only.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "firmware/link/chain_check.h"

struct mbedtls_ssl_context;

namespace madoguchi {

/// What a connection was judged by when it began.
struct Judgement {
  std::chrono::steady_clock::time_point began;
  std::string host;
  WallClock now;
  std::shared_ptr<const RevocationList> revoked;
  WallClock valid_until = WallClock::max();  ///< of the path that was shown
};

class TlsTickets {
 public:
  TlsTickets();
  ~TlsTickets();
  TlsTickets(const TlsTickets&) = delete;
  TlsTickets& operator=(const TlsTickets&) = delete;

  /// After the server has sent one: it takes the place of the one before.
  void keep(mbedtls_ssl_context& from, const Judgement& judged);
  /// Before a handshake: gives the ticket away, if it is still good for this connection. Says until
  /// when its path is valid; nothing when none was offered.
  std::optional<WallClock> offer(mbedtls_ssl_context& to, const Judgement& judged);

 private:
  struct Ticket;
  std::unique_ptr<Ticket> ticket_;
};

}  // namespace madoguchi
