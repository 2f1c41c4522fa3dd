#pragma once
// Files of test vectors: JSON that others wrote, of any size and content. Every field is checked
// before it is used.

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/message/codec.h"

namespace madoguchi::vectors {

/// Errors: the file's, or Errc::protocol: not JSON, nested too deeply, a key twice.
Result<Json> read_json(const std::string& path);

/// A JSON object whose wrong fields become one error that names the first of them: every read
/// gives an empty value from then on.
class Fields {
 public:
  /// `where` names the object: "testcases[3]".
  Fields(const Json& object, std::string where);

  [[nodiscard]] bool has(const char* name) const;  ///< there, and not null
  std::string text(const char* name);
  /// Of an object inside; empty when there is none.
  std::string text_in(const char* object, const char* name);
  std::int64_t number(const char* name);
  Bytes hex(const char* name);
  /// The array's elements; nothing where it is null or missing.
  const Json& list(const char* name);

  void wrong(const std::string& name, const std::string& what);
  [[nodiscard]] Status status() const;

 private:
  const Json* find(const char* name) const;

  const Json& object_;
  std::string where_;
  std::string problem_;
};

}  // namespace madoguchi::vectors
