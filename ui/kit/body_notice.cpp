// Notice, Working and Checklist: a picture and things to read.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

/// Sentences one below the other in a card, each with a dot, so that a reader finds the next one
/// again.
void add_list(Composer& composer, Stack& stack, const std::vector<Text>& lines, double width) {
  const double padding = composer.padding(6.5);
  const double dot = composer.mm(2.4);
  const double indent = dot + composer.mm(4);
  const double between = composer.gap(3.5);
  std::vector<TextBlock> blocks;
  double height = 2 * padding + between * static_cast<double>(lines.size() - 1);
  for (const Text& line : lines) {
    blocks.push_back(
        composer.words(line, {.size_mm = composer.sizes().body}, width - 2 * padding - indent));
    height += blocks.back().height();
  }
  stack.add(height, [=, &composer](const Rect& rect) {
    card(composer, rect);
    double y = rect.y + padding;
    for (const TextBlock& block : blocks) {
      const double line =
          block.height() / static_cast<double>(std::max<std::size_t>(1, block.lines()));
      composer.box(
          {{rect.x + padding, y + (line - dot) / 2, dot, dot}, dot / 2, Tint(colour::blue), {}, 0});
      composer.put(block, rect.x + padding + indent, y, colour::text);
      y += block.height() + between;
    }
  });
}

/// One sentence alone stands large and centred.
void add_sentence(Composer& composer, Stack& stack, const Text& text, double width) {
  const TextBlock block = composer.words(
      text, {.size_mm = composer.sizes().label, .align = Align::centre, .balanced = true}, width);
  stack.add(block.height(), [=, &composer](const Rect& rect) {
    composer.put(block, rect.x, rect.y, colour::text);
  });
}

void add_code(Composer& composer, Stack& stack, const std::string& code, double width) {
  const TextBlock block =
      composer.words(say("ui.code", {{"code", code}}),
                     {.size_mm = composer.sizes().note, .align = Align::centre}, width);
  stack.space(composer.gap(4), composer.gap(6));
  stack.add(block.height(), [=, &composer](const Rect& rect) {
    composer.put(block, rect.x, rect.y, colour::text_quiet);
  });
}

struct StageLook {
  std::string_view sign;
  Colour line;
  Colour soft;
  Colour words;
  bool bold;
};
StageLook look_of(StageState state) {
  switch (state) {
    case StageState::done:
      return {"success", colour::green, colour::white, colour::text, false};
    case StageState::running:
      return {"running", colour::blue, colour::blue_soft, colour::text, true};
    case StageState::failed:
      return {"failed", colour::red, colour::white, colour::text, true};
    case StageState::waiting:
      break;
  }
  return {"", colour::grey_mid, colour::white, colour::text_quiet, false};
}

void add_stages(Composer& composer, Stack& stack, const std::vector<Stage>& stages, double width) {
  const double padding = composer.padding(6);
  const double sign = composer.mm(composer.sizes().body * 1.35);
  const double indent = sign + composer.mm(4.5);
  const double between = composer.gap(5);
  std::vector<TextBlock> blocks;
  double height = 2 * padding + between * static_cast<double>(stages.size() - 1);
  for (const Stage& stage : stages) {
    blocks.push_back(composer.words(
        stage.label, {.size_mm = composer.sizes().body, .bold = look_of(stage.state).bold},
        width - 2 * padding - indent));
    height += std::max(blocks.back().height(), sign);
  }
  stack.add(height, [=, &composer](const Rect& rect) {
    card(composer, rect);
    double y = rect.y + padding;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const StageLook look = look_of(stages[i].state);
      const double row = std::max(blocks[i].height(), sign);
      const double line =
          blocks[i].height() / static_cast<double>(std::max<std::size_t>(1, blocks[i].lines()));
      const double words_top = y + (row - blocks[i].height()) / 2;
      const Rect place{rect.x + padding, words_top + (line - sign) / 2, sign, sign};
      if (look.sign.empty()) {
        composer.box(
            {place.inset(sign * 0.08), sign / 2, {}, Tint(colour::edge), composer.mm(0.5)});
      }
      composer.pictogram(look.sign, place, look.line, look.soft);
      composer.put(blocks[i], rect.x + padding + indent, words_top, look.words);
      y += row + between;
    }
  });
}

