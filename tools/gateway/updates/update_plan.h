#pragma once
// What this building's kiosks are to run: a TOML file beside its bundles (docs/update.md).
//
//   [[update]]
//   file = "madoguchi-pc-x86_64-1.2.raucb"
//   version = "1.2"
//   kiosks = ["kiosk-001"]      # missing: all
//   install = true              # false: fetch only

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi::gateway {

struct PlannedUpdate {
  std::string path;
  std::string file;  ///< its name
  std::string version;
  std::string sha256;  ///< hex
  std::string action;  ///< its first sixteen digits: the same bundle is the same action
  std::int64_t bytes = 0;
  std::vector<std::string> kiosks;  ///< none: all
  bool install = true;
};

struct UpdatePlan {
  std::vector<PlannedUpdate> updates;

  /// Reads the file and hashes every bundle. Errors: invalid with line, not_found.
  static Result<UpdatePlan> load(const std::string& path);
  /// The last one that names this kiosk, or all; nullptr: none.
  [[nodiscard]] const PlannedUpdate* of(const std::string& kiosk) const;
};

}  // namespace madoguchi::gateway
