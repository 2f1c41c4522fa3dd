#pragma once
// The fonts of the process and where Pango finds them.

#include <memory>
#include <string>
#include <string_view>

#include "firmware/base/result.h"

typedef struct _PangoContext PangoContext;

namespace madoguchi::ui {

/// Which family a text is drawn in.
enum class Face {
  words,  ///< BIZ UDPGothic for Japanese, Noto Sans for what is written in Latin letters
  name,   ///< IPAmj Mincho: the glyphs of the residents' register, with their variation sequences
};

/// A font map of its own. One thread.
class Fonts {
 public:
  /// Reads a fontconfig file (ui/text/fonts.conf is ours); empty takes the system's.
  /// Errc::not_found when it cannot be read or when a family that the kiosk needs is not installed.
  static Result<Fonts> load(const std::string& fontconfig_file);

  /// Lives as long as this object. Carries the font options (grey antialiasing, no hinting, exact
  /// positions).
  [[nodiscard]] PangoContext* context() const;

  struct State;

 private:
  explicit Fonts(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State>
      state_;  // shared so that Fonts can be held in a Result and moved about freely
};

/// Families in order of preference, as Pango wants them: "Noto Sans, BIZ UDPGothic".
std::string_view families(Face face, std::string_view language);

}  // namespace madoguchi::ui
