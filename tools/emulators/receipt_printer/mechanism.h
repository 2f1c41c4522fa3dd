#pragma once
// What can stand in a thermal printer's way, and the status bytes that say so. After Epson's
// "ESC/POS Command Reference", DLE EOT and GS r; written without looking at hal/escpos.

#include <cstdint>
#include <limits>
#include <string>

namespace madoguchi::emulator {

struct Mechanism {
  bool cover_open = false;
  bool near_end = false;
  bool cutter_jammed = false;  ///< the next cut gets stuck
  bool cutter_stuck = false;
  int rows_left = std::numeric_limits<int>::max();  ///< of the roll

  [[nodiscard]] bool paper_out() const { return rows_left <= 0; }
  [[nodiscard]] bool offline() const { return cover_open || cutter_stuck || paper_out(); }

  /// The answer to DLE EOT n, n from 1 to 4.
  [[nodiscard]] std::uint8_t real_time_status(int n) const;
  /// The answer to GS r 1.
  [[nodiscard]] std::uint8_t paper_sensor_status() const;
  /// GET_PORT_STATUS of the USB printer class.
  [[nodiscard]] std::uint8_t port_status() const;

  /// What somebody does to the printer: "paper-end", "paper-end-after N", "near-end", "new-roll",
  /// "cover-open", "cover-close", "cutter-jam", "cutter-free". False when it is something else.
  bool handle(const std::string& command);
};

}  // namespace madoguchi::emulator
