#include "tests/bench/gateway/simulated_kiosk.h"

#include <chrono>
#include <stdexcept>

#include <boost/beast/http.hpp>

#include "firmware/message/desk_api.h"
#include "tests/contract/gateway/gateway_process.h"

namespace madoguchi::gateway {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr const char* host = "gateway.madoguchi.test";

asio::ssl::context with_certificate_of(const std::string& name) {
  const SharedCity& city = SharedCity::get();
  asio::ssl::context context(asio::ssl::context::tlsv13_client);
  context.use_certificate_chain_file(city.pki(name + ".pem"));
  context.use_private_key_file(city.pki(name + ".key"), asio::ssl::context::pem);
  context.load_verify_file(city.pki("gateway-ca.pem"));
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

double ms_since(Clock::time_point begun) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

}  // namespace

SimulatedKiosk::SimulatedKiosk(asio::io_context& loop, std::string address, const std::string& name)
    : address_(std::move(address)),
      tls_(with_certificate_of(name)),
      requests_(loop, tls_),
      live_(loop, tls_) {}

Task<void> SimulatedKiosk::reach(Stream& stream) {
  const auto colon = address_.rfind(':');
  const tcp::endpoint endpoint(asio::ip::make_address(address_.substr(0, colon)),
                               static_cast<unsigned short>(std::stoi(address_.substr(colon + 1))));
  co_await stream.next_layer().async_connect(endpoint, asio::use_awaitable);
  stream.next_layer().set_option(tcp::no_delay(true));
  SSL_set_tlsext_host_name(stream.native_handle(), host);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
}

Task<void> SimulatedKiosk::connect() {
  co_await reach(requests_);
  co_await reach(live_.next_layer());
  live_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
    request.set(http::field::sec_websocket_protocol, desk::live_subprotocol);
  }));
  co_await live_.async_handshake(host, desk::live_path, asio::use_awaitable);
  asio::co_spawn(live_.get_executor(), hear(), [](const std::exception_ptr&) {});
}

void SimulatedKiosk::leave() {
  boost::system::error_code ignored;
  requests_.next_layer().close(ignored);
  live_.next_layer().next_layer().close(ignored);
}

/// Answers the gateway's pings; what it says is not for us.
Task<void> SimulatedKiosk::hear() {
  for (;;) {
    auto [error, size] = co_await live_.async_read(buffer_, as_tuple_await);
    if (error) co_return;
    buffer_.consume(size);
  }
}

Task<Bytes> SimulatedKiosk::ask(std::string kind, std::string method, std::string target,
                                Bytes body, Measured& measured) {
  http::request<http::vector_body<std::uint8_t>> request(http::string_to_verb(method), target, 11);
  request.set(http::field::host, host);
  if (method == "POST") {
    request.set(http::field::content_type, "application/json");
    request.set("Idempotency-Key", random_uuid());
  }
  request.body() = std::move(body);
  request.prepare_payload();
  const auto begun = Clock::now();
  co_await http::async_write(requests_, request, asio::use_awaitable);
  boost::beast::flat_buffer buffer;
  http::response<http::vector_body<std::uint8_t>> response;
  co_await http::async_read(requests_, buffer, response, asio::use_awaitable);
  measured.ms[kind].push_back(ms_since(begun));
  if (response.result_int() > 299) ++measured.refused;
  co_return std::move(response.body());
}

template <class Reply, class Body>
Task<Reply> SimulatedKiosk::step(std::string kind, std::string target, Body body,
                                 Measured& measured) {
  Bytes json = encode(body, Dialect::json);
  auto asking = ask(std::move(kind), "POST", std::move(target), std::move(json), measured);
  const Bytes answer = co_await std::move(asking);
  auto reply = decode<Reply>(answer, Dialect::json);
  if (!reply) throw std::runtime_error(as_text(answer));
  co_return std::move(*reply);
}

Task<void> SimulatedKiosk::health(Measured& measured) {
  auto asking = ask("health", "GET", "/v1/health", Bytes(), measured);
  (void)co_await std::move(asking);
}

Task<void> SimulatedKiosk::visit(Timers& timers, const Card& card, Timers::Duration think,
                                 Measured& measured) {
  const std::string id = random_uuid();
  const std::string path = "/v1/visits/" + id + "/";
  const api::VisitOpen open{id};
  auto opening = step<api::VisitOpened>("open", "/v1/visits", open, measured);
  const auto opened = co_await std::move(opening);
  co_await timers.sleep(think);
  api::Identify identify;
  identify.auth_certificate = card.certificate;
  identify.signature = card.sign(api::identify_message(opened.nonce));
  auto identifying =
      step<api::Identified>("identify", path + "identify", std::move(identify), measured);
  (void)co_await std::move(identifying);
  co_await timers.sleep(think);
  auto quoting = step<api::Quote>("quote", path + "quote", api::QuoteRequest(), measured);
  const auto quote = co_await std::move(quoting);
  co_await timers.sleep(think);
  const api::IssueRequest issue{quote.quote};
  auto issuing = step<api::SealedDocument>("issue", path + "issue", issue, measured);
  const auto sealed = co_await std::move(issuing);
  const auto seal = decode<api::Seal>(sealed.seal);
  co_await timers.sleep(think);
  api::Settlement settlement;
  settlement.document = seal->document;
  settlement.outcome = api::Outcome::issued;
  settlement.charged_yen = quote.fee_yen;
  auto settling = step<api::Settled>("settle", path + "settle", std::move(settlement), measured);
  (void)co_await std::move(settling);
  const api::Feedback feedback{5};
  auto rating = step<api::Settled>("feedback", path + "feedback", feedback, measured);
  (void)co_await std::move(rating);
  const desk::LiveFromKiosk pulse = desk::Pulse{};
  const std::string text = as_text(encode(pulse, Dialect::json));
  co_await live_.async_write(asio::buffer(text), asio::use_awaitable);
}

}  // namespace madoguchi::gateway
