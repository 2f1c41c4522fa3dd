#pragma once
// kioskd <-> kiosk-link. kiosk-link carries requests to the gateway and live messages both ways,
// and knows nothing of what is in them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/update_protocol.h"

namespace madoguchi {

/// One request. kiosk-link sends it, and sends it again after a broken connection until the
/// deadline: the gateway answers a repeated `id` (Idempotency-Key) with the first answer.
struct HttpCall {
  static constexpr std::string_view tag = "call";
  std::string id;      ///< UUID, new for every intention, the same for its repeats
  std::string method;  ///< "GET" or "POST"
  std::string target;  ///< "/v1/visits"
  Bytes body;          ///< JSON, may be empty
  std::int64_t deadline_ms = 0;
};
MADOGUCHI_DESCRIBE(HttpCall, id, method, target, body, deadline_ms)

/// kioskd no longer wants the answer.
struct CancelCall {
  static constexpr std::string_view tag = "cancel";
  std::string id;
};
MADOGUCHI_DESCRIBE(CancelCall, id)

/// One live message for the gateway: JSON, at most desk::most_live_bytes. Dropped while there is no
/// live connection: what was said to nobody is worth nothing later.
struct LiveSay {
  static constexpr std::string_view tag = "live_say";
  std::string text;
};
MADOGUCHI_DESCRIBE(LiveSay, text)

/// A maintainer wants to know how far the way to the gateway goes. Answered by ConnectionTested
/// with the same id, in at most connection_test_takes_ms. One at a time.
struct TestConnection {
  static constexpr std::string_view tag = "test_connection";
  std::string id;
};
MADOGUCHI_DESCRIBE(TestConnection, id)

inline constexpr std::int64_t connection_test_takes_ms = 30'000;

/// Enrols the kiosk: kiosk-link has a key made, asks the gateway for a certificate with a one-time
/// code and keeps it. One at a time; what stands in `url` and `ca_pin` comes from the QR code.
/// -> EnrolOutcome
struct EnrolRequest {
  static constexpr std::string_view tag = "enrol";
  std::string id;                     ///< comes back in the outcome
  std::string code;                   ///< as typed or scanned
  std::optional<std::string> site{};  ///< where the kiosk is said to stand; another one is refused
  std::optional<std::string> url{};   ///< of the gateway's enrolment; absent: [link] enrol_url
  std::optional<std::string> ca_pin{};  ///< base64 of SHA-256 of the key of the gateway's CA
};
MADOGUCHI_DESCRIBE(EnrolRequest, id, code, site, url, ca_pin)

/// Renews the certificate now instead of when two thirds of its life are over. -> EnrolOutcome
struct RenewRequest {
  static constexpr std::string_view tag = "renew";
  std::string id;
};
MADOGUCHI_DESCRIBE(RenewRequest, id)

/// Forgets who the kiosk is: certificate, gateway, whatever kiosk-link keeps. Tells the gateway so
/// when it can be reached. The key itself is kioskd's to erase (keys_protocol.h). -> EnrolOutcome
struct ForgetIdentity {
  static constexpr std::string_view tag = "forget";
  std::string id;
};
MADOGUCHI_DESCRIBE(ForgetIdentity, id)

using KioskToLink =
    std::variant<HttpCall, CancelCall, LiveSay, TestConnection, UpdateFetch, UpdateSay,
                 UpdateStopAnswer, EnrolRequest, RenewRequest, ForgetIdentity>;

/// The answer, or why there is none: exactly one of `status` (100-599) and `failure` is set.
struct HttpAnswer {
  static constexpr std::string_view tag = "answer";
  std::string id;
  std::optional<std::int32_t> status;
  std::optional<std::string> failure;  ///< "timeout", "gone", "protocol": an Errc's name
  Bytes body;
};
MADOGUCHI_DESCRIBE(HttpAnswer, id, status, failure, body)

/// Sent at start and at every change.
struct LinkState {
  static constexpr std::string_view tag = "state";
  bool up = false;
  std::string detail;  ///< for maintainers: why it is down
};
MADOGUCHI_DESCRIBE(LinkState, up, detail)

/// One live message from the gateway, in the order in which they came.
struct LiveHeard {
  static constexpr std::string_view tag = "live_heard";
  std::string text;
};
MADOGUCHI_DESCRIBE(LiveHeard, text)

/// Sent at start and at every change. Up: a new live connection, on which nothing was said yet.
struct LiveState {
  static constexpr std::string_view tag = "live_state";
  bool up = false;
};
MADOGUCHI_DESCRIBE(LiveState, up)

struct ConnectionStep {
  std::string name;  ///< "tcp" (its name too), "tls", "answer"
  bool passed = false;
  std::string detail;  ///< what was found, or what is wrong; for maintainers
  std::int64_t took_ms = 0;
};
MADOGUCHI_DESCRIBE(ConnectionStep, name, passed, detail, took_ms)

/// The steps in their order, up to the first that failed.
struct ConnectionTested {
  static constexpr std::string_view tag = "connection_tested";
  std::string id;
  std::string server;  ///< host and port of the gateway
  std::vector<ConnectionStep> steps;
};
MADOGUCHI_DESCRIBE(ConnectionTested, id, server, steps)

/// What became of an enrolment.
enum class EnrolResult {
  done,
  unknown_code,    ///< no such code: mistyped?
  used_code,       ///< another kiosk has used it
  expired_code,    ///< it came too late
  wrong_site,      ///< the code is for another site
  too_many_tries,  ///< the gateway lets nobody try for a while
  revoked,         ///< the gateway no longer wants this kiosk
  no_key,          ///< the TPM or kiosk-keys fails
  no_gateway,      ///< it cannot be reached
  untrusted,       ///< it is not who it has to be, or its certificate for us is not right
  not_enrolled,    ///< there is nothing to renew or to forget
  not_kept,        ///< the disk could not keep it; the old identity, if any, still stands
  busy,            ///< another enrolment is under way
  not_possible,    ///< not set up for it: a key in a file of kiosk.toml, no gateway named
  refused,         ///< the gateway says no for another reason
};
MADOGUCHI_ENUM(EnrolResult, done, unknown_code, used_code, expired_code, wrong_site, too_many_tries,
               revoked, no_key, no_gateway, untrusted, not_enrolled, not_kept, busy, not_possible,
               refused)

struct EnrolOutcome {
  static constexpr std::string_view tag = "enrolled";
  std::string id;  ///< of the request
  EnrolResult result = EnrolResult::refused;
  std::string detail;  ///< English, for maintainers
};
MADOGUCHI_DESCRIBE(EnrolOutcome, id, result, detail)

enum class IdentityStanding {
  none,        ///< not enrolled
  configured,  ///< certificate and key are files of kiosk.toml: a desk's kiosk
  enrolled,
  renewing,  ///< two thirds of its life are over; tried again and again
  expired,   ///< it needs a new code
  revoked,   ///< the gateway refuses it; it needs a new code
};
MADOGUCHI_ENUM(IdentityStanding, none, configured, enrolled, renewing, expired, revoked)

/// Sent at start and at every change.
struct IdentityState {
  static constexpr std::string_view tag = "identity";
  IdentityStanding standing = IdentityStanding::none;
  std::string kiosk;             ///< its id; empty when there is none
  std::string site;              ///< empty when it is not known
  std::int64_t valid_until = 0;  ///< seconds since 1970; 0: not known
  std::int64_t renew_at = 0;     ///< the same
  std::string key;               ///< "tpm", "file" (a board without TPM), "kiosk.toml"; empty: none
  std::string trouble;           ///< for maintainers; empty: nothing is wrong
  std::string seal_key;          ///< PEM, the gateway's public one; empty unless enrolled
};
MADOGUCHI_DESCRIBE(IdentityState, standing, kiosk, site, valid_until, renew_at, key, trouble,
                   seal_key)

using LinkToKiosk =
    std::variant<HttpAnswer, LinkState, LiveHeard, LiveState, ConnectionTested, UpdateOffer,
                 UpdateWithdrawn, UpdateFetched, UpdateTold, EnrolOutcome, IdentityState>;

}  // namespace madoguchi
