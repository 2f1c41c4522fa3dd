#pragma once
// kioskctl <-> kioskd, over a SOCK_SEQPACKET Unix socket that kioskd listens on (docs/kioskctl.md).
//
// The client says Ask, kioskd answers with Tell of the same id: any number with last = false (a
// watch), then one with last = true. One ask of a connection runs at a time; closing the connection
// ends it. A packet that is no Ask is answered with Refused and the connection is closed. Asks have
// at most most_control_ask bytes; nothing here names a resident, a card or a visit.
//
// Each part of kioskd adds its own commands and answers: a header of its own with the structs, one
// line in each variant below, and a handler (firmware/apps/kioskd/control_desk.h).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/identity_control.h"
#include "firmware/message/self_test_report.h"
#include "firmware/message/update_control.h"

namespace madoguchi::control {

inline constexpr std::size_t most_control_ask = 64u << 10;
/// Of one answer, and of all that a client has not read.
inline constexpr std::size_t most_control_told = 1u << 20;
inline constexpr const char* default_socket = "/run/madoguchi/control";

// --- Commands ---

/// Answered by KioskStatus.
struct StatusAsk {
  static constexpr std::string_view tag = "status";
};
MADOGUCHI_DESCRIBE(StatusAsk)

/// Answered by FaultsTold; with `watch` at once, at every change, and never with last = true.
struct FaultsAsk {
  static constexpr std::string_view tag = "faults";
  bool watch = false;
};
MADOGUCHI_DESCRIBE(FaultsAsk, watch)

/// Answered by SelfTestReport, in at most visit::self_test_takes; busy during a visit.
struct SelfTestAsk {
  static constexpr std::string_view tag = "self_test";
};
MADOGUCHI_DESCRIBE(SelfTestAsk)

/// Answered by PartsTested.
struct PrintTestAsk {
  static constexpr std::string_view tag = "print_test";
  bool page = true;  ///< on the certificates' printer
  bool slip = true;  ///< on the receipt printer
};
MADOGUCHI_DESCRIBE(PrintTestAsk, page, slip)

/// The glass becomes a grid. Answered by TouchTold at each cell, at last by TouchTested.
struct TouchTestAsk {
  static constexpr std::string_view tag = "touch_test";
  std::int32_t columns = 6;
  std::int32_t rows = 10;
  std::int32_t patience_s = 20;  ///< without a new cell, then it is over; 1 to 120
};
MADOGUCHI_DESCRIBE(TouchTestAsk, columns, rows, patience_s)

/// Shows the camera's picture on the screen for so long, or says which sound devices there are.
/// Answered by PartsTested; unsupported without consultations.
struct CallCheckAsk {
  static constexpr std::string_view tag = "call_check";
  bool camera = false;
  bool sound = false;
  std::int32_t seconds = 10;  ///< 1 to 60
};
MADOGUCHI_DESCRIBE(CallCheckAsk, camera, sound, seconds)

/// How far the way to the gateway goes. Answered by NetworkTested.
struct NetworkAsk {
  static constexpr std::string_view tag = "network";
};
MADOGUCHI_DESCRIBE(NetworkAsk)

// --- Answers ---

enum class Reason {
  forbidden,    ///< this user may not speak here
  protocol,     ///< what came is no command of this kioskd
  busy,         ///< somebody uses the kiosk, or another command does; later
  too_many,     ///< clients at once
  unsupported,  ///< this kiosk has no such part
  invalid,      ///< the command's own words are wrong
  failed,       ///< it was tried
};
MADOGUCHI_ENUM(Reason, forbidden, protocol, busy, too_many, unsupported, invalid, failed)

struct Refused {
  static constexpr std::string_view tag = "refused";
  Reason reason = Reason::failed;
  std::string what;  ///< one clear sentence for a maintainer
};
MADOGUCHI_DESCRIBE(Refused, reason, what)

/// It is done, and there is nothing to say about it.
struct Done {
  static constexpr std::string_view tag = "done";
};
MADOGUCHI_DESCRIBE(Done)

struct StandingFault {
  std::string device;  ///< as Fault
  std::string code;
  std::string detail;
  bool operator==(const StandingFault&) const = default;
};
MADOGUCHI_DESCRIBE(StandingFault, device, code, detail)

struct FaultsTold {
  static constexpr std::string_view tag = "faults";
  std::vector<StandingFault> faults;
};
MADOGUCHI_DESCRIBE(FaultsTold, faults)

struct DeviceStatus {
  std::string device;  ///< "reader", "printer", "terminal", "receipt", "call", "code_reader"
  bool fitted = true;
  std::optional<StandingFault> fault;
};
MADOGUCHI_DESCRIBE(DeviceStatus, device, fitted, fault)

struct LinkStatus {
  bool up = false;
  bool live = false;  ///< the live channel
  std::string detail;
};
MADOGUCHI_DESCRIBE(LinkStatus, up, live, detail)

/// Whom the gateway takes this kiosk for. Words of firmware/link's enrolment.
struct IdentityStatus {
  std::string state;    ///< "enrolled", "none", "expired", "revoked", "pending"
  std::string key;      ///< where the key is: "tpm", "file"
  std::string subject;  ///< common name of the certificate
  std::string expires;  ///< RFC 3339, UTC; empty: not known
};
MADOGUCHI_DESCRIBE(IdentityStatus, state, key, subject, expires)

struct JournalStatus {
  bool open = false;
  std::int64_t bytes = 0;        ///< of the file and its log
  std::int64_t open_visits = 0;  ///< that recovery still has to bring to an end
  bool checkpoints = false;      ///< there is an audit key
  std::int64_t unsent = 0;       ///< 1 when a checkpoint waits for its countersignature
};
MADOGUCHI_DESCRIBE(JournalStatus, open, bytes, open_visits, checkpoints, unsent)

struct DiskStatus {
  std::int64_t free_bytes = 0;  ///< for kioskd, where the journal is
  std::int64_t total_bytes = 0;
};
MADOGUCHI_DESCRIBE(DiskStatus, free_bytes, total_bytes)

struct ClockStatus {
  std::string now;            ///< RFC 3339 in UTC
  bool synchronised = false;  ///< the system has set it by a time server since the start
};
MADOGUCHI_DESCRIBE(ClockStatus, now, synchronised)

/// Words of firmware/update.
struct UpdateStatus {
  std::string state;    ///< "idle", "downloading", "installing", "trying" ...
  std::string slot;     ///< that runs: "a", "b"; empty where there are none
  std::string version;  ///< of the image
  std::string detail;
};
MADOGUCHI_DESCRIBE(UpdateStatus, state, slot, version, detail)

struct KioskStatus {
  static constexpr std::string_view tag = "status";
  std::string version;   ///< of kioskd
  std::string kiosk;     ///< its id
  std::string activity;  ///< a name of visit::Activity (firmware/visit/upkeep.h)
  LinkStatus link;
  std::optional<IdentityStatus> identity;
  std::vector<DeviceStatus> devices;
  std::vector<StandingFault> faults;  ///< all that stand, those of the devices too
  JournalStatus journal;
  DiskStatus disk;
  ClockStatus clock;
  std::int64_t uptime_s = 0;          ///< of kioskd
  std::int64_t machine_uptime_s = 0;  ///< since the machine was started
  std::optional<UpdateStatus> update;
};
MADOGUCHI_DESCRIBE(KioskStatus, version, kiosk, activity, link, identity, devices, faults, journal,
                   disk, clock, uptime_s, machine_uptime_s, update)

/// Of what was tried by hand.
struct PartsTested {
  static constexpr std::string_view tag = "parts_tested";
  std::vector<PartResult> parts;
};
MADOGUCHI_DESCRIBE(PartsTested, parts)

struct TouchTold {
  static constexpr std::string_view tag = "touch_told";
  std::int32_t reached = 0;
  std::int32_t of = 0;
};
MADOGUCHI_DESCRIBE(TouchTold, reached, of)

struct TouchTested {
  static constexpr std::string_view tag = "touch_tested";
  std::int32_t columns = 0;
  std::int32_t rows = 0;
  std::vector<std::int32_t> untouched;  ///< row by row from the top left, from 0
};
MADOGUCHI_DESCRIBE(TouchTested, columns, rows, untouched)

struct NetworkStep {
  std::string name;  ///< as ConnectionStep (firmware/message/link_protocol.h)
  bool passed = false;
  std::string detail;
  std::int64_t took_ms = 0;
};
MADOGUCHI_DESCRIBE(NetworkStep, name, passed, detail, took_ms)

struct NetworkTested {
  static constexpr std::string_view tag = "network_tested";
  std::string server;  ///< host and port of the gateway
  std::vector<NetworkStep> steps;
};
MADOGUCHI_DESCRIBE(NetworkTested, server, steps)

// --- The channel ---

// One alternative a line, each with what it is answered by; the answers in the same order.
using Command = std::variant<StatusAsk,                           // KioskStatus
                             FaultsAsk,                           // FaultsTold
                             SelfTestAsk,                         // SelfTestReport
                             PrintTestAsk,                        // PartsTested
                             TouchTestAsk,                        // TouchTold ..., TouchTested
                             CallCheckAsk,                        // PartsTested
                             NetworkAsk,                          // NetworkTested
                             EnrolAsk, RenewAsk, EraseAsk,        // IdentityTold
                             UpdateAsk,                           // UpdateStanding
                             UpdateInstallAsk, UpdateCancelAsk>;  // Done

using Answer = std::variant<Refused, Done,                          //
                            KioskStatus,                            //
                            FaultsTold,                             //
                            SelfTestReport,                         //
                            PartsTested,                            //
                            TouchTold, TouchTested, NetworkTested,  //
                            IdentityTold,                           //
                            UpdateStanding>;

struct Ask {
  std::int64_t id = 0;  ///< the client's own; not 0
  Command command;
};
MADOGUCHI_DESCRIBE(Ask, id, command)

struct Tell {
  std::int64_t id = 0;  ///< the ask's; 0: about the connection itself
  bool last = true;
  Answer answer;
};
MADOGUCHI_DESCRIBE(Tell, id, last, answer)

}  // namespace madoguchi::control
