#include "firmware/visit/screens.h"

#include "firmware/message/repair.h"
#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {
namespace {

constexpr int stops = static_cast<int>(Stop::take);

Screen screen(std::string name, Stop stop) {
  Screen out = visit::screen(std::move(name));
  out.progress = Progress{static_cast<int>(stop), stops};
  return out;
}

Control cancel() { return action("cancel", Role::cancel, "common.cancel"); }

/// The words for what somebody at the kiosk can mend; the rest is "other".
std::string printer_trouble_key(PrinterTrouble trouble) {
  switch (trouble) {
    case PrinterTrouble::media_jam:
    case PrinterTrouble::media_empty:
    case PrinterTrouble::cover_open:
      return "printing.trouble." + std::string(name_of(trouble));
    default:
      return "printing.trouble.other";
  }
}

}  // namespace

Screen welcome_screen(bool paper_owed, bool lessons, bool queue) {
  Screen out = screen("welcome");
  out.lead = {say(paper_owed ? "welcome.paper_owed" : "welcome.lead")};
  out.body = Menu{{tile("service.certificate", "service.certificate", "certificate"),
                   tile("service.guide", "service.guide", "guide")},
                  1};
  if (lessons) {
    std::get<Menu>(out.body).items.push_back(
        tile("service.lessons", "service.lessons", "smartphone"));
  }
  if (queue) {
    auto& items = std::get<Menu>(out.body).items;
    items.insert(items.begin() + 1, tile("service.queue", "service.queue", "person"));
  }
  return out;
}

Screen guide_screen(const ServiceHours& hours) {
  Screen out = notice(screen("guide"), "guide",
                      {say("guide.card"), say("guide.pin"), say("guide.cashless"),
                       say("guide.hours", {{"opens", hours.opens()}, {"closes", hours.closes()}})});
  out.actions = {action("back", Role::back, "common.back")};
  return out;
}

Screen closed_screen(const ServiceHours& hours) {
  return notice(screen("closed"), "closed",
                {say("closed.hours", {{"opens", hours.opens()}, {"closes", hours.closes()}}),
                 say("closed.do")});
}

Screen out_of_service_screen(const std::string& device, const std::string& code,
                             const std::string& phone, bool lessons) {
  Screen out = repair_screen(device, code, phone);
  if (lessons) out.actions = {action("service.lessons", Role::secondary, "out_of_service.lessons")};
  return out;
}

Screen recovering_screen() {
  return working(screen("recovering"), "terminal", {{say("recovering.stage"), StageState::running}},
                 say("recovering.patience"));
}

Screen upkeep_screen() {
  return notice(screen("upkeep"), "clock", {say("upkeep.wait"), say("upkeep.card")});
}

Screen updating_screen(Text what) {
  return notice(screen("updating"), "clock", {std::move(what), say("updating.do")});
}

void reassure(Screen& notice, Text money) {
  std::get<Notice>(notice.body).reassurance = std::move(money);
}

Screen still_there_screen(std::chrono::seconds left) {
  Screen out =
      notice(screen("still_there"), "clock", {number("still_there.left", "seconds", left.count())});
  out.actions = {cancel(), action("more_time", Role::primary, "still_there.more_time")};
  return out;
}

Screen remove_card_screen() {
  return notice(screen("remove_card"), "remove_card", {say("remove_card.do")});
}

Screen left_behind_screen(bool card_gone) {
  Screen out = screen("left_behind");
  out.tone = Tone::warning;
  const char* what = card_gone ? "left_behind.paper" : "left_behind.card";
  out = notice(std::move(out), card_gone ? "paper" : "remove_card",
               {say(what), say("left_behind.do")});
  if (card_gone) out.actions = {action("taken", Role::primary, "left_behind.taken")};
  return out;
}

Screen place_card_screen() {
  Screen out = notice(screen("place_card", Stop::card), "place_card",
                      {say("place_card.do"), say("place_card.keep")});
  out.actions = {cancel()};
  return out;
}

Screen reading_card_screen() {
  return working(screen("reading_card", Stop::card), "place_card",
                 {{say("reading_card.stage"), StageState::running}}, say("reading_card.keep"));
}

Screen pin_last_try_screen() {
  Screen out = screen("pin_last_try", Stop::pin);
  out.tone = Tone::warning;
  out = notice(std::move(out), "lock", {say("pin_last_try.what"), say("pin_last_try.do")});
  out.actions = {cancel(), action("try", Role::primary, "pin_last_try.try")};
  return out;
}

