#include "ui/kit/chrome.h"

#include <algorithm>
#include <numeric>

#include "ui/kit/company.h"
#include "ui/kit/controls.h"

namespace madoguchi::ui {
namespace {

double header_height(const Composer& composer) {
  return composer.mm(std::max(15.0, composer.sizes().header * 2.2));
}

/// The city's mark, its name and what the machine is for.
void header(Composer& composer) {
  const double margin = composer.margin();
  const double mark = composer.mm(composer.sizes().header * 1.55);
  const double middle = header_height(composer) / 2;
  composer.pictogram("emblem", {margin, middle - mark / 2, mark, mark}, colour::blue,
                     colour::blue_soft);
  double x = margin + mark + composer.mm(3);
  const double right = composer.page_width() - margin;
  const TextBlock city =
      composer.words(composer.city().in(composer.screen().language),
                     {.size_mm = composer.sizes().header * 1.15, .bold = true}, right - x);
  composer.put(city, x, middle - city.height() / 2, colour::text);
  x += city.ink_width() + composer.mm(3.5);
  composer.box(
      {{x, middle - mark * 0.36, composer.mm(0.4), mark * 0.72}, 0, Tint(colour::grey_mid), {}, 0});
  x += composer.mm(3.5);
  const TextBlock service =
      composer.words(say("ui.service"), {.size_mm = composer.sizes().header}, right - x);
  composer.put(service, x, middle - service.height() / 2, colour::text);
}

/// One dot of the row of steps: done with a check, now in blue with its number, later hollow.
void step_dot(Composer& composer, Point centre, double diameter, int number, int now) {
  const bool done = number < now;
  const bool current = number == now;
  const double size = current ? diameter * 1.22 : diameter;
  const Rect dot{centre.x - size / 2, centre.y - size / 2, size, size};
  const Colour fill = current ? colour::blue : done ? colour::blue_pale : colour::white;
  const Colour edge = current || done ? colour::blue : colour::grey_mid;
  composer.box({dot, size / 2, Tint(fill), Tint(edge), composer.mm(0.45)});
  if (done) {
    composer.pictogram("check", dot.inset(size * 0.24), colour::blue, colour::blue);
    return;
  }
  const double em_mm = composer.sizes().strip * (current ? 0.95 : 0.85);
  const TextBlock label = composer.words(
      std::to_string(number), {.size_mm = em_mm, .bold = current, .align = Align::centre}, size);
  composer.put(label, dot.x, centre.y - label.height() / 2,
               current ? colour::white : colour::text_quiet);
}

/// 0 when there is nothing sensible to show: a row of hundreds of dots helps nobody.
double progress_height(const Composer& composer) {
  const auto& progress = composer.screen().progress;
  if (!progress || progress->of < 2 || progress->of > 9) return 0;
  if (progress->step < 1 || progress->step > progress->of) return 0;
  return composer.mm(std::max(13.0, composer.sizes().note * 1.7));
}

/// "Step 3 of 6" and a row of dots.
void progress(Composer& composer, double y) {
  const double height = progress_height(composer);
  if (height == 0) return;
  const Progress& progress = *composer.screen().progress;
  const double margin = composer.margin();
  const double width = composer.page_width() - 2 * margin;
  const Text words = say("ui.progress", {{"step", std::to_string(progress.step)},
                                         {"of", std::to_string(progress.of)}});
  const TextBlock label =
      composer.words(words, {.size_mm = composer.sizes().note, .bold = true}, width);
  composer.put(label, margin, y + (height - label.height()) / 2, colour::text);
  const double diameter = composer.mm(7.4);
  const double left = margin + label.ink_width() + composer.mm(8) + diameter / 2;
  const double right = margin + width - diameter / 2;
  const double pitch = std::min((right - left) / (progress.of - 1), composer.mm(24));
  const double first = right - pitch * (progress.of - 1);
  const double middle = y + height / 2;
  const double line = composer.mm(0.7);
  const auto at = [&](int number) { return first + pitch * (number - 1); };
  composer.box({{first, middle - line / 2, at(progress.of) - first, line},
                0,
                Tint(colour::grey_mid),
                {},
                0});
  composer.box(
      {{first, middle - line / 2, at(progress.step) - first, line}, 0, Tint(colour::blue), {}, 0});
  for (int number = 1; number <= progress.of; ++number) {
    step_dot(composer, {at(number), middle}, diameter, number, progress.step);
  }
}

struct ToneSign {
  std::string_view pictogram;
  Colour line;
};
ToneSign sign_of(Tone tone) {
  switch (tone) {
    case Tone::success:
      return {"success", colour::green};
    case Tone::warning:
      return {"warning", colour::text};
    case Tone::error:
      return {"error", colour::red};
    case Tone::neutral:
      break;
  }
  return {"", colour::blue};
}

/// Title with the sign of the tone, and the lead. Gives the height.
double title(Composer& composer, double y) {
  const double margin = composer.margin();
  const double width = composer.page_width() - 2 * margin;
  const ToneSign sign = sign_of(composer.screen().tone);
  const double sign_size = sign.pictogram.empty() ? 0 : composer.mm(composer.sizes().title * 1.25);
  const double indent = sign.pictogram.empty() ? 0 : sign_size + composer.mm(3);
  const double top = y;
  y += composer.gap(8);
  const TextBlock words = composer.words(
      composer.screen().title, {.size_mm = composer.sizes().title, .bold = true, .balanced = true},
      width - indent);
  const double first_line = words.lines() ? words.height() / static_cast<double>(words.lines()) : 0;
  composer.pictogram(sign.pictogram,
                     {margin, y + (first_line - sign_size) / 2, sign_size, sign_size}, sign.line,
                     colour::white);
  composer.put(words, margin + indent, y, colour::text);
  y += words.height();
  for (const Text& text : composer.screen().lead) {
    y += composer.gap(1.5);
    const TextBlock lead = composer.words(text, {.size_mm = composer.sizes().body}, width);
    composer.put(lead, margin, y, colour::text);
    y += lead.height();
  }
  return y - top + composer.gap(6);
}

/// Buttons in rows, from the top; one row is left to right.
using Rows = std::vector<std::vector<const Control*>>;

double row_width(const Composer& composer, const std::vector<const Control*>& row, double size_mm) {
  double width = composer.control_gap(5) * static_cast<double>(row.size() - 1);
  for (const Control* control : row) width += action_width(composer, *control, size_mm);
  return width;
}

/// One row when it fits; else the way forward gets a row of its own above the others.
Rows rows_of(const Composer& composer, double size_mm, double width) {
  std::vector<const Control*> leave;
  std::vector<const Control*> forward;
  for (const Role role : {Role::back, Role::cancel, Role::secondary, Role::primary}) {
    for (const Control& control : composer.screen().actions) {
      if (control.role != role) continue;
      (role == Role::back || role == Role::cancel ? leave : forward).push_back(&control);
    }
  }
  std::vector<const Control*> all = leave;
  all.insert(all.end(), forward.begin(), forward.end());
  if (all.empty()) return {};
  if (row_width(composer, all, size_mm) <= width) return {all};
  Rows rows;
  for (auto& part : {forward, leave}) {
    if (part.empty()) continue;
    if (row_width(composer, part, size_mm) <= width) {
      rows.push_back(part);
    } else {
      for (const Control* control : part) rows.push_back({control});
    }
  }
  return rows;
}

/// The widths of one row's buttons: what they need, and the rest of the row to the way forward.
std::vector<double> widths_of(const Composer& composer, const std::vector<const Control*>& row,
                              double size_mm, double width, bool only_row) {
  std::vector<double> widths;
  double left = width - composer.control_gap(5) * static_cast<double>(row.size() - 1);
  for (const Control* control : row) {
    const double least = composer.mm(control->role == Role::primary ? 70 : 40);
    widths.push_back(std::max(action_width(composer, *control, size_mm), least));
  }
  const double wanted = std::accumulate(widths.begin(), widths.end(), 0.0);
  if (wanted > left) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = action_width(composer, *row[i], size_mm);
  }
  left -= std::accumulate(widths.begin(), widths.end(), 0.0);
  if (!only_row || row.size() == 1) {
    // A row of its own is filled; a single action that leaves keeps to its side.
    const bool keep = only_row && row.front()->role != Role::primary;
    for (double& each : widths) each += keep ? 0 : left / static_cast<double>(row.size());
  } else if (row.back()->role == Role::primary) {
    widths.back() += std::min(left, std::max(0.0, width * 0.56 - widths.back()));
  }
  for (double& each : widths) each = std::min(each, width);
  return widths;
}

/// The bottom bar, standing on y. Gives its height.
double actions(Composer& composer, double bottom) {
  const double margin = composer.margin();
  const double width = composer.page_width() - 2 * margin;
  const double size_mm = composer.sizes().label;
  const Rows rows = rows_of(composer, size_mm, width);
  if (rows.empty()) return 0;
  const double padding = composer.gap(5);
  const double between = composer.control_gap(4);
  struct Row {
    std::vector<double> widths;
    double height;
  };
  std::vector<Row> measured;
  double height = 2 * padding + between * static_cast<double>(rows.size() - 1);
  for (const auto& row : rows) {
    Row m{widths_of(composer, row, size_mm, width, rows.size() == 1),
          composer.mm(rows.size() == 1 ? 22 : 16)};
    for (std::size_t i = 0; i < row.size(); ++i) {
      m.height = std::max(m.height, action_height(composer, *row[i], size_mm, m.widths[i]));
    }
    height += m.height;
    measured.push_back(std::move(m));
  }
  double y = bottom - height;
  composer.box({{0, y, composer.page_width(), height}, 0, Tint(colour::white), {}, 0});
  composer.box({{0, y, composer.page_width(), composer.mm(0.3)}, 0, Tint(colour::hairline), {}, 0});
  y += padding;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& widths = measured[r].widths;
    const double gap = composer.control_gap(5);
    // From the right: the way forward; from the left: the ways out.
    double right = composer.page_width() - margin;
    double left = margin;
    for (std::size_t i = rows[r].size(); i-- > 0;) {
      const Role role = rows[r][i]->role;
      if (role == Role::back || role == Role::cancel) continue;
      draw_action(composer, *rows[r][i], size_mm,
                  {right - widths[i], y, widths[i], measured[r].height});
      right -= widths[i] + gap;
    }
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const Role role = rows[r][i]->role;
      if (role != Role::back && role != Role::cancel) continue;
      draw_action(composer, *rows[r][i], size_mm, {left, y, widths[i], measured[r].height});
      left += widths[i] + gap;
    }
    y += measured[r].height + between;
  }
  return height;
}

