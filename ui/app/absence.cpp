#include "ui/app/absence.h"

#include <algorithm>

#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/message/repair.h"

namespace madoguchi::ui {
namespace {

constexpr std::size_t longest_mark = 64;

/// What to keep of a screen through a restart of kiosk-ui: a code, or that kioskd starts anew.
std::string mark_of(const Screen& screen) {
  if (screen.name == restarting_screen_name) return screen.name;
  const auto* const notice = std::get_if<Notice>(&screen.body);
  const bool repair = screen.name == repair_screen_name && notice != nullptr;
  return repair ? notice->code : std::string(repair_code(kioskd_ended));
}

Screen screen_of(std::string_view mark, const std::string& phone) {
  return mark == restarting_screen_name ? restarting_screen() : repair_screen(mark, phone);
}

}  // namespace

Absence::Absence(Window& window, Settings settings, Time now)
    : window_(window), settings_(std::move(settings)), patience_ends_(now + settings_.patience) {
  if (settings_.mark.empty()) return;
  const auto mark = read_file(settings_.mark, longest_mark);
  if (mark) window_.show_own(screen_of(as_text(*mark), settings_.phone));
}

void Absence::over() {
  if (!patience_ends_) return;
  patience_ends_.reset();
  if (!settings_.mark.empty()) (void)::unlink(settings_.mark.c_str());
}

bool Absence::begin(Time now) {
  if (settings_.mark.empty()) return false;
  const std::string mark = mark_of(window_.shown());
  if (const Status kept = write_file(settings_.mark, as_bytes(mark)); !kept)
    log_event(Event::ui_event, {{"what", "absence"}, {"error", kept.error().text()}});
  // kioskd's own words stay as they are, in the resident's language.
  const bool said =
      window_.shown().name == restarting_screen_name || window_.shown().name == repair_screen_name;
  if (!said) window_.show_own(screen_of(mark, settings_.phone));
  patience_ends_.reset();
  hold_ends_ = now + hold;
  return true;
}

std::optional<std::chrono::milliseconds> Absence::due(Time now) const {
  const auto& next = hold_ends_ ? hold_ends_ : patience_ends_;
  if (!next) return std::nullopt;
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*next - now);
  return std::max(rest, std::chrono::milliseconds(0));
}

bool Absence::tick(Time now) {
  if (hold_ends_) return now >= *hold_ends_;
  if (!patience_ends_ || now < *patience_ends_) return false;
  patience_ends_.reset();
  log_event(Event::ui_event, {{"what", "absence"}, {"error", "kioskd shows nothing"}});
  if (window_.shown().name != repair_screen_name)
    window_.show_own(repair_screen(repair_code(kioskd_absent), settings_.phone));
  return false;
}

}  // namespace madoguchi::ui
