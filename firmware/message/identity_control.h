#pragma once
// kioskctl enrol, renew and erase: commands and the answer of the control channel
// (control_protocol.h).

#include <optional>
#include <string>

#include "firmware/message/codec.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi::control {

/// As EnrolRequest. Answered by IdentityTold, in at most three minutes.
struct EnrolAsk {
  static constexpr std::string_view tag = "enrol";
  std::string code;
  std::optional<std::string> site;
  std::optional<std::string> url;
  std::optional<std::string> ca_pin;
};
MADOGUCHI_DESCRIBE(EnrolAsk, code, site, url, ca_pin)

/// Answered by IdentityTold.
struct RenewAsk {
  static constexpr std::string_view tag = "renew";
};
MADOGUCHI_DESCRIBE(RenewAsk)

/// Certificate, key and counter, for good. Answered by IdentityTold.
struct EraseAsk {
  static constexpr std::string_view tag = "erase";
};
MADOGUCHI_DESCRIBE(EraseAsk)

struct IdentityTold {
  static constexpr std::string_view tag = "identity";
  EnrolResult result = EnrolResult::refused;
  std::string detail;
  IdentityState identity;  ///< how it stands afterwards
};
MADOGUCHI_DESCRIBE(IdentityTold, result, detail, identity)

}  // namespace madoguchi::control
