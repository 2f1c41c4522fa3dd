#include "ui/text/fonts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

namespace madoguchi::ui {

struct Fonts::State {
  FcConfig* config = nullptr;
  PangoFontMap* map = nullptr;
  PangoContext* context = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (context) g_object_unref(context);
    if (map) g_object_unref(map);
    if (config) FcConfigDestroy(config);
  }
};

namespace {

constexpr std::string_view where = "fonts";

Result<FcConfig*> read_config(const std::string& file) {
  FcConfig* const config = FcConfigCreate();
  const auto* path = reinterpret_cast<const FcChar8*>(file.c_str());
  if (!FcConfigParseAndLoad(config, path, FcTrue) || !FcConfigBuildFonts(config)) {
    FcConfigDestroy(config);
    return Error{Errc::not_found, std::string(where), file + " is not a fontconfig file"};
  }
  return config;
}

bool has_family(PangoFontMap* map, const char* family) {
  PangoFontFamily* const found = pango_font_map_get_family(map, family);
  return found != nullptr;
}

cairo_font_options_t* font_options() {
  cairo_font_options_t* const options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  return options;
}

}  // namespace

Result<Fonts> Fonts::load(const std::string& fontconfig_file) {
  auto state = std::make_shared<State>();
  state->map = pango_cairo_font_map_new();
  if (!fontconfig_file.empty()) {
    auto config = read_config(fontconfig_file);
    if (!config) return config.error();
    state->config = *config;
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(state->map), state->config);
  }
  for (const char* family : {"BIZ UDPGothic", "Noto Sans", "IPAmjMincho"}) {
    if (has_family(state->map, family)) continue;
    return Error{Errc::not_found, std::string(where),
                 std::string(family) + " is not installed or not in the fontconfig file"};
  }
  state->context = pango_font_map_create_context(state->map);
  cairo_font_options_t* const options = font_options();
  pango_cairo_context_set_font_options(state->context, options);
  cairo_font_options_destroy(options);
  // 96 dots an inch makes Pango's points irrelevant: every size here is absolute.
  pango_cairo_context_set_resolution(state->context, 96);
  pango_context_set_round_glyph_positions(state->context, FALSE);
  return Fonts(std::move(state));
}

PangoContext* Fonts::context() const { return state_->context; }

std::string_view families(Face face, std::string_view language) {
  // A family that does not come first drops variation selectors, so the name font leads.
  if (face == Face::name) return "IPAmjMincho, Noto Sans CJK JP, Noto Sans";
  if (language == "ja") return "BIZ UDPGothic, Noto Sans CJK JP, Noto Sans";
  return "Noto Sans, BIZ UDPGothic, Noto Sans CJK JP";
}

}  // namespace madoguchi::ui
