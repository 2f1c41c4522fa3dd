#pragma once
// Where frames go: SDL's window surface on a desk, the panel itself (a DRM dumb buffer) in a kiosk.

#include <memory>

#include "firmware/base/result.h"
#include "ui/app/panel_turn.h"
#include "ui/kit/geometry.h"
#include "ui/theme/theme.h"

typedef struct _cairo_surface cairo_surface_t;

namespace madoguchi::ui {

/// One thread: the one that made it.
class Presenter {
 public:
  virtual ~Presenter() = default;
  /// The pixels that are drawn on; keeps what was drawn. Valid until renew().
  virtual cairo_surface_t* canvas() = 0;
  [[nodiscard]] virtual int width() const = 0;
  [[nodiscard]] virtual int height() const = 0;
  /// Brings a part of the canvas to the glass.
  virtual void present(const Rect& damage) = 0;
  /// The window was resized: takes the new canvas, whose content is undefined.
  virtual Status renew() = 0;
};

/// Opens the window; SDL's video must be initialised. Errc::unsupported when the driver has no
/// window surface.
Result<std::unique_ptr<Presenter>> open_sdl_window(const Panel& panel, bool fullscreen);

/// Takes the first panel that is connected, turned as it is built in; its own pixels count, not the
/// ones of `panel`. SDL's video must not be initialised. Errc::unsupported when there is none or it
/// is not this user's.
Result<std::unique_ptr<Presenter>> open_drm_panel(const Panel& panel, Rotation rotation);

}  // namespace madoguchi::ui