/// One choice of the strip: its label is the language's own name, or an example of the size.
struct Setting {
  const Control* control;
  TextBlock label;
  double width;
};

/// `growth`: how much larger each text size's label is than the one before; `air_mm`: beside the
/// label.
std::vector<Setting> settings_with(const Composer& composer, Role role, double growth,
                                   double air_mm) {
  std::vector<Setting> out;
  double scale = 1.0;
  for (const Control& control : composer.screen().settings) {
    if (control.role != role) continue;
    const double size_mm = composer.sizes().strip * scale;
    TextBlock label =
        composer.words(control.label, {.size_mm = size_mm, .bold = control.selected}, one_line);
    const double width = std::max(label.ink_width() + composer.mm(air_mm), composer.mm(18));
    out.push_back({&control, std::move(label), width});
    if (role == Role::text_size) scale += growth;
  }
  return out;
}

double group_width(const Composer& composer, const std::vector<Setting>& group) {
  double width = 0;
  for (const Setting& setting : group) width += setting.width + composer.mm(measure::gap);
  return group.empty() ? 0 : width - composer.mm(measure::gap);
}

void draw_settings(Composer& composer, const std::vector<Setting>& group, double x, double y,
                   double height) {
  for (const Setting& setting : group) {
    const Rect rect{x, y, setting.width, height};
    const bool chosen = setting.control->selected;
    const ControlLook look{chosen ? Tint(colour::blue_pale, colour::blue_soft)
                                  : Tint(colour::white, colour::blue_soft),
                           chosen ? colour::blue : colour::edge,
                           chosen ? colour::blue : colour::text, colour::text_quiet,
                           chosen ? measure::edge_strong : 0.35};
    const int index = control_box(composer, *setting.control, rect, look, composer.mm(2.2));
    composer.put(setting.label, rect.centre().x - setting.label.ink_width() / 2,
                 rect.centre().y - setting.label.height() / 2, look.ink, index);
    x = rect.right() + composer.mm(measure::gap);
  }
}

