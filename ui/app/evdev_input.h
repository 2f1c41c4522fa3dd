#pragma once
// Touch panels and keys of a kiosk without a window system: what the kernel says in /dev/input
// becomes SDL's events, so that the rest of kiosk-ui sees what a window would give it.

#include <memory>

#include "firmware/base/result.h"
#include "ui/app/panel_turn.h"

namespace madoguchi::ui {

/// Reads on a thread of its own until destroyed. SDL's events must be initialised and outlive it.
class EvdevInput {
 public:
  EvdevInput(const PanelTurn& turn, const Calibration& calibration);
  ~EvdevInput();
  EvdevInput(const EvdevInput&) = delete;
  EvdevInput& operator=(const EvdevInput&) = delete;

  struct Reader;

 private:
  std::unique_ptr<Reader> reader_;
};

}  // namespace madoguchi::ui
