#pragma once
// One description per struct, two encodings. A struct is described once, beside its definition:
//
//   struct Quote { std::string id; std::int64_t fee_yen = 0; std::optional<Bytes> pdf; };
//   MADOGUCHI_DESCRIBE(Quote, id, fee_yen, pdf)
//
// Fields may be: bool, integers, double, std::string (UTF-8), Bytes, enums with MADOGUCHI_ENUM,
// optional (absent when empty), vector, map<string, T>, other described structs, and variants of
// described structs (an object with a "type" that is the alternative's `tag`). A type with a text
// form of its own (a date, a hash) travels as that text: it has `std::string text() const`, `static
// std::optional<T> parse(std::string_view)` and a `form` that says what is wanted.
//
// CBOR carries Bytes as a byte string; JSON carries them as base64. Decoding checks everything:
// type, integer range, UTF-8, enum names, nesting (16), size (the caller's cap). Missing
// non-optional fields are errors. Unknown fields are errors between our own processes (CBOR) and
// ignored in JSON, whose other end may be newer.

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

using Json = nlohmann::json;
enum class Dialect { cbor, json };

inline constexpr std::size_t most_values_of_message = 100'000;
/// Parses outside bytes into a document: size capped by the caller, nesting capped at 16,
/// duplicates refused, and no more values than said, since one byte of outside data can become
/// sixty of memory.
Result<Json> parse_document(ByteView bytes, Dialect dialect,
                            std::size_t most_values = most_values_of_message);

namespace codec {

template <class T>
concept Enumerated = std::is_enum_v<T> && requires(T e) { enum_names(e); };

template <class T>
concept Textual = requires(const T& value, std::string_view text) {
  { value.text() } -> std::convertible_to<std::string>;
  { T::parse(text) } -> std::same_as<std::optional<T>>;
  { T::form } -> std::convertible_to<std::string_view>;
};

template <class T>
struct is_variant : std::false_type {};
template <class... A>
struct is_variant<std::variant<A...>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};

template <Enumerated E>
std::string_view enum_name(E value) {
  for (const auto& [e, name] : enum_names(value)) {
    if (e == value) return name;
  }
  return "?";
}
template <Enumerated E>
std::optional<E> enum_value(std::string_view text) {
  for (const auto& [e, name] : enum_names(E{})) {
    if (name == text) return e;
  }
  return std::nullopt;
}

template <class T>
Json write(const T& value, Dialect dialect);

struct FieldWriter {
  Json& out;
  Dialect dialect;
  template <class T>
  void operator()(const char* name, const T& value) {
    if constexpr (is_optional<T>::value) {
      if (value) out[name] = write(*value, dialect);
    } else {
      out[name] = write(value, dialect);
    }
  }
};

template <class T>
Json write(const T& value, Dialect dialect) {
  if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T> ||
                std::is_same_v<T, std::string>) {
    return Json(value);
  } else if constexpr (std::is_integral_v<T>) {
    return Json(value);
  } else if constexpr (Enumerated<T>) {
    return Json(std::string(enum_name(value)));
  } else if constexpr (Textual<T>) {
    return Json(value.text());
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return dialect == Dialect::cbor ? Json::binary(value) : Json(to_base64(value));
  } else if constexpr (is_vector<T>::value) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(write(item, dialect));
    return out;
  } else if constexpr (is_map<T>::value) {
    Json out = Json::object();
    for (const auto& [key, item] : value) out[key] = write(item, dialect);
    return out;
  } else if constexpr (is_variant<T>::value) {
    return std::visit(
        [&]<class A>(const A& alternative) {
          Json out = write(alternative, dialect);
          out["type"] = A::tag;
          return out;
        },
        value);
  } else {
    Json out = Json::object();
    FieldWriter writer{out, dialect};
    describe(writer, value);
    return out;
  }
}

/// Collects the first error; `path` says where ("screen.actions[2].id").
struct Reader {
  Dialect dialect;
  std::optional<Error> error;

  void fail(const std::string& path, const std::string& what) {
    if (!error) error = Error{Errc::protocol, "message." + path, what};
  }

