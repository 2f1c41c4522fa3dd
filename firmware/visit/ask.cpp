#include "firmware/visit/ask.h"

#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/message/repair.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {

namespace {

/// Into a place that outlives the wait: what is pressed in one turn of the loop with news or the
/// end of the patience counts, and the visit looks at the news with its next screen.
Task<void> take_press(Front& front, std::optional<std::string>& press) {
  press = co_await front.pressed();
}

}  // namespace

void dress(Screen& screen, const Look& look) {
  screen.language = look.language;
  screen.text_size = look.text_size;
  const bool asks = !screen.actions.empty() || std::holds_alternative<Menu>(screen.body);
  if (asks || screen.name == repair_screen_name) {
    screen.settings = look_controls(look.language, look.text_size);
  }
}

void Dialogue::show(Screen screen) {
  dress(screen, look_);
  if (shown_ == screen) return;
  if (!shown_ || shown_->name != screen.name)
    log_event(Event::visit_step, {{"screen", screen.name}});
  clock_.entered(screen.name);
  pane_.front.show(screen);
  shown_ = std::move(screen);
}

Task<Reply> Dialogue::ask(Screen screen, Watch watch) {
  const Timers::Duration patience = pane_.settings.patience;
  for (;;) {
    show(screen);
    Reply reply = co_await wait(watch, patience);
    if (reply.what == Reply::What::pressed && change_look(reply.control)) continue;
    const bool aside = co_await stepped_aside();
    if (aside) continue;
    if (reply.what != Reply::What::left) co_return reply;
    do {
      show(still_there_screen(pane_.settings.last_call));
      reply = co_await wait(watch, pane_.settings.last_call);
    } while (reply.what == Reply::What::pressed && change_look(reply.control));
    if (reply.is("more_time")) continue;
    const bool badge = co_await stepped_aside();
    if (badge) continue;
    co_return reply;
  }
}

Task<Reply> Dialogue::ask_for(Screen screen, std::chrono::milliseconds limit, Watch watch) {
  auto until = pane_.timers.now() + limit;
  for (;;) {
    show(screen);
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - pane_.timers.now());
    Reply reply = co_await wait(watch, rest);
    if (reply.what == Reply::What::pressed && change_look(reply.control)) continue;
    const auto before = pane_.timers.now();
    const bool aside = co_await stepped_aside();
    if (!aside) co_return reply;
    until += pane_.timers.now() - before;
  }
}

Task<bool> Dialogue::step_aside(BadgeNumber badge) {
  if (aside_ == nullptr) co_return false;
  const auto before = pane_.timers.now();
  look_ = co_await aside_->offer(look_, std::move(badge));
  shown_.reset();  // another dialogue has shown something else
  clock_.leave_out(pane_.timers.now() - before);
  co_return true;
}

/// Whether a badge has ended the last wait; it has been dealt with then.
Task<bool> Dialogue::stepped_aside() {
  if (!came_) co_return false;
  BadgeNumber badge = *std::exchange(came_, std::nullopt);
  co_return co_await step_aside(std::move(badge));
}

Task<Reply> Dialogue::wait(const Watch& watch, std::chrono::milliseconds limit) {
  came_.reset();
  std::optional<std::string> press;
  const auto first =
      co_await (take_press(pane_.front, press) || pane_.timers.sleep(limit) || until(watch));
  // A badge that came with the press waits for the next question.
  if (press || first.index() != 2) came_.reset();
  if (press) co_return Reply{Reply::What::pressed, std::move(*press)};
  const bool watched = first.index() == 2;
  co_return Reply{watched ? Reply::What::watched : Reply::What::left, {}};
}

Task<void> Dialogue::until(const Watch& watch) {
  if (watch) co_return co_await watch();
  if (aside_ != nullptr) {
    while (!came_) came_ = co_await aside_->comes();
    co_return;
  }
  for (;;) co_await pane_.timers.sleep(std::chrono::hours(1));
}

bool Dialogue::change_look(std::string_view control) {
  constexpr std::string_view language = "language.";
  constexpr std::string_view size = "text_size.";
  if (control.starts_with(language)) {
    look_.language = control.substr(language.size());
    return true;
  }
  if (control.starts_with(size)) {
    look_.text_size =
        codec::enum_value<TextSize>(control.substr(size.size())).value_or(look_.text_size);
    return true;
  }
  return false;
}

}  // namespace madoguchi::visit
