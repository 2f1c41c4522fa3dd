#include "firmware/base/config.h"

#include <algorithm>
#include <filesystem>

#include "firmware/base/file.h"
#include "firmware/base/toml.h"

namespace madoguchi {

struct Config::Document {
  std::string file;
  toml::table table;
  std::set<std::string> read;
  std::optional<Error> problem;

  const toml::node* find(std::string_view key) {
    read.emplace(key);
    const std::size_t dot = key.find('.');
    const toml::node* section = table.get(key.substr(0, dot));
    if (section == nullptr || !section->is_table()) return nullptr;
    return section->as_table()->get(key.substr(dot + 1));
  }

  void fail(std::string_view key, const std::string& what, const toml::node* node = nullptr) {
    if (problem) return;
    const std::string line = node == nullptr ? "" : ":" + std::to_string(node->source().begin.line);
    problem = Error{Errc::invalid, file + line, std::string(key) + " " + what};
  }

  template <class T>
  T get(std::string_view key, std::optional<T> fallback, const char* what) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      if (!fallback) fail(key, "is missing");
      return fallback.value_or(T{});
    }
    const std::optional<T> value = node->value_exact<T>();
    if (!value) fail(key, what, node);
    return value.value_or(T{});
  }
};

Config::Config(std::unique_ptr<Document> document) : document_(std::move(document)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Result<Config> Config::load(const std::string& path) {
  const Result<Bytes> content = read_file(path, 1u << 20);
  if (!content) return content.error();
  toml::parse_result parsed = toml::parse(as_text(*content), path);
  if (!parsed) {
    return Error{Errc::invalid, path + ":" + std::to_string(parsed.error().source().begin.line),
                 std::string(parsed.error().description())};
  }
  auto document = std::make_unique<Document>();
  document->file = path;
  document->table = std::move(parsed).table();
  return Config(std::move(document));
}

std::string Config::text(std::string_view key, std::optional<std::string> fallback) {
  return document_->get<std::string>(key, std::move(fallback), "must be text in quotation marks");
}

std::int64_t Config::number(std::string_view key, std::optional<std::int64_t> fallback,
                            std::int64_t least, std::int64_t most) {
  const auto value = document_->get<std::int64_t>(key, fallback, "must be a whole number");
  if (value < least || value > most) {
    problem(key, "must lie between " + std::to_string(least) + " and " + std::to_string(most));
  }
  return value;
}

double Config::real(std::string_view key, std::optional<double> fallback, double least,
                    double most) {
  const toml::node* node = document_->find(key);
  const bool whole = node != nullptr && node->is_integer();
  const double value = whole ? static_cast<double>(node->as_integer()->get())
                             : document_->get<double>(key, fallback, "must be a number");
  if (value < least || value > most) {
    problem(key, "must lie between " + std::to_string(least) + " and " + std::to_string(most));
  }
  return value;
}

bool Config::flag(std::string_view key, std::optional<bool> fallback) {
  return document_->get<bool>(key, fallback, "must be true or false");
}

std::string Config::path(std::string_view key, std::optional<std::string> fallback) {
  const std::string value = text(key, std::move(fallback));
  if (value.empty() || value.front() == '/') return value;
  return (std::filesystem::path(document_->file).parent_path() / value).string();
}

std::vector<std::string> Config::texts(std::string_view key) {
  std::vector<std::string> out;
  const toml::node* node = document_->find(key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr || (!list->empty() && !list->is_homogeneous(toml::node_type::string))) {
    document_->fail(key, "must be a list of texts: [\"...\", \"...\"]", node);
    return out;
  }
  for (const toml::node& text : *list) out.push_back(text.as_string()->get());
  return out;
}

std::string Config::word(std::string_view key, std::string fallback,
                         const std::vector<std::string>& words) {
  std::string value = text(key, std::move(fallback));
  if (std::find(words.begin(), words.end(), value) == words.end()) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    problem(key, "must be one of: " + list);
  }
  return value;
}

void Config::problem(std::string_view key, const std::string& what) {
  document_->fail(key, what, document_->find(key));
}

Status Config::finish(const std::vector<std::string>& sections) {
  for (const std::string& section : sections) {
    const toml::table* table = document_->table.get_as<toml::table>(section);
    if (table == nullptr) continue;
    for (const auto& [name, node] : *table) {
      const std::string key = section + "." + std::string(name.str());
      if (!document_->read.contains(key)) document_->fail(key, "is not known", &node);
    }
  }
  if (document_->problem) return *document_->problem;
  return {};
}

}  // namespace madoguchi
