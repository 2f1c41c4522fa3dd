#pragma once
// A payment that waits for its tap; internal to poi.cpp and poi_commands.cpp.

#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "tools/emulators/terminal/brands.h"
#include "tools/emulators/terminal/misbehaviour.h"
#include "tools/emulators/terminal/poi.h"

namespace madoguchi::emulator {

struct Poi::OpenPayment {
  explicit OpenPayment(const boost::asio::any_io_executor& loop) : woken(loop) {}
  std::string service_id;
  std::string sale_id;
  Mode mode;
  boost::asio::steady_timer woken;
  std::optional<std::string> brand;  // tapped with
  bool interrupted = false;          // the card left before it had confirmed
  bool retouched = false;            // and came back
  bool aborted = false;
  std::optional<Unfinished> unlike;  // what the brand would have it

  [[nodiscard]] Unfinished unfinished() const { return unlike.value_or(unfinished_for(*brand)); }
};

}  // namespace madoguchi::emulator
