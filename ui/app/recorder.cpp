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

/// What a helper points at and says; empty when nobody does.
std::string pointed(const Screen& screen) {
  if (!screen.company) return {};
  std::string out = screen.company->ring;
  if (screen.company->phrase) out += " " + screen.company->phrase->key;
  return out;
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

void Recorder::take_picture(const Screen& screen, cairo_surface_t* canvas) {
  const std::string name = screen.name + (pointed(screen).empty() ? "" : ".pointed");
  // A ring that goes away uncovers what has its picture already.
  const bool known = name == last_picture_ || screen.name + ".pointed" == last_picture_;
  if (screenshots_.empty() || known) return;
  last_picture_ = name;
  write(name, canvas);
}

void Recorder::pictured(const Screen& screen, cairo_surface_t* canvas) {
  if (!screenshots_.empty()) write(screen.name + ".moving", canvas);
}

void Recorder::write(const std::string& name, cairo_surface_t* canvas) {
  const std::string path = screenshots_ + "/" + file_name(++pictures_, name);
  if (cairo_surface_write_to_png(canvas, path.c_str()) != CAIRO_STATUS_SUCCESS) {
    log_event(Event::ui_event, {{"what", "screenshot_failed"}, {"path", path}});
  }
}

void Recorder::drawn(std::int64_t number, const Screen& screen, const Layout& layout,
                     cairo_surface_t* canvas) {
  take_picture(screen, canvas);
  if (!layout_file_) return;
  Json controls = Json::array();
  for (const Target& target : layout.targets) controls.push_back(json_of(target));
  Json texts = Json::array();
  for (const Element& element : layout.elements) {
    if (const auto* words = std::get_if<Words>(&element.shape))
      texts.push_back(words->block.text());
  }
  Json drawn{{"number", number},
             {"name", screen.name},
             {"controls", std::move(controls)},
             {"texts", std::move(texts)}};
  if (const std::string at = pointed(screen); !at.empty()) drawn["pointed"] = at;
  const std::string line = drawn.dump() + "\n";
  std::fwrite(line.data(), 1, line.size(), layout_file_.get());
  (void)std::fflush(layout_file_.get());
}

}  // namespace madoguchi::ui
