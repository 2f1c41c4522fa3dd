#include "firmware/visit/companion.h"

#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view end_control = "help.end";
constexpr auto glance = 1s;

std::int64_t seconds(Timers::Wall wall) {
  return std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count();
}

}  // namespace

void Companion::show(const Screen& screen) {
  const bool another = bare_.name != screen.name;
  bare_ = screen;
  if (another) stop_pointing();
  render();
}

Task<std::string> Companion::pressed() {
  for (;;) {
    std::string control = co_await front_.pressed();
    pressed_at_ = timers_.now();
    if (control != end_control) co_return control;
    end(desk::HelpOutcome::not_said);
  }
}

void Companion::begin(HelpSession session) {
  finished_.reset();
  running_.emplace();
  running_->session = std::move(session);
  if (running_->session.topic == desk::HelpTopic::other) running_->session.topic = about_;
  running_->began = pressed_at_ = timers_.now();
  running_->began_wall = timers_.wall();
  log_event(Event::help_event, {{"what", "began"}, {"session", running_->session.id}});
  say_everything();
  render();
  began_.notify();
}

void Companion::about(desk::HelpTopic topic) {
  about_ = topic;
  if (running_) running_->session.topic = topic;
}

std::optional<Companion::Finished> Companion::take_finished() {
  return std::exchange(finished_, std::nullopt);
}

Companion::Finished Companion::so_far() const { return finished(desk::HelpOutcome::not_said); }

bool Companion::holds(std::string_view session) const {
  return (running_ && running_->session.id == session) ||
         (finished_ && finished_->session == session);
}

void Companion::pulse(desk::Pulse now) {
  if (pulse_ && pulse_->faults == now.faults && pulse_->serving == now.serving) return;
  pulse_ = std::move(now);
  say_pulse();
}

Task<void> Companion::run() { co_await (hear() && follow_the_link() && keep_the_time()); }

Task<void> Companion::hear() {
  for (;;) {
    const desk::LiveToKiosk order = co_await link_.heard();
    std::visit(
        [this]<class Order>(const Order& each) {
          if constexpr (std::is_same_v<Order, consult::Told>) {
            if (consultation_) consultation_(each);
          } else if (running_ && running_->session.id == each.session) {
            heard(each);
          }
        },
        order);
  }
}

Task<void> Companion::follow_the_link() {
  for (;;) {
    if (link_.live()) {
      say_pulse();
      say_everything();
    }
    co_await link_.live_changed();
    if (consult_live_) consult_live_(link_.live());
  }
}

Task<void> Companion::keep_the_time() {
  for (;;) {
    if (!running_) {
      co_await began_.wait();
      continue;
    }
    co_await timers_.sleep(glance);
    if (!running_) continue;
    if (left() <= 0s) {
      end(desk::HelpOutcome::not_said);
    } else if (timers_.now() - pressed_at_ >= nobody_there) {
      end(desk::HelpOutcome::left);
    }
  }
}

void Companion::heard(const desk::PointAt& order) {
  Running& now = *running_;
  const bool same_screen = order.number == now.number && now.mirror.has_value();
  const bool visible =
      order.control.empty() || (now.mirror && help::may_point_at(*now.mirror, order.control));
  if (!same_screen || !visible) {
    link_.say(desk::Pointed{now.session.id, order.order, false});
    return;
  }
  stop_pointing();
  now.pointing = order;
  render();
  link_.say(desk::Pointed{now.session.id, order.order, true});
}

void Companion::heard(const desk::PointAway&) {
  stop_pointing();
  render();
}

void Companion::heard(const desk::EndSession& order) {
  if (order.topic) running_->session.topic = *order.topic;
  end(order.outcome);
}

/// To a gateway that knows nothing: it has just come, or the session has just begun.
void Companion::say_everything() {
  if (!running_ || !link_.live()) return;
  const HelpSession& session = running_->session;
  const auto ends_in = std::chrono::ceil<std::chrono::seconds>(left());
  link_.say(desk::SessionBegan{session.id, bare_.language, ends_in.count(), session.helper});
  running_->mirror.reset();
  say_mirror();
}

/// Only when the helper would see a difference: how many digits are typed is none.
void Companion::say_mirror() {
  if (!running_ || !link_.live()) return;
  help::Masked masked = help::mask(bare_);
  if (running_->mirror && running_->mirror->screen == masked.screen) return;
  running_->mirror = std::move(masked);
  const help::Masked& seen = *running_->mirror;
  link_.say(desk::Mirror{running_->session.id, ++running_->number, seen.hidden, seen.screen});
}

void Companion::say_pulse() {
  if (pulse_ && link_.live()) link_.say(*pulse_);
}

void Companion::stop_pointing() {
  if (!running_ || !running_->pointing) return;
  link_.say(desk::Pointed{running_->session.id, running_->pointing->order, false});
  running_->pointing.reset();
}

void Companion::render() {
  Screen dressed = bare_;
  if (running_) dressed.company = company();
  front_.show(dressed);
  say_mirror();
}

Company Companion::company() const {
  const Running& now = *running_;
  Company out;
  out.helper = say(now.session.role == desk::HelperRole::staff ? "help.staff" : "help.volunteer",
                   {{"number", now.session.helper}});
  out.unseen = help::mask(bare_).hidden;
  if (now.pointing) {
    out.ring = now.pointing->control;
    if (now.pointing->phrase != desk::Phrase::none)
      out.phrase = say("phrase." + std::string(codec::enum_name(now.pointing->phrase)));
  }
  out.end.id = end_control;
  out.end.role = Role::end_help;
  out.end.label = say("help.end");
  return out;
}

void Companion::end(desk::HelpOutcome outcome) {
  if (!running_) return;
  finished_ = finished(outcome);
  running_.reset();
  link_.say(desk::SessionOver{finished_->session});
  log_event(Event::help_event, {{"what", "over"},
                                {"session", finished_->session},
                                {"outcome", std::string(codec::enum_name(outcome))}});
  render();
}

Companion::Finished Companion::finished(desk::HelpOutcome outcome) const {
  const auto took = std::chrono::ceil<std::chrono::minutes>(timers_.now() - running_->began);
  desk::HelpRecord record;
  record.topic = running_->session.topic;
  record.language = bare_.language;
  record.outcome = outcome;
  record.minutes = static_cast<std::int32_t>(took.count());
  record.began_at = seconds(running_->began_wall);
  return {running_->session.id, std::move(record)};
}

Timers::Duration Companion::left() const {
  const auto passed = timers_.now() - running_->began;
  return std::chrono::duration_cast<Timers::Duration>(running_->session.limit - passed);
}

}  // namespace madoguchi::visit
