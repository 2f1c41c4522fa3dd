#include "tools/emulators/receipt_printer/mechanism.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace madoguchi::emulator {
namespace {

std::uint8_t byte_of(int fixed, std::initializer_list<std::pair<bool, int>> bits) {
  int value = fixed;
  for (const auto& [set, mask] : bits) value |= set ? mask : 0;
  return static_cast<std::uint8_t>(value);
}

}  // namespace

std::uint8_t Mechanism::real_time_status(int n) const {
  constexpr int fixed = 0x12;  // bits 1 and 4 are on, 0 and 7 off
  switch (n) {
    case 1:
      return byte_of(fixed, {{offline(), 0x08}});
    case 2:
      return byte_of(fixed, {{cover_open, 0x04}, {paper_out(), 0x20}, {cutter_stuck, 0x40}});
    case 3:
      return byte_of(fixed, {{cutter_stuck, 0x08}});
    default:
      return byte_of(fixed, {{near_end || paper_out(), 0x0C}, {paper_out(), 0x60}});
  }
}

std::uint8_t Mechanism::paper_sensor_status() const {
  return byte_of(0, {{near_end || paper_out(), 0x03}, {paper_out(), 0x0C}});
}

std::uint8_t Mechanism::port_status() const {
  return byte_of(0x10, {{paper_out(), 0x20}, {!offline(), 0x08}});  // selected, no error
}

bool Mechanism::handle(const std::string& command) {
  constexpr std::string_view after = "paper-end-after ";
  if (command == "paper-end") return rows_left = 0, true;
  if (command.starts_with(after)) {
    const char* const end = command.data() + command.size();
    return std::from_chars(command.data() + after.size(), end, rows_left).ptr == end;
  }
  if (command == "near-end") return near_end = true;
  if (command == "new-roll") {
    near_end = false;
    rows_left = std::numeric_limits<int>::max();
    return true;
  }
  if (command == "cover-open") return cover_open = true;
  if (command == "cover-close") return cover_open = false, true;
  if (command == "cutter-jam") return cutter_jammed = true;
  if (command == "cutter-free") return cutter_jammed = cutter_stuck = false, true;
  return false;
}

}  // namespace madoguchi::emulator
