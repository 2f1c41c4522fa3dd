#include "firmware/visit/screens_consult.h"

#include <algorithm>

#include "firmware/consult/typing.h"
#include "firmware/visit/screen_parts.h"
#include "firmware/visit/screens.h"

namespace madoguchi::visit {
namespace {

using consult::Conversation;
using consult::Rung;
using consult::Stage;

constexpr std::size_t shown_lines = 4;
constexpr std::size_t shown_while_crowded = 2;  // a keyboard, page or question is there, too
constexpr std::size_t shown_of_line = 60;

std::string name_of_topic(consult::Topic topic) {
  return "consult." + std::string(codec::enum_name(topic));
}

/// Said by somebody in this call: nobody else sees it.
Text said(std::string words) {
  Text out = literal(std::move(words));
  out.is_private = true;
  return out;
}

Text note_of(const consult::TopicNow& topic, bool booked) {
  if (!topic.open && !topic.nobody) return say("consult_topics.closed", {{"hours", topic.hours}});
  if (topic.booked_only && !booked) return say("consult_topics.booked_only");
  if (topic.nobody) return say("consult_nobody.title");
  if (topic.booth) return say("consult_topics.booth");
  if (topic.wait_min) return number("consult_topics.wait", "minutes", *topic.wait_min);
  if (topic.waiting > 0) return number("consult_topics.waiting", "count", topic.waiting);
  return say("consult_topics.now");
}

Control hang_up(const char* label) { return action("hang_up", Role::cancel, label); }

Control switch_of(std::string id, const char* label, std::string icon, bool on) {
  Control out = action(std::move(id), Role::toggle, label);
  out.icon = std::move(icon);
  out.selected = on;
  return out;
}

std::vector<Control> switches_of(const Conversation& call, const CallView& view) {
  std::vector<Control> out;
  if (call.text_only()) {
    out.push_back(switch_of("try_again", "consult_call.try_again", "phone", false));
  } else {
    const bool microphone = call.microphone_wanted();
    const bool camera = call.camera_wanted();
    if (call.has_microphone()) {
      out.push_back(switch_of(
          "microphone", microphone ? "consult_call.microphone_off" : "consult_call.microphone_on",
          microphone ? "microphone" : "microphone_off", microphone));
    }
    if (call.has_camera()) {
      out.push_back(switch_of("camera",
                              camera ? "consult_call.camera_off" : "consult_call.camera_on",
                              camera ? "camera" : "camera_off", camera));
    }
  }
  out.push_back(switch_of("keyboard",
                          view.keyboard ? "consult_call.keyboard_away" : "consult_call.keyboard",
                          "keyboard", view.keyboard));
  if (!call.page().title.empty())
    out.push_back(action("page", Role::secondary, "consult_call.page_away"));
  return out;
}

const char* rung_words(Rung rung) {
  switch (rung) {
    case Rung::p720:
      return nullptr;
    case Rung::p480:
    case Rung::p240:
      return "consult_call.smaller";
    case Rung::audio:
      return "consult_call.sound_only";
    case Rung::text:
      return "consult_call.text_only";
  }
  return nullptr;
}

const char* paper_words(CallView::Paper paper) {
  switch (paper) {
    case CallView::Paper::none:
      return nullptr;
    case CallView::Paper::printing:
      return "consult_call.printing";
    case CallView::Paper::printed:
      return "consult_call.printed";
    case CallView::Paper::failed:
      return "consult_call.not_printed";
  }
  return nullptr;
}

/// At most two, what weighs most first: more is not read.
std::vector<Text> notices_of(const Conversation& call, const CallView& view) {
  std::vector<Text> out;
  const auto add = [&](const char* key) {
    if (key != nullptr && out.size() < 2) out.push_back(say(key));
  };
  if (call.booth_open()) add("consult_call.booth_open");
  if (call.held()) add("consult_call.on_hold");
  const bool talking = call.stage() == Stage::talking && !call.held() && !call.booth_open();
  if (talking && call.not_heard_there()) add("consult_call.not_heard_there");
  if (talking && call.microphone_silent()) add("consult_call.microphone_silent");
  if (talking && call.not_heard_here()) add("consult_call.not_heard_here");
  if (!call.is_live()) add("consult_call.not_live");
  add(paper_words(view.paper));
  if (!call.has_microphone()) add("consult_call.no_microphone");
  if (!call.has_camera()) add("consult_call.no_camera");
  if (talking) add(rung_words(call.rung()));
  if (call.guest())
    add(call.guest()->interpreter ? "consult_call.interpreter" : "consult_call.guest");
  return out;
}

CallPhase phase_of(const Conversation& call) {
  if (call.held() || call.booth_open()) return CallPhase::held;
  switch (call.stage()) {
    case Stage::waiting:
      return CallPhase::waiting;
    case Stage::connecting:
      return CallPhase::connecting;
    case Stage::broken:
      return CallPhase::broken;
    default:
      return CallPhase::talking;
  }
}

std::vector<CallLine> lines_of(const Conversation& call, std::size_t most) {
  std::vector<CallLine> out;
  const auto& lines = call.lines();
  const std::size_t from = lines.size() > most ? lines.size() - most : 0;
  for (std::size_t i = from; i < lines.size(); ++i)
    out.push_back({said(consult::last_characters(lines[i].text, shown_of_line)), lines[i].own});
  return out;
}

std::optional<CallPage> page_of(const Conversation& call) {
  if (call.page().title.empty()) return std::nullopt;
  CallPage out;
  out.title = said(call.page().title);
  for (const std::string& each : call.page().lines) out.lines.push_back(said(each));
  out.link = call.page().link;
  return out;
}

std::optional<CallQuestion> question_of(const Conversation& call, const CallView& view) {
  if (call.offered().empty() || !view.asks_paper) return std::nullopt;
  const consult::PaperOffered& paper = call.offered().front();
  const std::string key = paper.to_sign ? "consult_form" : "consult_paper";
  CallQuestion out;
  out.text = say(key + ".ask", {{"title", paper.title}});
  out.text.is_private = true;
  out.answers = {action("paper.no", Role::secondary, key + ".no"),
                 action("paper.yes", Role::primary, key + ".yes")};
  return out;
}

void show_pictures(VideoCall& body, const Conversation& call) {
  const bool talking = body.phase == CallPhase::talking && !call.text_only();
  const bool carried = call.rung() < Rung::audio;
  body.far_end = talking && carried && call.other_has_camera();
  body.self = talking && carried && call.camera_open();
}

}  // namespace

void offer_consultation(Screen& welcome) {
  auto& items = std::get<Menu>(welcome.body).items;
  items.insert(items.begin() + 1, tile("service.consult", "service.consult", "camera"));
}

Screen consult_topics_screen(const std::vector<consult::TopicNow>& topics,
                             const std::string& booking) {
  const bool booked = !booking.empty();
  Screen out = screen("consult_topics");
  out.lead = {say(booked ? "consult_topics.lead_booked" : "consult_topics.lead")};
  Menu menu;
  menu.columns = topics.size() > 4 ? 2 : 1;
  for (const consult::TopicNow& each : topics) {
    Control item = tile("topic." + std::string(codec::enum_name(each.topic)),
                        name_of_topic(each.topic), name_of_topic(each.topic));
    item.note = note_of(each, booked);
    // With nobody there the next screen says when to try again; a booked call waits for them.
    item.enabled = (each.open || each.nobody) && (booked || !each.booked_only);
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions = {back()};
  if (!booked) out.actions.push_back(action("booked", Role::secondary, "consult_topics.booked"));
  return out;
}

Screen consult_asking_screen() {
  return working(screen("consult_asking"), "network",
                 {{say("consult_asking.stage"), StageState::running}});
}

Screen consult_booth_screen() {
  Screen out = notice("consult_booth", "lock", {say("consult_booth.do"), say("consult_booth.why")});
  out.actions = {back()};
  return out;
}

Screen consult_consent_screen(consult::Topic topic) {
  Screen out = notice("consult_consent", "guide",
                      {say("consult_consent.opens"), say("consult_consent.not_recorded"),
                       say("consult_consent.stop")});
  out.lead = {say(name_of_topic(topic) + ".label")};
  out.actions = {action("back", Role::back, "consult_consent.no"),
                 action("agree", Role::primary, "consult_consent.yes")};
  return out;
}

Screen consult_preview_screen(bool camera, bool microphone) {
  Screen out = screen("consult_preview");
  out.lead = {say(camera ? "consult_preview.lead" : "consult_preview.no_camera")};
  VideoCall body;
  body.phase = CallPhase::preview;
  body.self = body.camera = camera;
  if (!microphone) body.notices = {say("consult_call.no_microphone")};
  out.body = std::move(body);
  out.actions = {back(), action("call", Role::primary, "consult_preview.call")};
  return out;
}

Screen consult_waiting_screen(const Conversation& call, bool bookable) {
  Screen out = screen("consult_waiting");
  out.lead = {say(call.was_answered() ? "consult_waiting.next_desk" : "consult_waiting.lead")};
  VideoCall body;
  body.phase = CallPhase::waiting;
  const consult::Standing& place = call.place();
  body.facts = {place.position <= 1
                    ? say("consult_waiting.next")
                    : number("consult_waiting.before", "count", place.position - 1)};
  body.facts.push_back(place.wait_min ? number("consult_waiting.wait", "minutes", *place.wait_min)
                                      : say("consult_waiting.wait_unknown"));
  if (call.booth_open()) body.notices = {say("consult_call.booth_open")};
  if (!call.is_live()) body.notices.push_back(say("consult_waiting.not_live"));
  out.body = std::move(body);
  out.actions = {hang_up("consult_waiting.stop")};
  if (bookable) out.actions.push_back(action("book", Role::secondary, "consult_waiting.book"));
  return out;
}

Screen consult_call_screen(const Conversation& call, const CallView& view) {
  Screen out;
  out.name = "consult_call";
  VideoCall body;
  body.phase = phase_of(call);
  out.title = say("consult_call." + std::string(codec::enum_name(body.phase)));
  if (call.booth_open()) out.title = say("consult_call.booth_title");
  if (!call.desk().empty()) body.facts = {literal(call.desk())};
  body.camera = call.camera_open();
  body.microphone = call.microphone_open();
  show_pictures(body, call);
  body.notices = notices_of(call, view);
  if (!call.caption().empty()) body.caption = said(call.caption());
  body.page = page_of(call);
  body.question = question_of(call, view);
  const bool crowded = view.keyboard || body.page || body.question;
  body.lines = lines_of(call, crowded ? shown_while_crowded : shown_lines);
  body.switches = switches_of(call, view);
  if (view.keyboard) {
    body.typing = said(view.typed);
    body.keyboards = consult::keyboards();
  }
  body.ring = call.ring();
  out.body = std::move(body);
  out.actions = {hang_up("consult_call.hang_up")};
  return out;
}

Screen consult_sign_screen(const std::string& title) {
  Screen out = notice("consult_sign", "place_card",
                      {say("consult_sign.what", {{"title", title}}), say("consult_sign.pin"),
                       say("consult_sign.free")});
  std::get<Notice>(out.body).lines.front().is_private = true;
  out.actions = {action("back", Role::back, "consult_form.no"),
                 action("sign", Role::primary, "consult_sign.yes")};
  return out;
}

Screen consult_checking_screen() {
  return working(screen("consult_checking"), "network",
                 {{say("consult_checking.stage"), StageState::running}});
}

Screen consult_signed_screen(SignedForm form) {
  const bool done = form == SignedForm::done;
  const bool refused = form == SignedForm::refused;
  const char* what = done      ? "consult_signed.done"
                     : refused ? "consult_signed.refused"
                               : "consult_signed.not_done";
  Screen out = notice("consult_signed", done ? "thanks" : "warning",
                      {say(what), say("consult_signed.goes_on")});
  if (!done) out.title = say(refused ? "consult_signed.refused_title" : "consult_signed.not_title");
  out.tone = done ? Tone::success : Tone::neutral;
  out.actions = {action("next", Role::primary, "consult_signed.back")};
  return out;
}

Screen consult_printing_screen() {
  return working(screen("consult_printing"), "printer",
                 {{say("consult_call.printing"), StageState::running}});
}

Screen consult_over_screen(consult::Outcome outcome, bool bookable) {
  const bool broken = outcome == consult::Outcome::broken;
  Screen out = screen("consult_over");
  std::vector<Text> lines{say(broken ? "consult_over.broken" : "consult_over.thanks")};
  if (outcome == consult::Outcome::call_back) lines.push_back(say("consult_over.call_back"));
  lines.push_back(say("consult_over.closed"));
  out = notice(std::move(out), broken ? "network" : "thanks", std::move(lines));
  out.tone = broken ? Tone::warning : Tone::success;
  if (bookable) out.actions.push_back(action("book", Role::secondary, "consult_waiting.book"));
  out.actions.push_back(to_start());
  return out;
}

Screen consult_satisfaction_screen() {
  Screen out = satisfaction_screen();
  out.name = "consult_satisfaction";
  out.lead = {say("consult_satisfaction.lead")};
  return out;
}

Screen consult_nobody_screen(const consult::TopicNow& topic, bool bookable) {
  Screen out = screen("consult_nobody");
  out.lead = {say(name_of_topic(topic.topic) + ".label")};
  std::vector<Text> lines{say("consult_nobody.try", {{"hours", topic.hours}})};
  if (bookable) lines.push_back(say("consult_nobody.book"));
  out = notice(std::move(out), "clock", std::move(lines));
  out.actions = {back()};
  if (bookable) out.actions.push_back(action("book", Role::primary, "consult_waiting.book"));
  return out;
}

Screen consult_no_screen(ConsultNo why, bool bookable) {
  Screen out = screen("consult_no");
  out.tone = Tone::warning;
  const auto words = [&]() -> const char* {
    switch (why) {
      case ConsultNo::no_answer:
        return "consult_no.no_answer";
      case ConsultNo::closed:
        return "consult_no.closed";
      case ConsultNo::not_for_a_call:
        return "consult_no.not_for_a_call";
      case ConsultNo::unknown_code:
        return "consult_no.unknown_code";
      case ConsultNo::too_early:
        return "consult_no.too_early";
      case ConsultNo::too_late:
        return "consult_no.too_late";
    }
    return "consult_no.no_answer";
  };
  out = notice(std::move(out), why == ConsultNo::no_answer ? "network" : "closed",
               {say(words()), say("consult_no.do")});
  out.actions = {back()};
  if (bookable) out.actions.push_back(action("book", Role::secondary, "consult_waiting.book"));
  return out;
}

}  // namespace madoguchi::visit
