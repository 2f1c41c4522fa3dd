#pragma once
// Time-limited access to the media relay, as coturn's use-auth-secret checks it (TURN REST API,
// draft-uberti-behave-turn-rest-00 2.2): the user is "<expiry>:<who>", the password the base64 of
// HMAC-SHA1 over it. Neither is stored anywhere. Any thread.

#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/message/consult_api.h"
#include "tools/gateway/store.h"

namespace madoguchi::gateway {

class RelayAccess {
 public:
  /// Ten minutes: for the beginning of a connection, which then stays.
  static constexpr UnixTime lifetime_s = 600;

  /// `urls`: of the staff's browsers, with blanks between them ("turns:relay.example:443?transport=
  /// tcp"). `secret_file` has one line, the relay's static-auth-secret, of 16 bytes or more.
  static Result<RelayAccess> load(const std::string& secret_file, const std::string& urls);

  [[nodiscard]] consult::RelayPass pass(const std::string& who, UnixTime now) const;
  [[nodiscard]] const std::vector<std::string>& urls() const { return urls_; }

 private:
  RelayAccess(Secret secret, std::vector<std::string> urls)
      : secret_(std::move(secret)), urls_(std::move(urls)) {}

  Secret secret_;
  std::vector<std::string> urls_;
};

}  // namespace madoguchi::gateway
