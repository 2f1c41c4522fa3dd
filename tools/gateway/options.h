#pragma once
// The gateway's options, from the command line and from a TOML file. Every key of the file is an
// option's long name; the command line wins. Paths in the file are relative to the file.

#include <string>
#include <variant>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

struct Options {
  std::string listen = "127.0.0.1:8443";
  std::string public_listen = "127.0.0.1:8444";
  std::string public_url;  ///< without a slash at the end; empty: https:// and where the public
                           ///< side listens
  std::string console_listen = "127.0.0.1:8445";
  std::string console_dir;  ///< the console's built files; empty: no console, nothing listens
  std::string tls_certificate;
  std::string tls_key;
  std::string kiosk_ca;
  std::string kiosk_crl;           ///< empty: none
  std::string kiosk_ca_key;        ///< empty: no kiosk is enrolled here
  std::string kiosk_days = "397";  ///< life of a kiosk's certificate, 1 to 1200
  std::string kiosk_url;     ///< of the kiosks' API, as kiosks reach it; empty: where it listens
  std::string enrol_listen;  ///< empty: no kiosk is enrolled here
  std::string enrol_url;     ///< as kiosks reach it, for the QR codes
  std::string gateway_ca;    ///< of the CA of tls_certificate
  std::string crl;           ///< of the CA of tls_certificate, for kiosks; empty: none
  std::string card_ca;
  std::string card_crl;  ///< empty: none
  std::string seal_key;
  std::string audit_keys;  ///< empty: no kiosk's audit key is registered
  std::string badges;      ///< empty: none but those that the database knows
  std::string sign_key;
  std::string sign_certificate;
  std::string lessons_dir;  ///< empty: no lessons
  std::string residents;
  std::string catalogue;
  std::string queue;         ///< empty: neither tickets nor bookings
  std::string updates;       ///< empty: updates come from elsewhere
  std::string consult;       ///< empty: no consultations by video
  std::string relay_secret;  ///< empty: no media relay
  std::string relay_urls;
  std::string database = "gateway.sqlite";
  /// Seconds between two rounds that remove what is too old and publish what is due; 1 to 3600.
  std::string upkeep_every = "60";
  std::string time_zone = "Asia/Tokyo";
  /// Of kiosks, to ask; as many more may be live. Checked to be 1 to 50,000.
  std::string most_connections = "2000";
  // Numbers (numbers/numbers.h); as texts here, checked when they are read.
  std::string municipal_code = "272035";
  std::string prefecture = "大阪府";
  std::string smallest_count = "10";
  std::string numbers_days = "1096";
  std::string satisfaction_target;  ///< percent; empty: none
};

/// The program is to end at once: after --help and --version (0), or with a line on standard error
/// (2).
struct ExitNow {
  int code = 0;
};

/// Prints help, version or what is wrong itself.
std::variant<Options, ExitNow> read_options(int argc, const char* const* argv);

}  // namespace madoguchi::gateway
