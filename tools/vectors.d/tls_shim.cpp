#include "tools/vectors.d/tls_shim.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <netinet/in.h>
#include <psa/crypto.h>
#include <sys/socket.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/link/chain_check.h"
#include "firmware/link/client_hello.h"
#include "firmware/link/policy_table.h"
#include "firmware/link/tls_policy.h"
#include "firmware/link/tls_tickets.h"
#include "tools/vectors.d/shim_flags.h"

namespace madoguchi::vectors {
namespace {

constexpr int unimplemented = 89;
constexpr int wrong_usage = 2;
constexpr std::size_t largest_pem = 64 * 1024;
constexpr std::uint8_t turned_over = 0xff;

int complain(const std::string& what, int code = 1) {
  (void)std::fprintf(stderr, "tls-shim: %s\n", what.c_str());
  return code;
}

// The runner looks for BoringSSL's names between colons; where Mbed TLS knows less, its own text
// has to do.
std::string said_of(int error) {
  struct Name {
    int code;
    const char* boringssl;
  };
  constexpr std::array<Name, 11> names{{
      {MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, "UNSUPPORTED_PROTOCOL"},
      {MBEDTLS_ERR_SSL_HANDSHAKE_FAILURE, "HANDSHAKE_FAILURE"},
      {MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER, "ILLEGAL_PARAMETER"},
      {MBEDTLS_ERR_SSL_DECODE_ERROR, "DECODE_ERROR"},
      {MBEDTLS_ERR_SSL_INVALID_RECORD, "WRONG_VERSION_NUMBER"},
      {MBEDTLS_ERR_SSL_INVALID_MAC, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"},
      {MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE, "UNEXPECTED_MESSAGE"},
      {MBEDTLS_ERR_SSL_UNSUPPORTED_EXTENSION, "UNEXPECTED_EXTENSION"},
      {MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL, "INVALID_ALPN_PROTOCOL"},
      {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, "TLSV1_ALERT"},
      {MBEDTLS_ERR_X509_CERT_VERIFY_FAILED, "CERTIFICATE_VERIFY_FAILED"},
  }};
  std::array<char, 128> text{};
  mbedtls_strerror(error, text.data(), text.size());
  for (const Name& name : names) {
    if (name.code == error) return std::string(":") + name.boringssl + ": " + text.data();
  }
  return std::string(":MBEDTLS_ERROR: ") + text.data();
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

int connect_to_runner(const ShimFlags& flags) {
  const int family = flags.ipv6 ? AF_INET6 : AF_INET;
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(static_cast<std::uint16_t>(flags.port));
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  v6.sin6_addr = in6addr_loopback;
  const auto* const to =
      flags.ipv6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
  const socklen_t size = flags.ipv6 ? sizeof v6 : sizeof v4;
  if (fd >= 0 && ::connect(fd, to, size) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

// What all connections of one run share.
struct Client {
  mbedtls_ssl_config configuration;
  mbedtls_x509_crt trusted;
  mbedtls_x509_crt own;
  mbedtls_pk_context key;
  std::vector<std::uint16_t> groups;
  std::vector<std::string> protocols;
  std::vector<const char*> protocol_list;
  TlsTickets tickets;

  Client() {
    mbedtls_ssl_config_init(&configuration);
    mbedtls_x509_crt_init(&trusted);
    mbedtls_x509_crt_init(&own);
    mbedtls_pk_init(&key);
  }
  ~Client() {
    mbedtls_ssl_config_free(&configuration);
    mbedtls_x509_crt_free(&trusted);
    mbedtls_x509_crt_free(&own);
    mbedtls_pk_free(&key);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Status configure(const ShimFlags& flags);
  Status load(const ShimFlags& flags);
  bool set_protocols(const std::string& wire);
};

int random_from_psa(void*, unsigned char* out, std::size_t size) {
  return psa_generate_random(out, size) == PSA_SUCCESS ? 0 : MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

Result<Bytes> pem_of(const std::string& path) {
  auto pem = read_file(path, largest_pem);
  if (pem) pem->push_back(0);
  return pem;
}

Status Client::load(const ShimFlags& flags) {
  // Where Mbed TLS is built by tools/setup it knows no RSA at all, elsewhere our policy does not.
  const auto wrong = [](const std::string& path) {
    return Error{Errc::unsupported, path, "is no certificate or key that our policy knows"};
  };
  for (auto [path, into] : {std::pair(&flags.trusted, &trusted), {&flags.certificate, &own}}) {
    if (path->empty()) continue;
    const auto pem = pem_of(*path);
    if (!pem) return pem.error();
    if (mbedtls_x509_crt_parse(into, pem->data(), pem->size()) != 0) return wrong(*path);
    if (mbedtls_pk_can_do(&into->pk, MBEDTLS_PK_ECKEY) == 0) return wrong(*path);
  }
  if (flags.key.empty()) return {};
  const auto pem = pem_of(flags.key);
  if (!pem) return pem.error();
  if (mbedtls_pk_parse_key(&key, pem->data(), pem->size(), nullptr, 0, random_from_psa, nullptr))
    return wrong(flags.key);
  if (mbedtls_ssl_conf_own_cert(&configuration, &own, &key) != 0) return wrong(flags.key);
  return {};
}

// As on the wire: a length byte before each name.
bool Client::set_protocols(const std::string& wire) {
  for (std::size_t at = 0; at < wire.size();) {
    const auto size = static_cast<std::uint8_t>(wire[at]);
    if (size == 0 || at + 1 + size > wire.size()) return false;
    protocols.push_back(wire.substr(at + 1, size));
    at += 1u + size;
  }
  for (const std::string& one : protocols) protocol_list.push_back(one.c_str());
  protocol_list.push_back(nullptr);
  return protocols.empty() ||
         mbedtls_ssl_conf_alpn_protocols(&configuration, protocol_list.data()) == 0;
}

Status Client::configure(const ShimFlags& flags) {
  if (Status applied = apply_policy(configuration); !applied) return applied;
  if (!flags.groups.empty()) {
    groups = flags.groups;
    groups.push_back(MBEDTLS_SSL_IANA_TLS_GROUP_NONE);
    mbedtls_ssl_conf_groups(&configuration, groups.data());
  }
  if (Status loaded = load(flags); !loaded) return loaded;
  // The runner's own certificates are none that a kiosk would take: only where it is asked to judge
  // does the verdict on the chain count. That the server holds the key of what it shows is always
  // checked.
  const bool counts = flags.judges || flags.verify_fails;
  mbedtls_ssl_conf_authmode(&configuration,
                            counts ? MBEDTLS_SSL_VERIFY_REQUIRED : MBEDTLS_SSL_VERIFY_OPTIONAL);
  if (counts) {
    mbedtls_ssl_conf_ca_chain(&configuration, &trusted, nullptr);
    mbedtls_ssl_conf_cert_profile(&configuration, &certificate_profile());
  }
  if (!set_protocols(flags.advertised_protocols))
    return Error{Errc::invalid, "-advertise-alpn", "is not a list of protocols"};
  return {};
}

class Connection {
 public:
  Connection(Client& client, const ShimFlags& flags, int fd, bool resumes)
      : client_(client),
        flags_(flags),
        fd_(fd),
        resumes_(resumes),
        check_(ChainRules{{flags.host_name, false}, std::chrono::system_clock::now()}),
        judged_{std::chrono::steady_clock::now(), flags.host_name, std::chrono::system_clock::now(),
                nullptr} {
    mbedtls_ssl_init(&ssl_);
    setup_ = mbedtls_ssl_setup(&ssl_, &client.configuration);
    const char* const name = flags.host_name.empty() ? nullptr : flags.host_name.c_str();
    if (setup_ == 0) setup_ = mbedtls_ssl_set_hostname(&ssl_, name);
    mbedtls_ssl_set_verify(&ssl_, &verify, this);
    mbedtls_ssl_set_bio(&ssl_, this, &send, &receive, nullptr);
    if (resumes && setup_ == 0) offered_ = client.tickets.offer(ssl_, judged_).has_value();
  }
  ~Connection() { mbedtls_ssl_free(&ssl_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Handshake, expectations, talk. Empty when all is well, else what the runner is told.
  std::string run();

 private:
  static int verify(void* self, mbedtls_x509_crt* certificate, int depth, std::uint32_t* flags) {
    auto& connection = *static_cast<Connection*>(self);
    const int result = ChainCheck::on_certificate(&connection.check_, certificate, depth, flags);
    if (connection.flags_.verify_fails) *flags |= MBEDTLS_X509_BADCERT_OTHER;
    return result;
  }
  static int send(void* self, const unsigned char* data, std::size_t size) {
    return static_cast<Connection*>(self)->send(data, size);
  }
  static int receive(void* self, unsigned char* data, std::size_t size) {
    return static_cast<Connection*>(self)->receive(data, size);
  }
  int send(const unsigned char* data, std::size_t size);
  int receive(unsigned char* data, std::size_t size);

  std::string check_expectations();
  std::string talk();
  std::string write_all(const std::uint8_t* data, std::size_t size);
  void say_goodbye();

  Client& client_;
  const ShimFlags& flags_;
  int fd_;
  bool resumes_;
  ChainCheck check_;
  Judgement judged_;
  mbedtls_ssl_context ssl_;
  int setup_ = 0;
  bool offered_ = false;
  bool got_ticket_ = false;
  bool sent_nothing_ = false;      // the last time that there was something to send
  bool received_nothing_ = false;  // the last time that something was asked for
  std::size_t unsent_ = 0;         // of the record that is being sent
  int hellos_ = 0;
  bool asked_elsewhere_ = false;  // for a group that was not offered
  bool ended_ = false;            // TCP, by the runner
};

// A trickling socket refuses every other time, as a kiosk's loop sees it, and gives single bytes.
int Connection::send(const unsigned char* data, std::size_t size) {
  if (flags_.trickles) {
    sent_nothing_ = !sent_nothing_;
    if (sent_nothing_) return MBEDTLS_ERR_SSL_WANT_WRITE;
  }
  if (const auto group = unsent_ == 0 ? key_share_group({data, size}) : std::nullopt) {
    ++hellos_;
    const auto& offered = client_.groups;
    asked_elsewhere_ = offered.empty()
                           ? !is_group_of_policy(*group)
                           : std::find(offered.begin(), offered.end(), *group) == offered.end();
    if (asked_elsewhere_) return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
  }
  const std::size_t some = flags_.trickles ? (size + 1) / 2 : size;
  const ssize_t n = ::send(fd_, data, some, MSG_NOSIGNAL);
  if (n < 0) return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
  unsent_ = size - static_cast<std::size_t>(n);
  return static_cast<int>(n);
}

int Connection::receive(unsigned char* data, std::size_t size) {
  if (flags_.trickles) {
    received_nothing_ = !received_nothing_;
    if (received_nothing_) return MBEDTLS_ERR_SSL_WANT_READ;
  }
  const ssize_t n = ::recv(fd_, data, flags_.trickles ? 1 : size, 0);
  ended_ = n == 0;
  if (ended_) return MBEDTLS_ERR_SSL_CONN_EOF;
  return n > 0 ? static_cast<int>(n) : MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

bool again(int result) {
  return result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE;
}

std::string Connection::run() {
  if (setup_ != 0) return said_of(setup_);
  int result = 0;
  do {
    result = mbedtls_ssl_handshake(&ssl_);
  } while (again(result));
  if (asked_elsewhere_) return ":WRONG_CURVE: the server asks for a group that was not offered";
  if (result != 0) return said_of(result) + ", " + check_.why();
  if (std::string wrong = check_expectations(); !wrong.empty()) return wrong;
  if (flags_.shuts_down) {
    say_goodbye();
    if (!flags_.wants_close_notify) return {};
  }
  return talk();
}

std::string Connection::check_expectations() {
  if (flags_.expected_version && *flags_.expected_version != policy_table::version)
    return "the version is 772, not " + std::to_string(*flags_.expected_version);
  // The kiosk's own check runs in every full handshake, whether its verdict counts or not.
  const bool resumed = offered_ && !check_.saw_leaf();
  if (resumes_ && resumed == flags_.expects_session_miss)
    return resumed ? "the session was resumed" : "the session was not resumed";
  if (flags_.expects_retry && *flags_.expects_retry != (hellos_ > 1))
    return hellos_ > 1 ? "there was a HelloRetryRequest" : "there was no HelloRetryRequest";
  const char* const protocol = mbedtls_ssl_get_alpn_protocol(&ssl_);
  const std::string chosen = protocol == nullptr ? "" : protocol;
  if (flags_.expected_protocol && *flags_.expected_protocol != chosen)
    return "the protocol is \"" + chosen + "\", not \"" + *flags_.expected_protocol + "\"";
  return {};
}

std::string Connection::write_all(const std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const int n = mbedtls_ssl_write(&ssl_, data, size);
    if (again(n)) continue;
    if (n < 0) return said_of(n);
    data += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

std::string Connection::talk() {
  constexpr std::string_view first = "hello";
  if (flags_.writes_first) {
    const ByteView words = as_bytes(first);
    if (std::string wrong = write_all(words.data(), words.size()); !wrong.empty()) return wrong;
  }
  std::array<std::uint8_t, 16384> buffer{};
  for (;;) {
    const int n = mbedtls_ssl_read(&ssl_, buffer.data(), buffer.size());
    if (n == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) {
      got_ticket_ = true;
      client_.tickets.keep(ssl_, judged_);
      continue;
    }
    // Between messages, too, and after records without content; the socket itself blocks.
    if (again(n) || (n == 0 && !ended_)) continue;
    if (n == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY) break;
    if ((n == 0 || n == MBEDTLS_ERR_SSL_CONN_EOF) && !flags_.wants_close_notify) break;
    if (n <= 0) return n == 0 ? "no close_notify" : said_of(n);
    for (int i = 0; i < n; ++i) buffer[static_cast<std::size_t>(i)] ^= turned_over;
    if (std::string wrong = write_all(buffer.data(), static_cast<std::size_t>(n)); !wrong.empty())
      return wrong;
  }
  if (flags_.expects_no_session && got_ticket_) return "a session was offered";
  say_goodbye();
  return {};
}

void Connection::say_goodbye() {
  while (again(mbedtls_ssl_close_notify(&ssl_))) {
  }
}

// The runner may run several shims at once and tells them apart by this.
bool name_itself(int fd, std::uint64_t id) {
  std::array<std::uint8_t, 8> little_endian{};
  for (std::size_t i = 0; i < little_endian.size(); ++i)
    little_endian[i] = static_cast<std::uint8_t>(id >> (8 * i));
  return ::send(fd, little_endian.data(), little_endian.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(little_endian.size());
}

}  // namespace

int run_tls_shim(const std::vector<std::string>& arguments) {
  Client client;
  int connections = 1;
  for (int i = 0; i < connections; ++i) {
    const auto read = read_shim_flags(arguments, i > 0);
    if (std::holds_alternative<AskedForHandshaker>(read)) return std::puts("No") < 0 ? 1 : 0;
    if (const auto* refused = std::get_if<Unimplemented>(&read))
      return complain("unimplemented: " + refused->what, unimplemented);
    if (const auto* wrong = std::get_if<WrongFlags>(&read))
      return complain(wrong->what, wrong_usage);
    const auto& flags = std::get<ShimFlags>(read);
    connections = 1 + flags.resume_count;
    if (i == 0) {
      if (Status good = client.configure(flags); !good) {
        const bool unknown = good.error().code == Errc::unsupported;
        return complain(good.error().text(), unknown ? unimplemented : 1);
      }
    }
    const Descriptor socket(connect_to_runner(flags));
    if (socket.get() < 0 || !name_itself(socket.get(), flags.shim_id))
      return complain("nobody listens on port " + std::to_string(flags.port));
    Connection connection(client, flags, socket.get(), i > 0);
    if (const std::string wrong = connection.run(); !wrong.empty()) return complain(wrong);
  }
  return 0;
}

}  // namespace madoguchi::vectors
