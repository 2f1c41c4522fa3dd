#pragma once
// Serves the offered bundle on loopback, where RAUC streams it from: its Range requests become the
// kiosk's own, over Mbed TLS to the server. With a bundle that holds a block hash index RAUC asks
// only for blocks that the running slot does not have.
//
// The path is a secret of this process, so that nobody else on the machine reads the bundle (which
// holds no secret, but costs the line). What RAUC reads is checked by RAUC: the bundle's signature
// holds the root of its verity tree, and every block is checked against it. The SHA-256 that the
// server gave is of the whole file and cannot be checked here.
//
// Loop thread only.

#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/link/bundle_source.h"

namespace boost::asio {
class any_io_executor;
}

namespace madoguchi {

class BundleServer {
 public:
  /// Errors: gone, when there is no port.
  static Result<std::unique_ptr<BundleServer>> open(const boost::asio::any_io_executor& loop,
                                                    Timers& timers, BundleSource& source);
  virtual ~BundleServer() = default;
  /// http://127.0.0.1:PORT/SECRET/bundle.raucb
  [[nodiscard]] virtual std::string url() const = 0;
  /// Serves until it is cancelled.
  virtual Task<void> run() = 0;
};

}  // namespace madoguchi
