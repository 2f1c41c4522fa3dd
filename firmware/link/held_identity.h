#pragma once
// Who the kiosk is, as kiosk-link keeps it: one file, written whole or not at all, so that a power
// cut at any moment leaves the old identity or the new one. Beside it lie files made from it
// for the TLS code, which are made anew at every start.
//
// Loop thread only.

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "firmware/message/codec.h"

namespace madoguchi {

struct HeldIdentity {
  std::int32_t version = 1;
  std::string kiosk;
  std::string site;
  std::string url;          ///< of the gateway's API for kiosks
  std::string gateway_ca;   ///< PEM: the only CA that the gateway's certificate may come from
  std::string certificate;  ///< PEM, the kiosk's
  std::string issuer;       ///< PEM, of the CA that issued it
  std::string seal_key;     ///< PEM, the gateway's public seal key
};
MADOGUCHI_DESCRIBE(HeldIdentity, version, kiosk, site, url, gateway_ca, certificate, issuer,
                   seal_key)

class IdentityFile {
 public:
  /// `folder`: kiosk-link's own.
  explicit IdentityFile(std::string folder) : folder_(std::move(folder)) {}

  /// Nothing when the kiosk is not enrolled. Errc::integrity when the file is damaged.
  [[nodiscard]] Result<std::optional<HeldIdentity>> load() const;
  Status keep(const HeldIdentity& identity) const;
  /// Nothing of it is left. Can be repeated.
  Status erase() const;

  /// Writes the files below from what is held.
  Status lay_out(const HeldIdentity& identity) const;
  [[nodiscard]] std::string certificate_file() const { return folder_ + "/kiosk.pem"; }
  [[nodiscard]] std::string ca_file() const { return folder_ + "/enrolled-ca.pem"; }
  [[nodiscard]] std::string seal_key_file() const { return folder_ + "/seal.pem"; }

 private:
  [[nodiscard]] std::string file() const { return folder_ + "/identity"; }

  std::string folder_;
};

}  // namespace madoguchi
