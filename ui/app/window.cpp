#include "ui/app/window.h"

#include <utility>

#include <cairo.h>

#include "firmware/message/question.h"

namespace madoguchi::ui {
namespace {

/// What is seen until kioskd has said what to show.
Screen starting_screen() {
  Screen screen;
  screen.name = "starting";
  Notice notice;
  notice.picture = "network";
  notice.lines = {say("ui.starting")};
  screen.body = std::move(notice);
  return screen;
}

}  // namespace

Window::Window(Presenter& presenter, const Fonts& fonts, const Panel& panel, City city,
               Recorder recorder, Send send)
    : presenter_(presenter),
      fonts_(fonts),
      panel_(panel),
      city_(std::move(city)),
      recorder_(std::move(recorder)),
      send_(std::move(send)) {
  shown_.screen = starting_screen();
  take_layout(std::make_unique<Layout>(lay_out(fonts_, panel_now(), city_, shown_.screen)));
  interaction_.show(*layout_, false);
  exposed();
}

Panel Window::panel_now() const {
  // The window may be smaller than the panel on a developer's desk; its pixels keep their size in
  // millimetres.
  Panel panel = panel_;
  panel.width_mm = panel_.mm(presenter_.width());
  panel.width_px = presenter_.width();
  panel.height_px = presenter_.height();
  return panel;
}

void Window::show(const ShowScreen& message) {
  const bool same_screen = message.screen.name == shown_.screen.name;
  const bool asks_the_same = same_question(shown_.screen, message.screen);
  const ViewState before = view_state();
  if (!same_screen) practice_.forget();
  const bool was_grid = grid_.has_value();
  grid_.reset();
  auto next = std::make_unique<Layout>(lay_out(fonts_, panel_now(), city_, message.screen));
  interaction_.show(*next, asks_the_same);
  Rect damage = difference(*layout_, *next);
  // A press or focus that ended with the old layout must go away too.
  damage = united(damage, damage_of(*layout_, before, {}));
  damage = united(damage, damage_of(*next, {}, view_state()));
  take_layout(std::move(next));
  shown_ = message;
  if (was_grid) damage = {0, 0, panel_now().width_px * 1.0, panel_now().height_px * 1.0};
  draw(damage);
  recorder_.drawn(shown_.number, shown_.screen, *layout_, presenter_.canvas());
}

void Window::watch_touch(const WatchTouch& watch, std::function<void(std::int32_t)> tell) {
  practice_.forget();
  grid_.emplace(panel_now(), watch.columns, watch.rows);
  reached_ = std::move(tell);
  auto next = std::make_unique<Layout>(grid_->layout());
  interaction_.show(*next, false);
  take_layout(std::move(next));
  exposed();
}

void Window::reached(const std::vector<std::int32_t>& cells) {
  if (cells.empty()) return;
  auto next = std::make_unique<Layout>(grid_->layout());
  interaction_.show(*next, false);
  take_layout(std::move(next));
  Rect damage;
  for (const std::int32_t cell : cells) damage = united(damage, grid_->rect(cell));
  draw(damage);
  for (const std::int32_t cell : cells) reached_(cell);
}

ViewState Window::view_state() const {
  ViewState state = interaction_.state();
  practice_.show_in(state);
  return state;
}

void Window::draw(const Rect& damage) {
  last_damage_ = damage;
  if (damage.empty()) return;
  cairo_t* const canvas = cairo_create(presenter_.canvas());
  paint(canvas, *layout_, view_state(), damage);
  cairo_destroy(canvas);
  // The later ones stand over the earlier: all that were touched are drawn again, in order.
  Rect touched = damage;
  for (const Video& video : videos_) {
    if (!video.rect.meets(touched)) continue;
    const auto from = static_cast<std::size_t>(video.from);
    drawn_[from] = pictures_.newest(video.from);
    if (pictures_.draw(video, presenter_.canvas())) touched = united(touched, video.rect);
  }
  presenter_.present(touched);
}

void Window::take_layout(std::unique_ptr<Layout> layout) {
  layout_ = std::move(layout);
  videos_ = layout_->videos();
}

void Window::refresh() {
  if (!moves()) return;
  pictures_.look();
  Rect changed;
  bool first = false;
  for (const Video& video : videos_) {
    const std::uint64_t known = drawn_[static_cast<std::size_t>(video.from)];
    const std::uint64_t newest = pictures_.newest(video.from);
    if (newest == known) continue;
    first = first || known == 0;
    changed = united(changed, video.rect);
  }
  if (changed.empty()) return;
  draw(changed);
  if (first) recorder_.pictured(shown_.screen, presenter_.canvas());
}

void Window::exposed() {
  draw({0, 0, static_cast<double>(presenter_.width()), static_cast<double>(presenter_.height())});
}

Status Window::resized() {
  if (Status renewed = presenter_.renew(); !renewed) return renewed;
  // A grid of another size would be another test.
  grid_.reset();
  auto next = std::make_unique<Layout>(lay_out(fonts_, panel_now(), city_, shown_.screen));
  interaction_.show(*next, false);
  take_layout(std::move(next));
  exposed();
  return {};
}

void Window::react(const std::function<std::optional<std::string>()>& input) {
  const ViewState before = view_state();
  const auto pressed = input();
  draw(damage_of(*layout_, before, view_state()));
  if (!pressed) return;
  if (shown_.number == 0) return own_press(*pressed);
  send_({shown_.number, *pressed});
}

// kioskd numbers its screens from 1.
void Window::show_own(Screen screen) {
  screen.settings = look_controls(screen.language, screen.text_size);
  show({0, std::move(screen)});
}

void Window::own_press(const std::string& control) {
  constexpr std::string_view language = "language.";
  constexpr std::string_view size = "text_size.";
  Screen next = shown_.screen;
  if (control.starts_with(language)) next.language = control.substr(language.size());
  if (control.starts_with(size)) {
    next.text_size =
        codec::enum_value<TextSize>(control.substr(size.size())).value_or(next.text_size);
  }
  show_own(std::move(next));
}

void Window::finger_down(Point at, Time now) {
  if (grid_) return reached(grid_->down(at));
  react([&] {
    if (!practice_.down(*layout_, at, now)) interaction_.finger_down(at);
    return std::nullopt;
  });
}
void Window::finger_moved(Point at) {
  if (grid_) return reached(grid_->moved(at));
  react([&] {
    practice_.is_down() ? practice_.moved(at) : interaction_.finger_moved(at);
    return std::nullopt;
  });
}
void Window::finger_up(Point at, Time now) {
  if (grid_) return grid_->up();
  react([&] {
    return practice_.is_down() ? practice_.up(at, now) : interaction_.finger_up(at, now);
  });
}
void Window::key(Key key, Time now) {
  react([&] { return interaction_.key(key, now); });
}
void Window::typed(char digit, Time now) {
  react([&] { return interaction_.typed(digit, now); });
}

}  // namespace madoguchi::ui
