#include "firmware/message/audit_api.h"

namespace madoguchi::api {

Result<Checkpoint> read_checkpoint(ByteView cbor) {
  auto read = decode<Checkpoint>(cbor);
  if (!read) return read.error();
  const auto wrong = [](const char* what) { return Error{Errc::protocol, "checkpoint", what}; };
  if (read->version != 1) return wrong("is of another version");
  if (read->kiosk.empty()) return wrong("names no kiosk");
  if (read->first < 1 || read->last < read->first) return wrong("has its numbers out of order");
  for (const Bytes* hash : {&read->previous, &read->head, &read->merkle_root}) {
    if (hash->size() != chain_hash_size) return wrong("has a hash that is not 32 bytes");
  }
  const bool at_the_beginning = read->first == 1;
  if (at_the_beginning != (read->previous == Bytes(chain_hash_size)))
    return wrong("does not say where it begins");
  return read;
}

}  // namespace madoguchi::api
