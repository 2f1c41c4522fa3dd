#pragma once
// Where kiosks without a certificate come with their code: a listener of its own, TLS 1.3, the
// gateway's certificate and its CA's, and nothing but POST /v1/enrol. Guessing is slowed down by
// address (staff/login_limits.h), beside the code's own 49 bits.
//
// Loop thread only.

#include <memory>
#include <string>

#include "firmware/base/timers.h"
#include "tools/gateway/http_server.h"
#include "tools/gateway/kiosks/kiosk_identities.h"
#include "tools/gateway/options.h"
#include "tools/gateway/seal.h"
#include "tools/gateway/staff/login_limits.h"

namespace madoguchi::gateway {

/// The register, and the authority where the options name its key.
Result<std::unique_ptr<KioskIdentities>> open_identities(const Options& options,
                                                         const SealKey& seal_key,
                                                         Database database);

class EnrolmentSide {
 public:
  /// Null when the options name no address to listen at. `identities` outlives it.
  static Result<std::unique_ptr<EnrolmentSide>> listen(const boost::asio::any_io_executor& loop,
                                                       Timers& timers, const Options& options,
                                                       KioskIdentities& identities);

  [[nodiscard]] const std::string& address() const { return server_->address(); }
  Task<void> stop(Timers::Duration patience) { return server_->stop(patience); }

 private:
  EnrolmentSide(Timers& timers, KioskIdentities& identities)
      : timers_(timers), identities_(identities), limits_(timers) {}
  Task<Answer> handle(Request request);
  Answer enrol(const Request& request);

  Timers& timers_;
  KioskIdentities& identities_;
  LoginLimits limits_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace madoguchi::gateway
