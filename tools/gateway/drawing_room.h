#pragma once
// Threads for laying out, drawing and signing: work of some ten milliseconds that must not hold up
// other kiosks. Each piece of work sees only what it was given.
//
// Loop thread only.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "firmware/base/worker.h"

namespace madoguchi::gateway {

class DrawingRoom {
 public:
  explicit DrawingRoom(std::size_t desks) {
    for (std::size_t i = 0; i < desks; ++i) {
      desks_.push_back(std::make_unique<Desk>("draw-" + std::to_string(i + 1)));
    }
  }

  /// Runs the work at the desk with the shortest line; see Worker::run.
  template <class F>
  Task<std::invoke_result_t<F>> run(F work) {
    Desk& desk = **std::min_element(desks_.begin(), desks_.end(),
                                    [](const auto& a, const auto& b) { return a->line < b->line; });
    struct Place {
      std::size_t& line;
      explicit Place(std::size_t& of) : line(of) { ++line; }
      ~Place() { --line; }
    } place(desk.line);
    co_return co_await desk.worker.run(std::move(work));
  }

 private:
  struct Desk {
    explicit Desk(std::string name) : worker(std::move(name)) {}
    Worker worker;
    std::size_t line = 0;
  };
  std::vector<std::unique_ptr<Desk>> desks_;
};

}  // namespace madoguchi::gateway
