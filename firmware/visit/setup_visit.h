#pragma once
// The first start of a kiosk that is nobody yet: language, the city's code by QR, by hand or from a
// provision.toml, where it stands, and its papers (docs/setup.md). Then kioskd starts anew, and the
// reception ends the setting up with a self-test (setup_end.h).
//
// A power cut at any moment leaves a kiosk that can be set up further: the identity is kiosk-link's
// and durable before the outcome comes, the papers are written whole or not at all, and what was
// provided is erased last. Loop thread only.

#include <functional>
#include <optional>
#include <string>

#include "firmware/message/enrol_ticket.h"
#include "firmware/message/link_protocol.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/identity_desk.h"

namespace madoguchi::visit {

/// What a medium brought along: tools/flash --provision (docs/flash.md).
struct Provision {
  std::string id;
  std::string site;  ///< words for people; empty: not said
  std::string enrol_code;
  std::string gateway;            ///< https://...; empty: as configured
  std::string gateway_ca_sha256;  ///< 64 hex digits: of the key of the gateway's CA; or empty
  std::string language = "ja";
  std::string service_hours;  ///< as ServiceHours::parse takes them; empty: as configured
};

/// What setting up has found out.
struct SetupAnswers {
  std::string id;
  std::string site;
  std::string language = "ja";
  std::string seal_key;       ///< PEM, the gateway's public one; empty: kiosk.toml names it already
  std::string service_hours;  ///< empty: as kiosk.toml has them
};

/// The files of a kiosk that is being set up. Loop thread; all calls are quick and block.
class SetupPapers {
 public:
  virtual ~SetupPapers() = default;
  /// Nothing: there is none. Errors: invalid (it was changed, or is not complete), io.
  virtual Result<std::optional<Provision>> find_provision() = 0;
  /// Durable, whole or not at all: kiosk.toml with the answers, after the gateway's seal key and
  /// the mark that the self-test is still to come. Errors: io, full, invalid.
  virtual Status keep(const SetupAnswers& answers) = 0;
  /// Overwrites and removes every provision.toml that is there. Errors: io, refused.
  virtual Status erase_provision() = 0;
};

/// Everything is borrowed and outlives the visit.
struct SetupRoom {
  Pane pane;
  SetupPapers& papers;
  IdentityDesk& identity;             ///< a maintainer may enrol the kiosk with kioskctl meanwhile
  CodeReader* code_reader = nullptr;  ///< nullptr: codes are typed
};

class SetupVisit {
 public:
  explicit SetupVisit(SetupRoom& room) : room_(room), dialogue_(room.pane, Look{}) {}

  /// Until the papers are kept; the last screen says that the kiosk starts anew.
  Task<void> run();

  /// So many wrong codes in a row, and then a pause.
  static constexpr int wrong_codes = 3;
  static constexpr std::chrono::seconds pause{60};
  /// For kiosk-link to say who the kiosk is.
  static constexpr std::chrono::seconds link_patience{20};

 private:
  enum class Way { enrolled, back, left };

  Task<bool> know_identity();
  Task<bool> begin_with_provision();
  Task<Way> choose_language();
  Task<Way> enrol_by_hand();
  Task<Way> choose_way();
  Task<std::optional<EnrolRequest>> scan();
  Task<std::optional<EnrolRequest>> type();
  Task<std::optional<EnrolRequest>> look_for_provision();
  Task<bool> enrol(EnrolRequest request);
  Task<void> too_many();
  Task<bool> confirm_place();
  Task<bool> keep();
  [[nodiscard]] bool enrolled() const;
  Task<void> until_enrolled();
  EnrolRequest request_of(const Provision& provision);

  SetupRoom& room_;
  Dialogue dialogue_;
  SetupAnswers answers_;
  std::optional<Provision> provided_;
  int wrong_ = 0;  ///< codes in a row
  bool left_ = false;
};

}  // namespace madoguchi::visit
