#pragma once
// visit::SetupPapers on the disk: kiosk.toml without an id, the folders in which a provision.toml
// may lie, and the mark that the self-test after the first start is still to come.

#include <string>
#include <string_view>
#include <vector>

#include "firmware/visit/setup_visit.h"

namespace madoguchi {

class SetupFiles final : public visit::SetupPapers {
 public:
  /// `config`: kiosk.toml, which the images bring without an id. `state_dir` must be writable;
  /// `seal_key` is where [gateway] says that the key lies; `provision_dirs` need not exist.
  SetupFiles(std::string config, std::string state_dir, std::string seal_key,
             std::vector<std::string> provision_dirs)
      : config_(std::move(config)),
        state_dir_(std::move(state_dir)),
        seal_key_(std::move(seal_key)),
        provision_dirs_(std::move(provision_dirs)) {}

  Result<std::optional<visit::Provision>> find_provision() override;
  Status keep(const visit::SetupAnswers& answers) override;
  Status erase_provision() override;

  /// Whether the self-test that ends the setting up is still to come.
  [[nodiscard]] bool test_is_due() const;
  Status test_is_done();

 private:
  [[nodiscard]] std::string mark() const { return state_dir_ + "/setup-test-due"; }

  std::string config_;
  std::string state_dir_;
  std::string seal_key_;
  std::vector<std::string> provision_dirs_;
};

/// What a provision.toml says; `path` is for the error. Errors: invalid, when the last line is not
/// the SHA-256 of those before it, or what they say cannot be taken over.
Result<visit::Provision> parse_provision(const std::string& path, std::string_view text);

/// The text of a TOML file with `key = "value"` in this section: in the place of a line with the
/// same key, else as the section's first; a section that is missing comes at the end. The rest,
/// comments too, stays as it is; of the value, control characters do not. For files of single-line
/// values.
std::string with_value(std::string text, const std::string& section, const std::string& key,
                       const std::string& value);

}  // namespace madoguchi
