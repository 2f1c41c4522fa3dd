#pragma once
// What kiosk-ui leaves behind when it is asked to: a picture of each new screen, and where its
// controls are. For tests and for documentation; a kiosk in service runs without.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "firmware/base/result.h"
#include "ui/kit/layout.h"

typedef struct _cairo_surface cairo_surface_t;

namespace madoguchi::ui {

class Recorder {
 public:
  /// Empty paths record nothing. The directory is made when it is missing. Errc::io names what
  /// cannot be written.
  static Result<Recorder> open(const std::string& screenshots, const std::string& layout_file);

  /// A screen was drawn. Writes "NN-name.png" when the name differs from the one before,
  /// "NN-name.pointed.png" when a helper points at it, and one line of JSON:
  /// {"number":7,"name":"pin","controls":[{"id","role","x","y","w","h","enabled"}],"texts":[...]}
  /// in window pixels; the texts as they were drawn, names too. `"pointed":"pin.ok press_here"`
  /// while a helper points: at which control, with which phrase.
  void drawn(std::int64_t number, const Screen& screen, const Layout& layout,
             cairo_surface_t* canvas);

  /// The first moving picture has come onto the screen: "NN-name.moving.png".
  void pictured(const Screen& screen, cairo_surface_t* canvas);

 private:
  void take_picture(const Screen& screen, cairo_surface_t* canvas);
  void write(const std::string& name, cairo_surface_t* canvas);

  struct Close {
    void operator()(std::FILE* file) const { (void)std::fclose(file); }
  };
  std::string screenshots_;
  std::unique_ptr<std::FILE, Close> layout_file_;
  std::string last_picture_;
  int pictures_ = 0;
};

}  // namespace madoguchi::ui
