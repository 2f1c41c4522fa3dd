#pragma once
// What the gateway answers when it does not do what was asked: one of the contract's refusals, with
// words for maintainers. A refusal is an answer, not a failure of a call (that is Error).

#include <string>
#include <variant>

#include "firmware/message/gateway_api.h"

namespace madoguchi::gateway {

struct Refused {
  api::Refusal code = api::Refusal::internal;
  std::string message;  ///< English, what and where; no personal data
  int status = 0;       ///< HTTP status; 0 means the usual one of the code
};

template <class T>
using Verdict = std::variant<T, Refused>;

/// The HTTP status that gateway_api.h gives to the code.
constexpr int usual_status(api::Refusal code) {
  switch (code) {
    case api::Refusal::malformed:
      return 400;
    case api::Refusal::signature_invalid:
    case api::Refusal::card_untrusted:
      return 401;
    case api::Refusal::not_registered:
    case api::Refusal::protected_person:
    case api::Refusal::moved_out:
    case api::Refusal::deceased:
    case api::Refusal::under_age:
    case api::Refusal::not_available:
    case api::Refusal::closed:
      return 403;
    case api::Refusal::unknown_visit:
      return 404;
    case api::Refusal::out_of_order:
      return 409;
    case api::Refusal::expired:
      return 410;
    case api::Refusal::too_large:
      return 413;
    case api::Refusal::glyph_missing:
    case api::Refusal::too_long:
    case api::Refusal::conflict:
      return 422;
    case api::Refusal::internal:
      return 500;
  }
  return 500;
}

}  // namespace madoguchi::gateway
