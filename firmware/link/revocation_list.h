#pragma once
// A CA's list of revoked certificates (RFC 5280, 5), narrowed: complete, of the pinned CA itself,
// version 2 with a number and both dates, ECDSA with SHA-256 or SHA-384. Internal to firmware/link;
// no Mbed TLS header is needed to include it.

#include <chrono>
#include <set>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

struct mbedtls_x509_crt;

namespace madoguchi {

class RevocationList {
 public:
  using WallClock = std::chrono::system_clock::time_point;

  /// `content` is DER, or PEM with exactly one list. Errc::invalid if it is no such list,
  /// Errc::integrity if `ca` did not sign it. Whether it is fresh is another question. Any thread.
  static Result<RevocationList> parse(ByteView content, const mbedtls_x509_crt& ca);
  /// The same with the CA's certificate in DER or PEM.
  static Result<RevocationList> parse(ByteView content, ByteView ca);

  [[nodiscard]] bool names(ByteView serial) const;
  /// Not behind its nextUpdate, and not older than `max_age`. One that is dated after `now` is
  /// fresh: the CA said it, so it is our clock that is behind.
  [[nodiscard]] bool is_fresh(WallClock now, std::chrono::seconds max_age) const;
  /// By CRL number (RFC 5280, 5.2.3).
  [[nodiscard]] bool is_newer_than(const RevocationList& other) const;

  [[nodiscard]] const Bytes& issuer() const { return issuer_; }
  [[nodiscard]] const Bytes& number() const { return number_; }  ///< big-endian, no leading zeros
  [[nodiscard]] WallClock this_update() const { return this_update_; }
  [[nodiscard]] WallClock next_update() const { return next_update_; }
  [[nodiscard]] std::size_t size() const { return serials_.size(); }

 private:
  Bytes issuer_;  ///< Name in DER
  Bytes number_;  ///< big-endian, without leading zeros
  WallClock this_update_;
  WallClock next_update_;
  std::set<Bytes> serials_;
};

}  // namespace madoguchi