/// The strip, measured: one row if it can be, with a caption for the sizes where there is room.
struct Strip {
  std::vector<Setting> languages;
  std::vector<Setting> sizes;
  std::optional<TextBlock> caption;
  bool two_rows = false;
};

Strip measure_strip(const Composer& composer, double width) {
  const double apart = composer.mm(6);
  const TextBlock caption =
      composer.words(say("ui.text_size"), {.size_mm = composer.sizes().strip}, one_line);
  Strip strip;
  for (const double growth : {0.14, 0.0}) {
    const double air_mm = growth > 0 ? 7 : 4;
    strip.languages = settings_with(composer, Role::language, growth, air_mm);
    strip.sizes = settings_with(composer, Role::text_size, growth, air_mm);
    const double needed =
        group_width(composer, strip.languages) + group_width(composer, strip.sizes) + apart;
    if (needed > width) continue;
    if (!strip.sizes.empty() && needed + caption.ink_width() + composer.mm(3) <= width)
      strip.caption = caption;
    return strip;
  }
  strip.two_rows = true;
  return strip;
}

/// Languages on the left, text sizes on the right, at the very bottom. Gives the height.
double settings(Composer& composer, double bottom) {
  if (composer.screen().settings.empty()) return 0;
  const double margin = composer.margin();
  const double width = composer.page_width() - 2 * margin;
  const Strip strip = measure_strip(composer, width);
  const double button = composer.mm(measure::target + 0.3);
  const double padding = composer.mm(2.4);
  const double next_row = button + composer.mm(measure::gap);
  const double height = 2 * padding + button + (strip.two_rows ? next_row : 0);
  double y = bottom - height;
  composer.box({{0, y, composer.page_width(), height}, 0, Tint(colour::grey_pale), {}, 0});
  y += padding;
  draw_settings(composer, strip.languages, margin, y, button);
  if (strip.two_rows) y += next_row;
  const double sizes_left = margin + width - group_width(composer, strip.sizes);
  if (strip.caption) {
    composer.put(*strip.caption, sizes_left - composer.mm(3) - strip.caption->ink_width(),
                 y + (button - strip.caption->height()) / 2, colour::text_quiet);
  }
  draw_settings(composer, strip.sizes, sizes_left, y, button);
  return height;
}

}  // namespace

Rect lay_out_frame(Composer& composer) {
  const double width = composer.page_width();
  const double height = composer.page_height();
  composer.box({{0, 0, width, height}, 0, Tint(colour::page), {}, 0});
  double top = header_height(composer) + progress_height(composer);
  composer.box({{0, 0, width, top}, 0, Tint(colour::white), {}, 0});
  header(composer);
  progress(composer, header_height(composer));
  composer.box({{0, top, width, composer.mm(0.3)}, 0, Tint(colour::hairline), {}, 0});
  top += lay_out_company(composer, top);
  double bottom = height - settings(composer, height);
  bottom -= actions(composer, bottom);
  top += title(composer, top);
  const double margin = composer.margin();
  return {margin, top, width - 2 * margin, bottom - top - composer.gap(6)};
}

}  // namespace madoguchi::ui
