#pragma once
// The driver of a nexo Sale-to-POI terminal: hal/api/payment_terminal.h over HTTP or HTTPS in the
// cabinet.

#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/link/http_client.h"
#include "hal/api/payment_terminal.h"

namespace madoguchi {

struct TerminalConfig {
  std::string url;      ///< "http://192.168.50.10:8080/nexo" or https://...
  TlsFiles tls;         ///< for https
  std::string sale_id;  ///< of this kiosk, for Login and Diagnosis: "KIOSK-001"
  std::string poi_id;   ///< of the terminal: "POI-001"
  /// File of the key for nexo's local security (message_security.h); empty: messages travel plain.
  /// With a key, what is not protected with it is refused.
  std::string key;
  /// How long a payment or reversal may take until its outcome counts as unknown.
  Timers::Duration patience{120'000};
};

/// The terminal need not be on: diagnose() says so later. The timers must outlive it.
/// Errors: invalid, not_found, io, with the setting or file that is wrong.
Result<std::unique_ptr<PaymentTerminal>> make_nexo_terminal(Timers& timers, TerminalConfig config);

}  // namespace madoguchi
