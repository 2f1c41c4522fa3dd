#pragma once
// The help desk's part of the API (firmware/message/desk_api.h): which badges open a session, and
// what stays of one. The tables `badges`, `help_sessions` and `help_records`; every statement about
// them is in help_desk.cpp.
//
// Anonymous by construction: a session is never stored together with its badge or helper. Its id is
// kept with its kiosk until the record arrives (a day at most); the record has no id, and its time
// is rounded down to the hour.
//
// Loop thread only. Errors: as database.h says.

#include <optional>
#include <string>
#include <vector>

#include "firmware/message/desk_api.h"
#include "tools/gateway/seal.h"
#include "tools/gateway/store.h"
#include "tools/gateway/visits.h"

namespace madoguchi::gateway {

struct RegisteredBadge {
  desk::Badge badge;
  UnixTime revoked_at = 0;  ///< 0: it is valid
};

/// Badges from a TOML file; see the gateway's README. Errc::invalid with file, line and what is
/// wrong.
Result<std::vector<RegisteredBadge>> read_badges(const std::string& path);

/// What may be printed on a badge: 1 to 64 bytes, no control characters.
bool is_helper_number(std::string_view text);

/// Makes the tables if they are not there; numbers/ reads `help_records`.
Status make_help_tables(Store& store);

class HelpDesk {
 public:
  /// All of it outlives the HelpDesk.
  struct Parts {
    Store& store;
    Timers& timers;
    const SealKey& seal_key;
  };
  static Result<HelpDesk> open(Parts parts);

  // ---- for the API; `caller.visit` is the session in the path ----

  /// POST /v1/help/sessions.
  Task<Decision> open_session(Caller caller, desk::HelpAsk ask);
  /// POST /v1/help/sessions/{session}/record.
  Task<Decision> record(Caller caller, desk::HelpRecord record);
  /// GET /v1/help/badges.
  Answer badges();

  // ---- for the console ----

  /// All of them, revoked ones too, by the helper's name.
  Result<std::vector<RegisteredBadge>> list();
  /// A new badge, or another helper or role for a known one, which is valid again.
  Status add(const desk::Badge& badge);
  /// The same, alone among all gateways; false, and nothing is done, when another valid badge has
  /// this helper's number on it.
  Result<bool> add_unless_taken(const desk::Badge& badge);
  /// Whether a badge with this number opens sessions.
  Result<bool> has_valid(const std::string& helper);
  /// False when there is no such badge. The first revocation's time stays.
  Result<bool> revoke(const Bytes& badge_sha256);
  /// What a file says at start: unknown badges are added, known ones get its helper and role. A
  /// revocation stays, wherever it came from.
  Status register_all(const std::vector<RegisteredBadge>& badges);

  /// Forgets the sessions whose record never came. To be called now and then.
  Status tidy();

 private:
  explicit HelpDesk(Parts parts) : parts_(parts) {}
  [[nodiscard]] UnixTime now() const;

  Parts parts_;
};

}  // namespace madoguchi::gateway
