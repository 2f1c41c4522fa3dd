#pragma once
// hal/api/key_vault.h over a TPM 2.0 and tpm2-tss (ESAPI). One worker thread.

#include <functional>
#include <memory>
#include <string>

#include "hal/api/key_vault.h"

namespace madoguchi {

class Worker;

namespace tpm {
class TpmKeys;
}

/// How long the TPM may take; slow ones take seconds to make a key.
struct TpmPatience {
  std::chrono::milliseconds making{45'000};
  std::chrono::milliseconds other{8'000};
};

class TpmVault final : public KeyVault {
 public:
  /// `tcti`: as tpm2-tss has it, "device:/dev/tpmrm0". `folder`: this process's own, for what lies
  /// beside the key. Nothing is opened before the first call.
  TpmVault(std::string tcti, std::string folder, TpmPatience patience = {});
  ~TpmVault() override;

  Task<Result<State>> state() override;
  Task<Result<Bytes>> make_key() override;
  Task<Result<Bytes>> public_half() override;
  Task<Result<Bytes>> sign(Bytes digest) override;
  Task<Result<std::int64_t>> counter() override;
  Task<Result<std::int64_t>> raise_counter(std::int64_t to) override;
  Task<Status> erase() override;

 private:
  template <class T>
  Task<Result<T>> on_worker(std::chrono::milliseconds patience,
                            std::function<Result<T>(tpm::TpmKeys&)> work);

  TpmPatience patience_;
  // Both shared with a piece of work that a TPM may never end.
  std::shared_ptr<tpm::TpmKeys> keys_;
  std::shared_ptr<Worker> worker_;
  bool hangs_ = false;  ///< the last call was given up
};

}  // namespace madoguchi
