// The screens around a help session: somebody offers help, and the resident decides.

#include "firmware/visit/screen_parts.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {
Screen help_checking_screen() {
  return working(screen("help_checking"), "helper",
                 {{say("help_checking.stage"), StageState::running}});
}

Screen help_consent_screen(const desk::HelpGranted& granted) {
  Screen out = notice("help_consent", "helper",
                      {say("help_consent.points"), say("help_consent.unseen"),
                       say("help_consent.ends", {{"minutes", std::to_string(granted.minutes)}})});
  const bool staff = granted.role == desk::HelperRole::staff;
  out.lead = {
      say(staff ? "help_consent.staff" : "help_consent.volunteer", {{"number", granted.helper}})};
  out.actions = {action("help.no", Role::secondary, "help_consent.no"),
                 action("help.yes", Role::primary, "help_consent.yes")};
  return out;
}

Screen help_refused_screen() {
  Screen out = notice("help_refused", "helper", {say("help_refused.what"), say("help_refused.do")});
  out.actions = {to_start()};
  return out;
}

Screen help_unchecked_screen() {
  Screen out =
      notice("help_unchecked", "network", {say("help_unchecked.what"), say("help_unchecked.do")});
  out.actions = {to_start()};
  return out;
}

Screen remove_badge_screen() {
  return notice("remove_badge", "remove_card", {say("remove_badge.do")});
}

Screen help_satisfaction_screen() {
  Screen out = satisfaction_screen();
  out.name = "help_satisfaction";
  out.title = say("help_satisfaction.title");
  out.lead = {say("help_satisfaction.lead")};
  return out;
}

}  // namespace madoguchi::visit
