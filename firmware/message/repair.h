#pragma once
// "Being repaired": the one screen of a kiosk that cannot serve, and the codes on it. kioskd shows
// it for a device, for its configuration and for a process beside it; kiosk-ui by itself when there
// is no kioskd. What each code means and what to do: docs/faults.md. Pure.

#include <span>
#include <string>
#include <string_view>

#include "firmware/message/screen.h"

namespace madoguchi {

/// One row: a fault as FaultBoard knows it, and what a resident reads to staff on the telephone.
struct RepairCode {
  std::string_view device;
  std::string_view code;   ///< of the fault; empty: every other fault of the device
  std::string_view shown;  ///< "K-21": never given a second meaning
};

/// The whole table, the rows of a device together, its general row first.
std::span<const RepairCode> repair_codes();

/// "K-21"; the device's general code for a fault that the table does not know, "K-99" for a device
/// that it does not know.
std::string_view repair_code(std::string_view device, std::string_view code = {});

/// Processes and states that are no devices: the `device` of their rows.
inline constexpr std::string_view kioskd_absent = "kioskd_absent";  ///< it has not come yet
inline constexpr std::string_view kioskd_ended = "kioskd_ended";
inline constexpr std::string_view link_ended = "link_ended";
inline constexpr std::string_view configuration_wrong = "configuration";

inline constexpr std::string_view repair_screen_name = "out_of_service";
/// kioskd starts anew on purpose: kiosk-ui leaves this screen on the glass.
inline constexpr std::string_view restarting_screen_name = "restarting";

/// `phone`: where residents can ask instead; empty: none is said.
Screen repair_screen(std::string_view device, std::string_view code, const std::string& phone);
/// The same by its code, for a view that has only that.
Screen repair_screen(std::string_view shown, const std::string& phone);
Screen restarting_screen();

}  // namespace madoguchi
