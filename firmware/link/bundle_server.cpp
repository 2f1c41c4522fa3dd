#include "firmware/link/bundle_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi {
namespace {

namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr int most_connections = 16;
constexpr std::size_t largest_header = 8 * 1024;
constexpr std::chrono::milliseconds idle{120'000};  // RAUC pauses while it writes
constexpr std::chrono::milliseconds again{1'000};

class LoopbackBundleServer final : public BundleServer {
 public:
  LoopbackBundleServer(Timers& timers, BundleSource& source, tcp::acceptor acceptor)
      : timers_(timers),
        source_(source),
        acceptor_(std::move(acceptor)),
        path_("/" + to_hex(random_bytes(16)) + "/bundle.raucb") {}

  [[nodiscard]] std::string url() const override {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path_;
  }
  Task<void> run() override;

 private:
  using Request = http::request<http::empty_body>;
  Task<void> serve(tcp::socket socket);
  Task<bool> answer(tcp::socket& socket, const Request& request);
  Task<bool> refuse(tcp::socket& socket, const Request& request, http::status status);
  Task<bool> send_head(tcp::socket& socket, http::response<http::empty_body>& head);
  Task<bool> send_body(tcp::socket& socket, ddi::ByteRange range);

  Timers& timers_;
  BundleSource& source_;
  tcp::acceptor acceptor_;
  std::string path_;
  std::shared_ptr<int> connections_ = std::make_shared<int>(0);  // with each connection
};

/// A connection that is dropped with its loop may outlive its server.
struct Counted {
  explicit Counted(std::shared_ptr<int> count) : count_(std::move(count)) { ++*count_; }
  ~Counted() { --*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::shared_ptr<int> count_;
};

Task<void> LoopbackBundleServer::run() {
  // Each connection's coroutine borrows this; all of them end with the loop at the latest, and the
  // server is destroyed after the loop has run.
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(as_tuple_await);
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) {
      co_await timers_.sleep(again);
      continue;
    }
    if (*connections_ >= most_connections) continue;
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

Task<void> LoopbackBundleServer::serve(tcp::socket socket) {
  const Counted counted(connections_);
  boost::beast::flat_buffer buffer(largest_header);
  for (;;) {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(largest_header);
    const auto read = [&]() -> Task<bool> {
      auto [error, size] = co_await http::async_read(socket, buffer, parser, as_tuple_await);
      co_return !error;
    };
    const auto whole = co_await within(timers_, idle, read());
    if (!whole.value_or(false)) co_return;
    const bool more = co_await answer(socket, parser.get());
    if (!more) co_return;
  }
}

Task<bool> LoopbackBundleServer::send_head(tcp::socket& socket,
                                           http::response<http::empty_body>& head) {
  http::response_serializer<http::empty_body> serializer(head);
  auto [error, size] = co_await http::async_write_header(socket, serializer, as_tuple_await);
  co_return !error;
}

Task<bool> LoopbackBundleServer::refuse(tcp::socket& socket, const Request& request,
                                        http::status status) {
  http::response<http::empty_body> head(status, request.version());
  head.set(http::field::content_length, "0");
  head.keep_alive(request.keep_alive());
  const bool sent = co_await send_head(socket, head);
  co_return sent&& request.keep_alive();
}

Task<bool> LoopbackBundleServer::answer(tcp::socket& socket, const Request& request) {
  const bool get = request.method() == http::verb::get;
  if (!get && request.method() != http::verb::head)
    co_return co_await refuse(socket, request, http::status::method_not_allowed);
  const std::string target(request.target());
  if (!equal_constant_time(as_bytes(target), as_bytes(path_)) || !source_.artifact())
    co_return co_await refuse(socket, request, http::status::not_found);
  const ddi::Artifact bundle = *source_.artifact();
  ddi::ByteRange range{0, bundle.bytes};
  const auto wanted = request.find(http::field::range);
  const bool part = wanted != request.end();
  if (part) {
    const auto parsed = ddi::parse_range(std::string(wanted->value()), bundle.bytes);
    if (!parsed) co_return co_await refuse(socket, request, http::status::range_not_satisfiable);
    range = *parsed;
  }
  http::response<http::empty_body> head(part ? http::status::partial_content : http::status::ok,
                                        request.version());
  head.set(http::field::accept_ranges, "bytes");
  head.set(http::field::content_type, "application/vnd.rauc.bundle");
  head.set(http::field::etag, "\"" + to_hex(bundle.sha256) + "\"");
  head.set(http::field::content_length, std::to_string(range.size));
  if (part)
    head.set(http::field::content_range, "bytes " + std::to_string(range.from) + "-" +
                                             std::to_string(range.from + range.size - 1) + "/" +
                                             std::to_string(bundle.bytes));
  head.keep_alive(request.keep_alive());
  bool sent = co_await send_head(socket, head);
  if (sent && get) sent = co_await send_body(socket, range);
  co_return sent&& request.keep_alive();
}

/// A bundle that cannot be read on is a connection that ends too early: RAUC asks again.
Task<bool> LoopbackBundleServer::send_body(tcp::socket& socket, ddi::ByteRange range) {
  while (range.size > 0) {
    const Result<Bytes> bytes = co_await source_.read(range.from, range.size);
    if (!bytes) {
      log_event(Event::update_server_failed, {{"why", bytes.error().text()}});
      co_return false;
    }
    const auto write = [&]() -> Task<bool> {
      auto [error, size] = co_await asio::async_write(socket, asio::buffer(*bytes), as_tuple_await);
      co_return !error;
    };
    const auto written = co_await within(timers_, idle, write());
    if (!written.value_or(false)) co_return false;
    range.from += static_cast<std::int64_t>(bytes->size());
    range.size -= static_cast<std::int64_t>(bytes->size());
  }
  co_return true;
}

}  // namespace

Result<std::unique_ptr<BundleServer>> BundleServer::open(const asio::any_io_executor& loop,
                                                         Timers& timers, BundleSource& source) {
  boost::system::error_code failed;
  tcp::acceptor acceptor(loop);
  const tcp::endpoint here(asio::ip::address_v4::loopback(), 0);
  acceptor.open(here.protocol(), failed);
  if (!failed) acceptor.bind(here, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (failed) return Error{Errc::gone, "bundle server", failed.message()};
  return std::unique_ptr<BundleServer>(
      std::make_unique<LoopbackBundleServer>(timers, source, std::move(acceptor)));
}

}  // namespace madoguchi
