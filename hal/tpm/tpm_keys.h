#pragma once
// The kiosk's key and its anti-rollback counter in a TPM 2.0, one blocking call after the other.
// Internal to hal/tpm; the worker's thread only. Errors as hal/api/key_vault.h has them.
//
// The key is made in the TPM (TPM2_Create under a storage key of the owner hierarchy) and lives at
// a persistent handle: no blob of it is on the disk that could come back after it was erased. Its
// use needs a random value that lies on the disk, so that neither the disk nor the board alone is
// the kiosk; it travels to the TPM encrypted once and as an HMAC later (part 1, 19.6).
// The counter: tpm_counter.h.

#include <memory>
#include <optional>
#include <string>

#include "hal/api/key_vault.h"
#include "hal/tpm/tpm_connection.h"

namespace madoguchi::tpm {

class TpmKeys {
 public:
  /// `folder`: this process's own, on the kiosk's disk.
  TpmKeys(std::string tcti, std::string folder)
      : tcti_(std::move(tcti)), folder_(std::move(folder)) {}

  Result<KeyVault::State> state();
  Result<Bytes> make_key();
  Result<Bytes> public_half();
  Result<Bytes> sign(ByteView digest);
  Result<std::int64_t> counter();
  Result<std::int64_t> raise_counter(std::int64_t to, std::int64_t most_steps);
  Status erase();

 private:
  /// What lies on the disk beside the key.
  struct Record {
    TPM2B_AUTH auth{};
    Bytes point;
  };

  Result<Connection*> connection();
  /// Whether the connection is of no use any more. It goes before the next use: what is open on it
  /// is still being closed in this one.
  void look_at(const Error& error);
  template <class T>
  Result<T> told(Result<T> result);

  Result<std::optional<Record>> record() const;
  Status keep(const Record& record) const;
  Result<Bytes> point_of(Connection& tpm, ESYS_TR key) const;
  /// Finds the key, which must be the one of this disk.
  Status find_own(Connection& tpm, Persistent& key, Record& own) const;
  /// The same for a use of the key; looks at what went wrong.
  Status own_key(Connection& tpm, Persistent& key, Record& own);
  Result<Bytes> sign_with(Connection& tpm, const Persistent& key, const Record& own,
                          ByteView digest) const;
  Result<Bytes> create(Connection& tpm);
  Status make_storage_key(Connection& tpm, Transient& into) const;

  std::string tcti_;
  std::string folder_;
  std::unique_ptr<Connection> connection_;
  bool broken_ = false;  ///< the connection
};

/// Removes what is at a persistent handle, if anything.
Status evict(Connection& tpm, TPM2_HANDLE at);

}  // namespace madoguchi::tpm
