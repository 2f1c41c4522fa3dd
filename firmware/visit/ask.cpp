#include "firmware/visit/ask.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
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
  if (!screen.actions.empty() || std::holds_alternative<Menu>(screen.body)) {
    screen.settings = look_controls(look.language, look.text_size);
  }
}

void Dialogue::show(Screen screen) {
  dress(screen, look_);
  if (shown_ == screen) return;
  if (!shown_ || shown_->name != screen.name)
    log_event(Event::visit_step, {{"screen", screen.name}});
  clock_.entered(screen.name);
  desk_.front.show(screen);
  shown_ = std::move(screen);
}

Task<Reply> Dialogue::ask(Screen screen, Watch watch) {
  const Timers::Duration patience = desk_.settings.patience;
  for (;;) {
    show(screen);
    Reply reply = co_await wait(watch, patience);
    if (reply.what == Reply::What::pressed && change_look(reply.control)) continue;
    if (reply.what != Reply::What::left) co_return reply;
    do {
      show(still_there_screen(desk_.settings.last_call));
      reply = co_await wait(watch, desk_.settings.last_call);
    } while (reply.what == Reply::What::pressed && change_look(reply.control));
    if (reply.is("more_time")) continue;
    co_return reply;
  }
}

Task<Reply> Dialogue::ask_for(Screen screen, std::chrono::milliseconds limit, Watch watch) {
  const auto until = desk_.timers.now() + limit;
  Reply reply;
  do {
    show(screen);
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - desk_.timers.now());
    reply = co_await wait(watch, rest);
  } while (reply.what == Reply::What::pressed && change_look(reply.control));
  co_return reply;
}

Task<Reply> Dialogue::wait(const Watch& watch, std::chrono::milliseconds limit) {
  std::optional<std::string> press;
  const auto first =
      co_await (take_press(desk_.front, press) || desk_.timers.sleep(limit) || until(watch));
  if (press) co_return Reply{Reply::What::pressed, std::move(*press)};
  const bool watched = first.index() == 2;
  co_return Reply{watched ? Reply::What::watched : Reply::What::left, {}};
}

Task<void> Dialogue::until(const Watch& watch) {
  if (watch) co_return co_await watch();
  for (;;) co_await desk_.timers.sleep(std::chrono::hours(1));
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
