#pragma once
// Screens from a JSON file to PNG pictures, without a window: to look at, and for tests.

#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "ui/app/config.h"
#include "ui/app/pictures.h"
#include "ui/app/recorder.h"

namespace madoguchi::ui {

struct Preview {
  std::string json;              ///< one Screen, or a list of them
  std::string png;               ///< a file; for a list a directory, which gets NN-name.png
  std::optional<TextSize> size;  ///< instead of the screen's own
  std::optional<std::string> language;
  std::string layout{};  ///< a file that gets where the controls are (recorder.h); empty: none
  std::string board{};   ///< a file as picture_board.h has it, for calls; empty: no moving pictures
};

/// The slip of a JSON file, dot for dot as it is printed. Errc::invalid for JSON that is no slip.
Status draw_slip_preview(const std::string& json, const std::string& png,
                         const WindowConfig& config);

/// One screen as the kiosk shows it. Says on standard error what did not fit; to the recorder, what
/// was drawn. Errors: io.
Status draw_screen_png(const Screen& screen, const WindowConfig& config, const Fonts& fonts,
                       const std::string& png, Pictures* pictures = nullptr,
                       Recorder* recorder = nullptr);
/// An illustration of ui/kit by its name, 480 pixels wide. Errors: not_found, io.
Status draw_illustration_png(std::string_view name, const std::string& png);

/// Says on standard error what did not fit. Errc::invalid for JSON that is no screen.
Status draw_preview(const Preview& preview, const WindowConfig& config);

}  // namespace madoguchi::ui
