#pragma once
// What the city issues at kiosks: kinds, names, fees, hours. All of it is configuration
// (catalogue.toml); the city's ordinances change it, never a release.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/gateway_api.h"
#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/local_time.h"

namespace madoguchi::gateway {

/// A day without service: of every year when `year` is empty.
struct ClosedDay {
  std::optional<int> year;
  int month = 0;
  int day = 0;
  bool operator==(const ClosedDay&) const = default;
};

/// When a kind can be had: from the first minute to the minute before `to_minute`.
struct Hours {
  std::array<bool, 7> weekdays{};  ///< 0 is Sunday
  int from_minute = 0;
  int to_minute = 0;  ///< up to 1440 = midnight
  std::vector<ClosedDay> closed_days;

  [[nodiscard]] bool open_at(const LocalTime& time) const;
};

struct CatalogueEntry {
  api::Kind kind = api::Kind::residence;
  std::string name_ja;
  std::string name_en;
  std::int64_t fee_yen = 0;         ///< one copy, at the kiosk with a card
  std::int64_t window_fee_yen = 0;  ///< one copy, at the window; never below fee_yen
  Hours hours;
};

class Catalogue {
 public:
  /// Reads catalogue.toml. Errc::invalid names file, line and reason.
  static Result<Catalogue> load(const std::string& path);

  /// Who certifies, as documents and health answers name it.
  [[nodiscard]] const City& city() const { return city_; }
  /// In the order of the file, which is the order of the menu.
  [[nodiscard]] const std::vector<CatalogueEntry>& entries() const { return entries_; }
  /// nullptr when the city does not issue this kind.
  [[nodiscard]] const CatalogueEntry* find(api::Kind kind) const;

 private:
  City city_;
  std::vector<CatalogueEntry> entries_;
};

}  // namespace madoguchi::gateway