  template <class T>
  void read(const Json& in, T& out, const std::string& path);
  /// Enums and types with a text form.
  template <class T>
  void read_word(const Json& in, T& out, const std::string& path);
  template <class T>
  void read_variant(const Json& in, T& out, const std::string& path);
  template <class A, class T>
  bool read_alternative(const Json& in, T& out, const std::string& type, const std::string& path);
};

struct FieldReader {
  Reader& reader;
  const Json& in;
  const std::string& path;
  std::size_t known = 0;
  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = in.find(name);
    const std::string here = path.empty() ? name : path + "." + name;
    if (found == in.end()) {
      if constexpr (is_optional<T>::value) {
        value.reset();
      } else {
        reader.fail(here, "is missing");
      }
      return;
    }
    ++known;
    if constexpr (is_optional<T>::value) {
      value.emplace();
      reader.read(*found, *value, here);
    } else {
      reader.read(*found, value, here);
    }
  }
};

template <class T>
void Reader::read(const Json& in, T& out, const std::string& path) {
  if (error) return;
  if constexpr (std::is_same_v<T, bool>) {
    if (!in.is_boolean()) return fail(path, "is not true or false");
    out = in.get<bool>();
  } else if constexpr (std::is_integral_v<T>) {
    if (!in.is_number_integer()) return fail(path, "is not an integer");
    const bool huge = in.is_number_unsigned() && in.get<std::uint64_t>() > INT64_MAX;
    if (huge || !std::in_range<T>(in.get<std::int64_t>())) return fail(path, "is out of range");
    out = static_cast<T>(in.get<std::int64_t>());
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!in.is_number() || !std::isfinite(in.get<double>())) return fail(path, "is not a number");
    out = in.get<T>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!in.is_string()) return fail(path, "is not text");
    const auto& text = in.get_ref<const std::string&>();
    if (!is_utf8(text)) return fail(path, "is not UTF-8");
    out = text;
  } else if constexpr (Enumerated<T> || Textual<T>) {
    read_word(in, out, path);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    if (dialect == Dialect::cbor) {
      if (!in.is_binary()) return fail(path, "is not a byte string");
      out = in.get_binary();
    } else {
      if (!in.is_string()) return fail(path, "is not base64 text");
      auto bytes = from_base64(in.get_ref<const std::string&>());
      if (!bytes) return fail(path, bytes.error().what);
      out = std::move(*bytes);
    }
  } else if constexpr (is_vector<T>::value) {
    if (!in.is_array()) return fail(path, "is not a list");
    out.clear();
    for (std::size_t i = 0; i < in.size() && !error; ++i) {
      out.emplace_back();
      read(in[i], out.back(), path + "[" + std::to_string(i) + "]");
    }
  } else if constexpr (is_map<T>::value) {
    if (!in.is_object()) return fail(path, "is not an object");
    out.clear();
    for (const auto& [key, item] : in.items()) {
      if (!is_utf8(key)) return fail(path, "has a key that is not UTF-8");
      read(item, out[key], path + "." + key);
    }
  } else if constexpr (is_variant<T>::value) {
    read_variant(in, out, path);
  } else {
    if (!in.is_object()) return fail(path, "is not an object");
    FieldReader fields{*this, in, path};
    describe(fields, out);
    const std::size_t tag = in.contains("type") && requires { T::tag; } ? 1 : 0;
    if (dialect == Dialect::cbor && !error && fields.known + tag != in.size()) {
      fail(path, "has an unknown field");
    }
  }
}

template <class T>
void Reader::read_word(const Json& in, T& out, const std::string& path) {
  if (!in.is_string()) return fail(path, "is not text");
  const auto& text = in.get_ref<const std::string&>();
  if constexpr (Enumerated<T>) {
    const auto value = enum_value<T>(text);
    if (!value) return fail(path, "is not one of the allowed words");
    out = *value;
  } else {
    auto value = T::parse(text);
    if (!value) return fail(path, "is not " + std::string(T::form));
    out = std::move(*value);
  }
}

/// False if the type is another alternative's.
template <class A, class T>
bool Reader::read_alternative(const Json& in, T& out, const std::string& type,
                              const std::string& path) {
  if (type != A::tag) return false;
  A alternative{};
  read(in, alternative, path);
  out = std::move(alternative);
  return true;
}

