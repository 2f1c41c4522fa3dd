// VideoCall: lamps of camera and microphone, the pictures, what is said as text, and the switches.
#include <algorithm>

#include "ui/kit/bodies.h"
#include "ui/kit/controls.h"
#include "ui/kit/keys.h"
#include "ui/kit/panels.h"

namespace madoguchi::ui {
namespace {

constexpr double picture_shape = 3.0 / 4.0;  // height of a width: what cameras of kiosks give

/// Like the lamp beside a camera: red and filled while it is open, and in words.
void draw_lamp(Composer& composer, std::string_view sign, const Text& words, bool lit,
               const Rect& rect) {
  composer.box({rect, rect.h / 2, Tint(lit ? colour::red_pale : colour::white),
                Tint(lit ? colour::red : colour::edge), composer.mm(0.6)});
  const double dot = rect.h * 0.42;
  const double inset = rect.h * 0.29;
  const Rect place{rect.x + inset, rect.centre().y - dot / 2, dot, dot};
  composer.box({place, dot / 2, Tint(lit ? colour::red : colour::white),
                Tint(lit ? colour::red : colour::edge), composer.mm(0.6)});
  const double picture = rect.h * 0.6;
  const double left = place.right() + inset * 0.7;
  composer.pictogram(sign, {left, rect.centre().y - picture / 2, picture, picture}, colour::text,
                     colour::grey);
  const double words_left = left + picture + composer.mm(2);
  const TextBlock block = composer.words(words, {.size_mm = composer.sizes().note, .bold = lit},
                                         rect.right() - inset - words_left);
  composer.put(block, words_left, rect.centre().y - block.height() / 2, colour::text);
}

void add_lamps(Composer& composer, Stack& stack, const VideoCall& call) {
  const double line = composer.mm(composer.sizes().note);
  const bool above_each_other = composer.sizes().note > 9;
  const double height = std::max(composer.mm(10), line * 1.7);
  const double between = composer.gap(2.5);
  const auto draw = [&composer, &call, above_each_other, height, between](const Rect& rect) {
    const double width = above_each_other ? rect.w : (rect.w - between) / 2;
    const Rect first{rect.x, rect.y, width, height};
    const Rect second = above_each_other ? Rect{rect.x, rect.y + height + between, width, height}
                                         : Rect{first.right() + between, rect.y, width, height};
    draw_lamp(composer, "camera", say(call.camera ? "ui.camera_on" : "ui.camera_off"), call.camera,
              first);
    draw_lamp(composer, "microphone",
              say(call.microphone ? "ui.microphone_on" : "ui.microphone_off"), call.microphone,
              second);
  };
  stack.add(above_each_other ? 2 * height + between : height, draw);
}

void draw_pictures(Composer& composer, const VideoCall& call, const Rect& rect) {
  if (!call.far_end) {
    const double width = std::min(rect.w, rect.h / picture_shape);
    composer.video(
        {Video::From::self, {rect.centre().x - width / 2, rect.y, width, width * picture_shape}});
    return;
  }
  composer.video({Video::From::far_end, rect});
  if (!call.self) return;
  const double width = std::min(rect.w * 0.27, rect.h * 0.36 / picture_shape);
  const double height = width * picture_shape;
  const double edge = composer.mm(0.9);
  const Rect place{rect.right() - width - composer.mm(3), rect.bottom() - height - composer.mm(3),
                   width, height};
  composer.box({place.outset(edge), 0, Tint(colour::white), {}, 0});
  composer.video({Video::From::self, place});
}

/// Somebody types and there is no room: what is written is read in larger letters rather than
/// beside a picture.
bool is_for_writing(const Composer& composer, const VideoCall& call) {
  return call.typing && composer.squeeze().pictures == 0;
}

void add_pictures(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  if (!call.far_end && !call.self) return;
  if (is_for_writing(composer, call)) return;
  const double scale = std::max(0.45, composer.squeeze().pictures);
  const double least = composer.mm(62) * scale;
  stack.add(
      least, [&composer, &call](const Rect& rect) { draw_pictures(composer, call, rect); },
      std::max(least, width * picture_shape));
}

/// Who it is, or how long it takes: one large line each.
void add_facts(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  if (is_for_writing(composer, call)) return;
  for (const Text& each : call.facts) {
    const TextBlock block = composer.words(
        each,
        {.size_mm = composer.sizes().label, .bold = true, .align = Align::centre, .balanced = true},
        width);
    stack.add(block.height(), [=, &composer](const Rect& rect) {
      composer.put(block, rect.x, rect.y, colour::text);
    });
    stack.space(composer.gap(2), composer.gap(4));
  }
}

void add_caption(Composer& composer, Stack& stack, const Text& caption, double width) {
  const double padding = composer.padding(4);
  const TextBlock block = composer.words(
      caption, {.size_mm = composer.sizes().title, .bold = true, .align = Align::centre},
      width - 2 * padding);
  stack.add(block.height() + 2 * padding, [=, &composer](const Rect& rect) {
    composer.box({rect, composer.mm(1.5), Tint(colour::black), {}, 0});
    composer.put(block, rect.x + padding, rect.y + padding, colour::white);
  });
  stack.space(composer.gap(3));
}

void add_notices(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  for (const Text& each : call.notices) {
    add_aside(composer, stack, each,
              {.sign = "info", .size_mm = composer.sizes().body, .bold = true}, width);
    stack.space(composer.gap(3));
  }
}

void add_page(Composer& composer, Stack& stack, const CallPage& page, double width) {
  Stack inner;
  const double padding = composer.padding(5);
  const double room = width - 2 * padding;
  const auto line = [&](const Text& text, const WordStyle& style, Colour ink) {
    const TextBlock block = composer.words(text, style, room);
    inner.add(block.height(), [block, ink, &composer](const Rect& rect) {
      composer.put(block, rect.x, rect.y, ink);
    });
    inner.space(composer.gap(2));
  };
  line(page.title, {.size_mm = composer.sizes().label, .bold = true}, colour::blue);
  for (const Text& each : page.lines) line(each, {.size_mm = composer.sizes().body}, colour::text);
  if (!page.link.empty()) {
    line(say("ui.read_with_phone"), {.size_mm = composer.sizes().note}, colour::text);
    add_qr_code(composer, inner, page.link, 30, 45);
  }
  stack.add(inner.height() + 2 * padding, [inner, padding, &composer](const Rect& rect) {
    card(composer, rect);
    inner.place(rect.inset(padding));
  });
  stack.space(composer.gap(3), composer.gap(5));
}

/// Whose line it is shows by side, colour and word.
void add_line(Composer& composer, Stack& stack, const CallLine& line, double width) {
  const double padding = composer.padding(3);
  const double room = width * 0.86;
  const TextBlock who = composer.words(say(line.own ? "ui.you" : "ui.other_side"),
                                       {.size_mm = composer.sizes().strip}, room - 2 * padding);
  const TextBlock block =
      composer.words(line.text, {.size_mm = composer.sizes().body}, room - 2 * padding);
  const bool own = line.own;
  stack.add(who.height() + block.height() + 2 * padding, [=, &composer](const Rect& rect) {
    const Rect place{own ? rect.right() - room : rect.x, rect.y, room, rect.h};
    composer.box({place, composer.mm(2.5), Tint(own ? colour::blue_pale : colour::white),
                  Tint(own ? colour::blue_soft : colour::edge), composer.mm(0.5)});
    composer.put(who, place.x + padding, place.y + padding, colour::text_quiet);
    composer.put(block, place.x + padding, place.y + padding + who.height(), colour::text);
  });
  stack.space(composer.gap(2));
}

void add_question(Composer& composer, Stack& stack, const CallQuestion& question, double width) {
  const double padding = composer.padding(5);
  const double room = width - 2 * padding;
  const TextBlock words =
      composer.words(question.text, {.size_mm = composer.sizes().label, .bold = true}, room);
  const double between = composer.control_gap(4);
  const double size = composer.sizes().label;
  double answers = 0;
  for (const Control& each : question.answers)
    answers += between + action_height(composer, each, size, room);
  stack.add(words.height() + answers + 2 * padding, [=, &composer, &question](const Rect& rect) {
    composer.box({rect, composer.mm(measure::radius), Tint(colour::white), Tint(colour::blue),
                  composer.mm(0.9)});
    composer.put(words, rect.x + padding, rect.y + padding, colour::text);
    double y = rect.y + padding + words.height();
    for (const Control& each : question.answers) {
      const double height = action_height(composer, each, size, room);
      draw_action(composer, each, size, {rect.x + padding, y + between, room, height});
      y += between + height;
    }
  });
  stack.space(composer.gap(3), composer.gap(5));
}

/// A switch says what it does next; its sign shows what it is about.
void draw_switch(Composer& composer, const Control& control, const Rect& rect) {
  const ControlLook look = tile_look(control);
  const int index = control_box(composer, control, rect, look, composer.mm(measure::radius));
  const double padding = composer.mm(2.5);
  const double sign = composer.mm(11);
  const TextBlock label = composer.words(
      control.label,
      {.size_mm = composer.sizes().note, .bold = true, .align = Align::centre, .balanced = true},
      rect.w - 2 * padding);
  const double together = sign + composer.mm(1.5) + label.height();
  const double top = rect.centre().y - together / 2;
  composer.pictogram(control.icon, {rect.centre().x - sign / 2, top, sign, sign}, look.ink,
                     look.fill, index);
  composer.put(label, rect.x + padding, top + sign + composer.mm(1.5), look.ink, index);
}

bool is_switch(const Control& control) { return control.role == Role::toggle; }

void add_switches(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  std::vector<const Control*> row;
  for (const Control& each : call.switches) {
    if (is_switch(each)) row.push_back(&each);
  }
  if (row.empty()) return;
  const double gap = composer.control_gap(4);
  const auto columns = static_cast<double>(row.size());
  const double each_width = (width - gap * (columns - 1)) / columns;
  const double padding = composer.mm(2.5);
  double height = 0;
  for (const Control* each : row) {
    const TextBlock label = composer.words(
        each->label, {.size_mm = composer.sizes().note, .bold = true, .balanced = true},
        each_width - 2 * padding);
    height = std::max(height, label.height());
  }
  height += composer.mm(12.5) + 2 * padding;
  stack.add(std::max(height, composer.mm(measure::primary_target)),
            [=, &composer](const Rect& rect) {
              double x = rect.x;
              for (const Control* each : row) {
                draw_switch(composer, *each, {x, rect.y, each_width, rect.h});
                x += each_width + gap;
              }
            });
}

/// What else can be done stands below what it is about: the switches stay where they are.
void add_others(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  const double size = composer.sizes().label;
  for (const Control& each : call.switches) {
    if (is_switch(each)) continue;
    stack.add(action_height(composer, each, size, width),
              [=, &composer, &each](const Rect& rect) { draw_action(composer, each, size, rect); });
    stack.space(composer.control_gap(3));
  }
}

void add_typing(Composer& composer, Stack& stack, const VideoCall& call, double width) {
  const double padding = composer.padding(3);
  Text shown = *call.typing;
  const bool empty = shown.key.empty() && shown.literal.empty();
  if (empty) shown = say("ui.type_here");
  const TextBlock block =
      composer.words(shown, {.size_mm = composer.sizes().label}, width - 2 * padding);
  stack.add(block.height() + 2 * padding, [=, &composer](const Rect& rect) {
    composer.box(
        {rect, composer.mm(1.5), Tint(colour::white), Tint(colour::blue), composer.mm(0.9)});
    composer.put(block, rect.x + padding, rect.y + padding,
                 empty ? colour::text_quiet : colour::text);
  });
  stack.space(composer.control_gap(3));
  if (const Keyboard* keyboard = keyboard_for(call.keyboards, composer.screen().language))
    add_keyboard(composer, stack, *keyboard, width);
}

}  // namespace

/// The switches and the keyboard stand at the bottom, whatever is said above them: a control that
/// moves away under the finger that reaches for it is none.
void lay_out_body(Composer& composer, const VideoCall& call, const Rect& area) {
  Stack said;
  add_lamps(composer, said, call);
  said.space(composer.gap(3), composer.gap(5));
  add_facts(composer, said, call, area.w);
  add_pictures(composer, said, call, area.w);
  said.space(composer.gap(3), composer.gap(5));
  if (call.caption) add_caption(composer, said, *call.caption, area.w);
  add_notices(composer, said, call, area.w);
  if (call.page) add_page(composer, said, *call.page, area.w);
  add_others(composer, said, call, area.w);
  for (const CallLine& each : call.lines) {
    // One's own stands above the keys.
    if (each.own && is_for_writing(composer, call)) continue;
    add_line(composer, said, each, area.w);
  }
  if (call.question) add_question(composer, said, *call.question, area.w);

  Stack hands;
  add_switches(composer, hands, call, area.w);
  if (call.typing) {
    hands.space(composer.control_gap(3));
    add_typing(composer, hands, call, area.w);
  }
  const double between = hands.height() > 0 ? composer.control_gap(3) : 0;
  double height = hands.height();
  if (call.typing)
    height = std::max(height, std::min(area.h / 2, area.h - said.height() - between));
  const Rect below{area.x, area.bottom() - height, area.w, height};
  const Rect above{area.x, area.y, area.w, area.h - height - between};
  if (!said.place(above)) composer.note_overflow("video call");
  if (!hands.place(below, 1.0)) composer.note_overflow("video call");
}

}  // namespace madoguchi::ui
