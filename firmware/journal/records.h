#pragma once
// The journal's own entries, beside those of the visits.

#include <cstdint>

#include "firmware/message/audit_api.h"

namespace madoguchi::journal {

namespace entry {
inline constexpr const char* checkpoint = "checkpoint";        ///< api::SignedCheckpoint
inline constexpr const char* countersigned = "countersigned";  ///< Countersigned
inline constexpr const char* erased = "erased";                ///< Erased; under the visit's name
inline constexpr const char* began = "began";                  ///< a visit's first entry
inline constexpr const char* ended = "ended";                  ///< and its last
}  // namespace entry

/// The gateway's word for a checkpoint.
struct Countersigned {
  std::int64_t checkpoint = 0;  ///< number of its entry
  Bytes receipt;
  Bytes receipt_signature;
};
MADOGUCHI_DESCRIBE(Countersigned, checkpoint, receipt, receipt_signature)

/// The bodies of the visit's entries up to this number were erased because of their age.
struct Erased {
  std::int64_t through = 0;
};
MADOGUCHI_DESCRIBE(Erased, through)

}  // namespace madoguchi::journal
