#pragma once
// What a printer makes of the bytes that it gets: a buffer, real-time commands that are obeyed at
// arrival wherever they stand, and the other commands in their order while it is online.

#include <deque>
#include <functional>
#include <string>

#include "firmware/base/bytes.h"
#include "tools/emulators/receipt_printer/mechanism.h"
#include "tools/emulators/receipt_printer/paper.h"

namespace madoguchi::emulator {

class Interpreter {
 public:
  /// `tell` gets one line for each thing that happened.
  Interpreter(Paper paper, std::function<void(const std::string&)> tell)
      : paper_(std::move(paper)), tell_(std::move(tell)) {}

  /// Takes as many bytes as the buffer has room for, and gives their number.
  std::size_t take(ByteView bytes);
  /// At most so many bytes that wait for the host.
  Bytes answers(std::size_t most);
  [[nodiscard]] bool has_answers() const { return !answers_.empty(); }
  /// SOFT_RESET, and the power switch.
  void forget();
  /// Changes the mechanism and goes on printing if that is possible now. False: not understood.
  bool handle(const std::string& command);

  Mechanism mechanism;
  bool mute = false;  ///< answers nothing

 private:
  void hear(std::uint8_t byte);
  void answer(std::uint8_t byte);
  void work();
  /// Bytes of the command at the front of the buffer that were done; 0: it is not complete yet.
  std::size_t obey();
  std::size_t obey_gs();
  std::size_t begin_picture();
  bool print_picture();
  void cut(int feed);

  Paper paper_;
  std::function<void(const std::string&)> tell_;
  std::deque<std::uint8_t> buffer_;
  Bytes answers_;
  Bytes last_heard_;  // for real-time commands
  std::size_t picture_row_ = 0;
  std::size_t picture_rows_ = 0;  // still to print
};

}  // namespace madoguchi::emulator
