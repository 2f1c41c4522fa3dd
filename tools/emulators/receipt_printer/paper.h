#pragma once
// The strip of paper that comes out of the printer; a cut makes it a PNG file.

#include <cstdint>
#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::emulator {

class Paper {
 public:
  static constexpr int width = 576;  ///< dots of the head: 72 mm at 203 dpi

  explicit Paper(std::string tray) : tray_(std::move(tray)) {}

  /// One row of dots, from the left, the highest bit first; dots beyond the head are lost.
  void print_row(ByteView dots);
  void feed(int rows);
  /// "slip-01.png", "slip-02.png" ...; an empty strip leaves no file. Gives what to tell. Errors:
  /// io.
  Result<std::string> cut();

 private:
  std::string tray_;
  Bytes strip_;  // one byte a dot: 0 black, 255 white
  int slips_ = 0;
};

}  // namespace madoguchi::emulator
