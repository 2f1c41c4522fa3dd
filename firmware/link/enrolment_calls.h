#pragma once
// What an enrolment asks of kiosk-keys and of the gateway: one call each, and what its answer
// means. Internal to firmware/link. Loop thread only; kiosk-keys is asked on a worker.

#include <string>
#include <variant>

#include "firmware/base/worker.h"
#include "firmware/link/certificate_request.h"
#include "firmware/link/http_client.h"
#include "firmware/message/enrol_api.h"
#include "firmware/message/keys_client.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

/// Why it did not come to its end.
struct EnrolFailure {
  EnrolResult result = EnrolResult::refused;
  std::string detail;
};

template <class T>
using EnrolVerdict = std::variant<T, EnrolFailure>;

/// kiosk-keys, for a loop.
class KeysDesk {
 public:
  explicit KeysDesk(std::string socket) : client_(std::move(socket)) {}

  Task<Result<Bytes>> make();
  Task<Result<Bytes>> public_half();
  Task<Result<KeysState>> state();
  /// PKCS #10 for that key.
  Task<Result<Bytes>> request(Bytes point);

 private:
  KeysClient client_;
  Worker worker_{"keys"};
};

/// The three calls of enrol_api.h.
Task<EnrolVerdict<api::Enrolled>> call_enrol(HttpClient& client, api::EnrolAsk question);
Task<EnrolVerdict<api::Renewed>> call_renew(HttpClient& client, api::RenewAsk question);
Task<EnrolVerdict<api::Retired>> call_retire(HttpClient& client, api::RetireAsk question);

}  // namespace madoguchi
