// The panel itself: one dumb buffer of the kernel's mode setting, into which what has changed is
// copied, turned as the panel is built in. No Mesa, no window system.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <string>

#include <cairo.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "ui/app/presenter.h"

namespace madoguchi::ui {
namespace {

Error drm_error(std::string_view call) {
  return {Errc::unsupported, std::string(call), std::strerror(errno)};
}

/// Which output of which card, in which mode. `fd` is the card's.
struct Output {
  int fd = -1;
  std::uint32_t connector = 0;
  std::uint32_t crtc = 0;
  drmModeModeInfo mode{};
};

/// The mode of the panel's size, or the one that the panel prefers.
drmModeModeInfo choose_mode(const drmModeConnector& connector, const PanelTurn& turn) {
  for (int i = 0; i < connector.count_modes; ++i) {
    const drmModeModeInfo& mode = connector.modes[i];
    if (mode.hdisplay == turn.panel_width() && mode.vdisplay == turn.panel_height()) return mode;
  }
  for (int i = 0; i < connector.count_modes; ++i) {
    if (connector.modes[i].type & DRM_MODE_TYPE_PREFERRED) return connector.modes[i];
  }
  return connector.modes[0];
}

/// A scan-out that can feed the connector; 0: none.
std::uint32_t crtc_for(int fd, const drmModeRes& resources, const drmModeConnector& connector) {
  for (int i = 0; i < connector.count_encoders; ++i) {
    drmModeEncoder* const encoder = drmModeGetEncoder(fd, connector.encoders[i]);
    if (encoder == nullptr) continue;
    const std::uint32_t possible = encoder->possible_crtcs;
    drmModeFreeEncoder(encoder);
    for (int crtc = 0; crtc < resources.count_crtcs; ++crtc) {
      if (possible & (1u << crtc)) return resources.crtcs[crtc];
    }
  }
  return 0;
}

/// Fills `output` from the first connector with a panel on it.
bool find_panel(int fd, const PanelTurn& turn, Output& output) {
  drmModeRes* const resources = drmModeGetResources(fd);
  if (resources == nullptr) return false;
  bool found = false;
  for (int i = 0; i < resources->count_connectors && !found; ++i) {
    drmModeConnector* const connector = drmModeGetConnector(fd, resources->connectors[i]);
    if (connector == nullptr) continue;
    if (connector->connection == DRM_MODE_CONNECTED && connector->count_modes > 0) {
      output = {fd, connector->connector_id, crtc_for(fd, *resources, *connector),
                choose_mode(*connector, turn)};
      found = output.crtc != 0;
    }
    drmModeFreeConnector(connector);
  }
  drmModeFreeResources(resources);
  return found;
}

/// The first card that has a panel and dumb buffers.
Result<Output> find_output(const PanelTurn& turn) {
  DIR* const folder = ::opendir("/dev/dri");
  if (folder == nullptr) return drm_error("/dev/dri");
  Output output;
  std::string refused;
  while (const dirent* const entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (!name.starts_with("card") || output.fd >= 0) continue;
    const int fd = ::open(("/dev/dri/" + name).c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
      refused = name + ": " + std::strerror(errno);
      continue;
    }
    std::uint64_t dumb = 0;
    const bool able = drmGetCap(fd, DRM_CAP_DUMB_BUFFER, &dumb) == 0 && dumb != 0;
    if (!able || !find_panel(fd, turn, output)) ::close(fd);
  }
  ::closedir(folder);
  if (output.fd < 0)
    return Error{Errc::unsupported, "/dev/dri",
                 refused.empty() ? "no card has a panel that is connected" : refused};
  return output;
}

class DrmPresenter final : public Presenter {
 public:
  DrmPresenter(const Output& output, const PanelTurn& turn) : output_(output), turn_(turn) {}
  ~DrmPresenter() override {
    if (canvas_) cairo_surface_destroy(canvas_);
    if (pixels_) ::munmap(pixels_, size_);
    if (frame_) drmModeRmFB(output_.fd, frame_);
    if (handle_) drmModeDestroyDumbBuffer(output_.fd, handle_);
    ::close(output_.fd);
  }
  DrmPresenter(const DrmPresenter&) = delete;
  DrmPresenter& operator=(const DrmPresenter&) = delete;

  Status open();
  cairo_surface_t* canvas() override { return canvas_; }
  [[nodiscard]] int width() const override { return turn_.width; }
  [[nodiscard]] int height() const override { return turn_.height; }
  void present(const Rect& damage) override;
  Status renew() override { return {}; }  // a panel keeps its size

 private:
  void copy(int left, int top, int right, int bottom);

