#include "tests/contract/tls_shim/runner.h"

#include <csignal>
#include <cstring>
#include <memory>

#include <CppUTest/TestHarness.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace madoguchi {
namespace {

constexpr int patience_ms = 20'000;
constexpr const char* words = "turn every bit of this over";

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

int choose(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
           unsigned in_size, void* role) {
  const std::string& wanted = static_cast<const Role*>(role)->alpn;
  const std::string wire = static_cast<char>(wanted.size()) + wanted;
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()), in, in_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = in + (chosen - reinterpret_cast<const unsigned char*>(wire.data()));
  // The server's own copy is gone with this function; the client's list holds the same bytes.
  for (const unsigned char* at = in; at < in + in_size; at += 1 + *at) {
    if (*at == wanted.size() && std::memcmp(at + 1, wanted.data(), wanted.size()) == 0)
      *out = at + 1;
  }
  return SSL_TLSEXT_ERR_OK;
}

Context context_of(const Role& role) {
  Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_security_level(raw, 0);
  SSL_CTX_set_min_proto_version(raw, role.version);
  SSL_CTX_set_max_proto_version(raw, role.version);
  CHECK(SSL_CTX_use_certificate(raw, role.identity.certificate.get()) == 1);
  CHECK(SSL_CTX_use_PrivateKey(raw, role.identity.key.get()) == 1);
  if (!role.suites.empty()) CHECK(SSL_CTX_set_ciphersuites(raw, role.suites.c_str()) == 1);
  if (!role.groups.empty()) CHECK(SSL_CTX_set1_groups_list(raw, role.groups.c_str()) == 1);
  if (!role.alpn.empty()) SSL_CTX_set_alpn_select_cb(raw, choose, const_cast<Role*>(&role));
  if (!role.tickets) SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>("runner"), 6);
  if (role.wants_client_certificate) {
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER,
                       [](int, X509_STORE_CTX*) { return 1; });  // whichever it shows
  }
  return context;
}

int listen_on_loopback(bool ipv6, int& port) {
  const int fd = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_storage address{};
  socklen_t size = 0;
  if (ipv6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    size = sizeof v6;
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    size = sizeof v4;
  }
  CHECK(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(::listen(fd, 4) == 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(ipv6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                    : reinterpret_cast<sockaddr_in&>(address).sin_port);
  return fd;
}

std::string program() { return std::string(MADOGUCHI_BINARY_DIR) + "/bin/vectors"; }

pid_t start(const std::vector<std::string>& arguments, int errors) {
  std::vector<char*> raw;
  for (const std::string& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  dup2(errors, STDERR_FILENO);
  execv(raw[0], raw.data());
  _exit(127);
}

std::string read_all(int fd) {
  std::string all;
  char some[4096];
  for (ssize_t n = 0; (n = ::read(fd, some, sizeof some)) > 0;)
    all.append(some, static_cast<std::size_t>(n));
  return all;
}

std::string read_tls(SSL* ssl, std::size_t size) {
  std::string all;
  char some[4096];
  while (all.size() < size) {
    const int n = SSL_read(ssl, some, static_cast<int>(std::min(sizeof some, size - all.size())));
    if (n <= 0) break;
    all.append(some, static_cast<std::size_t>(n));
  }
  return all;
}

void converse(const Role& role, SSL* ssl, Played& played) {
  ++played.handshakes;
  if (SSL_session_reused(ssl) == 1) ++played.resumed;
  if (X509* const shown = SSL_get1_peer_certificate(ssl); shown != nullptr) {
    ++played.client_certificates;
    X509_free(shown);
  }
  if (!role.first_words.empty())
    STRCMP_EQUAL(role.first_words.c_str(), read_tls(ssl, role.first_words.size()).c_str());
  if (!role.talks) {
    read_tls(ssl, 1);
    return;
  }
  const std::string said = words;
  SSL_write(ssl, said.data(), static_cast<int>(said.size()));
  std::string back = read_tls(ssl, said.size());
  for (char& c : back) c = static_cast<char>(c ^ '\xff');
  if (back == said) ++played.echoed;
  if (role.says_goodbye) SSL_shutdown(ssl);
}

void serve(const Role& role, SSL_CTX* context, int listener, Played& played) {
  for (int i = 0; i < role.connections; ++i) {
    pollfd waiting{listener, POLLIN, 0};
    if (poll(&waiting, 1, patience_ms) != 1) return;
    const int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const timeval patience{patience_ms / 1000, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::uint8_t id[8]{};
    const bool named = recv(fd, id, sizeof id, MSG_WAITALL) == sizeof id;
    std::uint64_t number = 0;
    for (int byte = 7; byte >= 0; --byte) number = number << 8 | id[byte];
    if (named) played.ids.push_back(number);
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    const bool good = named && SSL_accept(ssl) == 1;
    if (good) converse(role, ssl, played);
    ERR_clear_error();
    SSL_free(ssl);
    ::close(fd);
    if (!good) return;
  }
}

}  // namespace

Played play(const Role& role, std::vector<std::string> flags) {
  (void)std::signal(SIGPIPE, SIG_IGN);
  int port = 0;
  const int listener = listen_on_loopback(role.ipv6, port);
  std::vector<std::string> argv{program(),  "tls-shim", "-port", std::to_string(port),
                                "-shim-id", "4711"};
  argv.insert(argv.end(), flags.begin(), flags.end());
  int errors[2];
  CHECK(pipe2(errors, O_CLOEXEC) == 0);
  const pid_t pid = start(argv, errors[1]);
  ::close(errors[1]);
  Played played;
  // A shim that refuses its flags never comes: its end is noticed first.
  pollfd waiting[2]{{listener, POLLIN, 0}, {errors[0], POLLHUP, 0}};
  poll(waiting, 2, patience_ms);
  const Context context = context_of(role);
  if ((waiting[0].revents & POLLIN) != 0) serve(role, context.get(), listener, played);
  ::close(listener);
  played.errors = read_all(errors[0]);
  ::close(errors[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  played.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return played;
}

}  // namespace madoguchi
