#pragma once
// The console's built files, read once: what is not in memory cannot be asked for, so that no path
// leads out of the folder.

#include <map>
#include <string>

#include "firmware/base/result.h"
#include "tools/gateway/http_message.h"

namespace madoguchi::gateway {

class StaticFiles {
 public:
  /// Every file below the folder, which must hold index.html. Errc::invalid when it does not, or
  /// when a file is of a kind that has no type here; Errc::full beyond 32 MiB.
  static Result<StaticFiles> load(const std::string& folder);

  /// GET or HEAD of a path relative to the folder ("" is index.html). 200, 304 or 404. What stands
  /// in assets/ has its hash in its name and may be kept; the rest is asked for anew by its ETag.
  [[nodiscard]] Answer get(const std::string& path, const Request& request) const;
  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  struct File {
    Bytes content;
    std::string type;
    std::string etag;
  };
  std::map<std::string, File> files_;
};

}  // namespace madoguchi::gateway
