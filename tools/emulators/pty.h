#pragma once
// A pseudo-terminal that programs open as if it were a serial port.

#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::emulator {

class Pty {
 public:
  /// Makes one and links it at `path`, replacing a link there. Errors: io.
  static Result<Pty> open(const std::string& path);
  ~Pty();
  Pty(Pty&& other) noexcept;
  Pty& operator=(Pty&&) = delete;

  /// The chip's end, for poll.
  [[nodiscard]] int fd() const { return master_; }
  /// What the host has written; at most 4 KiB.
  Bytes read();
  void write(ByteView bytes);

 private:
  Pty(int master, int slave, std::string path)
      : master_(master), slave_(slave), path_(std::move(path)) {}

  int master_;
  int slave_;  // held open: without it the chip's end would fail whenever no host is there
  std::string path_;
};

}  // namespace madoguchi::emulator