/// One thing to take along: its picture, its name, and in words and by a sign whether it is taken.
/// Nothing here looks like something to press: the machine notices by itself.
void add_item(Composer& composer, Stack& stack, const ChecklistItem& item, double width) {
  const double padding = composer.padding(6);
  const double most = composer.sizes().body > 10 ? 34 : 46;
  const double picture = composer.mm(most * composer.squeeze().pictures);
  const double picture_width = picture * 4 / 3;
  const double sign = item.done ? composer.mm(std::max(13.0, composer.sizes().body * 1.3)) : 0;
  const double room = width - 2 * padding - (sign > 0 ? sign + padding : 0) -
                      (picture > 0 ? picture_width + padding : 0);
  const TextBlock name =
      composer.words(item.label, {.size_mm = composer.sizes().label, .bold = true}, room);
  const TextBlock state = composer.words(say(item.done ? "ui.taken" : "ui.take_this"),
                                         {.size_mm = composer.sizes().body}, room);
  const double words = name.height() + composer.gap(1) + state.height();
  const double least = std::max({picture, words, sign}) + 2 * padding;
  const std::string_view illustration = item.picture;
  const bool done = item.done;
  stack.add(
      least,
      [=, &composer](const Rect& rect) {
        composer.box({rect, composer.mm(measure::radius),
                      Tint(done ? colour::green_pale : colour::white), Tint(colour::hairline),
                      composer.mm(0.3)});
        const double middle = rect.centre().y;
        double x = rect.x + padding;
        if (picture > 0) {
          composer.illustration(illustration, {x, middle - picture / 2, picture_width, picture});
          x += picture_width + padding;
        }
        const double top = middle - words / 2;
        composer.put(name, x, top, colour::text);
        composer.put(state, x, top + words - state.height(), colour::text);
        composer.pictogram(done ? "success" : "",
                           {rect.right() - padding - sign, middle - sign / 2, sign, sign},
                           colour::green, colour::white);
      },
      least * 1.2);
}

}  // namespace

void lay_out_body(Composer& composer, const Notice& notice, const Rect& area) {
  Stack stack;
  if (notice.link) {
    add_qr_code(composer, stack, *notice.link, 60, 90);
  } else {
    add_illustration(composer, stack, notice.picture, 40, 100);
  }
  if (!notice.lines.empty()) {
    stack.space(composer.gap(5), composer.gap(11));
    if (notice.lines.size() == 1) {
      add_sentence(composer, stack, notice.lines.front(), area.w);
    } else {
      add_list(composer, stack, notice.lines, area.w);
    }
  }
  if (notice.reassurance) {
    stack.space(composer.gap(4), composer.gap(6));
    add_aside(composer, stack, *notice.reassurance,
              {.sign = "yen", .size_mm = composer.sizes().body, .bold = true}, area.w);
  }
  if (!notice.code.empty()) add_code(composer, stack, notice.code, area.w);
  if (!stack.place(area, 0.3)) composer.note_overflow("notice");
}

void lay_out_body(Composer& composer, const Working& working, const Rect& area) {
  Stack stack;
  add_illustration(composer, stack, working.picture, 40, 100);
  stack.space(composer.gap(5), composer.gap(11));
  if (!working.stages.empty()) add_stages(composer, stack, working.stages, area.w);
  if (working.patience) {
    stack.space(composer.gap(4), composer.gap(6));
    add_aside(composer, stack, *working.patience,
              {.sign = "clock", .size_mm = composer.sizes().body}, area.w);
  }
  if (!stack.place(area, 0.3)) composer.note_overflow("working");
}

void lay_out_body(Composer& composer, const Checklist& checklist, const Rect& area) {
  Stack stack;
  for (std::size_t i = 0; i < checklist.items.size(); ++i) {
    if (i > 0) stack.space(composer.gap(4), composer.gap(7));
    add_item(composer, stack, checklist.items[i], area.w);
  }
  if (!stack.place(area, 0.2)) composer.note_overflow("checklist");
}

}  // namespace madoguchi::ui
