#pragma once
// What the console's pages and the gateway say to each other: JSON over HTTPS below /console/api.
// Every request but login needs the session's cookie; every POST needs an Origin that is the
// console's own and, but for login, the session's token in the header X-CSRF-Token.
//
//   POST /console/api/login                       LoginRequest  -> 200 Me and the cookie
//   POST /console/api/logout                                    -> 204
//   GET  /console/api/me                                        -> 200 Me
//   POST /console/api/password                    NewPassword   -> 204, other sessions end
//   GET  /console/api/lessons                                   -> 200 LessonList
//   (console_lessons.h) GET  /console/api/staff                                     -> 200
//   StaffList       admin POST /console/api/staff                       NewStaff      -> 201
//   AddedStaff      admin POST /console/api/staff/{name}/disable                      -> 204,
//   sessions end   admin POST /console/api/staff/{name}/enable                       -> 204 admin
//   POST /console/api/staff/{name}/end_sessions                 -> 204                 admin
//
//   GET  /console/api/stats, open_data/{period}: tools/gateway/numbers/stats_api.h
//
// What is refused is a ConsoleError with the status of status_of().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::gateway {

/// What somebody may do grows from left to right.
enum class StaffRole { volunteer, staff, admin };
MADOGUCHI_ENUM(StaffRole, volunteer, staff, admin)

struct LoginRequest {
  std::string name;
  std::string password;
  std::string code;  ///< six digits of the authenticator app
};
MADOGUCHI_DESCRIBE(LoginRequest, name, password, code)

/// Which help sessions somebody sees.
enum class HelpSeen {
  all,
  own,        ///< of the own badge
  no_badge,   ///< none: the account has no badge
  not_valid,  ///< none: its badge is not registered, or revoked
};
MADOGUCHI_ENUM(HelpSeen, all, own, no_badge, not_valid)

struct Me {
  std::string name;
  StaffRole role = StaffRole::volunteer;
  std::string csrf;            ///< for the header X-CSRF-Token
  std::int64_t ends_in_s = 0;  ///< when the session ends whatever is done
  std::int64_t idle_s = 0;     ///< without a request it ends after so long
  HelpSeen sees = HelpSeen::no_badge;
  std::optional<std::string> badge;  ///< the number on the account's badge
};
MADOGUCHI_DESCRIBE(Me, name, role, csrf, ends_in_s, idle_s, sees, badge)

struct NewPassword {
  std::string now;
  std::string next;
};
MADOGUCHI_DESCRIBE(NewPassword, now, next)

struct StaffEntry {
  std::string name;
  StaffRole role = StaffRole::volunteer;
  bool disabled = false;
  std::int64_t sessions = 0;                  ///< that are alive
  std::optional<std::int64_t> last_login_at;  ///< seconds since 1970
  std::optional<std::string> badge;           ///< the number on it
};
MADOGUCHI_DESCRIBE(StaffEntry, name, role, disabled, sessions, last_login_at, badge)

struct StaffList {
  std::vector<StaffEntry> staff;
};
MADOGUCHI_DESCRIBE(StaffList, staff)

struct NewStaff {
  std::string name;  ///< 1 to 32 of a-z, 0-9, dot, dash
  StaffRole role = StaffRole::volunteer;
  std::optional<std::string> badge;
};
MADOGUCHI_DESCRIBE(NewStaff, name, role, badge)

/// Said once, kept nowhere.
struct AddedStaff {
  std::string name;
  StaffRole role = StaffRole::volunteer;
  std::string password;
  std::string otpauth;  ///< the URI that an authenticator app reads
};
MADOGUCHI_DESCRIBE(AddedStaff, name, role, password, otpauth)

enum class ConsoleRefusal {
  malformed,       ///< 400
  wrong_login,     ///< 401: name, password or code is wrong; it is never said which
  not_logged_in,   ///< 401: there is no session, or it is over
  wrong_origin,    ///< 403: Origin or X-CSRF-Token is missing or somebody else's
  not_allowed,     ///< 403: not with this role
  not_found,       ///< 404
  wrong_method,    ///< 405
  taken,           ///< 409: the name or the badge's number is somebody's
  oneself,         ///< 409: nobody shuts himself out
  weak_password,   ///< 422
  too_many_tries,  ///< 429 with Retry-After
  internal,        ///< 500
  busy,            ///< 503 with Retry-After
};
MADOGUCHI_ENUM(ConsoleRefusal, malformed, wrong_login, not_logged_in, wrong_origin, not_allowed,
               not_found, wrong_method, taken, oneself, weak_password, too_many_tries, internal,
               busy)

struct ConsoleError {
  ConsoleRefusal code = ConsoleRefusal::internal;
  std::optional<std::int64_t> retry_after_s;
};
MADOGUCHI_DESCRIBE(ConsoleError, code, retry_after_s)

}  // namespace madoguchi::gateway
