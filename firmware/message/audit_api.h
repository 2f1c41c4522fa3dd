#pragma once
// The checkpoints that a kiosk's journal gives to the gateway, and what the gateway gives back.
// Part of the API of gateway_api.h:
//
//   POST /v1/checkpoints          SignedCheckpoint -> 200 CountersignedCheckpoint
//   GET  /v1/checkpoints/latest                    -> 200 CountersignedCheckpoint, 404 before the
//   first
//
// A checkpoint must go on exactly where the last one ended. 401: not signed by the kiosk's
// registered audit key; 403: no key is registered; 409: a gap, a rewind or a fork, said in words.
// The same checkpoint sent again gets the countersignature that it got before.

#include <cstdint>
#include <string>

#include "firmware/message/codec.h"

namespace madoguchi::api {

/// What the kiosk's audit key signs: everything that the journal gained since the checkpoint
/// before.
struct Checkpoint {
  std::int32_t version = 1;
  std::string kiosk;
  std::int64_t first = 0;  ///< number of the first entry; 1, or the one after the last checkpoint's
  std::int64_t last = 0;   ///< number of the last entry
  Bytes previous;          ///< chain hash of entry first - 1; 32 zeros before entry 1
  Bytes head;              ///< chain hash of entry `last`
  Bytes merkle_root;       ///< RFC 6962 2.1 over the chain hashes of first ... last
  std::int64_t at_ms = 0;  ///< the kiosk's clock, milliseconds since 1970
};
MADOGUCHI_DESCRIBE(Checkpoint, version, kiosk, first, last, previous, head, merkle_root, at_ms)

/// The checkpoint travels as the bytes that were signed, so that nobody re-encodes it.
struct SignedCheckpoint {
  Bytes checkpoint;  ///< Checkpoint as CBOR
  Bytes signature;   ///< ECDSA P-256 with SHA-256 over checkpoint_message, 64 bytes r || s
};
MADOGUCHI_DESCRIBE(SignedCheckpoint, checkpoint, signature)

/// What the gateway signs in return.
struct Receipt {
  std::int32_t version = 1;
  std::string kiosk;
  Bytes checkpoint_sha256;  ///< of SignedCheckpoint::checkpoint
  std::int64_t last = 0;    ///< as in the checkpoint
  std::int64_t at_s = 0;    ///< the gateway's clock, seconds since 1970
};
MADOGUCHI_DESCRIBE(Receipt, version, kiosk, checkpoint_sha256, last, at_s)

struct CountersignedCheckpoint {
  Bytes checkpoint;
  Bytes signature;
  Bytes receipt;            ///< Receipt as CBOR
  Bytes receipt_signature;  ///< by the gateway's seal key, over receipt_message
};
MADOGUCHI_DESCRIBE(CountersignedCheckpoint, checkpoint, signature, receipt, receipt_signature)

inline constexpr std::size_t chain_hash_size = 32;

// Fixed contexts, so that a signature is good for nothing else.
inline Bytes checkpoint_message(ByteView checkpoint) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi checkpoint 1\0", 23)));
  message.insert(message.end(), checkpoint.begin(), checkpoint.end());
  return message;
}
inline Bytes receipt_message(ByteView receipt) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi receipt 1\0", 20)));
  message.insert(message.end(), receipt.begin(), receipt.end());
  return message;
}

/// Reads the signed bytes and checks what can be checked without a key: numbers in order, hashes of
/// the right size. Errors: protocol.
Result<Checkpoint> read_checkpoint(ByteView cbor);

}  // namespace madoguchi::api
