#pragma once
// Typed calls to the gateway (firmware/message/gateway_api.h) over the link.

#include <string>
#include <variant>

#include "firmware/base/task.h"
#include "firmware/message/consult_api.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/gateway_api.h"
#include "firmware/message/queue_api.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// No usable answer, or a refusal with its reason.
struct GatewayFailure {
  std::optional<api::Refusal> refusal;
  std::string detail;  ///< for the log

  /// Whether the city has decided, so that asking again changes nothing. A gateway that is not
  /// reached, is too busy or in trouble has not.
  [[nodiscard]] bool decided() const { return refusal && *refusal != api::Refusal::internal; }
};

template <class T>
using Answer = std::variant<T, GatewayFailure>;

/// One visit's side of the conversation. Every call has a deadline and an id of its own, so that
/// the link may repeat it without harm.
class Gateway {
 public:
  Gateway(Link& link, std::string visit) : link_(link), visit_(std::move(visit)) {}

  Task<Answer<api::VisitOpened>> open();
  Task<Answer<api::Identified>> identify(const api::Identify& request);
  Task<Answer<api::Quote>> quote(const api::QuoteRequest& request);
  /// The same `key` gives the same document again, byte for byte, until it is settled.
  Task<Answer<api::SealedDocument>> issue(const api::IssueRequest& request, std::string key);
  Task<Answer<api::Settled>> settle(const api::Settlement& request);
  Task<Answer<api::Settled>> feedback(const api::Feedback& request);
  Task<Answer<api::Settled>> notice(const api::Notice& request);
  // The help desk's (desk_api.h); the visit is the session then.
  Task<Answer<desk::HelpGranted>> ask_help(const desk::HelpAsk& request);
  /// An anonymous record (outbox.h), with the visit as the key: repeated, it counts once.
  Task<Answer<api::Settled>> record(std::string target, const std::string& json);
  Task<Answer<desk::SignedBadges>> badges();
  // The waiting room's (queue_api.h); the visit is the ticket where one is told of.
  Task<Answer<queue::Status>> queue_status();
  Task<Answer<queue::TicketGiven>> take_ticket(const queue::TicketAsk& request);
  Task<Answer<api::Settled>> report_ticket(const queue::TicketReport& request, std::string key);
  Task<Answer<api::Settled>> withdraw_ticket(std::string key);
  Task<Answer<queue::Slots>> slots();
  Task<Answer<queue::Booking>> book(const queue::BookingAsk& request);
  Task<Answer<queue::Booking>> booking(const std::string& code);
  Task<Answer<queue::CheckedIn>> check_in(const queue::CheckIn& request);
  Task<Answer<queue::Booking>> cancel_booking(const queue::Cancellation& request);
  Task<Answer<queue::Booking>> tie_card(const queue::CardTie& request);
  Task<Answer<queue::Booking>> booking_of(const queue::CardShown& request);
  // A consultation's (consult_api.h); the visit is the call where there is one.
  Task<Answer<consult::Topics>> consult_topics();
  Task<Answer<consult::Standing>> consult_ask(const consult::Ask& request);
  Task<Answer<consult::RelayPass>> consult_relay(const consult::RelayAsk& request);
  Task<Answer<consult::Paper>> consult_paper(const std::string& paper);

 private:
  template <class Reply>
  Task<Answer<Reply>> send(HttpCall call);
  template <class Reply, class Request>
  Task<Answer<Reply>> post(std::string target, Request request, std::int64_t deadline_ms,
                           std::string key = random_uuid());
  [[nodiscard]] std::string of_visit(const char* what) const {
    return "/v1/visits/" + visit_ + "/" + what;
  }

  Link& link_;
  std::string visit_;
};

}  // namespace madoguchi::visit
