#include <algorithm>
#include <cmath>

#include <SDL.h>
#include <cairo.h>

#include "ui/app/presenter.h"

namespace madoguchi::ui {
namespace {

Error sdl_error(std::string_view call) {
  return {Errc::unsupported, std::string(call), SDL_GetError()};
}

class SdlPresenter final : public Presenter {
 public:
  explicit SdlPresenter(SDL_Window* window) : window_(window) {}
  ~SdlPresenter() override {
    if (canvas_) cairo_surface_destroy(canvas_);
    SDL_DestroyWindow(window_);
  }
  SdlPresenter(const SdlPresenter&) = delete;
  SdlPresenter& operator=(const SdlPresenter&) = delete;

  cairo_surface_t* canvas() override { return canvas_; }
  [[nodiscard]] int width() const override { return surface_->w; }
  [[nodiscard]] int height() const override { return surface_->h; }

  void present(const Rect& damage) override {
    cairo_surface_flush(canvas_);
    const int left = std::max(0, static_cast<int>(std::floor(damage.x)));
    const int top = std::max(0, static_cast<int>(std::floor(damage.y)));
    const SDL_Rect part{left, top,
                        std::min(width(), static_cast<int>(std::ceil(damage.right()))) - left,
                        std::min(height(), static_cast<int>(std::ceil(damage.bottom()))) - top};
    if (part.w > 0 && part.h > 0) SDL_UpdateWindowSurfaceRects(window_, &part, 1);
  }

  Status renew() override {
    if (canvas_) cairo_surface_destroy(canvas_);
    canvas_ = nullptr;
    surface_ = SDL_GetWindowSurface(window_);
    if (!surface_) return sdl_error("SDL_GetWindowSurface");
    if (surface_->format->BytesPerPixel != 4 || surface_->format->Rmask != 0xff0000) {
      return Error{Errc::unsupported, "SDL_GetWindowSurface",
                   std::string("the window's pixels are ") +
                       SDL_GetPixelFormatName(surface_->format->format) +
                       ", Cairo needs 32 bits as xRGB"};
    }
    canvas_ = cairo_image_surface_create_for_data(static_cast<unsigned char*>(surface_->pixels),
                                                  CAIRO_FORMAT_RGB24, surface_->w, surface_->h,
                                                  surface_->pitch);
    return {};
  }

 private:
  SDL_Window* window_;
  SDL_Surface* surface_ = nullptr;  // SDL's
  cairo_surface_t* canvas_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Presenter>> open_sdl_window(const Panel& panel, bool fullscreen) {
  Uint32 flags = SDL_WINDOW_BORDERLESS;
  if (fullscreen) flags |= SDL_WINDOW_FULLSCREEN_DESKTOP;
  SDL_Window* const window =
      SDL_CreateWindow("Madoguchi", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                       panel.width_px, panel.height_px, flags);
  if (!window) return sdl_error("SDL_CreateWindow");
  auto presenter = std::make_unique<SdlPresenter>(window);
  if (Status ready = presenter->renew(); !ready) return ready.error();
  return std::unique_ptr<Presenter>(std::move(presenter));
}

}  // namespace madoguchi::ui
