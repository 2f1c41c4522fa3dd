// The rule of who is next, walked over many orders of arriving: nobody who waits is passed more
// often than the rule says, whatever comes.

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include <CppUTest/TestHarness.h>

#include "tools/gateway/queue/next.h"

using namespace madoguchi;
using namespace madoguchi::gateway;
using queue::Topic;

namespace {

constexpr int most_in_a_row = 2;
const AskingDesk help_desk{{Topic::help}, 0};

Waiting walk_in(std::int64_t since, const char* number = "w") {
  return {Topic::help, false, false, since, number};
}
Waiting booking(std::int64_t since, const char* number = "b") {
  return {Topic::help, true, false, since, number};
}

/// A waiting room that one desk empties, with what each has seen pass.
struct Room {
  struct Seen {
    int bookings = 0;
    int walk_ins = 0;
    int before = 0;  ///< of the same kind, when it could first be called
  };
  std::vector<Waiting> people;
  std::map<std::string, Seen> seen;
  int in_a_row = 0;

  void come(Waiting one, std::int64_t now) {
    people.push_back(one);
    begin_counting(now);
  }
  /// Whoever may be called from now on is promised something from now on.
  void begin_counting(std::int64_t now) {
    for (const Waiting& one : people) {
      if (seen.contains(one.number) || (one.booked && one.since > now)) continue;
      Seen first;
      first.before =
          static_cast<int>(std::count_if(people.begin(), people.end(), [&](const Waiting& other) {
            return other.booked == one.booked && (!other.booked || other.since <= now) &&
                   std::tie(other.since, other.number) < std::tie(one.since, one.number);
          }));
      seen[one.number] = first;
    }
  }
  std::optional<Waiting> call(std::int64_t now) {
    begin_counting(now);
    AskingDesk desk{{Topic::help}, in_a_row};
    const auto next = next_of(people, desk, now, most_in_a_row);
    if (!next) return std::nullopt;
    in_a_row = bookings_in_a_row_after(people, desk, *next);
    const Waiting called = people[*next];
    people.erase(people.begin() + static_cast<std::ptrdiff_t>(*next));
    for (const Waiting& one : people) {
      if (seen.contains(one.number))
        ++(called.booked ? seen[one.number].bookings : seen[one.number].walk_ins);
    }
    return called;
  }
};

}  // namespace

TEST_GROUP(Next){};

TEST(Next, nobody_waits) { CHECK(!next_of({}, help_desk, 100, most_in_a_row)); }

TEST(Next, walk_ins_in_their_order_whatever_the_list_s) {
  const std::vector<Waiting> room{walk_in(30, "c"), walk_in(10, "a"), walk_in(20, "b")};
  LONGS_EQUAL(1, *next_of(room, help_desk, 100, most_in_a_row));
}

TEST(Next, a_booking_is_called_from_its_time_on_and_never_before) {
  const std::vector<Waiting> room{booking(100)};
  CHECK(!next_of(room, help_desk, 99, most_in_a_row));
  LONGS_EQUAL(0, *next_of(room, help_desk, 100, most_in_a_row));
  const std::vector<Waiting> both{walk_in(10), booking(100)};
  LONGS_EQUAL(0, *next_of(both, help_desk, 99, most_in_a_row));
  LONGS_EQUAL(1, *next_of(both, help_desk, 100, most_in_a_row));
}

TEST(Next, after_two_bookings_a_walk_in_goes) {
  const std::vector<Waiting> room{booking(50, "1"), booking(60, "2"), walk_in(10)};
  LONGS_EQUAL(0, *next_of(room, {{Topic::help}, 1}, 100, most_in_a_row));
  LONGS_EQUAL(2, *next_of(room, {{Topic::help}, 2}, 100, most_in_a_row));
  LONGS_EQUAL(1, bookings_in_a_row_after(room, help_desk, 0));
  LONGS_EQUAL(0, bookings_in_a_row_after(room, {{Topic::help}, 2}, 2));
  // Bookings that nobody waited behind do not count.
  const std::vector<Waiting> alone{booking(50, "1"), booking(60, "2")};
  LONGS_EQUAL(0, bookings_in_a_row_after(alone, help_desk, 0));
}

