#pragma once
// A folder of a test's own.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "firmware/base/file.h"

namespace madoguchi {

/// It goes away with the object, with all that is in it. Without a folder there is no test: the
/// program ends.
class OwnFolder {
 public:
  explicit OwnFolder(const std::filesystem::path& within = std::filesystem::temp_directory_path())
      : path_((within / "madoguchi-test-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~OwnFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  /// Of a file in it, or its own.
  [[nodiscard]] std::string path(const std::string& name = "") const {
    return name.empty() ? path_ : path_ + "/" + name;
  }
  /// Writes a file and gives its path.
  std::string put(const std::string& name, std::string_view content) const {
    if (!write_file(path(name), as_bytes(content)).ok()) std::abort();
    return path(name);
  }

 private:
  std::string path_;
};

}  // namespace madoguchi