template <class T>
void Reader::read_variant(const Json& in, T& out, const std::string& path) {
  if (!in.is_object() || !in.contains("type") || !in["type"].is_string()) {
    return fail(path, "is not an object with a type");
  }
  const auto& type = in["type"].get_ref<const std::string&>();
  const bool found = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (read_alternative<std::variant_alternative_t<I, T>>(in, out, type, path) || ...);
  }(std::make_index_sequence<std::variant_size_v<T>>{});
  if (!found) fail(path, "has an unknown type");
}

}  // namespace codec

template <class T>
Json to_json(const T& value) {
  return codec::write(value, Dialect::json);
}

/// Reads a JSON value that was parsed already.
template <class T>
Result<T> from_json(const Json& in) {
  codec::Reader reader{Dialect::json, {}};
  T out{};
  reader.read(in, out, "");
  if (reader.error) return *reader.error;
  return out;
}

template <class T>
Bytes encode(const T& value, Dialect dialect = Dialect::cbor) {
  const Json document = codec::write(value, dialect);
  if (dialect == Dialect::cbor) return Json::to_cbor(document);
  return to_bytes(as_bytes(document.dump()));
}

template <class T>
Result<T> decode(ByteView bytes, Dialect dialect = Dialect::cbor) {
  auto document = parse_document(bytes, dialect);
  if (!document) return document.error();
  codec::Reader reader{dialect, {}};
  T out{};
  reader.read(*document, out, "");
  if (reader.error) return *reader.error;
  return out;
}

// The two macros of the project: they list fields and names, nothing else.
#define MADOGUCHI_FIELD_(name) visitor(#name, value.name);
#define MADOGUCHI_DESCRIBE(Type, ...)                                                    \
  template <class Visitor>                                                               \
  void describe([[maybe_unused]] Visitor& visitor, [[maybe_unused]] Type& value) {       \
    MADOGUCHI_EACH_(MADOGUCHI_FIELD_ __VA_OPT__(, ) __VA_ARGS__)                         \
  }                                                                                      \
  template <class Visitor>                                                               \
  void describe([[maybe_unused]] Visitor& visitor, [[maybe_unused]] const Type& value) { \
    MADOGUCHI_EACH_(MADOGUCHI_FIELD_ __VA_OPT__(, ) __VA_ARGS__)                         \
  }
#define MADOGUCHI_ENUM_(name) std::pair{Enum::name, std::string_view(#name)},
#define MADOGUCHI_ENUM(Type, ...)                            \
  inline constexpr auto enum_names(Type) {                   \
    using Enum = Type;                                       \
    return std::to_array<std::pair<Enum, std::string_view>>( \
        {MADOGUCHI_EACH_(MADOGUCHI_ENUM_, __VA_ARGS__)});    \
  }

#define MADOGUCHI_PARENS_ ()
#define MADOGUCHI_EXPAND_(...) \
  MADOGUCHI_EXPAND3_(MADOGUCHI_EXPAND3_(MADOGUCHI_EXPAND3_(__VA_ARGS__)))
#define MADOGUCHI_EXPAND3_(...) \
  MADOGUCHI_EXPAND2_(MADOGUCHI_EXPAND2_(MADOGUCHI_EXPAND2_(__VA_ARGS__)))
#define MADOGUCHI_EXPAND2_(...) \
  MADOGUCHI_EXPAND1_(MADOGUCHI_EXPAND1_(MADOGUCHI_EXPAND1_(__VA_ARGS__)))
#define MADOGUCHI_EXPAND1_(...) __VA_ARGS__
#define MADOGUCHI_EACH_(macro, ...) \
  __VA_OPT__(MADOGUCHI_EXPAND_(MADOGUCHI_EACH_STEP_(macro, __VA_ARGS__)))
#define MADOGUCHI_EACH_STEP_(macro, first, ...) \
  macro(first) __VA_OPT__(MADOGUCHI_EACH_AGAIN_ MADOGUCHI_PARENS_(macro, __VA_ARGS__))
#define MADOGUCHI_EACH_AGAIN_() MADOGUCHI_EACH_STEP_

}  // namespace madoguchi
