#include "firmware/visit/gateway.h"

#include "firmware/base/log.h"

namespace madoguchi::visit {
namespace {

// Long enough for one reconnect; short enough that nobody thinks the kiosk has died.
constexpr std::int64_t usual_ms = 15'000;
// Settling is retried longer: the resident is not waiting for it.
constexpr std::int64_t settle_ms = 30'000;
// A volunteer waits with the badge in hand, and there is the list; the rest has time for later.
constexpr std::int64_t help_ms = 5'000;
// Somebody stands there and waits for a number, and there is the kiosk's own.
constexpr std::int64_t ticket_ms = 5'000;

}  // namespace

template <class Reply, class Request>
// By value: the callers are no coroutines, and their arguments are gone when this one first runs.
Task<Answer<Reply>> Gateway::post(std::string target, Request request, std::int64_t deadline_ms,
                                  std::string key) {
  return send<Reply>(HttpCall{std::move(key), "POST", std::move(target),
                              encode(request, Dialect::json), deadline_ms});
}

template <class Reply>
Task<Answer<Reply>> Gateway::send(HttpCall call) {
  // Without a query: it may hold the code of a booking.
  const std::string path = call.target.substr(0, call.target.find('?'));
  const std::string what = path.substr(path.rfind('/') + 1);
  const HttpAnswer answer = co_await link_.call(std::move(call));
  GatewayFailure failure;
  if (!answer.status) {
    failure.detail = answer.failure.value_or("no answer");
  } else if (*answer.status < 200 || *answer.status > 299) {
    failure.detail = "status " + std::to_string(*answer.status);
    if (auto error = decode<api::ApiError>(answer.body, Dialect::json)) {
      failure.refusal = error->code;
      failure.detail += " " + std::string(codec::enum_name(error->code));
    }
  } else if (auto reply = decode<Reply>(answer.body, Dialect::json)) {
    co_return std::move(*reply);
  } else {
    failure.detail = reply.error().text();
  }
  log_event(Event::request_failed, {{"request", what}, {"detail", failure.detail}});
  co_return failure;
}

Task<Answer<api::VisitOpened>> Gateway::open() {
  return post<api::VisitOpened>("/v1/visits", api::VisitOpen{visit_}, usual_ms);
}
Task<Answer<api::Identified>> Gateway::identify(const api::Identify& request) {
  return post<api::Identified>(of_visit("identify"), request, usual_ms);
}
Task<Answer<api::Quote>> Gateway::quote(const api::QuoteRequest& request) {
  return post<api::Quote>(of_visit("quote"), request, usual_ms);
}
Task<Answer<api::SealedDocument>> Gateway::issue(const api::IssueRequest& request,
                                                 std::string key) {
  return post<api::SealedDocument>(of_visit("issue"), request, usual_ms, std::move(key));
}
Task<Answer<api::Settled>> Gateway::settle(const api::Settlement& request) {
  return post<api::Settled>(of_visit("settle"), request, settle_ms);
}
Task<Answer<api::Settled>> Gateway::feedback(const api::Feedback& request) {
  return post<api::Settled>(of_visit("feedback"), request, usual_ms);
}
Task<Answer<api::Settled>> Gateway::notice(const api::Notice& request) {
  return post<api::Settled>(of_visit("notice"), request, usual_ms);
}
Task<Answer<desk::HelpGranted>> Gateway::ask_help(const desk::HelpAsk& request) {
  return post<desk::HelpGranted>("/v1/help/sessions", request, help_ms);
}
Task<Answer<api::Settled>> Gateway::record(std::string target, const std::string& json) {
  return send<api::Settled>(
      HttpCall{visit_, "POST", std::move(target), to_bytes(as_bytes(json)), help_ms});
}
Task<Answer<desk::SignedBadges>> Gateway::badges() {
  return send<desk::SignedBadges>(HttpCall{random_uuid(), "GET", "/v1/help/badges", {}, help_ms});
}
Task<Answer<queue::Status>> Gateway::queue_status() {
  return send<queue::Status>(HttpCall{random_uuid(), "GET", "/v1/queue", {}, ticket_ms});
}
Task<Answer<queue::TicketGiven>> Gateway::take_ticket(const queue::TicketAsk& request) {
  return post<queue::TicketGiven>("/v1/queue/tickets", request, ticket_ms);
}
Task<Answer<api::Settled>> Gateway::report_ticket(const queue::TicketReport& request,
                                                  std::string key) {
  return post<api::Settled>("/v1/queue/tickets/" + visit_ + "/report", request, ticket_ms,
                            std::move(key));
}
Task<Answer<api::Settled>> Gateway::withdraw_ticket(std::string key) {
  return post<api::Settled>("/v1/queue/tickets/" + visit_ + "/withdraw",
                            queue::TicketGivenUp{"power cut"}, ticket_ms, std::move(key));
}
Task<Answer<queue::Slots>> Gateway::slots() {
  return send<queue::Slots>(HttpCall{random_uuid(), "GET", "/v1/queue/slots", {}, usual_ms});
}
Task<Answer<queue::Booking>> Gateway::book(const queue::BookingAsk& request) {
  return post<queue::Booking>("/v1/queue/bookings", request, usual_ms);
}
Task<Answer<queue::Booking>> Gateway::booking(const std::string& code) {
  return send<queue::Booking>(
      HttpCall{random_uuid(), "GET", "/v1/queue/booking?code=" + code, {}, usual_ms});
}
Task<Answer<queue::CheckedIn>> Gateway::check_in(const queue::CheckIn& request) {
  return post<queue::CheckedIn>("/v1/queue/check_ins", request, ticket_ms);
}
Task<Answer<queue::Booking>> Gateway::cancel_booking(const queue::Cancellation& request) {
  return post<queue::Booking>("/v1/queue/cancellations", request, usual_ms);
}
Task<Answer<queue::Booking>> Gateway::tie_card(const queue::CardTie& request) {
  return post<queue::Booking>("/v1/queue/card_ties", request, usual_ms);
}
Task<Answer<queue::Booking>> Gateway::booking_of(const queue::CardShown& request) {
  return post<queue::Booking>("/v1/queue/card_bookings", request, usual_ms);
}
Task<Answer<consult::Topics>> Gateway::consult_topics() {
  return send<consult::Topics>(
      HttpCall{random_uuid(), "GET", "/v1/consultations/topics", {}, ticket_ms});
}
Task<Answer<consult::Standing>> Gateway::consult_ask(const consult::Ask& request) {
  return post<consult::Standing>("/v1/consultations", request, usual_ms);
}
Task<Answer<consult::RelayPass>> Gateway::consult_relay(const consult::RelayAsk& request) {
  return post<consult::RelayPass>("/v1/consultations/" + visit_ + "/relay", request, ticket_ms);
}
Task<Answer<consult::Paper>> Gateway::consult_paper(const std::string& paper) {
  return send<consult::Paper>(HttpCall{
      random_uuid(), "GET", "/v1/consultations/" + visit_ + "/papers/" + paper, {}, usual_ms});
}

}  // namespace madoguchi::visit
