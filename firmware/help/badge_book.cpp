#include "firmware/help/badge_book.h"

#include <algorithm>

namespace madoguchi::help {

namespace {

constexpr std::int64_t clocks_differ_s = 24 * 3600;

Status counts(const desk::BadgeList& list, std::int64_t now) {
  if (now >= list.expires_at) return Error{Errc::refused, "badges", "the list has expired"};
  if (list.made_at > now + clocks_differ_s)
    return Error{Errc::refused, "badges", "the list is from the future"};
  return {};
}

}  // namespace

Result<BadgeBook> BadgeBook::open(const desk::SignedBadges& badges, const P256PublicKey& seal_key,
                                  std::int64_t now) {
  const Status authentic = seal_key.verify(desk::badges_message(badges.list), badges.signature);
  if (!authentic) return authentic.error();
  auto list = decode<desk::BadgeList>(badges.list);
  if (!list) return list.error();
  if (const Status current = counts(*list, now); !current) return current.error();
  return BadgeBook(std::move(*list));
}

const desk::Badge* BadgeBook::find(ByteView badge_sha256, std::int64_t now) const {
  if (!counts(list_, now)) return nullptr;
  const auto found = std::ranges::find_if(list_.badges, [&](const desk::Badge& badge) {
    return std::ranges::equal(badge.badge_sha256, badge_sha256);
  });
  return found == list_.badges.end() ? nullptr : &*found;
}

}  // namespace madoguchi::help
