#include "tools/gateway/staff/static_files.h"

#include <filesystem>

#include "firmware/base/file.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t most_bytes = 32u << 20;

const std::map<std::string, std::string>& types() {
  static const std::map<std::string, std::string> all{
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
  };
  return all;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
  namespace fs = std::filesystem;
  StaticFiles files;
  std::size_t total = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (!at->is_regular_file()) continue;
    const std::string name = fs::relative(at->path(), folder).generic_string();
    const auto type = types().find(at->path().extension().string());
    if (type == types().end()) {
      return Error{Errc::invalid, at->path().string(), "is of no kind that a console has"};
    }
    auto content = read_file(at->path().string(), most_bytes);
    if (!content) return content.error();
    total += content->size();
    if (total > most_bytes) return Error{Errc::full, folder, "holds more than 32 MiB"};
    const std::string hash = to_hex(sha256(*content)).substr(0, 32);
    files.files_[name] = {std::move(*content), type->second, '"' + hash + '"'};
  }
  if (failed) return Error{Errc::invalid, folder, failed.message()};
  if (!files.files_.contains("index.html")) {
    return Error{Errc::invalid, folder, "has no index.html: build the target `console` first"};
  }
  return files;
}

Answer StaticFiles::get(const std::string& path, const Request& request) const {
  const auto found = files_.find(path.empty() ? "index.html" : path);
  if (found == files_.end()) {
    return {.status = 404, .content_type = "text/plain", .body = to_bytes(as_bytes("not found\n"))};
  }
  const File& file = found->second;
  Answer answer{.status = 200, .content_type = file.type};
  answer.headers["ETag"] = file.etag;
  answer.headers["Cache-Control"] =
      path.starts_with("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  const auto known = request.headers.find("if-none-match");
  if (known != request.headers.end() && known->second == file.etag) {
    answer.status = 304;
  } else {
    answer.body = file.content;
  }
  return answer;
}

}  // namespace madoguchi::gateway