Screen pin_screen(int entered, int tries_left) {
  Screen out = screen("pin", Stop::pin);
  out.lead = {say("pin.which")};
  PinPad pad;
  pad.entered = entered;
  pad.tries_left = tries_left;
  for (const char digit : {'1', '2', '3', '4', '5', '6', '7', '8', '9', '0'}) {
    Control key;
    key.id = std::string("digit.") + digit;
    key.role = Role::digit;
    key.label.literal = std::string(1, digit);
    key.enabled = entered < pad.length;
    pad.keys.push_back(std::move(key));
  }
  pad.keys.push_back(action("erase", Role::erase, "pin.erase", entered > 0));
  const bool complete = entered == pad.length;
  out.body = std::move(pad);
  out.actions = {cancel(), action("pin.ok", Role::primary, "pin.ok", complete)};
  return out;
}

Screen pin_wrong_screen(int tries_left) {
  Screen out = screen("pin_wrong", Stop::pin);
  out.tone = Tone::warning;
  out = notice(std::move(out), "lock",
               {number("pin_wrong.tries", "tries", tries_left), say("pin_wrong.do")});
  out.actions = {cancel(), action("retry", Role::primary, "pin_wrong.retry")};
  return out;
}

Screen identifying_screen() {
  return working(
      screen("identifying", Stop::pin), "network",
      {{say("identifying.pin"), StageState::done}, {say("identifying.stage"), StageState::running}},
      say("reading_card.keep"));
}

Screen preparing_screen() {
  return working(screen("preparing", Stop::pay), "certificate",
                 {{say("preparing.stage"), StageState::running}});
}

Screen take_up_screen() {
  return working(
      screen("take_up", Stop::take), "certificate",
      {{say("take_up.paid"), StageState::done}, {say("take_up.stage"), StageState::running}});
}

Screen pay_screen(std::int64_t yen) {
  Screen out = screen("pay", Stop::pay);
  out.title = number("pay.title", "yen", yen);
  out = notice(std::move(out), "terminal", {say("pay.do"), say("pay.brands")});
  out.actions = {action("pay.stop", Role::cancel, "pay.stop")};
  return out;
}

Screen pay_stopping_screen() {
  return working(screen("pay_stopping", Stop::pay), "terminal",
                 {{say("pay_stopping.stage"), StageState::running}});
}

Screen pay_checking_screen(std::int64_t yen) {
  return working(screen("pay_checking", Stop::pay), "terminal",
                 {{say("pay_checking.stage"), StageState::running}},
                 number("pay_checking.patience", "yen", yen));
}

Screen printing_screen(const Printing& printing) {
  Screen out = screen("printing", Stop::take);
  std::vector<Stage> stages;
  if (printing.paid_yen > 0)
    stages.push_back({number("printing.paid", "yen", printing.paid_yen), StageState::done});
  const std::map<std::string, std::string> count{{"printed", std::to_string(printing.printed)},
                                                 {"pages", std::to_string(printing.pages)}};
  if (printing.trouble == PrinterTrouble::none) {
    stages.push_back({say("printing.pages", count), StageState::running});
    return working(std::move(out), "printer", std::move(stages), say("printing.patience"));
  }
  out.tone = Tone::warning;
  out.title = say("printing.trouble.title");
  stages.push_back({say(printer_trouble_key(printing.trouble)), StageState::failed});
  return working(std::move(out), "printer", std::move(stages), say("printing.trouble.patience"));
}

Screen giving_back_screen(std::int64_t yen) {
  return working(screen("giving_back", Stop::take), "terminal",
                 {{say("giving_back.what"), StageState::failed},
                  {number("giving_back.stage", "yen", yen), StageState::running}});
}

Screen take_screen(bool card_taken, std::int32_t sheets, int reminder) {
  Screen out = screen("take", Stop::take);
  out.tone = Tone::success;
  if (reminder > 0) out.lead = {say(reminder > 1 ? "take.reminder_louder" : "take.reminder")};
  out.body = Checklist{{{say("take.card"), "remove_card", card_taken},
                        {number("take.paper", "sheets", sheets), "paper", false}}};
  out.actions = {action("taken", Role::primary, "take.done", card_taken)};
  return out;
}

Screen satisfaction_screen() {
  Screen out = screen("satisfaction");
  out.lead = {say("satisfaction.lead")};
  Rating rating;
  for (int mark = 5; mark >= 1; --mark) {
    const std::string key = "rate." + std::to_string(mark);
    Control face = action(key, Role::rating, key);
    face.icon = "face." + std::to_string(mark);
    rating.faces.push_back(std::move(face));
  }
  out.body = std::move(rating);
  out.actions = {action("skip", Role::secondary, "satisfaction.skip")};
  return out;
}

Screen goodbye_screen() {
  Screen out = screen("goodbye");
  out.tone = Tone::success;
  out = notice(std::move(out), "thanks", {say("goodbye.lines")});
  out.actions = {action("end", Role::primary, "common.to_start")};
  return out;
}

}  // namespace madoguchi::visit
