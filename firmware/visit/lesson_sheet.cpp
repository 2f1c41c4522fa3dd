#include "firmware/visit/lesson_sheet.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/free_print.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto drawing_patience = 8s;
constexpr int first_year_of_reiwa = 2019;

Text date_text(const Settings& settings, Timers::Wall now) {
  const std::tm local = settings.hours.local(now);
  const int year = local.tm_year + 1900;
  return say("sheet.date", {{"year", std::to_string(year)},
                            {"era", std::to_string(year - first_year_of_reiwa + 1)},
                            {"month", std::to_string(local.tm_mon + 1)},
                            {"day", std::to_string(local.tm_mday)}});
}

bool failed(const char* what, const std::string& why) {
  log_event(Event::lesson_event, {{"what", what}, {"error", why}});
  return false;
}

}  // namespace

std::string lesson_link(const Settings& settings, const lesson::Lesson& lesson,
                        const std::string& language) {
  if (settings.lessons_url.empty()) return {};
  return settings.lessons_url + "/" + std::string(lesson::topic_name(lesson.topic)) +
         "?lang=" + language;
}

Sheet make_sheet(const Settings& settings, Timers::Wall now, const lesson::Lesson& lesson,
                 const std::string& language) {
  Sheet out;
  out.language = language;
  out.title = say("sheet.title");
  out.lesson = written(lesson.title);
  out.date = date_text(settings, now);
  for (const lesson::Words& each : lesson.can) out.can.push_back(written(each));
  out.remember_title = say("sheet.remember");
  for (const lesson::Words& each : lesson.remember) out.remember.push_back(written(each));
  out.ask_title = say("sheet.ask");
  out.ask = {say("sheet.ask.here")};
  for (const lesson::Link& link : lesson.links) {
    lesson::Words line = link.label;
    for (auto& [tongue, words] : line) words += (tongue == "ja" ? "：" : ": ") + link.address;
    out.ask.push_back(written(std::move(line)));
  }
  out.link = lesson_link(settings, lesson, language);
  out.link_caption = say("sheet.link");
  return out;
}

Task<bool> print_sheet(Desk& desk, Sheet sheet) {
  if (desk.sheets == nullptr) co_return false;
  const auto drawn =
      co_await within(desk.timers, drawing_patience, desk.sheets->set(std::move(sheet)));
  if (!drawn) co_return failed("sheet", "not drawn in time");
  const Result<Bytes>& pdf = *drawn;
  if (!pdf) co_return failed("sheet", pdf.error().text());
  const std::string job = std::string(lesson_sheet_job) + random_uuid();
  const Status printed = co_await print_for_free(desk, job, *pdf);
  if (!printed) co_return failed("sheet", printed.error().text());
  log_event(Event::lesson_event, {{"what", "sheet"}, {"job", job}});
  co_return true;
}

}  // namespace madoguchi::visit
