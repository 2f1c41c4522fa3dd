#include "tests/contract/link/test_server.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr int poll_ms = 20;

void must(bool good, const char* what) {
  if (good) return;
  (void)std::fprintf(stderr, "test_server: %s\n", what);
  std::abort();
}

int choose_http(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void*) {
  static constexpr unsigned char wanted[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, wanted, sizeof wanted - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<SSL_CTX> make_context(const ServerTls& tls) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  must(SSL_CTX_set_min_proto_version(context.get(), tls.version) == 1, "version");
  must(SSL_CTX_set_max_proto_version(context.get(), tls.version) == 1, "version");
  SSL_CTX_set_security_level(context.get(), 0);  // wrong certificates must be servable
  must(SSL_CTX_use_certificate(context.get(), tls.identity.certificate.get()) == 1, "certificate");
  must(SSL_CTX_use_PrivateKey(context.get(), tls.identity.key.get()) == 1, "key");
  for (const Certificate& certificate : tls.intermediates) {
    must(SSL_CTX_add1_chain_cert(context.get(), certificate.get()) == 1, "chain");
  }
  if (!tls.suites.empty()) {
    must(SSL_CTX_set_ciphersuites(context.get(), tls.suites.c_str()) == 1, "suites");
  }
  if (!tls.groups.empty()) {
    must(SSL_CTX_set1_groups_list(context.get(), tls.groups.c_str()) == 1, "groups");
  }
  must(SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("test"),
                                      4) == 1,
       "session id context");
  if (!tls.remembers) SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (!tls.remembers) SSL_CTX_set_num_tickets(context.get(), 0);
  if (tls.alpn) SSL_CTX_set_alpn_select_cb(context.get(), choose_http, nullptr);
  if (tls.client_ca) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), tls.client_ca.get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::string http_answer(std::string_view body, std::string_view status) {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

bool Peer::read_more(std::string& text) {
  while (!stop_) {
    pollfd waiting{fd_, POLLIN, 0};
    if ((ssl_ == nullptr || SSL_pending(ssl_) == 0) && poll(&waiting, 1, poll_ms) == 0) continue;
    char block[16384];
    const int n = ssl_ != nullptr ? SSL_read(ssl_, block, sizeof block)
                                  : static_cast<int>(recv(fd_, block, sizeof block, 0));
    if (n <= 0) return false;
    text.append(block, static_cast<std::size_t>(n));
    return true;
  }
  return false;
}

bool Peer::read_request(SeenRequest& request) {
  std::size_t head_end = std::string::npos;
  while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(unread_)) return false;
  }
  request = {};
  std::size_t at = unread_.find("\r\n");
  request.first_line = unread_.substr(0, at);
  while (at < head_end) {
    const std::size_t next = unread_.find("\r\n", at + 2);
    const std::string line = unread_.substr(at + 2, next - at - 2);
    const std::size_t colon = line.find(": ");
    request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    at = next;
  }
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (unread_.size() < head_end + 4 + size) {
    if (!read_more(unread_)) return false;
  }
  request.body = unread_.substr(head_end + 4, size);
  unread_.erase(0, head_end + 4 + size);
  return true;
}

bool Peer::write(std::string_view text) {
  while (!text.empty()) {
    const std::size_t part = std::min<std::size_t>(text.size(), 16384);
    const int n = ssl_ != nullptr ? SSL_write(ssl_, text.data(), static_cast<int>(part))
                                  : static_cast<int>(send(fd_, text.data(), part, MSG_NOSIGNAL));
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool Peer::write_byte_by_byte(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [this](char c) { return write({&c, 1}); });
}

void Peer::close() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_);
  cut();
}

void Peer::cut() { shutdown(fd_, SHUT_RDWR); }

void Peer::reset() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  // The server closes the descriptor right after the script: that sends the RST.
}

std::size_t Peer::drain() {
  std::string all;
  while (read_more(all)) {
  }
  return all.size() + unread_.size();
}

bool Peer::pause() {
  poll(nullptr, 0, 1);
  return !stop_;
}

void Peer::stall() {
  std::string ignored;
  while (read_more(ignored)) {
  }
}

TestServer::TestServer(Script script) : script_(std::move(script)) { listen_on_loopback(0); }

TestServer::TestServer(const ServerTls& tls, Script script, int port)
    : script_(std::move(script)), context_(make_context(tls)) {
  SSL_CTX_set_client_hello_cb(context_.get(), &TestServer::note_hello, this);
  listen_on_loopback(port);
}

TestServer::~TestServer() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

std::string TestServer::url(const std::string& host) const {
  return (context_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
}

std::vector<SeenRequest> TestServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

Offer TestServer::offer() const {
  const std::lock_guard lock(mutex_);
  return offer_;
}

bool TestServer::take(Peer& peer) {
  SeenRequest request;
  if (!peer.read_request(request)) return false;
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  return true;
}

void TestServer::listen_on_loopback(int port) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int again = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  must(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  must(listen(listener_, 8) == 0, "listen");
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

void TestServer::run() {
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, poll_ms) != 1) continue;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const timeval patience{5, 0};  // a client that stalls must not hold the test's end up
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    serve(fd);
    ::close(fd);
  }
}

void TestServer::serve(int fd) {
  if (!context_) {
    ++served_;
    Peer peer(fd, nullptr, stop_);
    return script_(peer);
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), SSL_free);
  SSL_set_fd(ssl.get(), fd);
  if (SSL_accept(ssl.get()) == 1) {
    ++served_;
    if (SSL_session_reused(ssl.get()) == 1) ++resumed_;
    Peer peer(fd, ssl.get(), stop_);
    script_(peer);
  } else {
    ++failed_;
  }
  ERR_clear_error();
}

int TestServer::note_hello(SSL* ssl, int*, void* self) {
  auto& server = *static_cast<TestServer*>(self);
  Offer offer;
  const unsigned char* suites = nullptr;
  const std::size_t size = SSL_client_hello_get0_ciphers(ssl, &suites);
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    offer.suites.push_back(static_cast<std::uint16_t>(suites[i] << 8 | suites[i + 1]));
  }
  int* types = nullptr;
  std::size_t count = 0;
  if (SSL_client_hello_get1_extensions_present(ssl, &types, &count) == 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned char* data = nullptr;
      std::size_t data_size = 0;
      SSL_client_hello_get0_ext(ssl, static_cast<unsigned>(types[i]), &data, &data_size);
      offer.extensions[static_cast<unsigned>(types[i])].assign(data, data + data_size);
    }
    OPENSSL_free(types);
  }
  const std::lock_guard lock(server.mutex_);
  server.offer_ = std::move(offer);
  return SSL_CLIENT_HELLO_SUCCESS;
}

}  // namespace madoguchi
