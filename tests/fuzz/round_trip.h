#pragma once
// For fuzz targets of messages.

#include <cstdlib>

#include "firmware/message/codec.h"

namespace madoguchi {

/// What was accepted must survive its own encoding.
template <class T>
void round_trip(ByteView bytes, Dialect dialect) {
  const auto first = decode<T>(bytes, dialect);
  if (!first) return;
  const Bytes encoded = encode(*first, dialect);
  const auto second = decode<T>(encoded, dialect);
  if (!second || encode(*second, dialect) != encoded) std::abort();
}

}  // namespace madoguchi
