// Menu and Rating: large tiles or rows to choose from.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"

namespace madoguchi::ui {
namespace {

/// A label with its note, set for a width.
struct Wording {
  TextBlock label;
  std::optional<TextBlock> note;
  double between = 0;

  [[nodiscard]] double height() const {
    return label.height() + (note ? between + note->height() : 0);
  }
  [[nodiscard]] bool fits() const { return label.fits() && (!note || note->fits()); }
};

/// `large`: a tile of the few that fill a screen.
Wording wording_of(const Composer& composer, const Control& control, double width,
                   bool large = false) {
  const double label_mm = large ? composer.sizes().title : composer.sizes().label;
  const double note_mm =
      large ? std::max(composer.sizes().body * 0.92, composer.sizes().note) : composer.sizes().note;
  Wording out{composer.words(control.label, {.size_mm = label_mm, .bold = true}, width),
              {},
              composer.gap(large ? 2 : 0.8)};
  if (control.note) out.note = composer.words(*control.note, {.size_mm = note_mm}, width);
  return out;
}

void put_wording(Composer& composer, const Wording& wording, double x, double y,
                 const ControlLook& look, int index) {
  composer.put(wording.label, x, y, look.ink, index);
  if (wording.note)
    composer.put(*wording.note, x, y + wording.label.height() + wording.between, look.quiet, index);
}

/// A pictogram on a pale disc.
void put_icon(Composer& composer, const Control& control, const Rect& disc, const ControlLook& look,
              int index) {
  const Tint pale = control.enabled && !control.selected ? Tint(colour::blue_pale, colour::white)
                                                         : Tint(colour::white);
  composer.box({disc, disc.w / 2, pale, {}, 0}, index);
  composer.pictogram(control.icon, disc.inset(disc.w * 0.2), look.ink,
                     control.enabled ? colour::blue_soft : colour::grey, index);
}

/// Where things stand in a tile (icon above) or a row (icon in front).
struct TileShape {
  bool row = false;
  bool large = false;
  double padding = 0;
  double icon = 0;  ///< of the disc, px; 0 for none
  double distance = 0;
  double mark = 0;  ///< of the chevron or check at the right

