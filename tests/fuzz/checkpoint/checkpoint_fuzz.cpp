// What a kiosk sends to the gateway, and the file that kioskctl is given. The first byte chooses
// the parser, the rest is its input.

#include <cstdlib>

#include "firmware/journal/audit.h"
#include "firmware/journal/records.h"
#include "tests/fuzz/round_trip.h"

using namespace madoguchi;

namespace {

void checkpoint(ByteView cbor) {
  const auto read = api::read_checkpoint(cbor);
  if (!read) {
    if (read.error().what.empty()) std::abort();
    return;
  }
  if (read->first < 1 || read->last < read->first || read->kiosk.empty()) std::abort();
  for (const Bytes* hash : {&read->previous, &read->head, &read->merkle_root})
    if (hash->size() != api::chain_hash_size) std::abort();
}

void countersigned(ByteView json) {
  const auto read = journal::read_countersigned(json);
  if (read && !api::read_checkpoint(read->checkpoint)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      checkpoint(rest);
      break;
    case 1:
      countersigned(rest);
      break;
    case 2:
      round_trip<api::SignedCheckpoint>(rest, Dialect::json);
      break;
    case 3:
      round_trip<api::Receipt>(rest, Dialect::cbor);
      break;
    case 4:
      round_trip<journal::Countersigned>(rest, Dialect::json);
      break;
    default:
      round_trip<journal::Erased>(rest, Dialect::json);
      break;
  }
  return 0;
}
