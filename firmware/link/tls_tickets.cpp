#include "firmware/link/tls_tickets.h"

#include <algorithm>

#include <mbedtls/ssl.h>

#include "firmware/link/policy_table.h"

namespace madoguchi {

struct TlsTickets::Ticket {
  mbedtls_ssl_session session;
  Judgement judged;

  explicit Ticket(Judgement judgement) : judged(std::move(judgement)) {
    mbedtls_ssl_session_init(&session);
  }
  ~Ticket() { mbedtls_ssl_session_free(&session); }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

  // From the beginning of its connection on, which is a little earlier than it came.
  [[nodiscard]] std::chrono::steady_clock::time_point good_until() const {
    const std::chrono::seconds lifetime(session.MBEDTLS_PRIVATE(ticket_lifetime));
    return judged.began + std::min(lifetime, policy_table::longest_ticket);
  }
};

TlsTickets::TlsTickets() = default;
TlsTickets::~TlsTickets() = default;

void TlsTickets::keep(mbedtls_ssl_context& from, const Judgement& judged) {
  auto ticket = std::make_unique<Ticket>(judged);
  const bool taken = mbedtls_ssl_get_session(&from, &ticket->session) == 0;
  ticket_ = taken ? std::move(ticket) : nullptr;
}

std::optional<WallClock> TlsTickets::offer(mbedtls_ssl_context& to, const Judgement& judged) {
  const std::unique_ptr<Ticket> ticket = std::move(ticket_);
  if (ticket == nullptr) return std::nullopt;
  const Judgement& then = ticket->judged;
  const bool good = judged.began < ticket->good_until() && judged.host == then.host &&
                    judged.revoked == then.revoked && judged.now < then.valid_until;
  if (!good || mbedtls_ssl_set_session(&to, &ticket->session) != 0) return std::nullopt;
  return then.valid_until;
}

}  // namespace madoguchi
