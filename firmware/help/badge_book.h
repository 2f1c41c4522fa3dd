#pragma once
// The badges that a kiosk accepts while it cannot ask the city: a list that the gateway's seal key
// has signed, for as long as it says. Pure.

#include <cstdint>

#include "firmware/crypto/signature.h"
#include "firmware/message/desk_api.h"

namespace madoguchi::help {

class BadgeBook {
 public:
  /// Without a badge.
  BadgeBook() = default;
  /// `now` in seconds since 1970. Errors: integrity (not signed by this key), protocol (no list),
  /// refused (expired, or made more than a day in the future: one of the clocks is wrong).
  static Result<BadgeBook> open(const desk::SignedBadges& badges, const P256PublicKey& seal_key,
                                std::int64_t now);

  /// The badge with this SHA-256 of badge_message(), while the list counts; else nothing.
  [[nodiscard]] const desk::Badge* find(ByteView badge_sha256, std::int64_t now) const;

 private:
  explicit BadgeBook(desk::BadgeList list) : list_(std::move(list)) {}

  desk::BadgeList list_;
};

}  // namespace madoguchi::help
