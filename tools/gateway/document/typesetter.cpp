#include "tools/gateway/document/typesetter.h"

#include <algorithm>
#include <array>

#include <fontconfig/fontconfig.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include "firmware/base/bytes.h"

namespace madoguchi::gateway {

namespace {

constexpr double smallest_pt = 6;
constexpr double line_pitch = 1.2;  // of the em, whatever the font's own metrics say

// Debian's places of the three families; nothing else is looked at, which also spares the start the
// scan of all fonts.
constexpr const char* font_configuration = R"(<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts/truetype/ipamj</dir>
  <dir>/usr/share/fonts/truetype/bizud-gothic</dir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>)";

constexpr std::array<std::pair<const char*, const char*>, 3> faces = {{
    {"IPAmjMincho", "fonts-ipamj-mincho"},
    {"BIZ UDGothic", "fonts-morisawa-bizud-gothic"},
    {"BIZ UDGothic", "fonts-morisawa-bizud-gothic"},
}};

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
  void operator()(PangoFontDescription* description) const {
    pango_font_description_free(description);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

/// Shared by all threads and never freed: the threads' font maps refer to it until the process
/// ends.
FcConfig* private_fonts() {
  static FcConfig* const config = [] {
    FcConfig* made = FcConfigCreate();
    FcConfigParseAndLoadFromMemory(made, reinterpret_cast<const FcChar8*>(font_configuration),
                                   FcTrue);
    FcConfigBuildFonts(made);
    return made;
  }();
  return config;
}

bool is_variation_selector(char32_t c) {
  return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

Owned<PangoFontDescription> describe(Face face, double size_pt) {
  Owned<PangoFontDescription> description(pango_font_description_new());
  pango_font_description_set_family(description.get(), faces[std::size_t(face)].first);
  if (face == Face::bold) pango_font_description_set_weight(description.get(), PANGO_WEIGHT_BOLD);
  pango_font_description_set_absolute_size(description.get(), size_pt * PANGO_SCALE);
  return description;
}

}  // namespace

struct Typesetter::Fonts {
  Owned<PangoFontMap> map;
  Owned<PangoContext> context;
  std::array<Owned<PangoFont>, faces.size()> loaded;
};

Typesetter::Typesetter(std::unique_ptr<Fonts> fonts) : fonts_(std::move(fonts)) {}
Typesetter::~Typesetter() = default;

Result<Typesetter*> Typesetter::of_this_thread() {
  thread_local std::unique_ptr<Typesetter> typesetter;
  if (typesetter) return typesetter.get();

  auto fonts = std::make_unique<Fonts>();
  fonts->map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
  pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map.get()), private_fonts());
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map.get()), 72);
  fonts->context.reset(pango_font_map_create_context(fonts->map.get()));
  auto* context = fonts->context.get();
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_language(context, pango_language_from_string("ja"));
  // Otherwise the letters of the microtext (0.9 pt) are moved to whole points and fall on each
  // other.
  pango_context_set_round_glyph_positions(context, FALSE);

  for (std::size_t i = 0; i < faces.size(); ++i) {
    const auto& [family, package] = faces[i];
    const auto wanted = describe(Face(i), 10);
    fonts->loaded[i].reset(pango_font_map_load_font(fonts->map.get(), context, wanted.get()));
    const Owned<PangoFontDescription> found(fonts->loaded[i]
                                                ? pango_font_describe(fonts->loaded[i].get())
                                                : pango_font_description_new());
    const char* name = pango_font_description_get_family(found.get());
    if (name == nullptr || std::string_view(name) != family) {
      return Error{
          Errc::not_found, "document.fonts",
          std::string("the font ") + family + " is missing: install the package " + package};
    }
  }
  typesetter.reset(new Typesetter(std::move(fonts)));
  return typesetter.get();
}

std::optional<std::string> Typesetter::missing(Face face, std::string_view text) const {
  if (!is_utf8(text)) return std::string(text);
  hb_font_t* font = pango_font_get_hb_font(fonts_->loaded[std::size_t(face)].get());
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const char* const start = at;
    const char32_t character = g_utf8_get_char(at);
    at = g_utf8_next_char(at);
    hb_codepoint_t glyph = 0;
    bool present = character == '\n' || hb_font_get_nominal_glyph(font, character, &glyph);
    if (is_variation_selector(character)) present = false;  // one without a character to vary
    if (at < end && is_variation_selector(g_utf8_get_char(at))) {
      present =
          present && hb_font_get_variation_glyph(font, character, g_utf8_get_char(at), &glyph);
      at = g_utf8_next_char(at);
    }
    if (!present) return std::string(start, at);
  }
  return std::nullopt;
}

PangoLayout* Typesetter::lay_out(std::string_view text, const Setting& setting) const {
  PangoLayout* layout = pango_layout_new(fonts_->context.get());
  const auto description = describe(setting.face, setting.size);
  pango_layout_set_font_description(layout, description.get());
  pango_layout_set_text(layout, text.data(), int(text.size()));

  PangoAttrList* attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_fallback_new(FALSE));
  pango_attr_list_insert(attributes, pango_attr_line_height_new_absolute(
                                         int(setting.size * line_pitch * PANGO_SCALE)));
  const auto letters = g_utf8_strlen(text.data(), gssize(text.size()));
  if (setting.align == Align::spread && letters > 1) {
    int natural = 0;
    pango_layout_get_size(layout, &natural, nullptr);
    const int spare = std::max(0, int(setting.width * mm * PANGO_SCALE) - natural);
    pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(spare / int(letters - 1)));
  } else if (setting.width > 0) {
    pango_layout_set_width(layout, int(setting.width * mm * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    if (setting.align == Align::centre) pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    if (setting.align == Align::right) pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
  }
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  return layout;
}

Extent Typesetter::measure(std::string_view text, const Setting& setting) const {
  Setting natural = setting;  // spread letters end with a gap that is nobody's business
  if (setting.align == Align::spread) natural = {setting.face, setting.size, 0, Align::left};
  const Owned<PangoLayout> layout(lay_out(text, natural));
  int width = 0;
  int height = 0;
  pango_layout_get_size(layout.get(), &width, &height);
  return {width / (PANGO_SCALE * mm), height / (PANGO_SCALE * mm)};
}

std::optional<double> Typesetter::fit(std::string_view text, Setting setting, double height) const {
  for (; setting.size >= smallest_pt; setting.size -= 0.5) {
    const auto extent = measure(text, setting);
    if (extent.height <= height + 0.01 && extent.width <= setting.width + 0.01) return setting.size;
  }
  return std::nullopt;
}

void Typesetter::draw(cairo_t* cairo, double x, double y, std::string_view text,
                      const Setting& setting) const {
  const Owned<PangoLayout> layout(lay_out(text, setting));
  cairo_move_to(cairo, x * mm, y * mm);
  pango_cairo_show_layout(cairo, layout.get());
}

void Typesetter::outline(cairo_t* cairo, double x, double y, std::string_view text,
                         const Setting& setting) const {
  const Owned<PangoLayout> layout(lay_out(text, setting));
  cairo_move_to(cairo, x * mm, y * mm);
  pango_cairo_layout_path(cairo, layout.get());
}

}  // namespace madoguchi::gateway
