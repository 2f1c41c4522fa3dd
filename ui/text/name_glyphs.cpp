#include "ui/text/name_glyphs.h"

#include <memory>

#include <hb.h>
#include <pango/pangocairo.h>
#include <unicode/utf8.h>

namespace madoguchi::ui {
namespace {

constexpr std::string_view name_family = "IPAmjMincho";
constexpr std::string_view geta =
    "〓";  // what Japanese typesetters put for a character they do not have

bool is_selector(UChar32 c) {
  return (c >= 0xE0100 && c <= 0xE01EF) || (c >= 0xFE00 && c <= 0xFE0F);
}

struct Unref {
  void operator()(PangoFont* font) const { g_object_unref(font); }
};

/// The name font itself, or nothing: fontconfig would hand out a substitute without a word.
std::unique_ptr<PangoFont, Unref> name_font(const Fonts& fonts) {
  PangoFontDescription* const wanted = pango_font_description_new();
  pango_font_description_set_family_static(wanted, name_family.data());
  pango_font_description_set_absolute_size(wanted, 40.0 * PANGO_SCALE);
  std::unique_ptr<PangoFont, Unref> font(pango_context_load_font(fonts.context(), wanted));
  pango_font_description_free(wanted);
  if (!font) return nullptr;
  PangoFontDescription* const got = pango_font_describe(font.get());
  const bool is_it = name_family == pango_font_description_get_family(got);
  pango_font_description_free(got);
  if (!is_it) return nullptr;
  return font;
}

}  // namespace

CheckedName check_name(const Fonts& fonts, std::string_view name) {
  const auto font = name_font(fonts);
  hb_font_t* const glyphs = font ? pango_font_get_hb_font(font.get()) : nullptr;
  CheckedName checked;
  std::int32_t at = 0;
  const auto size = static_cast<std::int32_t>(name.size());
  while (at < size) {
    const std::int32_t start = at;
    UChar32 base = 0;
    U8_NEXT(name.data(), at, size, base);
    std::int32_t after = at;
    UChar32 selector = 0;
    if (after < size) U8_NEXT(name.data(), after, size, selector);
    bool drawable = base >= 0 && !is_selector(base);
    if (is_selector(selector)) {
      at = after;
      hb_codepoint_t glyph = 0;
      drawable = drawable && glyphs &&
                 hb_font_get_variation_glyph(glyphs, static_cast<hb_codepoint_t>(base),
                                             static_cast<hb_codepoint_t>(selector), &glyph);
    }
    if (drawable) {
      checked.text +=
          name.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(at - start));
    } else {
      checked.text += geta;
      checked.complete = false;
    }
  }
  return checked;
}

}  // namespace madoguchi::ui
