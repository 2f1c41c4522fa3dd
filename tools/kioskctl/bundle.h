#pragma once
// A tar archive (POSIX ustar) compressed with zstd, written file by file. Nothing of the machine
// that wrote it is in it: owner 0, mode 0644, no folder entries.

#include <cstdint>
#include <memory>
#include <string>

#include "firmware/base/result.h"

namespace madoguchi::kioskctl {

class Bundle {
 public:
  /// Makes the file (0600); one that is there is not replaced. `at_s`: the time of every entry.
  /// Errors: invalid (it exists), io.
  static Result<std::unique_ptr<Bundle>> create(const std::string& path, std::int64_t at_s);
  ~Bundle();
  Bundle(const Bundle&) = delete;
  Bundle& operator=(const Bundle&) = delete;

  /// `name`: at most 99 characters. Errors: invalid, io.
  Status add(const std::string& name, const std::string& content);
  /// Without it the file is removed again. Errors: io.
  Status finish();
  [[nodiscard]] std::int64_t bytes() const;

 private:
  struct State;
  explicit Bundle(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::kioskctl
