#include "firmware/visit/lesson_sheet.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/base/wakeup.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto drawing_patience = 8s;
constexpr auto asking_patience = 5s;
constexpr auto printing_patience = 30s;
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

/// Until it is printed, the printer is in trouble, or the time is over.
Task<bool> follow(Desk& desk, std::int32_t job) {
  Wakeup trouble;
  std::string what = "timeout";
  bool completed = false;
  const auto watch = [&](const JobProgress& progress) {
    if (progress.trouble == PrinterTrouble::none) return;
    what = std::string(name_of(progress.trouble));
    trouble.notify();
  };
  const auto print = [&]() -> Task<void> {
    const JobProgress last = co_await desk.printer.follow(job, watch);
    completed = last.state == JobState::completed;
    if (!completed) what = std::string(name_of(last.state));
  };
  co_await (print() || trouble.wait() || desk.timers.sleep(printing_patience));
  if (completed) co_return true;
  (void)co_await within(desk.timers, asking_patience, desk.printer.cancel(job));
  co_return failed("sheet", what);
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
  const auto answered = co_await within(desk.timers, asking_patience, desk.printer.state());
  const bool ready = answered && answered->ok() && (*answered)->trouble == PrinterTrouble::none;
  if (!ready) co_return failed("sheet", "the printer is not ready");
  PrintJob job;
  job.name = std::string(lesson_sheet_job) + random_uuid();
  job.pdf = *pdf;
  const auto submitted = co_await within(desk.timers, printing_patience, desk.printer.submit(job));
  if (!submitted) co_return failed("sheet", "the printer gives no answer");
  Result<std::int32_t> id = *submitted;
  // A reply that was lost may have left a job behind.
  if (!id && id.error().code == Errc::io) id = co_await desk.printer.find(job.name);
  if (!id) co_return failed("sheet", id.error().text());
  const bool printed = co_await follow(desk, *id);
  if (printed) log_event(Event::lesson_event, {{"what", "sheet"}, {"job", job.name}});
  co_return printed;
}

}  // namespace madoguchi::visit
