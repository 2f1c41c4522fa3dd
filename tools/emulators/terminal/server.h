#pragma once
// HTTP or HTTPS (TLS 1.3, OpenSSL) in front of the terminal, on 127.0.0.1.
//
// Thread: the loop's.

#include <cstdint>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "tools/emulators/terminal/poi.h"

namespace boost::asio {
class io_context;
}

namespace madoguchi::emulator {

struct ServerSettings {
  std::uint16_t port = 0;   ///< 0: a free one
  std::string certificate;  ///< PEM chain; empty: plain HTTP
  std::string key;
};

class Server {
 public:
  /// Errors: io (the port), invalid (the certificate or key).
  static Result<std::unique_ptr<Server>> open(boost::asio::io_context& loop, Poi& poi,
                                              ServerSettings settings);
  virtual ~Server() = default;

  /// "http://127.0.0.1:PORT/nexo"
  [[nodiscard]] virtual std::string url() const = 0;
  /// Closes the port and resets every connection; a payment that waits goes on.
  virtual void gone() = 0;
  /// Opens the same port again.
  virtual void back() = 0;
};

}  // namespace madoguchi::emulator
