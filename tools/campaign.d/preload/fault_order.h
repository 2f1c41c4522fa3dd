#pragma once
// What a campaign orders to happen inside kioskd, and the counting of the points at which it could.
//
// A point is one call of a class, such as the 17th "journal.write" or the 3rd "send.terminal";
// every class counts by itself, so that what threads do at the same time does not renumber it. The
// environment says what to do:
//
//   MADOGUCHI_FAULT   point=journal.write.17 do=die-before loss=some seed=42
//                     point=journal.write.17 do=fail code=FULL onwards=1
//   MADOGUCHI_TRACE   a file that gets one line for each point: "journal.write 17 4096@8272"
//   MADOGUCHI_PEERS   "ui=#12 link=#13 terminal=:4711 printer=:4712": descriptors and TCP ports
//
// Any thread.

#include <cstdint>
#include <mutex>
#include <string>

namespace madoguchi::campaign {

enum class Deed {
  none,
  die_before,  ///< the power goes before the call
  tear,        ///< half of the bytes, then the power goes
  die_after,   ///< the call is done, then the power goes
  fail,        ///< the call is not done and gives an error
};

/// What becomes of bytes that were written and not synced when the power goes.
enum class Loss { none, all, some };

struct Order {
  std::string point_class;
  long number = 0;
  Deed deed = Deed::none;
  Loss loss = Loss::some;
  std::uint64_t seed = 0;
  std::string code;      ///< of a failure: FULL, IOERR, READONLY or NOMEM
  bool onwards = false;  ///< the failure stays
};

/// Held over a call that changes the journal and over the death, so that nothing happens
/// afterwards.
std::recursive_mutex& stop_the_world();

/// This process is the one that the campaign is about.
bool is_under_test();

const Order& order();

/// Counts a point and tells what shall happen there.
Deed reach(const std::string& point_class, const std::string& detail);

/// The power goes: unsynced bytes are lost as ordered, then the process is killed.
[[noreturn]] void die();

/// Of a peer's name in MADOGUCHI_PEERS: "#12" or ":4711". Empty when there is none.
std::string peer_named(const std::string& address);

/// Takes back what the journal's files were given since they were synced last (journal_vfs.cpp).
void lose_unsynced(Loss loss, std::uint64_t seed);

/// An allocation of SQLite: a point only in a run whose order is about one, for there are
/// thousands. Number 0 of it is never reached; an order for that one makes them be counted.
inline constexpr const char* memory_class = "journal.malloc";

/// Stands before SQLite's allocator in such a run; before SQLite has begun (memory.cpp).
void install_memory();

/// Puts the VFS between SQLite and the system's (journal_vfs.cpp).
void install_journal_vfs();

}  // namespace madoguchi::campaign
