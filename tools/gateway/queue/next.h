#pragma once
// Who is next at a desk, how long the others wait, how crowded it is: pure rules.
//
// The rule, for what a desk serves:
//   1. Who was handed over from another desk goes first: they have been called already.
//   2. A booking is called from its time on, never before, and before any walk-in ...
//   3. ... but after `most_in_a_row` bookings that were called while walk-ins waited, one walk-in
//      goes. So a due booking waits behind at most one walk-in for each `most_in_a_row` bookings,
//      however many came before, and a walk-in is never passed by more than that many bookings for
//      each walk-in before it.
//   4. Each kind in the order in which they came: walk-ins by ticket, bookings by the time from
//      which they may be called.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "firmware/message/queue_api.h"

namespace madoguchi::gateway {

/// Somebody in the waiting room.
struct Waiting {
  queue::Topic topic = queue::Topic::help;
  bool booked = false;
  bool handed = false;  ///< from another desk
  std::int64_t since =
      0;               ///< seconds since 1970; a booking's: its time, or when it checked in late
  std::string number;  ///< "A-012": decides between two of the same second
};

/// The desk that asks for the next one.
struct AskingDesk {
  std::vector<queue::Topic> topics;
  int bookings_in_a_row = 0;  ///< called here while walk-ins waited
};

/// The place in `room` of who is next; nothing when nobody may be called now.
std::optional<std::size_t> next_of(std::span<const Waiting> room, const AskingDesk& desk,
                                   std::int64_t now, int most_in_a_row);
/// AskingDesk::bookings_in_a_row after `picked` was called.
int bookings_in_a_row_after(std::span<const Waiting> room, const AskingDesk& desk,
                            std::size_t picked);

/// How long, from the real pace of today: in steps of 5 minutes up to 30, of 10 up to 60, then of
/// 30 up to two hours. Nothing when fewer than three were served, nobody serves, or it is longer.
/// `served_s`: how long each took, in seconds, the latest ones.
std::optional<std::int32_t> wait_minutes(std::vector<std::int64_t> served_s, int ahead, int desks);

queue::Crowding crowding_of(int waiting, int from_some, int from_crowded);

}  // namespace madoguchi::gateway
