#pragma once
// A Fault is a bad state of a device: raised, later cleared, shown on the idle screen and reported.
// It is not the result of a call (that is Result) and not a bug (that is assert).

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi {

struct Fault {
  std::string device;  ///< "printer", "reader", "terminal", "link"
  std::string code;    ///< stable: "media_jam", "gone"; the README of the driver lists its codes
  std::string detail;  ///< for maintainers; no personal data

  bool operator==(const Fault&) const = default;
};

/// All faults that stand now. Loop thread only.
class FaultBoard {
 public:
  /// Called after every change.
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

  /// The device's one bad state now; another code of the same device is cleared.
  void raise(Fault fault);
  /// The device is well again.
  void clear(std::string_view device);

  [[nodiscard]] std::vector<Fault> standing() const;
  [[nodiscard]] bool stands(std::string_view device) const;

 private:
  std::map<std::string, Fault, std::less<>> faults_;  // by device
  std::function<void()> listener_;
};

}  // namespace madoguchi
