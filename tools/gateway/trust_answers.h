#pragma once
// What keeps a kiosk's trust in this gateway fresh (firmware/message/time_api.h): the time, signed,
// and the revocation list of the CA that issued the gateway's own certificate.

#include <chrono>
#include <string>

#include "tools/gateway/http_message.h"
#include "tools/gateway/seal.h"

namespace madoguchi::gateway {

struct TrustAnswers {
  const SealKey* seal_key = nullptr;  ///< null: no time
  std::string crl{};  ///< PEM or DER, read anew for every question; empty: there is none

  [[nodiscard]] Answer time(std::chrono::system_clock::time_point now) const;
  [[nodiscard]] Answer revocation_list() const;
};

}  // namespace madoguchi::gateway
