#pragma once
// The part of console_api.h about badges, and about what ties an account to one:
//
//   GET  /console/api/badges                              -> 200 BadgesView        admin
//   POST /console/api/badges                    NewBadge  -> 201 BadgeSeen         admin
//   POST /console/api/badges/revoke             BadgeAct  -> 204                   admin
//   POST /console/api/staff/{name}/badge        OwnBadge  -> 204                   admin
//   POST /console/api/staff/{name}/reset_totp             -> 200 NewSecondFactor   admin
//
// The last one makes a new second factor, good at once, and ends the account's sessions.

#include "firmware/message/desk_api.h"
#include "tools/gateway/staff/console_api.h"

namespace madoguchi::gateway {

struct BadgeSeen {
  std::string badge;   ///< SHA-256 of desk::badge_message() in hex
  std::string helper;  ///< what is printed on it
  desk::HelperRole role = desk::HelperRole::volunteer;
  std::optional<std::int64_t> revoked_at;  ///< seconds since 1970; nothing: it is valid
  std::optional<std::string> account;      ///< whose it is
};
MADOGUCHI_DESCRIBE(BadgeSeen, badge, helper, role, revoked_at, account)

struct BadgesView {
  std::vector<BadgeSeen> badges;  ///< by number; revoked ones too
};
MADOGUCHI_DESCRIBE(BadgesView, badges)

enum class BadgeKind { felica, iso14443a };
MADOGUCHI_ENUM(BadgeKind, felica, iso14443a)

/// Either kind and number, or sha256. A badge that is known gets this helper and role and is valid
/// again. Refused as taken when another valid badge has this number on it.
struct NewBadge {
  std::string helper;  ///< 1 to 64 bytes
  desk::HelperRole role = desk::HelperRole::volunteer;
  std::optional<BadgeKind> kind;
  std::optional<std::string> number;  ///< hex: the IDm (8 bytes) or the UID (4, 7 or 10)
  std::optional<std::string> sha256;  ///< hex
};
MADOGUCHI_DESCRIBE(NewBadge, helper, role, kind, number, sha256)

struct BadgeAct {
  std::string badge;
};
MADOGUCHI_DESCRIBE(BadgeAct, badge)

/// Empty: none. Refused as taken when another account has it.
struct OwnBadge {
  std::string helper;
};
MADOGUCHI_DESCRIBE(OwnBadge, helper)

struct NewSecondFactor {
  std::string name;
  std::string otpauth;  ///< the URI that an authenticator app reads; said once
};
MADOGUCHI_DESCRIBE(NewSecondFactor, name, otpauth)

}  // namespace madoguchi::gateway
