#include "ui/app/recorder.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include <cairo.h>

#include "firmware/base/log.h"
#include "firmware/message/codec.h"

namespace madoguchi::ui {
namespace {

/// Names come from the other process and become file names.
std::string file_name(int number, std::string name) {
  std::ranges::replace_if(
      name,
      [](char c) { return !(std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'); },
      '_');
  return (number < 10 ? "0" : "") + std::to_string(number) + "-" + name + ".png";
}

Json json_of(const Target& target) {
  return {{"id", target.id},
          {"role", std::string(codec::enum_name(target.role))},
          {"x", std::lround(target.rect.x)},
          {"y", std::lround(target.rect.y)},
          {"w", std::lround(target.rect.w)},
          {"h", std::lround(target.rect.h)},
          {"enabled", target.enabled}};
}

}  // namespace

Result<Recorder> Recorder::open(const std::string& screenshots, const std::string& layout_file) {
  Recorder recorder;
  recorder.screenshots_ = screenshots;
  if (!screenshots.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(screenshots, failed);
    if (failed) return Error{Errc::io, "screenshots", screenshots + ": " + failed.message()};
  }
  if (!layout_file.empty()) {
    recorder.layout_file_.reset(std::fopen(layout_file.c_str(), "ae"));
    if (!recorder.layout_file_)
      return Error{Errc::io, "layout", layout_file + ": " + std::strerror(errno)};
  }
  return recorder;
}

void Recorder::drawn(std::int64_t number, const std::string& name, const Layout& layout,
                     cairo_surface_t* canvas) {
  if (!screenshots_.empty() && name != last_name_) {
    const std::string path = screenshots_ + "/" + file_name(++pictures_, name);
    if (cairo_surface_write_to_png(canvas, path.c_str()) != CAIRO_STATUS_SUCCESS) {
      log_event(Event::ui_event, {{"what", "screenshot_failed"}, {"path", path}});
    }
  }
  last_name_ = name;
  if (!layout_file_) return;
  Json controls = Json::array();
  for (const Target& target : layout.targets) controls.push_back(json_of(target));
  Json texts = Json::array();
  for (const Element& element : layout.elements) {
    if (const auto* words = std::get_if<Words>(&element.shape))
      texts.push_back(words->block.text());
  }
  const Json drawn{{"number", number},
                   {"name", name},
                   {"controls", std::move(controls)},
                   {"texts", std::move(texts)}};
  const std::string line = drawn.dump() + "\n";
  std::fwrite(line.data(), 1, line.size(), layout_file_.get());
  std::fflush(layout_file_.get());
}

}  // namespace madoguchi::ui
