#include "hal/terminal/nexo_terminal.h"

#include <ctime>
#include <utility>
#include <variant>

#include "firmware/base/asio.h"
#include "firmware/link/server_url.h"
#include "hal/terminal/message_security.h"
#include "hal/terminal/nexo.h"
#include "hal/terminal/payment_verdict.h"

namespace madoguchi {
namespace {

using namespace nexo;

// Everything but waiting for a tap and for the acquirer is the terminal's own and quick.
constexpr Timers::Duration answer_limit{15'000};

std::string iso8601(Timers::Wall time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &utc);
  return {text, size};
}

// For Login and Diagnosis, whose outcome nobody ever asks for again.
std::string passing_service_id() { return to_hex(random_bytes(5)); }

class NexoTerminal final : public PaymentTerminal {
 public:
  NexoTerminal(Timers& timers, TerminalConfig config, HttpServer server, std::string target,
               std::optional<MessageSecurity> security)
      : timers_(timers),
        config_(std::move(config)),
        server_(std::move(server)),
        target_(std::move(target)),
        security_(std::move(security)) {}

  Task<Result<TerminalState>> login() override;
  Task<Result<TerminalState>> diagnose() override;
  Task<PaymentOutcome> pay(const SaleReference& reference, std::int64_t amount_yen) override;
  Task<Result<void>> abort(const SaleReference& payment, const std::string& service_id) override;
  Task<StatusOutcome> status(const SaleReference& earlier, const std::string& service_id) override;
  Task<ReversalOutcome> reverse(const SaleReference& reference, const std::string& terminal_sale,
                                std::int64_t amount_yen) override;
  Task<Result<TerminalTotals>> totals() override;
  Task<Result<TerminalTotals>> close_period() override;

 private:
  struct Failure {
    Error error;
    Sent sent = Sent::maybe;
  };

  [[nodiscard]] Header header(const std::string& sale_id, const std::string& service_id) const;
  Task<std::variant<HttpResponse, Failure>> post(Bytes body, Timers::Duration limit);
  [[nodiscard]] Result<Reply> read(ByteView body) const;
  template <class T>
  Task<std::variant<T, Failure>> exchange(Header header, nexo::Request request,
                                          Timers::Duration limit);
  Task<Result<TerminalState>> ask_state(nexo::Request request);
  Task<Result<TerminalTotals>> ask_totals(nexo::Request request);

