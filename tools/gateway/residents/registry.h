#pragma once
// The residents of the (fictional) city, read from one JSON file. Read-only after loading: any
// thread may ask. Pointers live as long as the registry.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/base/result.h"
#include "tools/gateway/residents/resident.h"

namespace madoguchi::gateway {

/// 続柄 of the head of a household.
inline constexpr std::string_view head_of_household = "世帯主";

class Registry {
 public:
  /// Reads and checks a whole file: UTF-8, every field's type, unknown fields, dates, unique ids
  /// and certificate hashes, references. The first fault stops the import; its `where` is the file
  /// and the JSON pointer of the field
  /// ("residents.json#/12/birth"), its `what` says what is wanted there, without personal data.
  /// Errc::not_found, Errc::full (over 64 MB) or Errc::invalid.
  static Result<Registry> load(const std::string& path);
  /// The same from memory; `name` stands for the file in errors.
  static Result<Registry> parse(ByteView json, std::string_view name);

  /// Whose card has this SHA-256 (32 bytes) of its user authentication certificate; null when
  /// nobody's.
  [[nodiscard]] const Resident* by_certificate(ByteView sha256) const;
  [[nodiscard]] const Resident* by_id(std::string_view id) const;
  /// Everybody on the same 住民票 (世帯), in the file's order: those who moved out or died are not
  /// on it any more, but `resident` always is in the answer.
  [[nodiscard]] std::vector<const Resident*> household_of(const Resident& resident) const;
  /// 世帯主 of the resident's household; somebody alone is the head.
  [[nodiscard]] const Resident& head_of(const Resident& resident) const;
  /// The 戸籍 in which the resident is, when this city keeps it.
  [[nodiscard]] const FamilyRegister* family_register_of(const Resident& resident) const;
  [[nodiscard]] std::size_t size() const { return residents_.size(); }

 private:
  Status index(std::string_view name);
  [[nodiscard]] Status check_household(std::string_view name,
                                       const std::vector<std::size_t>& members) const;

  std::vector<Resident> residents_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::unordered_map<std::string, std::size_t> by_certificate_;
  std::unordered_map<std::string, std::vector<std::size_t>> households_;
};

}  // namespace madoguchi::gateway
