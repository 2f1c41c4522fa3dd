#include "tools/emulators/printer/relay.h"

#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/src.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/bytes.h"
#include "tools/emulators/loopback.h"

namespace madoguchi::emulator {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using Body = http::vector_body<std::uint8_t>;

constexpr std::uint64_t body_limit = 256u << 20;

// RFC 8010, 3.1.1: version (2 bytes), operation-id (2 bytes).
int operation_of(const Bytes& body) { return body.size() < 4 ? 0 : body[2] << 8 | body[3]; }

int operation_named(const std::string& name) {
  static const std::map<std::string, int> operations{
      {"validate", 0x0004}, {"create", 0x0005}, {"send", 0x0006}, {"cancel", 0x0008}};
  const auto found = operations.find(name);
  return found == operations.end() ? 0 : found->second;
}

class TcpRelay final : public Relay {
 public:
  TcpRelay(asio::io_context& loop, std::string socket, Tell tell)
      : loop_(loop),
        plug_(loop, [this](tcp::socket& client) { return serve(client); }),
        socket_(std::move(socket)),
        tell_(std::move(tell)) {}

  Status open(std::uint16_t port) { return plug_.open(port); }
  [[nodiscard]] std::uint16_t port() const override { return plug_.port(); }
  void die() override;
  void back() override;
  bool command(const std::string& line) override;

 private:
  Task<void> serve(tcp::socket& client);
  Task<http::response<Body>> pass_on(http::request<Body> request);
  bool lose(std::multiset<int>& losses, int operation, const char* what);

  asio::io_context& loop_;
  Loopback plug_;
  std::string socket_;
  Tell tell_;
  std::multiset<int> lost_replies_;
  std::multiset<int> lost_requests_;
};

Task<void> TcpRelay::serve(tcp::socket& client) {
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<Body> parser;
    parser.body_limit(body_limit);
    co_await http::async_read_header(client, buffer, parser, asio::use_awaitable);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      http::response<http::empty_body> go_on{http::status::continue_, 11};
      co_await http::async_write(client, go_on, asio::use_awaitable);
    }
    co_await http::async_read(client, buffer, parser, asio::use_awaitable);
    auto request = parser.release();
    const int operation = operation_of(request.body());
    const bool keep_alive = request.keep_alive();
    if (lose(lost_requests_, operation, "request")) co_return;
    auto reply = co_await pass_on(std::move(request));
    if (lose(lost_replies_, operation, "reply")) co_return;
    co_await http::async_write(client, reply, asio::use_awaitable);
    if (!keep_alive || !reply.keep_alive()) co_return;
  }
}

Task<http::response<Body>> TcpRelay::pass_on(http::request<Body> request) {
  asio::local::stream_protocol::socket printer(loop_);
  co_await printer.async_connect(asio::local::stream_protocol::endpoint(socket_),
                                 asio::use_awaitable);
  request.erase(http::field::expect);
  request.prepare_payload();
  co_await http::async_write(printer, request, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response_parser<Body> parser;
  parser.body_limit(body_limit);
  co_await http::async_read(printer, buffer, parser, asio::use_awaitable);
  auto reply = parser.release();
  reply.prepare_payload();
  co_return reply;
}

bool TcpRelay::lose(std::multiset<int>& losses, int operation, const char* what) {
  const auto found = losses.find(operation);
  if (found == losses.end()) return false;
  losses.erase(found);
  tell_(std::string(what) + " lost");
  return true;
}

void TcpRelay::die() {
  plug_.pull();
  tell_("dead");
}

void TcpRelay::back() {
  const Status again = plug_.plug_in();
  tell_(again.ok() ? "back" : again.error().text());
}

bool TcpRelay::command(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string which;
  words >> verb >> which;
  const int operation = operation_named(which);
  if (operation == 0 || (verb != "drop-reply" && verb != "drop-request")) return false;
  (verb == "drop-reply" ? lost_replies_ : lost_requests_).insert(operation);
  tell_(line);
  return true;
}

}  // namespace

Result<std::unique_ptr<Relay>> Relay::open(asio::io_context& loop, std::uint16_t port,
                                           std::string socket, Tell tell) {
  auto relay = std::make_unique<TcpRelay>(loop, std::move(socket), std::move(tell));
  if (auto listening = relay->open(port); !listening.ok()) return listening.error();
  return std::unique_ptr<Relay>(std::move(relay));
}

const char* Relay::usage() {
  return "drop-reply validate|create|send|cancel | drop-request validate|create|send|cancel";
}

}  // namespace madoguchi::emulator
