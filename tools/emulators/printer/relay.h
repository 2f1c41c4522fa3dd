#pragma once
// The printer's network plug: a TCP port in front of PAPPL's Unix socket. It passes IPP requests
// and replies on, unless it was told to lose one; PAPPL itself cannot lose a reply, or vanish and
// come back.
//
// Thread: the loop's.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "firmware/base/result.h"

namespace boost::asio {
class io_context;
}

namespace madoguchi::emulator {

class Relay {
 public:
  using Tell = std::function<void(const std::string&)>;

  /// Listens on 127.0.0.1; port 0 takes a free one. Errors: io.
  static Result<std::unique_ptr<Relay>> open(boost::asio::io_context& loop, std::uint16_t port,
                                             std::string socket, Tell tell);
  virtual ~Relay() = default;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// The plug is pulled: the port closes, every connection is reset.
  virtual void die() = 0;
  /// The port opens again.
  virtual void back() = 0;
  /// "drop-reply create|send|validate": the request is done, its reply is lost. "drop-request ...":
  /// the request is lost. Each once. False when it is not understood.
  virtual bool command(const std::string& line) = 0;
  static const char* usage();
};

}  // namespace madoguchi::emulator
