#pragma once
// hal/api/key_vault.h for a board without TPM: key and counter are files of a folder that only this
// process reads. Weaker, and it says so: whoever copies the disk has the kiosk's key, and whoever
// writes it lowers the counter.

#include <string>

#include "hal/api/key_vault.h"

namespace madoguchi {

class FileVault final : public KeyVault {
 public:
  explicit FileVault(std::string folder) : folder_(std::move(folder)) {}

  Task<Result<State>> state() override;
  Task<Result<Bytes>> make_key() override;
  Task<Result<Bytes>> public_half() override;
  Task<Result<Bytes>> sign(Bytes digest) override;
  Task<Result<std::int64_t>> counter() override;
  Task<Result<std::int64_t>> raise_counter(std::int64_t to) override;
  Task<Status> erase() override;

 private:
  [[nodiscard]] std::string key_file() const { return folder_ + "/file.key"; }
  [[nodiscard]] std::string counter_file() const { return folder_ + "/counter"; }
  [[nodiscard]] Result<std::int64_t> read_counter() const;

  std::string folder_;
};

}  // namespace madoguchi
