#pragma once
// One HTTP/1.1 connection to one server, plain or over TLS 1.3, kept alive between requests. Used
// by kiosk-link to the gateway and by hal/terminal on the cabinet's LAN. No Boost or Mbed TLS type
// shows here.
//
// Thread: loop thread only. One request at a time. A task must end before its client, the client
// before its loop.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"

namespace madoguchi {

class ServerTrust;

/// Error::where when the server says that the certificate of this side is revoked.
inline constexpr const char* revoked_at = "tls.revoked";

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  std::map<std::string, std::string> headers;  ///< beside Host, Content-Length, User-Agent
  Bytes body;
};

struct HttpResponse {
  int status = 0;                              ///< 100-599
  std::map<std::string, std::string> headers;  ///< names in lower case
  Bytes body;
};

/// Files for TLS; used when the URL is https. Empty certificate and key: no client certificate.
struct TlsFiles {
  std::string ca;           ///< PEM: the only CA that is trusted
  std::string certificate;  ///< PEM chain of this side
  std::string key;          ///< PEM
  /// Base64 of SHA-256 of public keys of the server's path, one and a backup (spki_pin.h); none:
  /// the CA alone decides.
  std::vector<std::string> pins{};
  /// Where kiosk-keys listens, which has the private key of `certificate`; `key` is empty then.
  std::string keys_socket{};
  /// How often `certificate` was replaced by a newer one: a connection begins with the newest.
  /// Null: never. Shared with who renews it.
  std::shared_ptr<const unsigned> renewals{};
};

/// What is known of the server beyond its files.
struct TrustUse {
  ServerTrust* trust = nullptr;  ///< outlives the client; null: nothing more
  /// For asking for a newer revocation list: the one that is held may be old or missing.
  bool fetches_it = false;
};

struct HttpServer {
  std::string
      url;  ///< "https://host:port" or "http://host:port/path"; the path is put before every target
  TlsFiles tls;
  std::size_t max_body = 8u << 20;
  TrustUse trust{};
};

/// How far a failed request came: what decides whether it may have had an effect.
enum class Sent { nothing, maybe };

struct HttpFailure {
  /// timeout, gone, io (cut in the middle), protocol, full (the answer is too large), integrity
  /// (the server is not the one that the policy allows: certificate, version, suite), refused (the
  /// server's TLS does not accept this side), invalid (a method, target or header that cannot be
  /// written).
  Error error;
  Sent sent = Sent::nothing;
};

class HttpClient {
 public:
  /// Errors: invalid (URL, unreadable or malformed PEM), with file and reason.
  static Result<std::unique_ptr<HttpClient>> create(Timers& timers, HttpServer server);
  virtual ~HttpClient() = default;

  /// Connects if needed, sends, reads the whole response, within the deadline. A kept connection
  /// that the server closed before the first byte of the request was written is opened anew once.
  virtual Task<std::variant<HttpResponse, HttpFailure>> send(HttpRequest request,
                                                             Timers::Duration deadline) = 0;
  /// Opens the connection if it is not open: what "link up" means.
  virtual Task<Status> connect(Timers::Duration deadline) = 0;
  [[nodiscard]] virtual bool connected() const = 0;
  /// Not while a request is under way: cancel that instead.
  virtual void close() = 0;
};

}  // namespace madoguchi
