#pragma once
// The kiosk's identity at the gateway: enrolled with a one-time code, renewed in time, noticed when
// it is revoked, given back. The key is in kiosk-keys and never here (docs/enrolment.md).
//
// What happens in which order, so that a power cut anywhere leaves the old identity or the new one:
// the key is made (one that is there stays), the certificate is asked for with it, checked, and one
// file is replaced (held_identity.h). The same code with the same key gives the same certificate
// again, so an answer that was lost is asked for once more.
//
// Loop thread only.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/base/wakeup.h"
#include "firmware/link/back_off.h"
#include "firmware/link/enrolment_calls.h"
#include "firmware/link/held_identity.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi {

struct EnrolmentSettings {
  std::string folder;         ///< kiosk-link's own: [link] state_dir
  std::string keys_socket;    ///< [keys] socket; empty: the key is a file of kiosk.toml
  std::string certificate{};  ///< of that key
  std::string enrol_url{};    ///< where a code that was typed is good; empty: a QR code is needed
  std::string ca{};           ///< PEM file of the gateway's CA for that; empty: the same
  std::vector<std::string> pins{};  ///< as TlsFiles
};

class Enrolment {
 public:
  using Sink = std::function<void(LinkToKiosk)>;
  /// Gives a number in [0, 1).
  using Random = std::function<double()>;
  /// The time that certificates are judged by.
  using Clock = std::function<Timers::Wall()>;

  static constexpr BackOff renewal_back_off{Timers::Duration(60'000),
                                            Timers::Duration(6 * 3'600'000)};
  /// Certificates and kiosk-keys are looked at this often, for the clock may jump.
  static constexpr Timers::Duration look_every{600'000};
  static constexpr Timers::Duration look_soon{15'000};  ///< while kiosk-keys cannot be asked

  /// Reads what is held; a damaged identity is none, and says so. Errc::invalid for settings that
  /// cannot be used.
  static Result<std::unique_ptr<Enrolment>> open(Timers& timers, EnrolmentSettings settings,
                                                 Sink to_kiosk, Random random, Clock clock);

  /// Until it is cancelled. The first thing it sends is an IdentityState.
  Task<void> run();
  /// EnrolRequest, RenewRequest, ForgetIdentity; others are ignored.
  void handle(KioskToLink message);
  /// A connection of the kiosk was refused, or accepted, by the gateway.
  void link_is(const LinkState& state);

  /// What more is known of the gateway, for renewals; null: nothing. Outlives its use here.
  void use(ServerTrust* trust) { trust_ = trust; }
  /// Null while the kiosk is not enrolled.
  [[nodiscard]] const HeldIdentity* held() const { return held_ ? &*held_ : nullptr; }
  /// What TLS needs of it.
  [[nodiscard]] TlsFiles files() const;
  /// The gateway's public seal key, as a file.
  [[nodiscard]] std::string seal_key() const { return file_.seal_key_file(); }
  /// Ends when the kiosk is somebody else, or nobody any more: connections are to be made anew. A
  /// renewal does not end it.
  Task<void> replaced() { return replaced_.wait(); }

 private:
  Enrolment(Timers& timers, EnrolmentSettings settings, Sink to_kiosk, Random random, Clock clock);

  Task<EnrolOutcome> carry_out(KioskToLink request);
  Task<EnrolVerdict<HeldIdentity>> enrol(EnrolRequest request);
  Task<EnrolVerdict<std::string>> ca_for(const EnrolRequest& request);
  Task<EnrolVerdict<HeldIdentity>> renew();
  Task<std::optional<EnrolFailure>> forget();
  Task<void> renew_when_due();
  Task<void> look_at_key();
  EnrolVerdict<std::unique_ptr<HttpClient>> client_to(const std::string& url, TlsFiles files);
  std::optional<EnrolFailure> keep(HeldIdentity identity);

  void take(HeldIdentity identity);
  [[nodiscard]] Timers::Duration until_next_look() const;
  [[nodiscard]] bool is_due(Timers::Wall now) const;
  [[nodiscard]] IdentityStanding standing() const;
  void announce();

  Timers& timers_;
  EnrolmentSettings settings_;
  IdentityFile file_;
  Sink to_kiosk_;
  Random random_;
  Clock clock_;
  KeysDesk keys_;
  ServerTrust* trust_ = nullptr;
  std::optional<HeldIdentity> held_;
  std::optional<KioskCertificate> certificate_;  ///< what it says
  std::string damaged_;                          ///< why what lies in the folder is not held
  std::string key_place_;                        ///< as IdentityState::key
  std::string key_trouble_;
  bool key_known_ = false;
  bool revoked_ = false;
  std::string renewal_trouble_;
  int failures_ = 0;                                                    ///< of renewals, in a row
  std::optional<Timers::Monotonic> not_before_;                         ///< the next renewal
  std::shared_ptr<unsigned> renewals_ = std::make_shared<unsigned>(0);  ///< shared with TlsFiles
  std::optional<KioskToLink> request_;
  bool busy_ = false;
  Wakeup woken_;
  Wakeup replaced_;
  std::optional<IdentityState> said_;
};

}  // namespace madoguchi