  Output output_;
  PanelTurn turn_;
  std::uint32_t handle_ = 0;
  std::uint32_t frame_ = 0;
  std::uint32_t pitch_ = 0;
  std::uint64_t size_ = 0;
  std::uint8_t* pixels_ = nullptr;
  cairo_surface_t* canvas_ = nullptr;
};

Status DrmPresenter::open() {
  constexpr std::uint32_t depth = 24;
  constexpr std::uint32_t bits = 32;
  const auto width = static_cast<std::uint32_t>(turn_.panel_width());
  const auto height = static_cast<std::uint32_t>(turn_.panel_height());
  if (drmModeCreateDumbBuffer(output_.fd, width, height, bits, 0, &handle_, &pitch_, &size_) != 0)
    return drm_error("DRM_IOCTL_MODE_CREATE_DUMB");
  if (drmModeAddFB(output_.fd, width, height, depth, bits, pitch_, handle_, &frame_) != 0)
    return drm_error("DRM_IOCTL_MODE_ADDFB");
  std::uint64_t offset = 0;
  if (drmModeMapDumbBuffer(output_.fd, handle_, &offset) != 0)
    return drm_error("DRM_IOCTL_MODE_MAP_DUMB");
  void* const mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, output_.fd,
                              static_cast<off_t>(offset));
  if (mapped == MAP_FAILED) return drm_error("mmap of the panel's buffer");
  pixels_ = static_cast<std::uint8_t*>(mapped);
  std::memset(pixels_, 0, size_);
  canvas_ = cairo_image_surface_create(CAIRO_FORMAT_RGB24, turn_.width, turn_.height);
  if (cairo_surface_status(canvas_) != CAIRO_STATUS_SUCCESS)
    return Error{Errc::full, "cairo_image_surface_create", "no memory for the picture"};
  if (drmModeSetCrtc(output_.fd, output_.crtc, frame_, 0, 0, &output_.connector, 1,
                     &output_.mode) != 0)
    return drm_error("DRM_IOCTL_MODE_SETCRTC");
  return {};
}

void DrmPresenter::copy(int left, int top, int right, int bottom) {
  const unsigned char* const from = cairo_image_surface_get_data(canvas_);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(canvas_));
  const auto pitch = static_cast<std::size_t>(pitch_);
  for (int y = top; y < bottom; ++y) {
    const unsigned char* const line = from + static_cast<std::size_t>(y) * stride;
    const auto place = [&](int x) {
      const auto [column, row] = turn_.on_panel(x, y);
      return pixels_ + static_cast<std::size_t>(row) * pitch + static_cast<std::size_t>(column) * 4;
    };
    if (turn_.rotation == Rotation::none) {
      std::memcpy(place(left), line + static_cast<std::size_t>(left) * 4,
                  static_cast<std::size_t>(right - left) * 4);
      continue;
    }
    for (int x = left; x < right; ++x)
      std::memcpy(place(x), line + static_cast<std::size_t>(x) * 4, 4);
  }
}

void DrmPresenter::present(const Rect& damage) {
  cairo_surface_flush(canvas_);
  const int left = std::max(0, static_cast<int>(std::floor(damage.x)));
  const int top = std::max(0, static_cast<int>(std::floor(damage.y)));
  const int right = std::min(width(), static_cast<int>(std::ceil(damage.right())));
  const int bottom = std::min(height(), static_cast<int>(std::ceil(damage.bottom())));
  if (right <= left || bottom <= top) return;
  copy(left, top, right, bottom);
  const auto a = turn_.on_panel(left, top);
  const auto b = turn_.on_panel(right - 1, bottom - 1);
  drmModeClip clip{static_cast<std::uint16_t>(std::min(a[0], b[0])),
                   static_cast<std::uint16_t>(std::min(a[1], b[1])),
                   static_cast<std::uint16_t>(std::max(a[0], b[0]) + 1),
                   static_cast<std::uint16_t>(std::max(a[1], b[1]) + 1)};
  // Cards that scan the buffer out of memory need no telling and say ENOSYS.
  drmModeDirtyFB(output_.fd, frame_, &clip, 1);
}

}  // namespace

Result<std::unique_ptr<Presenter>> open_drm_panel(const Panel& panel, Rotation rotation) {
  PanelTurn turn{rotation, panel.width_px, panel.height_px};
  const Result<Output> output = find_output(turn);
  if (!output) return output.error();
  // The panel's own pixels count: what kiosk.toml says may be another panel's.
  const drmModeModeInfo& mode = output->mode;
  turn.width = turn.lies() ? mode.vdisplay : mode.hdisplay;
  turn.height = turn.lies() ? mode.hdisplay : mode.vdisplay;
  auto presenter = std::make_unique<DrmPresenter>(*output, turn);
  if (Status opened = presenter->open(); !opened) return opened.error();
  return std::unique_ptr<Presenter>(std::move(presenter));
}

}  // namespace madoguchi::ui
