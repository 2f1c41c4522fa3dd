#include "tests/contract/gateway/tls_client.h"

#include <algorithm>
#include <cstdlib>

#include <CppUTest/TestHarness.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace madoguchi::gateway {
namespace {

int connect_to(const std::string& address) {
  const auto colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1)));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

}  // namespace

TlsClient::TlsClient(const std::string& address, const TlsClientSettings& settings)
    : socket_(connect_to(address)), context_(SSL_CTX_new(TLS_client_method())) {
  CHECK(socket_ >= 0);
  ::signal(SIGPIPE, SIG_IGN);  // a peer that is gone shows in send() and receive()
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, settings.version);
  SSL_CTX_set_max_proto_version(context, settings.version);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  CHECK(SSL_CTX_load_verify_file(context, settings.ca.c_str()) == 1);
  if (!settings.ciphersuites.empty()) {
    CHECK(SSL_CTX_set_ciphersuites(context, settings.ciphersuites.c_str()) == 1);
  }
  if (!settings.certificate.empty()) {
    CHECK(SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) == 1);
    CHECK(SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) == 1);
  }
  if (settings.change) settings.change(context);
  stream_.reset(SSL_new(context));
  if (settings.session) SSL_set_session(stream_.get(), settings.session.get());
  SSL_set1_host(stream_.get(), settings.host.c_str());
  SSL_set_fd(stream_.get(), socket_);
  if (!settings.protocol.empty()) {
    const std::string offer = static_cast<char>(settings.protocol.size()) + settings.protocol;
    SSL_set_alpn_protos(stream_.get(), reinterpret_cast<const unsigned char*>(offer.data()),
                        static_cast<unsigned>(offer.size()));
  }
  connected_ = SSL_connect(stream_.get()) == 1;
  ERR_clear_error();
}

TlsClient::~TlsClient() {
  if (connected_) SSL_shutdown(stream_.get());
  ERR_clear_error();
  if (socket_ >= 0) ::close(socket_);
}

std::string TlsClient::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(stream_.get(), &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

std::shared_ptr<SSL_SESSION> TlsClient::session() const {
  return {SSL_get1_session(stream_.get()), SSL_SESSION_free};
}

std::vector<std::uint16_t> TlsClient::signatures_asked_for() const {
  std::vector<std::uint16_t> out;
  const int count = SSL_get_sigalgs(stream_.get(), 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < count; ++i) {
    unsigned char hash = 0;
    unsigned char signature = 0;
    SSL_get_sigalgs(stream_.get(), i, nullptr, nullptr, nullptr, &signature, &hash);
    out.push_back(static_cast<std::uint16_t>(hash << 8 | signature));
  }
  return out;
}

bool TlsClient::send(std::string_view text) {
  const bool sent = SSL_write(stream_.get(), text.data(), static_cast<int>(text.size())) > 0;
  ERR_clear_error();
  return sent;
}

bool TlsClient::fill() {
  char some[16384];
  const int size = SSL_read(stream_.get(), some, sizeof some);
  ERR_clear_error();
  if (size > 0) unread_.append(some, static_cast<std::size_t>(size));
  return size > 0;
}

std::optional<HttpReply> TlsClient::receive(bool head) {
  std::size_t end = 0;
  while ((end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  HttpReply reply;
  std::string header = unread_.substr(0, end + 2);
  unread_.erase(0, end + 4);
  reply.status = std::atoi(header.c_str() + std::string_view("HTTP/1.1 ").size());
  for (std::size_t at = header.find("\r\n") + 2; at < header.size();) {
    const auto line_end = header.find("\r\n", at);
    const std::string line = header.substr(at, line_end - at);
    const auto colon = line.find(": ");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    reply.headers[name] = line.substr(colon + 2);
    at = line_end + 2;
  }
  const auto size =
      head ? 0 : static_cast<std::size_t>(std::atoll(reply.headers["content-length"].c_str()));
  while (unread_.size() < size) {
    if (!fill()) return {};
  }
  reply.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return reply;
}

bool TlsClient::closed() { return unread_.empty() && !fill(); }

std::string TlsClient::rest() {
  while (fill()) {
  }
  return std::exchange(unread_, {});
}

void TlsClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(std::exchange(socket_, -1));
  connected_ = false;
}

std::string request_text(std::string_view method, std::string_view target,
                         const std::map<std::string, std::string>& headers, std::string_view body) {
  std::string text =
      std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: gateway\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + std::string(body);
}

}  // namespace madoguchi::gateway
