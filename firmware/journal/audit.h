#pragma once
// Whether a journal is what the kiosk wrote: the chain, the checkpoints' signatures, the gateway's
// countersignatures, and erasures that are recorded as such.

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/crypto/signature.h"
#include "firmware/journal/reader.h"
#include "firmware/message/audit_api.h"

namespace madoguchi::journal {

struct AuditKeys {
  const P256PublicKey& kiosk;              ///< the audit key's public half
  const P256PublicKey* gateway = nullptr;  ///< the seal key's; none: countersignatures go unchecked
};

/// The first entry that is not right.
struct BadEntry {
  std::int64_t number = 0;  ///< 0: the file around the entries
  std::string visit;        ///< printable; may be empty
  std::string what;
};

struct AuditReport {
  std::int64_t entries = 0;  ///< that are right
  std::int64_t checkpoints = 0;
  std::int64_t countersigned = 0;
  std::int64_t erased = 0;
  /// The last entry that a countersigned checkpoint covers. Whoever has the kiosk's disk can cut
  /// off or rewrite what comes after it.
  std::int64_t covered = 0;
  std::optional<BadEntry> bad;
};

/// `expected`: the gateway's latest checkpoint, so that a journal that ends too early is noticed;
/// its signatures are checked with the same keys, Errc::integrity when they are wrong.
Result<AuditReport> audit(Reader& journal, const AuditKeys& keys,
                          const std::optional<api::CountersignedCheckpoint>& expected);

/// The gateway's words as its route or a file gives them (JSON), signatures unchecked. Errors:
/// protocol.
Result<api::CountersignedCheckpoint> read_countersigned(ByteView json);

}  // namespace madoguchi::journal
