#pragma once
// The rollback counter of a board without a TPM, in a file. Weaker: who writes the disk lowers it.

#include <string>

#include "firmware/update/rollback_counter.h"

namespace madoguchi::update {

class FileCounter final : public RollbackCounter {
 public:
  explicit FileCounter(std::string path) : path_(std::move(path)) {}
  Task<Result<std::uint64_t>> read() override;
  Task<Status> raise_to(std::uint64_t number) override;

 private:
  std::string path_;
};

}  // namespace madoguchi::update