  [[nodiscard]] double text_width(double width) const {
    if (!row) return width - 2 * padding;
    return width - 2 * padding - (icon > 0 ? icon + distance : 0) - mark - distance * 0.5;
  }
  [[nodiscard]] double height(const Wording& wording) const {
    if (row) return std::max(icon, wording.height()) + 2 * padding;
    return 2 * padding + (icon > 0 ? icon + distance : 0) + wording.height();
  }
};

TileShape shape_for(const Composer& composer, bool row, bool icons, bool large = false) {
  TileShape shape;
  shape.row = row;
  shape.large = large;
  shape.padding = composer.padding(row ? 5.5 : 6);
  shape.icon = icons ? composer.mm((large ? 40 : row ? 24 : 22) * composer.squeeze().pictures) : 0;
  // Below this a pictogram says nothing any more.
  if (shape.icon < composer.mm(14)) shape.icon = 0;
  shape.distance = composer.gap(row ? 6 : 3.5);
  shape.mark = composer.mm(7);
  return shape;
}

void draw_tile(Composer& composer, const Control& control, const TileShape& shape,
               const Rect& rect) {
  const ControlLook look = tile_look(control);
  const int index = control_box(composer, control, rect, look, composer.mm(measure::radius));
  const Wording wording = wording_of(composer, control, shape.text_width(rect.w), shape.large);
  const double middle = rect.centre().y;
  if (shape.row) {
    double x = rect.x + shape.padding;
    if (shape.icon > 0) {
      put_icon(composer, control, {x, middle - shape.icon / 2, shape.icon, shape.icon}, look,
               index);
      x += shape.icon + shape.distance;
    }
    put_wording(composer, wording, x, middle - wording.height() / 2, look, index);
  } else {
    // The content keeps its height; a taller tile gets air above and below.
    const double top = rect.y + shape.padding + (rect.h - shape.height(wording)) / 2;
    const double lead = shape.icon > 0 ? shape.icon + shape.distance : 0;
    if (shape.icon > 0) {
      put_icon(composer, control, {rect.x + shape.padding, top, shape.icon, shape.icon}, look,
               index);
    }
    put_wording(composer, wording, rect.x + shape.padding, top + lead, look, index);
  }
  if (!control.enabled) return;
  const bool beside_icon = !shape.row && shape.icon > 0;
  if (!shape.row && !beside_icon) return;
  const double mark_middle =
      beside_icon ? rect.y + shape.padding + (rect.h - shape.height(wording)) / 2 + shape.icon / 2
                  : middle;
  composer.pictogram(control.selected ? "check" : "chevron_right",
                     {rect.right() - shape.padding - shape.mark, mark_middle - shape.mark / 2,
                      shape.mark, shape.mark},
                     look.ink, look.fill, index);
}

/// The columns that read well: as many as were asked for, unless a label would wrap into a tower.
int columns_for(const Composer& composer, const Menu& menu, double width, double gap) {
  int columns = std::clamp(menu.columns, 1, 3);
  if (composer.squeeze().dense) return columns;
  while (columns > 1) {
    const double tile = (width - gap * (columns - 1)) / columns;
    const double room = shape_for(composer, false, true).text_width(tile);
    const bool reads_well = std::ranges::all_of(menu.items, [&](const Control& item) {
      const Wording wording = wording_of(composer, item, room);
      return wording.fits() && wording.label.lines() <= 2 &&
             (!wording.note || wording.note->lines() <= 3);
    });
    if (reads_well) break;
    --columns;
  }
  return columns;
}

/// Faces beside each other; the label below each.
bool lay_out_faces(Composer& composer, const std::vector<Control>& faces, const Rect& area) {
  const double gap = composer.control_gap(3);
  const auto count = static_cast<double>(faces.size());
  const double width = (area.w - gap * (count - 1)) / count;
  const double padding = composer.mm(2);
  const double icon = std::min(width - 2 * padding, composer.mm(26));
  const auto label_of = [&](const Control& face) {
    return composer.words(
        face.label,
        {.size_mm = composer.sizes().note, .bold = true, .align = Align::centre, .balanced = true},
        width - 2 * padding);
  };
  double label_height = 0;
  for (const Control& face : faces) {
    const TextBlock label = label_of(face);
    if (!label.fits() || label.lines() > 3) return false;
    label_height = std::max(label_height, label.height());
  }
  const double content = icon + composer.gap(4) + label_height;
  const double height = std::min(area.h, content + composer.mm(34));
  if (content + 2 * padding > area.h) return false;
  const double top = area.y + (area.h - height) * 0.3;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Rect rect{area.x + static_cast<double>(i) * (width + gap), top, width, height};
    const ControlLook look = tile_look(faces[i]);
    const int index = control_box(composer, faces[i], rect, look, composer.mm(measure::radius));
    const double y = rect.y + (height - content) / 2;
    composer.pictogram(faces[i].icon, {rect.centre().x - icon / 2, y, icon, icon}, look.ink,
                       colour::blue_soft, index);
    composer.put(label_of(faces[i]), rect.x + padding, y + icon + composer.gap(4), look.ink, index);
  }
  return true;
}

/// Tiles in a grid, as high as the tallest needs, and a little more where there is room. Gives
/// where they end; nothing when there are too many.
std::optional<double> lay_out_tiles(Composer& composer, const std::vector<Control>& items,
                                    int columns, double tallest_mm, const Rect& area) {
  const double gap = composer.control_gap(5);
  const double width = (area.w - gap * (columns - 1)) / columns;
  const bool icons =
      std::ranges::any_of(items, [](const Control& item) { return !item.icon.empty(); });
  // Two or three services fill the screen; larger letters only where the resident's size leaves
  // room.
  const bool large = columns == 1 && items.size() <= 3 && composer.squeeze().gaps >= 0.7 &&
                     composer.screen().text_size <= TextSize::m;
  const TileShape shape = shape_for(composer, columns == 1, icons, large);
  const auto per_row = static_cast<std::size_t>(columns);
  const auto height_of = [&](std::size_t first, std::size_t count) {
    double height = composer.mm(measure::primary_target);
    for (std::size_t i = first; i < std::min(first + count, items.size()); ++i) {
      const Wording wording = wording_of(composer, items[i], shape.text_width(width), large);
      height = std::max(height, shape.height(wording));
    }
    return height;
  };
  // Equal tiles look calm and are easier to compare; where room is short, each row has its own
  // height.
  const double equal = height_of(0, items.size());
  Stack stack;
  for (std::size_t first = 0; first < items.size(); first += per_row) {
    const double height = composer.squeeze().dense ? height_of(first, per_row) : equal;
    if (first > 0) stack.space(gap);
    stack.add(
        height,
        [&, first](const Rect& rect) {
          for (std::size_t i = first; i < std::min(first + per_row, items.size()); ++i) {
            const double x = rect.x + static_cast<double>(i - first) * (width + gap);
            draw_tile(composer, items[i], shape, {x, rect.y, width, rect.h});
          }
        },
        std::max(height * 1.15, composer.mm(large ? 78 : tallest_mm)));
  }
  return stack.place(area);
}

/// The first screen has room and nothing to hurry for: the town stands at its foot.
void add_town(Composer& composer, double from, double to) {
  const double width = composer.page_width();
  const double height = width * 150 / 480;
  if (to - from >= height) composer.illustration("town", {0, to - height, width, height});
}

}  // namespace

void lay_out_body(Composer& composer, const Menu& menu, const Rect& area) {
  const int columns = columns_for(composer, menu, area.w, composer.control_gap(5));
  const auto end = lay_out_tiles(composer, menu.items, columns, columns == 1 ? 42 : 62, area);
  if (!end) return composer.note_overflow("menu");
  if (composer.screen().actions.empty() && composer.screen().tone == Tone::neutral) {
    add_town(composer, *end + composer.gap(8), area.bottom() + composer.gap(6));
  }
}

void lay_out_body(Composer& composer, const Rating& rating, const Rect& area) {
  if (!rating.faces.empty() && lay_out_faces(composer, rating.faces, area)) return;
  if (!lay_out_tiles(composer, rating.faces, 1, 34, area)) composer.note_overflow("rating");
}

}  // namespace madoguchi::ui
