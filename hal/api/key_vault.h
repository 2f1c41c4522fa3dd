#pragma once
// Where the kiosk's key lives and never leaves from: one ECDSA key on P-256, and a number that only
// goes up. Implemented by hal/tpm (TPM 2.0) and by firmware/keys for a board without one.
//
// Thread: every function is called and resumes on the loop thread; several calls may wait at once
// and are served in order. Every call ends: errors are
//   gone        there is no TPM, or it went away in the middle; the next call looks again
//   timeout     the TPM does not answer; busy: it still has not, since an earlier call
//   not_found   there is no key
//   integrity   the key is not one of this board and disk: another TPM, another disk, or a TPM that
//               was cleared; what helps is to erase and to enrol again
//   refused     what is asked for is not allowed: lowering the counter
//   full        the TPM has no room
//   io          the TPM said something else; Error::what has its words

#include <chrono>
#include <cstdint>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi {

class KeyVault {
 public:
  struct State {
    bool is_tpm = false;
    std::string maker{};  ///< of the TPM and its firmware
    bool has_key = false;
    std::string trouble{};  ///< why the key cannot be used, or what weakens it; empty: nothing
  };

  /// How far the counter may be raised at once: a chip does it step by step.
  static constexpr std::int64_t most_steps = 1024;

  virtual ~KeyVault() = default;

  /// Asks the chip, and tries whether the key can be used. Fails only when there is no chip.
  virtual Task<Result<State>> state() = 0;
  /// The public half, 65 bytes (04 || x || y). Makes the key when there is none; a key that cannot
  /// be used here is not replaced (integrity).
  virtual Task<Result<Bytes>> make_key() = 0;
  virtual Task<Result<Bytes>> public_half() = 0;
  /// 64 bytes r || s over a SHA-256 digest of 32 bytes.
  virtual Task<Result<Bytes>> sign(Bytes digest) = 0;

  /// 0 for one that was never raised.
  virtual Task<Result<std::int64_t>> counter() = 0;
  /// To `to`, which it then is; power cuts in the middle leave something between. At most
  /// most_steps more than now (invalid).
  virtual Task<Result<std::int64_t>> raise_counter(std::int64_t to) = 0;

  /// Key, counter and files are gone for good. Can be repeated after a power cut, and when there is
  /// nothing.
  virtual Task<Status> erase() = 0;
};

}  // namespace madoguchi
