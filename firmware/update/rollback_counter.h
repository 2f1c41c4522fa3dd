#pragma once
// The anti-rollback counter of the kiosk, which only ever grows: in the TPM, or where a board has
// none in a file (firmware/apps/kiosk_keys keeps both). Loop thread only.

#include <cstdint>

#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi::update {

class RollbackCounter {
 public:
  virtual ~RollbackCounter() = default;
  /// 0 where it was never raised. Errors: gone, timeout, io.
  virtual Task<Result<std::uint64_t>> read() = 0;
  /// Does nothing when it is as high already. The same errors.
  virtual Task<Status> raise_to(std::uint64_t number) = 0;
};

}  // namespace madoguchi::update
