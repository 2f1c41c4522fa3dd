#pragma once
// kiosk-keys and who may ask it: kiosk-link for the kiosk's TLS key, kioskd for the anti-rollback
// counter and for erasing. One request, one answer, in order, on a SOCK_SEQPACKET Unix socket; who
// may ask what is decided by the peer's credentials (SO_PEERCRED), not by anything in a message.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "firmware/message/codec.h"

namespace madoguchi {

namespace keys {

inline constexpr std::size_t digest_size = 32;     ///< SHA-256
inline constexpr std::size_t point_size = 65;      ///< 04 || x || y on P-256
inline constexpr std::size_t signature_size = 64;  ///< r || s, big-endian

}  // namespace keys

/// Where the kiosk's key lies.
enum class KeyPlace {
  tpm,   ///< in the board's TPM, and nowhere else
  file,  ///< on the disk: the board has none
};
MADOGUCHI_ENUM(KeyPlace, tpm, file)

/// Makes the kiosk's key; one that is there already stays. -> KeyHalf
struct KeyMake {
  static constexpr std::string_view tag = "make";
};
MADOGUCHI_DESCRIBE(KeyMake)

/// -> KeyHalf, or KeysRefused "not_found".
struct KeyPublic {
  static constexpr std::string_view tag = "public";
};
MADOGUCHI_DESCRIBE(KeyPublic)

/// -> KeySignature
struct KeySign {
  static constexpr std::string_view tag = "sign";
  Bytes digest;  ///< SHA-256 of what is signed, keys::digest_size
};
MADOGUCHI_DESCRIBE(KeySign, digest)

/// -> KeysState
struct KeysAsk {
  static constexpr std::string_view tag = "ask";
};
MADOGUCHI_DESCRIBE(KeysAsk)

/// -> CounterValue; 0 for one that was never raised.
struct CounterRead {
  static constexpr std::string_view tag = "counter";
};
MADOGUCHI_DESCRIBE(CounterRead)

/// To at least this; lowering is refused ("refused"), keeping is not. -> CounterValue
struct CounterRaise {
  static constexpr std::string_view tag = "raise";
  std::int64_t to = 0;
};
MADOGUCHI_DESCRIBE(CounterRaise, to)

/// The kiosk is given away: key, counter and files go for good. -> KeysErased
struct KeysErase {
  static constexpr std::string_view tag = "erase";
};
MADOGUCHI_DESCRIBE(KeysErase)

using ToKeys =
    std::variant<KeyMake, KeyPublic, KeySign, KeysAsk, CounterRead, CounterRaise, KeysErase>;

struct KeyHalf {
  static constexpr std::string_view tag = "half";
  Bytes point;  ///< keys::point_size
};
MADOGUCHI_DESCRIBE(KeyHalf, point)

struct KeySignature {
  static constexpr std::string_view tag = "signature";
  Bytes signature;  ///< keys::signature_size
};
MADOGUCHI_DESCRIBE(KeySignature, signature)

struct KeysState {
  static constexpr std::string_view tag = "state";
  KeyPlace place = KeyPlace::file;
  std::string maker;     ///< of the TPM and its firmware, "IBM SW TPM 8217.4131"; empty for a file
  bool has_key = false;  ///< and it can be used here
  std::string trouble;   ///< for maintainers: why it cannot, what weakens it; empty: nothing
};
MADOGUCHI_DESCRIBE(KeysState, place, maker, has_key, trouble)

struct CounterValue {
  static constexpr std::string_view tag = "value";
  std::int64_t value = 0;
};
MADOGUCHI_DESCRIBE(CounterValue, value)

struct KeysErased {
  static constexpr std::string_view tag = "erased";
};
MADOGUCHI_DESCRIBE(KeysErased)

struct KeysRefused {
  static constexpr std::string_view tag = "refused";
  std::string code;  ///< an Errc's name
  std::string what;  ///< English, for maintainers: what, and what to do
};
MADOGUCHI_DESCRIBE(KeysRefused, code, what)

using FromKeys =
    std::variant<KeyHalf, KeySignature, KeysState, CounterValue, KeysErased, KeysRefused>;

}  // namespace madoguchi
