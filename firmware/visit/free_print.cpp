#include "firmware/visit/free_print.h"

#include "firmware/base/asio.h"
#include "firmware/base/wakeup.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto asking_patience = 5s;
constexpr auto printing_patience = 30s;

Error not_printed(Errc code, std::string why) { return {code, "printer", std::move(why)}; }

/// Until it is printed, the printer is in trouble, or the time is over.
Task<Status> follow(Desk& desk, std::int32_t job) {
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
  if (completed) co_return Status{};
  (void)co_await within(desk.timers, asking_patience, desk.printer.cancel(job));
  co_return not_printed(Errc::io, what);
}

}  // namespace

Task<Status> print_for_free(Desk& desk, std::string name, Bytes pdf) {
  const auto answered = co_await within(desk.timers, asking_patience, desk.printer.state());
  const bool ready = answered && answered->ok() && (*answered)->trouble == PrinterTrouble::none;
  if (!ready) co_return not_printed(Errc::gone, "is not ready");
  PrintJob job;
  job.name = name;
  job.pdf = pdf;
  const auto submitted = co_await within(desk.timers, printing_patience, desk.printer.submit(job));
  if (!submitted) co_return not_printed(Errc::timeout, "gives no answer");
  Result<std::int32_t> id = *submitted;
  // A reply that was lost may have left a job behind.
  if (!id && id.error().code == Errc::io) id = co_await desk.printer.find(name);
  if (!id) co_return id.error();
  co_return co_await follow(desk, *id);
}

}  // namespace madoguchi::visit
