#pragma once
// The answer to GET /v1/time as the gateway's seal signs it.

#include <chrono>

#include "firmware/base/file.h"
#include "firmware/crypto/signing.h"
#include "firmware/message/time_api.h"
#include "tests/contract/link/test_pki.h"

namespace madoguchi {

inline Bytes signed_time(PemFiles& files, const Key& seal,
                         std::chrono::system_clock::time_point at) {
  const auto pem = read_file(files.add_key("seal.key", seal));
  const auto key = P256PrivateKey::from_pem(Secret(*pem));
  const api::Moment moment{.at_s = std::chrono::system_clock::to_time_t(at)};
  api::SignedTime out{encode(moment), {}};
  out.signature = *key->sign(api::time_message(out.moment));
  return encode(out, Dialect::json);
}

}  // namespace madoguchi
