#include "firmware/link/connection_test.h"

#include "firmware/base/asio.h"
#include "firmware/link/connect.h"
#include "firmware/link/server_url.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;

// Together less than connection_test_takes_ms.
constexpr Timers::Duration connect_patience = 10s;
constexpr Timers::Duration tls_patience = 9s;
constexpr Timers::Duration answer_patience = 9s;
constexpr Timers::Duration one_address = 4s;
constexpr const char* asked = "/v1/health";

class Steps {
 public:
  Steps(Timers& timers, ConnectionTested& out) : timers_(timers), out_(out) {}
  void add(const char* name, bool passed, std::string detail) {
    const auto now = timers_.now();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
    since_ = now;
    out_.steps.push_back({name, passed, std::move(detail), took.count()});
  }

 private:
  Timers& timers_;
  ConnectionTested& out_;
  Timers::Monotonic since_ = timers_.now();
};

Task<bool> reach(Timers& timers, const ServerUrl& url, Steps& steps) {
  Task<Result<asio::ip::tcp::socket>> connect = connect_tcp(timers, url, one_address);
  const auto socket = co_await within(timers, connect_patience, std::move(connect));
  const bool connected = socket && socket->ok();
  if (!connected) {
    steps.add("tcp", false, socket ? socket->error().what : url.authority() + ": no answer");
    co_return false;
  }
  boost::system::error_code gone;
  const auto peer = (*socket)->remote_endpoint(gone);
  steps.add("tcp", true, gone ? "" : peer.address().to_string());
  co_return true;
}

}  // namespace

Task<ConnectionTested> test_connection(Timers& timers, HttpServer server, std::string id) {
  ConnectionTested out{std::move(id), server.url, {}};
  Steps steps(timers, out);
  const auto url = parse_server_url(server.url);
  if (!url) {
    steps.add("tcp", false, url.error().what);
    co_return out;
  }
  out.server = url->authority();
  const bool reached = co_await reach(timers, *url, steps);
  if (!reached) co_return out;
  auto client = HttpClient::create(timers, std::move(server));
  if (!client) {
    steps.add("tls", false, client.error().text());
    co_return out;
  }
  const Status secured = co_await (*client)->connect(tls_patience);
  steps.add("tls", secured.ok(), secured.ok() ? "TLS 1.3" : secured.error().text());
  if (!secured) co_return out;
  HttpRequest request;
  request.target = asked;
  auto sent = (*client)->send(std::move(request), answer_patience);
  const auto answer = co_await std::move(sent);
  if (const auto* failed = std::get_if<HttpFailure>(&answer)) {
    steps.add("answer", false, failed->error.text());
  } else {
    const int status = std::get<HttpResponse>(answer).status;
    steps.add("answer", status == 200, "HTTP " + std::to_string(status));
  }
  co_return out;
}

void ConnectionTester::ask(TestConnection question) {
  if (asked_) return;
  asked_ = std::move(question);
  asked_now_.notify();
}

Task<void> ConnectionTester::run() {
  for (;;) {
    while (!asked_) co_await asked_now_.wait();
    Task<ConnectionTested> test = test_connection(timers_, server_, asked_->id);
    const ConnectionTested tested = co_await std::move(test);
    asked_.reset();
    tell_(tested);
  }
}

}  // namespace madoguchi
