#pragma once
// One TOML file for all processes of a kiosk; each reads its sections. Reads collect the first
// problem, so that a process reads everything it needs and then asks once:
//
//   Config config = *Config::load(path);
//   settings.url = config.text("link.url");
//   settings.port = config.number("link.port", 443, 1, 65535);
//   if (Status good = config.finish({"link"}); !good) ... "kiosk.toml:12: link.port must be ..."

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi {

class Config {
 public:
  /// Errors: not_found, invalid (with line).
  static Result<Config> load(const std::string& path);
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  /// Keys are "section.name". Without a fallback a missing key is a problem.
  std::string text(std::string_view key, std::optional<std::string> fallback = {});
  std::int64_t number(std::string_view key, std::optional<std::int64_t> fallback,
                      std::int64_t least, std::int64_t most);
  double real(std::string_view key, std::optional<double> fallback, double least, double most);
  bool flag(std::string_view key, std::optional<bool> fallback = {});
  /// A path; a relative one is relative to the file. An empty text stays empty.
  std::string path(std::string_view key, std::optional<std::string> fallback = {});
  /// A list of texts; none when the key is missing.
  std::vector<std::string> texts(std::string_view key);
  /// One of the given words.
  std::string word(std::string_view key, std::string fallback,
                   const std::vector<std::string>& words);

  /// The first problem, or a key in one of these sections that nobody has read (a typing mistake).
  Status finish(const std::vector<std::string>& sections);
  /// For a caller's own check of a value that was read.
  void problem(std::string_view key, const std::string& what);

 private:
  struct Document;
  explicit Config(std::unique_ptr<Document> document);
  std::unique_ptr<Document> document_;
};

}  // namespace madoguchi
