#include "firmware/visit/screens_queue.h"

#include <algorithm>
#include <chrono>

#include "firmware/visit/screen_parts.h"

namespace madoguchi::visit {
namespace {

constexpr std::size_t calls_on_welcome = 3;

std::string crowding_key(queue::Crowding crowding) {
  return "crowding." + std::string(codec::enum_name(crowding));
}

std::string topic_key(queue::Topic topic) {
  return "topic." + std::string(codec::enum_name(topic));
}

std::tm local_of(std::int64_t seconds, const ServiceHours& hours) {
  return hours.local(std::chrono::system_clock::from_time_t(seconds));
}

Text when(std::int64_t starts_at, const ServiceHours& hours) {
  const std::tm local = local_of(starts_at, hours);
  return say("queue.when", {{"month", std::to_string(local.tm_mon + 1)},
                            {"day", std::to_string(local.tm_mday)},
                            {"weekday", std::to_string(local.tm_wday)},
                            {"hour", std::to_string(local.tm_hour)},
                            {"minute", two_digits(local.tm_min)}});
}

/// The code is the resident's: a helper does not see it.
Text code_text(const char* key, const std::string& code) {
  Text out = say(key, {{"code", queue::spaced(code)}});
  out.is_private = true;
  return out;
}

ReviewRow row(std::string label, Text value) {
  ReviewRow out;
  out.label = say(std::move(label));
  out.values = {std::move(value)};
  return out;
}

Review review_of(const queue::Slot& slot, const ServiceHours& hours) {
  Review review;
  review.rows = {row("queue_review.what", say(subject_of(slot))),
                 row("queue_review.when", when(slot.starts_at, hours)),
                 row("queue_review.long", number("queue.minutes", "minutes", slot.minutes))};
  review.total_label = say("review.total");
  review.total = say("queue_review.free");
  return review;
}

std::vector<Text> wait_lines(const NumberSaid& said) {
  std::vector<Text> out;
  if (said.booked) out.push_back(say("queue_number.booked"));
  if (said.ahead && !said.booked)
    out.push_back(number("queue_number.ahead", "people", *said.ahead));
  if (said.wait_min) out.push_back(number("queue_number.wait", "minutes", *said.wait_min));
  if (said.offline) out.push_back(say("queue_number.offline"));
  return out;
}

/// Where there is no slip the resident has to keep it in mind.
void mention_slip(Screen& out, SlipGiven slip, const char* printed, const char* none) {
  auto& lines = std::get<Notice>(out.body).lines;
  lines.insert(lines.begin(), say(slip == SlipGiven::printed ? printed : none));
}

}  // namespace

void mention_queue(Screen& welcome, const queue::Status& status) {
  welcome.lead.push_back(say(crowding_key(status.crowding)));
  if (status.called.empty()) return;
  std::string numbers;
  for (std::size_t i = 0; i < std::min(status.called.size(), calls_on_welcome); ++i)
    numbers += (i > 0 ? "  " : "") + status.called[i].number;
  welcome.lead.back() =
      say("queue.lamp_and_called",
          {{"crowding", std::string(codec::enum_name(status.crowding))}, {"numbers", numbers}});
}

void offer_queue(Screen& out_of_service) {
  out_of_service.actions.push_back(action("service.queue", Role::primary, "service.queue.label"));
}

Screen queue_screen(const queue::Status* now) {
  Screen out = screen("queue");
  out.lead = {say(now != nullptr ? crowding_key(now->crowding) : "queue.offline")};
  Menu menu{
      {tile("queue.ticket", "queue.ticket", "person"),
       tile("queue.check_in", "queue.check_in", "check"), tile("queue.book", "queue.book", "clock"),
       tile("queue.cancel", "queue.cancel", "cross")},
      1};
  for (Control& item : menu.items) {
    const bool alone = item.id == "queue.ticket" || item.id == "queue.check_in";
    if (now != nullptr || alone) continue;
    item.enabled = false;
    item.note = say("queue.not_offline");
  }
  out.body = std::move(menu);
  out.actions = {back()};
  return out;
}

Screen queue_topics_screen(const std::vector<queue::TopicNow>& topics) {
  Screen out = screen("queue_topics");
  Menu menu;
  menu.columns = 1;
  for (const queue::TopicNow& one : topics) {
    const std::string key = topic_key(one.topic);
    Control item = action(key, Role::choice, key);
    item.note = number("queue_topics.waiting", "people", one.waiting);
    if (one.wait_min && one.waiting > 0)
      item.note = say("queue_topics.waiting_minutes", {{"people", std::to_string(one.waiting)},
                                                       {"minutes", std::to_string(*one.wait_min)}});
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions = {back()};
  return out;
}

Screen queue_closed_screen() {
  Screen out = notice(screen("queue_closed"), "closed", {say("queue_closed.do")});
  out.actions = {to_start()};
  return out;
}

Screen queue_asking_screen() {
  return working(screen("queue_asking"), "counter",
                 {{say("queue_asking.stage"), StageState::running}});
}

Screen queue_number_screen(const NumberSaid& said, const std::string& follow_url, SlipGiven slip) {
  Screen out = screen("queue_number");
  out.tone = Tone::success;
  out.title = say("queue_number.title", {{"number", said.number}});
  std::vector<Text> lines = wait_lines(said);
  lines.push_back(say("queue_number.called"));
  out = notice(std::move(out), "counter", std::move(lines));
  if (!follow_url.empty()) std::get<Notice>(out.body).link = follow_url;
  mention_slip(out, slip, "queue_number.take_slip", "queue_number.remember");
  out.actions = {to_start()};
  return out;
}

Slip number_slip(const NumberSaid& said, std::optional<queue::Topic> topic,
                 const std::string& follow_url, const std::tm& local, const std::string& language) {
  Slip slip;
  slip.language = language;
  slip.title = say("queue_slip.title");
  slip.money = literal(said.number);
  slip.advice = wait_lines(said);
  slip.advice.push_back(say("queue_number.called"));
  if (topic) slip.lines.push_back({say("queue_review.what"), say(topic_key(*topic))});
  slip.lines.push_back(
      {say("queue_slip.taken"), say("slip.time", {{"year", std::to_string(local.tm_year + 1900)},
                                                  {"month", std::to_string(local.tm_mon + 1)},
                                                  {"day", std::to_string(local.tm_mday)},
                                                  {"hour", std::to_string(local.tm_hour)},
                                                  {"minute", two_digits(local.tm_min)}})});
  slip.code = follow_url;
  slip.code_caption = say("queue_slip.follow");
  return slip;
}

std::string subject_of(const queue::Slot& slot) {
  if (slot.topic) return topic_key(*slot.topic);
  if (slot.consultation)
    return "consult." + std::string(codec::enum_name(*slot.consultation)) + ".label";
  return "course." + std::string(codec::enum_name(slot.course.value_or(desk::HelpTopic::other)));
}

Screen queue_subjects_screen(const std::vector<queue::Slot>& slots) {
  Screen out = screen("queue_subjects");
  Menu menu;
  menu.columns = 1;
  for (const queue::Slot& slot : slots) {
    const std::string key = subject_of(slot);
    const auto same = [&](const Control& item) { return item.id == key; };
    if (std::none_of(menu.items.begin(), menu.items.end(), same))
      menu.items.push_back(action(key, Role::choice, key));
  }
  out.body = std::move(menu);
  out.actions = {back()};
  return out;
}

Screen queue_slots_screen(const std::vector<queue::Slot>& slots, std::size_t page,
                          const ServiceHours& hours) {
  Screen out = screen("queue_slots");
  Menu menu;
  menu.columns = 2;
  const std::size_t first = page * slots_of_page;
  for (std::size_t i = first; i < std::min(slots.size(), first + slots_of_page); ++i) {
    Control item = action("slot." + slots[i].id, Role::choice, "queue.when");
    item.label = when(slots[i].starts_at, hours);
    if (slots[i].course) item.note = number("queue_slots.left", "places", slots[i].places_left);
    menu.items.push_back(std::move(item));
  }
  out.body = std::move(menu);
  out.actions = {back()};
  if (slots.size() > slots_of_page)
    out.actions.push_back(action("more", Role::secondary, "queue_slots.more"));
  return out;
}

Screen queue_review_screen(const queue::Slot& slot, const ServiceHours& hours) {
  Screen out = screen("queue_review");
  out.body = review_of(slot, hours);
  out.actions = {back(), action("book", Role::primary, "queue_review.book")};
  return out;
}

namespace {
/// How one comes to what was booked.
Text how_to_come(const queue::Slot& slot) {
  return say(slot.consultation ? "queue_booked.come_to_call" : "queue_booked.come");
}
}  // namespace

Screen queue_booked_screen(const queue::Booking& booking, SlipGiven slip,
                           const ServiceHours& hours) {
  Screen out = screen("queue_booked");
  out.tone = Tone::success;
  out = notice(std::move(out), "thanks",
               {when(booking.slot.starts_at, hours), code_text("queue.code", booking.code),
                how_to_come(booking.slot)});
  mention_slip(out, slip, "queue_booked.take_slip", "queue_booked.remember");
  out.actions = {action("tie_card", Role::secondary, "queue_booked.tie_card"), to_start()};
  return out;
}

Screen queue_tie_screen() {
  Screen out = notice(screen("queue_tie"), "place_card",
                      {say("queue_tie.do"), say("queue_tie.no_pin"), say("queue_tie.forgotten")});
  out.actions = {action("end", Role::secondary, "queue_tie.not_now")};
  return out;
}

Screen queue_tied_screen(const queue::Booking& booking, bool tied) {
  Screen out = screen("queue_tied");
  if (tied) {
    out.tone = Tone::success;
    out = notice(std::move(out), "thanks", {say("queue_tied.done")});
  } else {
    out.tone = Tone::warning;
    out.title = say("queue_tied.title_not");
    out = notice(std::move(out), "paper",
                 {say("queue_tied.not_done"), code_text("queue.code", booking.code)});
  }
  out.actions = {to_start()};
  return out;
}

Slip booking_slip(const queue::Booking& booking, const ServiceHours& hours,
                  const std::string& language) {
  Slip slip;
  slip.language = language;
  slip.title = say("queue_booking_slip.title");
  slip.money = when(booking.slot.starts_at, hours);
  slip.advice = {how_to_come(booking.slot), say("queue_booking_slip.cancel")};
  slip.lines = {
      {say("queue_review.what"), say(subject_of(booking.slot))},
      {say("queue_review.long"), number("queue.minutes", "minutes", booking.slot.minutes)},
      {say("queue_booking_slip.code"), literal(queue::spaced(booking.code))}};
  slip.code = queue::booking_qr(booking.code);
  slip.code_caption = say("queue_booking_slip.caption");
  return slip;
}

Screen queue_scan_screen(bool has_reader, bool cards) {
  std::vector<Text> lines;
  if (has_reader) lines.push_back(say("queue_scan.hold"));
  if (cards) lines.push_back(say("queue_scan.card"));
  lines.push_back(say(has_reader ? "queue_scan.none" : "queue_scan.type"));
  Screen out = notice(screen("queue_scan"), has_reader ? "phone" : "paper", std::move(lines));
  out.actions = {back(), action("type", Role::primary, "queue_scan.type_it")};
  return out;
}

Screen queue_code_screen(const std::string& typed) {
  Screen out = screen("queue_code");
  out.lead = {code_text("queue.code", typed)};
  if (typed.empty()) out.lead = {say("queue_code.where")};
  Menu menu;
  menu.columns = 3;
  const bool complete = typed.size() == queue::booking_code_digits;
  for (const char digit : {'1', '2', '3', '4', '5', '6', '7', '8', '9', '0'}) {
    Control key;
    key.id = std::string("digit.") + digit;
    key.role = Role::digit;
    key.label = literal(std::string(1, digit));
    key.enabled = !complete;
    menu.items.push_back(std::move(key));
  }
  menu.items.push_back(action("erase", Role::erase, "queue_code.erase", !typed.empty()));
  out.body = std::move(menu);
  out.actions = {back(), action("ok", Role::primary, "common.next", complete)};
  return out;
}

Screen queue_class_screen(const queue::Booking& booking, const ServiceHours& hours) {
  Screen out = screen("queue_class");
  out.tone = Tone::success;
  out = notice(
      std::move(out), "thanks",
      {say(subject_of(booking.slot)), when(booking.slot.starts_at, hours), say("queue_class.in")});
  out.actions = {to_start()};
  return out;
}

Screen queue_cancel_screen(const queue::Booking& booking, const ServiceHours& hours) {
  Screen out = screen("queue_cancel");
  out.body = review_of(booking.slot, hours);
  out.actions = {action("back", Role::back, "queue_cancel.keep"),
                 action("cancel_booking", Role::primary, "queue_cancel.cancel")};
  return out;
}

Screen queue_cancelled_screen() {
  Screen out = screen("queue_cancelled");
  out.tone = Tone::success;
  out = notice(std::move(out), "thanks", {say("queue_cancelled.done")});
  out.actions = {to_start()};
  return out;
}

Screen queue_no_screen(QueueNo why) {
  Screen out = screen("queue_no");
  out.tone = Tone::warning;
  switch (why) {
    case QueueNo::no_answer:
      out = notice(std::move(out), "network", {say("queue_no.no_answer"), say("queue_no.desk")});
      break;
    case QueueNo::full:
      out = notice(std::move(out), "clock", {say("queue_no.full"), say("queue_no.other")});
      break;
    case QueueNo::none_free:
      out = notice(std::move(out), "clock", {say("queue_no.none_free"), say("queue_no.desk")});
      break;
    case QueueNo::unknown_code:
      out = notice(std::move(out), "paper", {say("queue_no.unknown_code"), say("queue_no.desk")});
      break;
    case QueueNo::unknown_card:
      out = notice(std::move(out), "place_card",
                   {say("queue_no.unknown_card"), say("queue_no.type")});
      break;
    case QueueNo::too_early:
      out = notice(std::move(out), "clock", {say("queue_no.too_early"), say("queue_no.ticket")});
      break;
    case QueueNo::too_late:
      out = notice(std::move(out), "clock", {say("queue_no.too_late"), say("queue_no.ticket")});
      break;
    case QueueNo::not_written:
      out = notice(std::move(out), "warning", {say("queue_no.not_written"), say("queue_no.desk")});
      break;
  }
  out.actions = {to_start()};
  return out;
}

}  // namespace madoguchi::visit
