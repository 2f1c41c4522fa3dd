#include "ui/app/config.h"

#include <filesystem>
#include <set>

#include <toml++/toml.h>

#include "firmware/base/file.h"

namespace madoguchi::ui {
namespace {

constexpr std::size_t max_file = 256 * 1024;

/// Reads the keys of one table and remembers the first mistake.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string name, std::string path)
      : table_(table), name_(std::move(name)), path_(std::move(path)) {}

  template <class T>
  void read(std::string_view key, T& out, std::string_view must_be) {
    known_.insert(std::string(key));
    const toml::node* const node = table_.get(key);
    if (!node) return;
    if (const auto value = node->value_exact<T>()) {
      out = *value;
    } else {
      fail(key, must_be);
    }
  }
  /// Whole or decimal numbers between two bounds.
  void read_number(std::string_view key, double& out, double least, double most) {
    known_.insert(std::string(key));
    const toml::node* const node = table_.get(key);
    if (!node) return;
    const auto value = node->value<double>();
    if (!value || node->is_boolean() || *value < least || *value > most) {
      return fail(key, "must be a number from " + text_of(least) + " to " + text_of(most));
    }
    out = *value;
  }
  void read_integer(std::string_view key, int& out, int least, int most) {
    double value = out;
    read_number(key, value, least, most);
    out = static_cast<int>(value);
  }
  void know(std::string_view key) { known_.insert(std::string(key)); }

  void fail(std::string_view key, std::string_view must_be) {
    if (!error_)
      error_ = Error{Errc::invalid, path_,
                     "[" + name_ + "] " + std::string(key) + " " + std::string(must_be)};
  }
  /// The first mistake; a key that nobody reads is one, since it is mistyped.
  std::optional<Error> finish() {
    for (const auto& [key, node] : table_) {
      if (!known_.contains(std::string(key.str()))) fail(key.str(), "is not known");
    }
    return error_;
  }

 private:
  static std::string text_of(double value) { return std::to_string(static_cast<int>(value)); }

  const toml::table& table_;
  std::string name_;
  std::string path_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

std::optional<Error> read_city(const toml::table& screen, const std::string& path, City& city) {
  const toml::table* const table = screen["city"].as_table();
  if (!table) return std::nullopt;
  TableReader reader(*table, "screen.city", path);
  reader.read("ja", city.ja, "must be text");
  reader.read("en", city.en, "must be text");
  return reader.finish();
}

}  // namespace

Result<Config> load_config(const std::string& path) {
  const auto bytes = read_file(path, max_file);
  if (!bytes) return bytes.error();
  toml::table document;
  try {
    document = toml::parse(as_text(*bytes), path);
  } catch (const toml::parse_error& error) {  // toml++ has no other way to say it
    return Error{Errc::invalid, path + ":" + std::to_string(error.source().begin.line),
                 std::string(error.description())};
  }
  Config config;
  const toml::table* const screen = document["screen"].as_table();
  if (!screen) return config;
  TableReader reader(*screen, "screen", path);
  reader.read_integer("width_px", config.panel.width_px, 320, 7680);
  reader.read_integer("height_px", config.panel.height_px, 320, 7680);
  reader.read_number("width_mm", config.panel.width_mm, 60, 2000);
  reader.read("fullscreen", config.fullscreen, "must be true or false");
  reader.read("fonts", config.fonts, "must be a path");
  reader.know("city");
  if (const auto error = reader.finish()) return *error;
  if (const auto error = read_city(*screen, path, config.city)) return *error;
  if (!config.fonts.empty()) {
    config.fonts =
        std::filesystem::absolute(std::filesystem::path(path).parent_path() / config.fonts)
            .lexically_normal();
  }
  return config;
}

}  // namespace madoguchi::ui