TEST(Next, what_the_desk_does_not_serve_is_not_for_it) {
  std::vector<Waiting> room{walk_in(10), walk_in(20)};
  room[0].topic = Topic::tax;
  LONGS_EQUAL(1, *next_of(room, help_desk, 100, most_in_a_row));
  room[1].topic = Topic::welfare;
  CHECK(!next_of(room, help_desk, 100, most_in_a_row));
  LONGS_EQUAL(0, *next_of(room, {{Topic::welfare, Topic::tax}, 0}, 100, most_in_a_row));
}

TEST(Next, who_was_handed_over_goes_first) {
  std::vector<Waiting> room{booking(10), walk_in(10), walk_in(90, "h")};
  room[2].handed = true;
  LONGS_EQUAL(2, *next_of(room, help_desk, 100, most_in_a_row));
  LONGS_EQUAL(1, bookings_in_a_row_after(room, {{Topic::help}, 1}, 2));  // neither counts nor ends
}

// Three hundred days of random arrivals and calls: the two promises of next.h, and nobody is left.
TEST(Next, nobody_is_passed_more_often_than_the_rule_says) {
  for (unsigned day = 0; day < 300; ++day) {
    std::mt19937 chance(day);
    const auto upto = [&](int n) { return static_cast<int>(chance() % static_cast<unsigned>(n)); };
    Room room;
    std::int64_t now = 0;
    int number = 0;
    int most_walk_ins = 0;
    const int bookings_of_ten = upto(11);
    const int comers_of_ten = 3 + upto(6);
    for (int step = 0; step < 200 || !room.people.empty(); ++step) {
      now += upto(3);
      const bool somebody_comes = step < 200 && upto(10) < comers_of_ten;
      if (somebody_comes) {
        const bool booked = upto(10) < bookings_of_ten;
        const std::string name = std::to_string(1000 + number++);
        room.come({Topic::help, booked, false, now + (booked ? upto(20) : 0), name}, now);
        continue;
      }
      const auto called = room.call(now);
      if (!called) {
        ++now;
        continue;
      }
      const Room::Seen seen = room.seen.at(called->number);
      if (called->booked) {
        CHECK(called->since <= now);
        const int allowed = (seen.before + 1 + most_in_a_row - 1) / most_in_a_row + 1;
        CHECK_TEXT(seen.walk_ins <= allowed, "a booking waited behind too many walk-ins");
        most_walk_ins = std::max(most_walk_ins, seen.walk_ins);
      } else {
        CHECK_TEXT(seen.bookings <= (seen.before + 1) * most_in_a_row,
                   "a walk-in was passed by too many bookings");
        CHECK_TEXT(seen.walk_ins <= seen.before, "walk-ins overtake each other");
      }
    }
    CHECK(room.people.empty());
  }
}

TEST(Next, waiting_times_are_honest) {
  CHECK(!wait_minutes({}, 0, 1));
  CHECK(!wait_minutes({600, 600}, 3, 1));       // too few to know a pace
  CHECK(!wait_minutes({600, 600, 600}, 3, 0));  // nobody serves
  LONGS_EQUAL(5, *wait_minutes({60, 60, 60}, 0, 1));
  LONGS_EQUAL(25, *wait_minutes({600, 300, 500}, 2, 1));  // 2.5 times 500 s are 20:50
  LONGS_EQUAL(15, *wait_minutes({600, 300, 500}, 2, 2));
  LONGS_EQUAL(40, *wait_minutes({600, 600, 600}, 3, 1));    // 35 minutes
  LONGS_EQUAL(90, *wait_minutes({600, 600, 600}, 7, 1));    // 75 minutes
  LONGS_EQUAL(120, *wait_minutes({600, 600, 600}, 11, 1));  // 115 minutes
  CHECK(!wait_minutes({600, 600, 600}, 12, 1));             // more than two hours: nobody knows
}

TEST(Next, the_lamp) {
  CHECK(crowding_of(0, 5, 12) == queue::Crowding::quiet);
  CHECK(crowding_of(4, 5, 12) == queue::Crowding::quiet);
  CHECK(crowding_of(5, 5, 12) == queue::Crowding::some);
  CHECK(crowding_of(12, 5, 12) == queue::Crowding::crowded);
}
