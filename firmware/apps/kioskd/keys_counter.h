#pragma once
// The rollback counter that kiosk-keys keeps, in the TPM where there is one.

#include <memory>
#include <string>

#include "firmware/base/worker.h"
#include "firmware/message/keys_client.h"
#include "firmware/update/rollback_counter.h"

namespace madoguchi {

class KeysCounter final : public update::RollbackCounter {
 public:
  /// `socket`: the path that kiosk-keys listens at.
  explicit KeysCounter(std::string socket);
  ~KeysCounter() override;
  Task<Result<std::uint64_t>> read() override;
  Task<Status> raise_to(std::uint64_t number) override;

 private:
  struct Asking;
  std::shared_ptr<Asking> asking_;  // with a question that a TPM does not answer
};

}  // namespace madoguchi
