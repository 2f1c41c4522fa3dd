#include "firmware/visit/morning_slip.h"

#include <algorithm>
#include <array>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/visit/screen_parts.h"
#include "firmware/visit/screens_service.h"
#include "firmware/visit/service_visit.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr int latest_min = 60;
constexpr auto shown_for = 10min;
constexpr std::size_t longest_day = 32;

int minutes_of(const std::tm& local) { return local.tm_hour * 60 + local.tm_min; }

Text time_text(const std::tm& local) {
  return say("slip.time", {{"year", std::to_string(local.tm_year + 1900)},
                           {"month", std::to_string(local.tm_mon + 1)},
                           {"day", std::to_string(local.tm_mday)},
                           {"hour", std::to_string(local.tm_hour)},
                           {"minute", two_digits(local.tm_min)}});
}

/// "プリンター：紙を入れてください。"
Text told(const PartResult& part) {
  return literal(part_name_in("ja", part.part) + "：" + advice_in("ja", part));
}

}  // namespace

bool needs_supplies(const PartResult& part) {
  constexpr std::array codes{"media_low", "media_empty",    "ink_low",  "toner_empty",
                             "tray_full", "paper_near_end", "paper_end"};
  return std::ranges::find(codes, part.code) != codes.end();
}

Slip morning_slip(const SelfTestReport& report, const Settings& settings, Timers::Wall now) {
  const std::vector<PartResult> bad = parts_with(report, false);
  const auto supplies = std::ranges::count_if(bad, needs_supplies);
  const auto people = static_cast<std::ptrdiff_t>(bad.size()) - supplies;
  Slip slip;
  slip.title = say("morning_slip.title");
  slip.money = say(bad.empty()   ? "morning_slip.well"
                   : people == 0 ? "morning_slip.supplies"
                                 : "morning_slip.person");
  if (supplies > 0) slip.advice.push_back(say("morning_slip.needs_paper"));
  for (const PartResult& part : bad) {
    if (needs_supplies(part)) slip.advice.push_back(told(part));
  }
  if (people > 0) slip.advice.push_back(say("morning_slip.needs_person"));
  for (const PartResult& part : bad) {
    if (!needs_supplies(part)) slip.advice.push_back(told(part));
  }
  const std::vector<PartResult> well = parts_with(report, true);
  if (!well.empty()) slip.lines.push_back({say("service.works"), names_of(well)});
  slip.lines.push_back({say("slip.line.time"), time_text(settings.hours.local(now))});
  slip.lines.push_back({say("slip.line.kiosk"), literal(settings.kiosk_id)});
  if (people > 0 && !settings.phone.empty())
    slip.lines.push_back({say("morning_slip.phone"), literal(settings.phone)});
  return slip;
}

std::string day_text(const Settings& settings, Timers::Wall now) {
  const std::tm local = settings.hours.local(now);
  return std::to_string(local.tm_year + 1900) + "-" + two_digits(local.tm_mon + 1) + "-" +
         two_digits(local.tm_mday);
}

bool morning_is_due(const Settings& settings, Timers::Wall now, const std::string& last_day) {
  if (!settings.morning) return false;
  const int late = minutes_of(settings.hours.local(now)) - *settings.morning;
  return late >= 0 && late < latest_min && last_day != day_text(settings, now);
}

bool morning_is_due(const Desk& desk) {
  if (desk.service == nullptr || !desk.settings.morning) return false;
  std::string last_day;
  if (const auto kept = read_file(desk.service->morning_file, longest_day); kept)
    last_day = as_text(*kept);
  return morning_is_due(desk.settings, desk.timers.wall(), last_day);
}

Task<void> give_morning_slip(Desk& desk, Dialogue& dialogue) {
  // Noted first: a kiosk that fails in the test shall not try all morning.
  const std::string day = day_text(desk.settings, desk.timers.wall());
  if (Status noted = write_file(desk.service->morning_file, as_bytes(day)); !noted)
    log_event(Event::setup_event, {{"what", "morning slip"}, {"detail", noted.error().text()}});
  dialogue.show(service_testing_screen());
  SelfTestBench bench = desk.service->bench();
  const SelfTestReport report = co_await self_test(std::move(bench));
  Slip slip = morning_slip(report, desk.settings, desk.timers.wall());
  dialogue.show(slip_printing_screen());
  const SlipGiven given = co_await give_slip(desk, std::move(slip));
  if (given == SlipGiven::printed) co_return;
  const Watch card = [&desk]() -> Task<void> { (void)co_await desk.reader.wait_for_card(); };
  for (std::size_t page = 0;; ++page) {
    Screen screen = morning_screen(report, page % report_pages(report));
    const Reply reply = co_await dialogue.ask_for(std::move(screen), shown_for, card);
    if (!reply.is("more")) break;
  }
}

}  // namespace madoguchi::visit
