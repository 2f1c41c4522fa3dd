#pragma once
// Updates between kioskd, whose agent decides (firmware/update), and kiosk-link, which speaks to
// the server (firmware/link/ddi_client.h). Part of link_protocol.h.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi {

/// The server offers a bundle, or says again what it offers. An offer with another action takes the
/// place of the one before.
struct UpdateOffer {
  static constexpr std::string_view tag = "update_offer";
  std::string action;      ///< the server's number of this deployment to this kiosk
  std::string version;     ///< as the server calls it; the bundle's own counts
  std::string file;        ///< "madoguchi-1.2.raucb"
  std::int64_t bytes = 0;  ///< of the bundle
  std::string stream;      ///< http://127.0.0.1/... for RAUC; empty: ask for it with UpdateFetch
  bool may_fetch = false;  ///< the server's download handling is not "skip"
  bool may_install =
      false;  ///< its update handling is not "skip", and its maintenance window is open
};
MADOGUCHI_DESCRIBE(UpdateOffer, action, version, file, bytes, stream, may_fetch, may_install)

/// The server has taken the offer back, or asks whether it may: answered with UpdateStopAnswer when
/// `stop` is set.
struct UpdateWithdrawn {
  static constexpr std::string_view tag = "update_withdrawn";
  std::string action;
  std::string stop;  ///< the server's number of the cancel action; empty: nobody asks
};
MADOGUCHI_DESCRIBE(UpdateWithdrawn, action, stop)

/// How far the download is, or its end: `path` or `failure` is set then.
struct UpdateFetched {
  static constexpr std::string_view tag = "update_fetched";
  std::string action;
  std::int64_t bytes = 0;
  std::string path;     ///< of the whole bundle, whose hash is the server's
  std::string failure;  ///< why it is given up, for maintainers
};
MADOGUCHI_DESCRIBE(UpdateFetched, action, bytes, path, failure)

/// The server has taken an UpdateSay that ended its action.
struct UpdateTold {
  static constexpr std::string_view tag = "update_told";
  std::string action;
};
MADOGUCHI_DESCRIBE(UpdateTold, action)

/// Bring the whole bundle into kiosk-link's folder; what came before a break is kept.
struct UpdateFetch {
  static constexpr std::string_view tag = "update_fetch";
  std::string action;
};
MADOGUCHI_DESCRIBE(UpdateFetch, action)

/// Where an update is, or how it ended.
enum class UpdatePhase {
  waiting,  ///< for its window, for nobody to be there, for a device
  fetching,
  installing,
  restarting,
  succeeded,  ///< the new slot runs, passed its self-test and stays
  failed,     ///< the old slot runs on, or again
};
MADOGUCHI_ENUM(UpdatePhase, waiting, fetching, installing, restarting, succeeded, failed)

struct UpdateSay {
  static constexpr std::string_view tag = "update_say";
  std::string action;
  UpdatePhase phase = UpdatePhase::waiting;
  std::int32_t percent = 0;
  std::vector<std::string> details;  ///< lines for the operator; of a failed slot also its log
};
MADOGUCHI_DESCRIBE(UpdateSay, action, phase, percent, details)

/// Whether the action was dropped; no: it is being written, or the new slot is being tried.
struct UpdateStopAnswer {
  static constexpr std::string_view tag = "update_stop_answer";
  std::string stop;
  bool stopped = false;
  std::string detail;
};
MADOGUCHI_DESCRIBE(UpdateStopAnswer, stop, stopped, detail)

}  // namespace madoguchi
