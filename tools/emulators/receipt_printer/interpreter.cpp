#include "tools/emulators/receipt_printer/interpreter.h"

#include <algorithm>

namespace madoguchi::emulator {
namespace {

constexpr std::size_t room = 16'384;
constexpr int cutter_distance = 112;  // rows from the head to the cutter: 14 mm

}  // namespace

std::size_t Interpreter::take(ByteView bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    if (buffer_.size() >= room) work();
    if (buffer_.size() >= room) break;
    hear(bytes[taken]);
    buffer_.push_back(bytes[taken++]);
  }
  work();
  return taken;
}

void Interpreter::hear(std::uint8_t byte) {
  last_heard_.push_back(byte);
  if (last_heard_.size() > 3) last_heard_.erase(last_heard_.begin());
  if (last_heard_.size() < 3 || last_heard_[0] != 0x10) return;
  if (last_heard_[1] == 0x04 && byte >= 1 && byte <= 4) answer(mechanism.real_time_status(byte));
  if (last_heard_[1] == 0x14) tell_("drawer kicked or power switched by DLE DC4");
}

void Interpreter::answer(std::uint8_t byte) {
  if (!mute) answers_.push_back(byte);
}

Bytes Interpreter::answers(std::size_t most) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(most, answers_.size()));
  const Bytes out(answers_.begin(), answers_.begin() + count);
  answers_.erase(answers_.begin(), answers_.begin() + count);
  return out;
}

void Interpreter::forget() {
  tell_("forgot " + std::to_string(buffer_.size()) + " bytes");
  buffer_.clear();
  answers_.clear();
  picture_rows_ = 0;
}

bool Interpreter::handle(const std::string& command) {
  if (!mechanism.handle(command)) return false;
  work();
  return true;
}

void Interpreter::work() {
  while (!mechanism.offline()) {
    if (picture_rows_ > 0) {
      if (!print_picture()) return;
      continue;
    }
    const std::size_t done = obey();
    if (done == 0) return;
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(done));
  }
}

std::size_t Interpreter::obey() {
  if (buffer_.size() < 2) return 0;
  switch (buffer_[0]) {
    case 0x1B:
      if (buffer_[1] == '@') return 2;
      break;
    case 0x1D:
      return obey_gs();
    case 0x10:  // obeyed at arrival
      if (buffer_[1] == 0x04) return buffer_.size() < 3 ? 0 : 3;
      break;
    default:
      break;
  }
  tell_("not understood: byte " + std::to_string(buffer_[0]));
  return 1;
}

std::size_t Interpreter::obey_gs() {
  if (buffer_.size() < 3) return 0;
  if (buffer_[1] == 'v' && buffer_[2] == '0') return begin_picture();
  if (buffer_[1] == 'r') {
    answer(mechanism.paper_sensor_status());
    return 3;
  }
  if (buffer_[1] == 'V' && buffer_[2] == 66) {
    if (buffer_.size() < 4) return 0;
    cut(cutter_distance + buffer_[3]);
    return 4;
  }
  tell_("not understood: GS " + std::to_string(buffer_[1]));
  return 2;
}

std::size_t Interpreter::begin_picture() {
  if (buffer_.size() < 8) return 0;
  picture_row_ = buffer_[4] + buffer_[5] * 256u;
  picture_rows_ = buffer_[6] + buffer_[7] * 256u;
  if (buffer_[3] != 0) tell_("not understood: GS v 0 with m " + std::to_string(buffer_[3]));
  return 8;
}

/// One row; false when it has not arrived.
bool Interpreter::print_picture() {
  if (buffer_.size() < picture_row_) return false;
  const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(picture_row_);
  paper_.print_row(Bytes(buffer_.begin(), end));
  buffer_.erase(buffer_.begin(), end);
  --picture_rows_;
  if (--mechanism.rows_left == 0) tell_("paper has ended");
  return true;
}

void Interpreter::cut(int feed) {
  if (mechanism.cutter_jammed) {
    mechanism.cutter_stuck = true;
    tell_("the cutter is stuck");
    return;
  }
  paper_.feed(feed);
  const Result<std::string> done = paper_.cut();
  tell_(done ? *done : done.error().text());
}

}  // namespace madoguchi::emulator
