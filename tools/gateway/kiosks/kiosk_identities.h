#pragma once
// What kiosks ask about their identity (firmware/message/enrol_api.h): a certificate for a code, a
// newer one, an end. Loop thread only.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "firmware/message/enrol_api.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/kiosks/kiosk_authority.h"
#include "tools/gateway/kiosks/kiosk_register.h"

namespace madoguchi::gateway {

/// A refusal of these calls, as EnrolError. `retry_after_s`: for too_many_tries.
Answer enrol_refusal(api::EnrolRefusal code, std::string message, std::int64_t retry_after_s = 0);

struct KioskIdentitySettings {
  std::string kiosk_url;                      ///< where the kiosks' API is
  std::string seal_key;                       ///< PEM, the public one
  std::int64_t lifetime_s = 397 * 24 * 3600;  ///< of a certificate
};

class KioskIdentities {
 public:
  /// For how long the same key gets the same certificate for its code again.
  static constexpr std::int64_t repeat_s = 24 * 3600;
  /// Renewals of one kiosk in a day; more are a kiosk that has gone wild.
  static constexpr int most_renewals = 24;

  /// Without an authority no certificates are issued; who is revoked stays so.
  KioskIdentities(KioskRegister kiosks, std::optional<KioskAuthority> authority,
                  KioskIdentitySettings settings)
      : kiosks_(std::move(kiosks)),
        authority_(std::move(authority)),
        settings_(std::move(settings)) {}

  void set_kiosk_url(std::string url) { settings_.kiosk_url = std::move(url); }

  /// POST /v1/enrol.
  Answer enrol(ByteView json, std::int64_t now_s);
  /// POST /v1/identity/renew and /retire of the kiosk with this name.
  Answer renew(const std::string& kiosk, ByteView json, std::int64_t now_s);
  Answer retire(const std::string& kiosk, ByteView json, std::int64_t now_s);

  /// False as well while the database is away: then nothing else can be had either.
  bool is_revoked(const std::string& kiosk, const std::string& serial);
  bool is_out(const std::string& kiosk);
  Status tidy(std::int64_t now_s) { return kiosks_.tidy(now_s); }

 private:
  Answer use_code(const api::EnrolAsk& ask, ByteView code, const CertificateRequest& request,
                  std::int64_t now_s);
  Answer enrolled(const EnrolmentCode& code, const std::string& certificate) const;

  KioskRegister kiosks_;
  std::optional<KioskAuthority> authority_;
  KioskIdentitySettings settings_;
};

/// How a code is kept. `plain`: firmware/message/enrol_ticket.h.
Bytes hmac_of_code(const KioskAuthority& authority, std::string_view plain);

}  // namespace madoguchi::gateway
