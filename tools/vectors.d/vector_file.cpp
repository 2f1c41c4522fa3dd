#include "tools/vectors.d/vector_file.h"

#include "firmware/base/file.h"

namespace madoguchi::vectors {
namespace {

// The whole of x509-limbo has some 60 MB.
constexpr std::size_t largest_file = 512u << 20;
constexpr std::size_t most_values = 20'000'000;

}  // namespace

Result<Json> read_json(const std::string& path) {
  const auto content = read_file(path, largest_file);
  if (!content) return content.error();
  auto document = parse_document(*content, Dialect::json, most_values);
  if (!document) return Error{Errc::protocol, path, "the JSON " + document.error().what};
  return document;
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) wrong("", "is not an object");
}

const Json* Fields::find(const char* name) const {
  if (!object_.is_object()) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool Fields::has(const char* name) const { return find(name) != nullptr; }

std::string Fields::text(const char* name) {
  const Json* const value = find(name);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  wrong(name, "is not a text");
  return {};
}

std::string Fields::text_in(const char* object, const char* name) {
  const Json* const inner = find(object);
  if (inner == nullptr || !inner->is_object()) return {};
  const auto found = inner->find(name);
  return found != inner->end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t Fields::number(const char* name) {
  const Json* const value = find(name);
  if (value != nullptr && value->is_number_integer()) return value->get<std::int64_t>();
  wrong(name, "is not a whole number");
  return 0;
}

Bytes Fields::hex(const char* name) {
  auto bytes = from_hex(text(name));
  if (!bytes) wrong(name, "is not hexadecimal");
  return bytes ? std::move(*bytes) : Bytes{};
}

const Json& Fields::list(const char* name) {
  static const Json none = Json::array();
  const Json* const value = find(name);
  if (value == nullptr) return none;
  if (value->is_array()) return *value;
  wrong(name, "is not a list");
  return none;
}

void Fields::wrong(const std::string& name, const std::string& what) {
  if (problem_.empty()) problem_ = where_ + (name.empty() ? "" : "." + name) + " " + what;
}

Status Fields::status() const {
  if (problem_.empty()) return {};
  return Error{Errc::protocol, "vectors", problem_};
}

}  // namespace madoguchi::vectors
