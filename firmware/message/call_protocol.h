#pragma once
// kioskd <-> kiosk-call, and what kiosk-call gives to kiosk-ui and kiosk-link.
//
// kiosk-call is a keeper that never touches media, and a worker that serves one call and ends; the
// keeper holds the next one warm (docs/adr/0019). A worker that dies ends nothing but its
// connection: the next one says CallReady, and kioskd starts the call again with the next
// connection number.
//
// Four channels, each SOCK_SEQPACKET, given by --fd, --ui-fd, --link-fd:
//   kioskd     KioskToCall, CallToKiosk
//   kiosk-ui   packets with a file descriptor: the sealed memory of picture_board.h
//   kiosk-link the same: a listening TCP socket of kiosk-call's own network namespace, whose
//              connections kiosk-link carries through its TLS to the relay's front. Both are handed
//              over when kiosk-call starts, and on each packet the other way; the newest counts

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "firmware/message/codec.h"
#include "firmware/message/consult_api.h"

namespace madoguchi {

/// Opens camera and microphone and makes an offer. The resident has consented.
struct StartCall {
  static constexpr std::string_view tag = "start";
  std::string call;  ///< UUID
  std::int64_t connection = 1;
  std::string relay_user;
  std::string relay_password;
  consult::Rung most = consult::Rung::p720;  ///< where the ladder begins
  bool microphone = true;
  bool camera = true;
};
MADOGUCHI_DESCRIBE(StartCall, call, connection, relay_user, relay_password, most, microphone,
                   camera)

/// Somebody may answer soon: makes the offer and asks the relay for an address, and tells neither
/// before StartCall, which must come with the same pass. Nothing is opened: the resident may not
/// have consented yet. What waits is kept in order, made anew when it grows old or the relay's
/// front goes; a later one replaces the pass. Not answered; ignored once a call has begun.
struct PrepareCall {
  static constexpr std::string_view tag = "prepare";
  std::string relay_user;
  std::string relay_password;
  auto operator<=>(const PrepareCall&) const = default;
};
MADOGUCHI_DESCRIBE(PrepareCall, relay_user, relay_password)

/// Camera and self view only, nothing is sent: the resident sees himself before he agrees to speak.
struct Preview {
  static constexpr std::string_view tag = "preview";
  bool on = true;
};
MADOGUCHI_DESCRIBE(Preview, on)

/// The staff's answer, as it came from the network.
struct RemoteAnswer {
  static constexpr std::string_view tag = "answer";
  std::int64_t connection = 0;
  std::string sdp;
};
MADOGUCHI_DESCRIBE(RemoteAnswer, connection, sdp)

struct RemoteCandidate {
  static constexpr std::string_view tag = "candidate";
  std::int64_t connection = 0;
  std::int32_t line = 0;
  std::string candidate;
};
MADOGUCHI_DESCRIBE(RemoteCandidate, connection, line, candidate)

/// What is sent. A device that is not sent is closed: its light goes out.
struct OpenDevices {
  static constexpr std::string_view tag = "open";
  bool microphone = true;
  bool camera = true;
};
MADOGUCHI_DESCRIBE(OpenDevices, microphone, camera)

/// On hold nothing is sent and nothing is played.
struct HoldCall {
  static constexpr std::string_view tag = "hold";
  bool held = true;
};
MADOGUCHI_DESCRIBE(HoldCall, held)

/// Devices are closed and pictures wiped before the worker ends.
struct EndCall {
  static constexpr std::string_view tag = "end";
};
MADOGUCHI_DESCRIBE(EndCall)

using KioskToCall = std::variant<StartCall, PrepareCall, Preview, RemoteAnswer, RemoteCandidate,
                                 OpenDevices, HoldCall, EndCall>;

/// A warm worker waits for StartCall. Said by each worker once, and again when a device comes or
/// goes.
struct CallReady {
  static constexpr std::string_view tag = "ready";
  std::int64_t worker = 0;  ///< goes up for ever; a new number means that the last worker is gone
  bool camera = false;      ///< one is there
  bool microphone = false;
  bool speaker = false;
};
MADOGUCHI_DESCRIBE(CallReady, worker, camera, microphone, speaker)

struct LocalOffer {
  static constexpr std::string_view tag = "offer";
  std::int64_t connection = 0;
  std::string sdp;
};
MADOGUCHI_DESCRIBE(LocalOffer, connection, sdp)

struct LocalCandidate {
  static constexpr std::string_view tag = "candidate";
  std::int64_t connection = 0;
  std::int32_t line = 0;
  std::string candidate;
};
MADOGUCHI_DESCRIBE(LocalCandidate, connection, line, candidate)

enum class CallState {
  connecting,
  connected,  ///< media flows
  broken,     ///< it does not, for now; ends in connected or failed
  failed,     ///< start again with the next connection
  ended,      ///< after EndCall
};
MADOGUCHI_ENUM(CallState, connecting, connected, broken, failed, ended)

struct CallMoved {
  static constexpr std::string_view tag = "moved";
  std::int64_t connection = 0;
  CallState state = CallState::connecting;
  std::string why;  ///< for maintainers: "the peer's certificate is not the one of its description"
};
MADOGUCHI_DESCRIBE(CallMoved, connection, state, why)

/// Once a second while connected.
struct CallMeasured {
  static constexpr std::string_view tag = "measured";
  std::int64_t connection = 0;
  consult::Rung rung = consult::Rung::p720;
  std::int32_t send_kbps = 0;
  std::int64_t frames_out = 0;                 ///< encoded, of this connection
  std::int64_t frames_in = 0;                  ///< decoded
  std::optional<std::int64_t> first_frame_ms;  ///< from StartCall to the first decoded frame
  double in_dbfs = -100;                       ///< peak of the last second, from the staff
  double out_dbfs = -100;                      ///< from the microphone, after echo cancelling
  bool silent_in = false;   ///< nothing came for three seconds: the staff is not heard
  bool silent_out = false;  ///< the microphone has given digital silence for three seconds
};
MADOGUCHI_DESCRIBE(CallMeasured, connection, rung, send_kbps, frames_out, frames_in, first_frame_ms,
                   in_dbfs, out_dbfs, silent_in, silent_out)

using CallToKiosk = std::variant<CallReady, LocalOffer, LocalCandidate, CallMoved, CallMeasured>;

}  // namespace madoguchi
