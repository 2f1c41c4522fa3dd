#include "tools/gateway/document/anti_copy.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numbers>

namespace madoguchi::gateway {

namespace {

struct Destroy {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_pattern_t* pattern) const { cairo_pattern_destroy(pattern); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;

// The screens are made of device pixels of 600 dpi, the resolution of office printers: dots drawn
// as circles would be grown by each renderer in its own way, the fine ones by far more than the
// coarse ones, and the word would show.
constexpr int dots_per_inch = 600;
constexpr double pixel_pt = 72.0 / dots_per_inch;
// Pixel 0 of a word is its lowest bit in Cairo's A1 format on these machines.
static_assert(std::endian::native == std::endian::little);

// One eighth of the paper in both: 2 pixels of each 4 x 4 cell, 18 of each 12 x 12.
constexpr std::array<const char*, 4> fine_cell = {"##..", "....", "....", "...."};
constexpr std::array<const char*, 12> coarse_cell = {
    "............", "............", "............", "............", "....####....", "....#####...",
    "...#####....", "....####....", "............", "............", "............", "............"};

/// 32 pixels of a screen at (32 * word, row); the pattern repeats every 96 pixels.
template <std::size_t cell>
std::uint32_t screen_word(const std::array<const char*, cell>& rows, int word, int row) {
  std::uint32_t bits = 0;
  for (int i = 0; i < 32; ++i) {
    if (rows[std::size_t(row) % cell][std::size_t(word * 32 + i) % cell] == '#') bits |= 1u << i;
  }
  return bits;
}

/// Adds the outlines of all the words to the path, in rows that are moved against each other.
void add_words(cairo_t* cairo, const Typesetter& typesetter, double width, double height) {
  const Setting setting{Face::bold, 62, 0, Align::left};
  const auto word = typesetter.measure("複写", setting);
  const double step_x = word.width + 22;
  const double step_y = word.height + 14;
  int row = 0;
  for (double y = 14; y + word.height < height; y += step_y, ++row) {
    for (double x = row % 2 == 0 ? 16 : 16 + step_x / 2; x + word.width < width; x += step_x) {
      typesetter.outline(cairo, x, y, "複写", setting);
    }
  }
}

/// The whole page as a stencil of 600 dpi: coarse dots within the words, fine ones around them.
Owned<cairo_surface_t> make_stencil(const Typesetter& typesetter, double width, double height) {
  const int columns = int(width / 25.4 * dots_per_inch);
  const int rows = int(height / 25.4 * dots_per_inch);
  Owned<cairo_surface_t> stencil(cairo_image_surface_create(CAIRO_FORMAT_A1, columns, rows));
  {
    const Owned<cairo_t> cairo(cairo_create(stencil.get()));
    cairo_scale(cairo.get(), 1 / pixel_pt, 1 / pixel_pt);
    add_words(cairo.get(), typesetter, width, height);
    cairo_fill(cairo.get());
  }
  cairo_surface_flush(stencil.get());
  unsigned char* data = cairo_image_surface_get_data(stencil.get());
  const int stride = cairo_image_surface_get_stride(stencil.get());
  for (int row = 0; data != nullptr && row < rows; ++row) {
    std::array<std::uint32_t, 3> fine{};
    std::array<std::uint32_t, 3> coarse{};
    for (int i = 0; i < 3; ++i) {
      fine[std::size_t(i)] = screen_word(fine_cell, i, row);
      coarse[std::size_t(i)] = screen_word(coarse_cell, i, row);
    }
    for (int word = 0; word < stride / 4; ++word) {
      std::uint32_t letters = 0;
      unsigned char* const at = data + std::ptrdiff_t(row) * stride + std::ptrdiff_t(word) * 4;
      std::memcpy(&letters, at, 4);
      const std::uint32_t mixed =
          (letters & coarse[std::size_t(word % 3)]) | (~letters & fine[std::size_t(word % 3)]);
      std::memcpy(at, &mixed, 4);
    }
  }
  cairo_surface_mark_dirty(stencil.get());
  return stencil;
}

}  // namespace

void draw_latent_word(cairo_t* cairo, const Typesetter& typesetter, double width, double height) {
  // The same for every page of every document: made once a thread, as Cairo's surfaces are not for
  // several at once.
  thread_local const Owned<cairo_surface_t> stencil = make_stencil(typesetter, width, height);
  cairo_save(cairo);
  cairo_set_source_rgb(cairo, 0.05, 0.40, 0.48);
  cairo_scale(cairo, pixel_pt, pixel_pt);
  const Owned<cairo_pattern_t> mask(cairo_pattern_create_for_surface(stencil.get()));
  cairo_pattern_set_filter(mask.get(), CAIRO_FILTER_NEAREST);
  cairo_mask(cairo, mask.get());
  cairo_restore(cairo);
}

void draw_microtext_frame(cairo_t* cairo, const Typesetter& typesetter, double width, double height,
                          double inset, const std::string& text) {
  // Outlines and not text, or a screen reader would read the frame before the certificate; one
  // copy, drawn often.
  const Setting setting{Face::gothic, 0.9, 0, Align::left};
  const double unit = typesetter.measure(text + " ", setting).width;
  const cairo_rectangle_t extent{0, 0, unit * mm, 1.2};
  const Owned<cairo_surface_t> letters(
      cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extent));
  {
    const Owned<cairo_t> pen(cairo_create(letters.get()));
    cairo_set_source_rgb(pen.get(), 0.10, 0.25, 0.35);
    typesetter.outline(pen.get(), 0, 0, text, setting);
    cairo_fill(pen.get());
  }
  const double corners[4][2] = {{inset, inset},
                                {width - inset, inset},
                                {width - inset, height - inset},
                                {inset, height - inset}};
  for (int side = 0; side < 4; ++side) {
    const double length = (side % 2 == 0 ? width : height) - 2 * inset;
    cairo_save(cairo);
    cairo_translate(cairo, corners[side][0] * mm, corners[side][1] * mm);
    cairo_rotate(cairo, side * std::numbers::pi / 2);
    cairo_rectangle(cairo, 0, 0, length * mm, 2 * mm);
    cairo_clip(cairo);
    for (const double y : {0.0, 0.55}) {
      for (double x = 0; x < length; x += unit) {
        cairo_set_source_surface(cairo, letters.get(), x * mm, y * mm);
        cairo_paint(cairo);
      }
    }
    cairo_restore(cairo);
  }
}

}  // namespace madoguchi::gateway
