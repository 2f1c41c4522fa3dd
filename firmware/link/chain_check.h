#pragma once
// What Madoguchi demands of a server's certificate beyond Mbed TLS's own verification, which
// accepts more than RFC 5280 and the CA/Browser profile allow (no SAN, version 1, a CA as leaf, any
// or no EKU, odd serial numbers, ignored name constraints). Internal to firmware/link: no Mbed TLS
// header is needed to include it.
//
// The profile (RFC 5280 and the CA/Browser Forum's Baseline Requirements 7.1.2, narrowed). Every
// certificate: version 3, a serial number of 1 to 20 octets that is positive, a key on P-256 or
// P-384, an ECDSA signature with SHA-256 or SHA-384 in its one right encoding, valid now, a subject
// key identifier, no extension twice, and none of name constraints, policy constraints, policy
// mappings, inhibit anyPolicy. Key identifiers not critical; the authority's holds only a key
// identifier, which is its issuer's; only a certificate that names itself as issuer may lack it.
// Every CA: basic constraints critical with cA, key usage with keyCertSign, a subject; the root has
// no extended key usage. The leaf: not a CA, key usage with digitalSignature and without
// keyCertSign, extended key usage exactly serverAuth and not critical, a subject alternative name
// that is the server's name (no wildcard, no fallback to the CN), critical only without a subject;
// every DNS name in it is one, and a CN is one of its names again. The path: at most three
// certificates, the root included; one key of it is pinned, where there are pins; no certificate of
// it below the root is revoked, where a revocation list is asked for.

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/link/der.h"
#include "firmware/link/revocation_list.h"
#include "firmware/link/spki_pin.h"

struct mbedtls_x509_crt;
struct mbedtls_x509_crt_profile;

namespace madoguchi {

/// Who the server has to be.
struct ServerName {
  std::string host;  ///< lower-case DNS name, or an IP address in text
  bool is_address = false;
};

using WallClock = std::chrono::system_clock::time_point;

/// What is asked of the revocation list.
enum class Revocation {
  unchecked,  ///< there is none
  known,      ///< who is in the held one is refused; it may be old or missing: for fetching it
  held,       ///< there must be one; it may be old
  fresh,      ///< there must be a fresh one
};

/// What a server's chain is judged by.
struct ChainRules {
  ServerName server;
  WallClock now;
  std::vector<SpkiPin> pins{};  ///< empty: the trusted CA alone decides
  Revocation revocation = Revocation::unchecked;
  /// Shared: a newer list may replace it during a handshake. Of the trusted CA itself.
  std::shared_ptr<const RevocationList> revoked{};
  bool revoked_is_fresh = false;
  int longest_path = 3;  ///< certificates, leaf and root included

  /// A resumed session shows no certificate to hold against the list.
  [[nodiscard]] bool allow_resumption() const {
    return revocation != Revocation::fresh || revoked_is_fresh;
  }
};

/// The strict check as Mbed TLS's verification callback. One object per verification; it must
/// outlive it.
class ChainCheck {
 public:
  explicit ChainCheck(ChainRules rules) : rules_(std::move(rules)) {}

  /// For mbedtls_ssl_set_verify and mbedtls_x509_crt_verify_with_profile; `self` is the ChainCheck.
  /// Called from the root down to the leaf (depth 0). Adds MBEDTLS_X509_BADCERT_OTHER for what the
  /// profile refuses, and replaces Mbed TLS's judgement of time, which reads the system clock, by
  /// its own.
  static int on_certificate(void* self, mbedtls_x509_crt* certificate, int depth,
                            std::uint32_t* flags);

  /// The first thing that was wrong, for maintainers; empty when nothing was.
  [[nodiscard]] const std::string& why() const { return why_; }

  /// Whether a leaf has been checked: not when a session was resumed.
  [[nodiscard]] bool saw_leaf() const { return saw_leaf_; }
  /// When the first of the checked certificates expires.
  [[nodiscard]] WallClock valid_until() const { return valid_until_; }

 private:
  using Extensions = std::vector<der::Extension>;

  void check(const mbedtls_x509_crt& certificate, int depth);
  void check_any(const mbedtls_x509_crt& certificate);
  void check_extensions(const Extensions& extensions);
  void check_key_identifiers(const mbedtls_x509_crt& certificate, const Extensions& extensions);
  void check_ca(const mbedtls_x509_crt& certificate, const Extensions& extensions);
  void check_leaf(const mbedtls_x509_crt& certificate, const Extensions& extensions);
  void check_validity(const mbedtls_x509_crt& certificate);
  void check_revocation(const mbedtls_x509_crt& certificate, int depth);
  void check_pins(const mbedtls_x509_crt& certificate, int depth);
  void refuse(const std::string& reason);

  ChainRules rules_;
  Bytes issuer_key_id_;  ///< subject key identifier of the certificate one step nearer to the root
  bool at_root_ = true;
  int root_depth_ = 0;
  bool saw_leaf_ = false;
  bool pinned_ = false;
  WallClock valid_until_ = WallClock::max();
  std::string subject_;  ///< which certificate is being checked: "leaf", "CA 1"
  std::string why_;
};

/// Keys, curves and hashes that a certificate may use, for Mbed TLS's own checks.
const mbedtls_x509_crt_profile& certificate_profile();

/// Verifies a server's chain as the TLS handshake does: Mbed TLS's verification and the strict
/// check. All DER. Errc::integrity with the reason. Any thread.
Status verify_server_chain(ByteView leaf, std::span<const Bytes> intermediates,
                           std::span<const Bytes> roots, const ChainRules& rules);

}  // namespace madoguchi
