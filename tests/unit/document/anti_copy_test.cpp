// けん制文字: a page is rasterised as a printer does, looked at as an eye does and copied as a
// copier does.
#include "tools/gateway/document/anti_copy.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>
#include <cairo-pdf.h>

#include "tests/unit/document/pdf_tools.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

/// A grey picture; 0 is black.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  [[nodiscard]] int at(int x, int y) const {
    return pixels[std::size_t(y) * std::size_t(width) + std::size_t(x)];
  }
};

cairo_status_t append(void* out, const unsigned char* data, unsigned length) {
  static_cast<Bytes*>(out)->insert(static_cast<Bytes*>(out)->end(), data, data + length);
  return CAIRO_STATUS_SUCCESS;
}

Bytes latent_page() {
  Bytes pdf;
  const auto typesetter = Typesetter::of_this_thread();
  if (!typesetter) FAIL(typesetter.error().text().c_str());
  cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(append, &pdf, 210 * mm, 297 * mm);
  cairo_t* cairo = cairo_create(surface);
  draw_latent_word(cairo, **typesetter, 210, 297);
  cairo_show_page(cairo);
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  return pdf;
}

/// The upper left 1200 x 600 pixels at 600 dpi: 51 x 25 mm with the first word.
Picture printed() {
  const auto pgm =
      PdfFile(latent_page()).ask("pdftoppm -r 600 -gray -x 300 -y 240 -W 1200 -H 800 {}");
  Picture picture{1200, 800, {}};
  const std::size_t size = 1200u * 800u;
  CHECK_TRUE(pgm.starts_with("P5") && pgm.size() > size);
  picture.pixels.assign(pgm.end() - std::ptrdiff_t(size), pgm.end());
  return picture;
}

/// Mean of a square of 2 * radius + 1 pixels around each pixel.
Picture blurred(const Picture& in, int radius) {
  Picture out = in;
  for (int y = radius; y < in.height - radius; ++y) {
    for (int x = radius; x < in.width - radius; ++x) {
      int sum = 0;
      for (int dy = -radius; dy <= radius; ++dy) {
        for (int dx = -radius; dx <= radius; ++dx) sum += in.at(x + dx, y + dy);
      }
      const int count = (2 * radius + 1) * (2 * radius + 1);
      out.pixels[std::size_t(y) * std::size_t(in.width) + std::size_t(x)] =
          std::uint8_t(sum / count);
    }
  }
  return out;
}

/// Whether a pixel of `printed` lies in the word: where a coarse dot (at least 4 pixels wide) is
/// within one pitch.
Picture word_of(const Picture& in) {
  Picture out{in.width, in.height, std::vector<std::uint8_t>(in.pixels.size(), 0)};
  for (int y = 0; y + 4 < in.height; ++y) {
    for (int x = 0; x + 4 < in.width; ++x) {
      bool dot = true;
      for (int i = 0; i < 4 && dot; ++i) dot = in.at(x + i, y) < 200 && in.at(x + i, y + 2) < 200;
      if (!dot) continue;
      for (int dy = -6; dy <= 8; ++dy) {
        for (int dx = -6; dx <= 8; ++dx) {
          const int px = std::clamp(x + dx, 0, in.width - 1);
          const int py = std::clamp(y + dy, 0, in.height - 1);
          out.pixels[std::size_t(py) * std::size_t(in.width) + std::size_t(px)] = 1;
        }
      }
    }
  }
  return out;
}

}  // namespace

TEST_GROUP(AntiCopy){};

TEST(AntiCopy, the_word_has_the_tone_of_its_surroundings) {
  if (!have_tool("pdftoppm")) return;
  const auto page = printed();
  const auto word = word_of(page);
  double inside = 0, outside = 0;
  int in_count = 0, out_count = 0;
  for (std::size_t i = 0; i < page.pixels.size(); ++i) {
    if (word.pixels[i] != 0) {
      inside += page.pixels[i];
      ++in_count;
    } else {
      outside += page.pixels[i];
      ++out_count;
    }
  }
  CHECK_TRUE(in_count > 50000);
  CHECK_TRUE(out_count > 50000);
  DOUBLES_EQUAL(outside / out_count, inside / in_count, 4.0);  // of 255
}

TEST(AntiCopy, a_copy_shows_the_word) {
  if (!have_tool("pdftoppm")) return;
  const auto page = printed();
  const auto word = word_of(page);
  // A copier sees about 300 dots an inch sharply and takes a light tint for paper.
  const auto copy = blurred(page, 2);
  int inside = 0, outside = 0, in_count = 0, out_count = 0;
  for (int y = 10; y < page.height - 10; ++y) {
    for (int x = 10; x < page.width - 10; ++x) {
      const bool black = copy.at(x, y) < 190;
      const bool in_word = word.at(x, y) != 0;
      (in_word ? in_count : out_count) += 1;
      if (black) (in_word ? inside : outside) += 1;
    }
  }
  CHECK_TRUE(double(inside) / in_count > 0.05);     // dots stand in the word
  CHECK_TRUE(double(outside) / out_count < 0.002);  // and next to none around it
}
