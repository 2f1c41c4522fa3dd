#pragma once
// A server on loopback, in a thread of its own, over OpenSSL or plain TCP, that does to every
// connection what a test tells it: answer, stall, cut, reset.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "tests/contract/link/test_pki.h"

namespace madoguchi {

struct ServerTls {
  Identity identity;
  std::vector<Certificate> intermediates{};
  Certificate client_ca{};  ///< empty: no client certificate is asked for
  int version = TLS1_3_VERSION;
  std::string suites{};   ///< TLS 1.3 suites; empty: OpenSSL's own
  std::string groups{};   ///< empty: OpenSSL's own
  bool alpn = true;       ///< agrees to http/1.1
  bool remembers = true;  ///< resumes sessions of its earlier connections
};

/// What a ClientHello offered.
struct Offer {
  std::vector<std::uint16_t> suites;
  std::map<unsigned, std::vector<std::uint8_t>> extensions;
};

struct SeenRequest {
  std::string first_line;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// One accepted connection, on the server's thread.
class Peer {
 public:
  Peer(int fd, SSL* ssl, const std::atomic<bool>& stop) : fd_(fd), ssl_(ssl), stop_(stop) {}

  /// False when the client is gone.
  bool read_request(SeenRequest& request);
  bool write(std::string_view text);
  bool write_byte_by_byte(std::string_view text);
  /// Ends TLS and TCP as the protocols want it.
  void close();
  /// Ends TCP without a word of TLS.
  void cut();
  void reset();
  /// Reads until the client goes away; what it said is not kept, its size is.
  std::size_t drain();
  /// Whether a ticket took the place of certificates.
  [[nodiscard]] bool resumed() const { return ssl_ != nullptr && SSL_session_reused(ssl_) == 1; }
  /// Waits a moment; false when the test ends the server.
  bool pause();
  /// Says nothing until the test ends the server or the client goes away.
  void stall();

 private:
  bool read_more(std::string& text);

  int fd_;
  SSL* ssl_;
  const std::atomic<bool>& stop_;
  std::string unread_;
};

class TestServer {
 public:
  using Script = std::function<void(Peer&)>;

  /// Plain HTTP.
  explicit TestServer(Script script);
  /// `port`: where an earlier one has listened; 0 for any.
  TestServer(const ServerTls& tls, Script script, int port = 0);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const;
  /// Connections that got as far as the script: accepted and, with TLS, shaken hands.
  [[nodiscard]] int served() const { return served_; }
  /// Of those, with a ticket.
  [[nodiscard]] int resumed() const { return resumed_; }
  [[nodiscard]] int handshakes_failed() const { return failed_; }
  /// Requests that a script has read whole.
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  [[nodiscard]] std::size_t request_count() const { return requests().size(); }
  [[nodiscard]] Offer offer() const;
  /// Reads a request and notes it.
  bool take(Peer& peer);

 private:
  void listen_on_loopback(int port);
  void run();
  void serve(int fd);
  static int note_hello(SSL* ssl, int* alert, void* self);

  Script script_;
  std::shared_ptr<SSL_CTX> context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> served_{0};
  std::atomic<int> resumed_{0};
  std::atomic<int> failed_{0};
  mutable std::mutex mutex_;  // guards what the server's thread notes
  std::vector<SeenRequest> requests_;
  Offer offer_;
  std::thread thread_;
};

/// A whole answer with Content-Length.
std::string http_answer(std::string_view body, std::string_view status = "200 OK");

}  // namespace madoguchi
