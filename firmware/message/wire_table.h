#pragma once
// The socket pairs between the kiosk's processes, kept by a process that does nothing else
// (kiosk-wires), so that each of them can be started again alone. What is on its way in a pair
// survives the process that had not read it yet.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.h"

namespace madoguchi {

/// One pair and the names of its two ends: `first` is for the one process, `second` for the other.
struct Wire {
  std::string_view first;
  std::string_view second;
  /// Whether the second process must notice at once that the first one is gone. Then the first end
  /// is not kept here when it is handed over; taking it again makes a new pair.
  bool first_is_noticed;
};

/// Not for several threads.
class WireTable {
 public:
  explicit WireTable(std::vector<Wire> wires);
  ~WireTable();
  WireTable(const WireTable&) = delete;
  WireTable& operator=(const WireTable&) = delete;

  /// Every end's name, in the order of the wires.
  [[nodiscard]] std::vector<std::string_view> names() const;
  /// A descriptor of this end (close on exec), which the caller owns. Errc::invalid for a name that
  /// is not in the table, Errc::io when no pair can be made.
  Result<int> take(std::string_view name);

 private:
  struct Pair {
    Wire wire;
    std::array<int, 2> ends{-1, -1};
  };
  std::vector<Pair> pairs_;
};

/// Every wire of the kiosk: kioskd's loss is noticed, everybody else comes back alone.
std::vector<Wire> kiosk_wires();

}  // namespace madoguchi