  Timers& timers_;
  TerminalConfig config_;
  HttpServer server_;
  std::string target_;
  std::optional<MessageSecurity> security_;
};

Header NexoTerminal::header(const std::string& sale_id, const std::string& service_id) const {
  return {Category::diagnosis, service_id, sale_id, config_.poi_id};
}

// Each request has a connection of its own: `abort` and `status` go out while `pay` waits, and the
// question after a dropped payment must not travel on the socket that dropped it.
Task<std::variant<HttpResponse, NexoTerminal::Failure>> NexoTerminal::post(Bytes body,
                                                                           Timers::Duration limit) {
  auto client = HttpClient::create(timers_, server_);
  if (!client.ok()) co_return Failure{client.error(), Sent::nothing};
  if (security_) {
    auto secured = security_->protect(body);
    if (!secured.ok()) co_return Failure{secured.error(), Sent::nothing};
    body = std::move(*secured);
  }
  HttpRequest request{"POST", target_, {{"Content-Type", "application/json"}}, std::move(body)};
  auto answer = co_await (*client)->send(std::move(request), limit);
  if (auto* failure = std::get_if<HttpFailure>(&answer)) {
    co_return Failure{std::move(failure->error), failure->sent};
  }
  auto& response = std::get<HttpResponse>(answer);
  if (response.status / 100 != 2) {
    co_return Failure{
        {Errc::protocol, "terminal", "HTTP status " + std::to_string(response.status)},
        Sent::maybe};
  }
  co_return std::move(response);
}

Result<Reply> NexoTerminal::read(ByteView body) const {
  if (!security_) return decode(body);
  const auto plain = security_->open(body);
  if (plain.ok()) return decode(*plain);
  // A terminal that cannot open a message rejects it in plain. A rejection moves no money and
  // settles no question; nothing else is taken from a message without protection.
  auto unprotected = decode(body);
  if (unprotected.ok() && std::holds_alternative<Rejected>(unprotected->body)) return unprotected;
  return plain.error();
}

// Sends a request and gives the body of the reply to exactly this request. Callers name the request
// before they await: GCC 12 destroys an aggregate temporary twice when it stands within a co_await.
template <class T>
Task<std::variant<T, NexoTerminal::Failure>> NexoTerminal::exchange(Header header,
                                                                    nexo::Request request,
                                                                    Timers::Duration limit) {
  header.category = category_of(request);
  auto message = encode(header, request);
  if (!message.ok()) co_return Failure{message.error(), Sent::nothing};
  auto answer = co_await post(std::move(*message), limit);
  if (auto* failure = std::get_if<Failure>(&answer)) co_return std::move(*failure);
  auto reply = read(std::get<HttpResponse>(answer).body);
  if (!reply.ok()) co_return Failure{reply.error(), Sent::maybe};
  const auto wrong = [](std::string what) {
    return Failure{{Errc::protocol, "terminal", std::move(what)}, Sent::maybe};
  };
  if (auto* rejected = std::get_if<Rejected>(&reply->body)) {
    co_return wrong("the terminal rejected the message: " + rejected->details);
  }
  if (std::string difference = mismatch(header, reply->header); !difference.empty()) {
    co_return wrong(std::move(difference));
  }
  auto* body = std::get_if<T>(&reply->body);
  if (body == nullptr) co_return wrong("the reply is of another kind");
  co_return std::move(*body);
}

Task<Result<TerminalState>> NexoTerminal::ask_state(nexo::Request request) {
  auto answer = co_await exchange<PoiReply>(header(config_.sale_id, passing_service_id()),
                                            std::move(request), answer_limit);
  if (auto* failure = std::get_if<Failure>(&answer)) co_return std::move(failure->error);
  const auto& reply = std::get<PoiReply>(answer);
  TerminalState state;
  state.model = reply.model;
  state.ready = reply.response.outcome == Outcome::success &&
                (reply.global_status.empty() || reply.global_status == "OK");
  state.detail = reply.global_status;
  if (reply.response.outcome != Outcome::success) {
    state.detail =
        std::string(nexo::name_of(reply.response.condition)) + " " + reply.response.message;
  }
  co_return state;
}

Task<Result<TerminalState>> NexoTerminal::login() {
  return ask_state(LoginRequest{iso8601(timers_.wall()), MADOGUCHI_VERSION});
}

Task<Result<TerminalState>> NexoTerminal::diagnose() { return ask_state(DiagnosisRequest{}); }

Task<PaymentOutcome> NexoTerminal::pay(const SaleReference& reference, std::int64_t amount_yen) {
  nexo::Request request =
      PaymentRequest{reference.transaction, iso8601(timers_.wall()), amount_yen};
  auto answer = co_await exchange<PaymentReply>(header(reference.sale_id, reference.service_id),
                                                std::move(request), config_.patience);
  if (auto* failure = std::get_if<Failure>(&answer)) {
    // The one failure that is certain: what was never sent was never charged.
    if (failure->sent == Sent::nothing) {
      co_return Declined{Declined::Reason::other, "not sent: " + failure->error.text()};
    }
    co_return Unknown{failure->error.text()};
  }
  co_return judge_payment(std::get<PaymentReply>(answer), reference, amount_yen);
}

// Abort has no reply of its own (nexo: the Payment's reply tells); a terminal may still reject the
// message.
Task<Result<void>> NexoTerminal::abort(const SaleReference& payment,
                                       const std::string& service_id) {
  auto message = encode(header(payment.sale_id, service_id),
                        AbortRequest{{payment.service_id, payment.sale_id}});
  if (!message.ok()) co_return message.error();
  auto answer = co_await post(std::move(*message), answer_limit);
  if (auto* failure = std::get_if<Failure>(&answer)) co_return std::move(failure->error);
  const auto reply = read(std::get<HttpResponse>(answer).body);
  if (reply.ok() && std::holds_alternative<Rejected>(reply->body)) {
    co_return Error{Errc::refused, "terminal.abort", std::get<Rejected>(reply->body).details};
  }
  co_return Result<void>();
}

Task<StatusOutcome> NexoTerminal::status(const SaleReference& earlier,
                                         const std::string& service_id) {
  nexo::Request request = TransactionStatusRequest{{earlier.service_id, earlier.sale_id}};
  auto answer = co_await exchange<StatusReply>(header(earlier.sale_id, service_id),
                                               std::move(request), answer_limit);
  if (auto* failure = std::get_if<Failure>(&answer)) co_return Unknown{failure->error.text()};
  co_return judge_status(std::get<StatusReply>(answer), earlier);
}

Task<ReversalOutcome> NexoTerminal::reverse(const SaleReference& reference,
                                            const std::string& terminal_sale,
                                            std::int64_t amount_yen) {
  nexo::Request request = ReversalRequest{reference.transaction, iso8601(timers_.wall()),
                                          PoiTransaction::from_key(terminal_sale), amount_yen};
  auto answer = co_await exchange<ReversalReply>(header(reference.sale_id, reference.service_id),
                                                 std::move(request), config_.patience);
  if (auto* failure = std::get_if<Failure>(&answer)) {
    // Even when nothing was sent: the money is still to be given back, so this is nothing to settle
    // for.
    co_return Unknown{failure->error.text()};
  }
  co_return judge_reversal(std::get<ReversalReply>(answer), amount_yen);
}

Task<Result<TerminalTotals>> NexoTerminal::ask_totals(nexo::Request request) {
  auto answer = co_await exchange<TotalsReply>(header(config_.sale_id, passing_service_id()),
                                               std::move(request), config_.patience);
  if (auto* failure = std::get_if<Failure>(&answer)) co_return std::move(failure->error);
  const auto& reply = std::get<TotalsReply>(answer);
  if (reply.response.outcome != Outcome::success) {
    co_return Error{
        Errc::refused, "terminal",
        std::string(nexo::name_of(reply.response.condition)) + " " + reply.response.message};
  }
  TerminalTotals totals;
  totals.period = reply.period;
  for (const TotalsReply::Sum& sum : reply.sums) {
    if (!sum.sale_id.empty() && sum.sale_id != config_.sale_id) continue;  // another kiosk's
    if (sum.type == "Debit") {
      totals.payments += sum.count;
      totals.payments_yen += sum.yen;
    } else if (sum.type == "ReverseDebit") {
      totals.reversals += sum.count;
      totals.reversals_yen += sum.yen;
    }
  }
  co_return totals;
}

Task<Result<TerminalTotals>> NexoTerminal::totals() {
  return ask_totals(GetTotalsRequest{config_.sale_id});
}

Task<Result<TerminalTotals>> NexoTerminal::close_period() {
  return ask_totals(ReconciliationRequest{});
}

}  // namespace

Result<std::unique_ptr<PaymentTerminal>> make_nexo_terminal(Timers& timers, TerminalConfig config) {
  if (config.sale_id.empty() || config.poi_id.empty()) {
    return Error{Errc::invalid, "terminal", "sale_id and poi_id must not be empty"};
  }
  auto url = parse_server_url(config.url);
  if (!url.ok()) return url.error();
  const HttpServer server{(url->tls ? "https://" : "http://") + url->authority(), config.tls,
                          nexo::max_reply};
  // Each request makes its own; this one shows now, and not at the first fee, that URL and PEM
  // files are good.
  if (auto client = HttpClient::create(timers, server); !client.ok()) return client.error();
  std::optional<MessageSecurity> security;
  if (!config.key.empty()) {
    const auto key = read_terminal_key(config.key);
    if (!key.ok()) return key.error();
    security.emplace(*key);
  }
  const std::string target = url->path.empty() ? "/" : url->path;
  return std::unique_ptr<PaymentTerminal>(std::make_unique<NexoTerminal>(
      timers, std::move(config), server, target, std::move(security)));
}

}  // namespace madoguchi
