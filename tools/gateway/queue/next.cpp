#include "tools/gateway/queue/next.h"

#include <algorithm>
#include <tuple>

namespace madoguchi::gateway {
namespace {

constexpr std::size_t least_served = 3;
constexpr std::int64_t longest_said_s = 2 * 3600;

bool serves(const AskingDesk& desk, const Waiting& one) {
  return std::find(desk.topics.begin(), desk.topics.end(), one.topic) != desk.topics.end();
}

bool earlier(const Waiting& a, const Waiting& b) {
  const auto place = [](const Waiting& one) {
    return std::make_tuple(one.since, one.number.size(), std::string_view(one.number));
  };
  return place(a) < place(b);
}

/// The first of those that `counts` lets through.
template <class Counts>
std::optional<std::size_t> first(std::span<const Waiting> room, Counts counts) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < room.size(); ++i) {
    if (counts(room[i]) && (!found || earlier(room[i], room[*found]))) found = i;
  }
  return found;
}

bool walk_in(const Waiting& one) { return !one.booked && !one.handed; }

}  // namespace

std::optional<std::size_t> next_of(std::span<const Waiting> room, const AskingDesk& desk,
                                   std::int64_t now, int most_in_a_row) {
  const auto handed = first(room, [&](const Waiting& w) { return w.handed && serves(desk, w); });
  if (handed) return handed;
  const auto booking = first(room, [&](const Waiting& one) {
    return one.booked && !one.handed && one.since <= now && serves(desk, one);
  });
  const auto walker =
      first(room, [&](const Waiting& one) { return walk_in(one) && serves(desk, one); });
  if (!booking || !walker) return booking ? booking : walker;
  return desk.bookings_in_a_row < most_in_a_row ? booking : walker;
}

int bookings_in_a_row_after(std::span<const Waiting> room, const AskingDesk& desk,
                            std::size_t picked) {
  const Waiting& called = room[picked];
  if (called.handed) return desk.bookings_in_a_row;
  const bool passed_somebody = std::any_of(room.begin(), room.end(), [&](const Waiting& one) {
    return walk_in(one) && serves(desk, one);
  });
  return called.booked && passed_somebody ? desk.bookings_in_a_row + 1 : 0;
}

std::optional<std::int32_t> wait_minutes(std::vector<std::int64_t> served_s, int ahead, int desks) {
  if (served_s.size() < least_served || desks <= 0) return std::nullopt;
  const auto middle = served_s.begin() + static_cast<std::ptrdiff_t>(served_s.size() / 2);
  std::nth_element(served_s.begin(), middle, served_s.end());
  // Whoever is served now has half of it behind them, on average.
  const std::int64_t wait_s = *middle * (2 * std::int64_t{ahead} + 1) / (2 * std::int64_t{desks});
  if (wait_s > longest_said_s) return std::nullopt;
  const auto minutes = static_cast<std::int32_t>((wait_s + 59) / 60);
  const std::int32_t step = minutes <= 30 ? 5 : minutes <= 60 ? 10 : 30;
  return std::max(step, (minutes + step - 1) / step * step);
}

queue::Crowding crowding_of(int waiting, int from_some, int from_crowded) {
  if (waiting >= from_crowded) return queue::Crowding::crowded;
  return waiting >= from_some ? queue::Crowding::some : queue::Crowding::quiet;
}

}  // namespace madoguchi::gateway
