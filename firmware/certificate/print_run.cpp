#include "firmware/certificate/print_run.h"

#include <cassert>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi::certificate {

using namespace std::chrono_literals;

namespace {

constexpr int most_submissions = 2;

}  // namespace

Task<PrintRecord> PrintRun::print(PrintJob job, Tell tell) {
  co_return co_await drive(PrintRecord(), PrintEvent::print, std::move(job), std::move(tell));
}

Task<PrintRecord> PrintRun::resume(PrintRecord record, PrintJob job) {
  co_return co_await drive(record, PrintEvent::resumed, std::move(job), Tell());
}

Task<PrintRecord> PrintRun::drive(PrintRecord record, PrintEvent event, PrintJob job, Tell tell) {
  for (;;) {
    const std::optional<PrintStep> next = step(record.state, event);
    assert(next);
    const bool changed = record.state != next->next;
    record.state = next->next;
    log_event(madoguchi::Event::print_event,
              {{"document", job.name},
               {"event", std::string(codec::enum_name(event))},
               {"state", std::string(codec::enum_name(record.state))}});
    const Status durable = changed ? remember_(record) : Status();
    if (!durable && next->action == PrintAction::submit) {
      record.state = PrintState::failed;
      co_return record;
    }
    switch (next->action) {
      case PrintAction::none:
        co_return record;
      case PrintAction::submit:
        event = co_await submit(job);
        break;
      case PrintAction::find:
        event = co_await find(job.name);
        break;
      case PrintAction::follow:
        event = co_await follow(record, job, tell);
        break;
      case PrintAction::withdraw:
        event = co_await withdraw(record, job);
        break;
    }
  }
}

Task<PrintEvent> PrintRun::submit(const PrintJob& job) {
  ++submissions_;
  const Result<std::int32_t> submitted = co_await printer_.submit(job);
  if (submitted) {
    job_ = *submitted;
    co_return PrintEvent::accepted;
  }
  log_event(madoguchi::Event::print_event, {{"error", submitted.error().text()}});
  co_return submitted.error().code == Errc::io ? PrintEvent::reply_lost : PrintEvent::refused;
}

Task<PrintEvent> PrintRun::find(const std::string& name) {
  // A printer that lost a reply may need a moment to come back.
  const auto until = timers_.now() + patience_;
  for (;;) {
    const Result<std::int32_t> found = co_await printer_.find(name);
    if (found) {
      job_ = *found;
      co_return PrintEvent::found;
    }
    if (found.error().code == Errc::not_found) {
      co_return submissions_ < most_submissions ? PrintEvent::not_found : PrintEvent::gave_up;
    }
    if (timers_.now() >= until) co_return PrintEvent::no_answer;
    co_await timers_.sleep(1s);
  }
}

PrintEvent PrintRun::note(PrintRecord& record, const JobProgress& progress, const PrintJob& job) {
  record.pages = progress.pages_completed;
  switch (progress.state) {
    case JobState::completed:
      if (record.pages < 0) record.pages = job.pages * job.copies;
      return PrintEvent::completed;
    case JobState::canceled:
    case JobState::aborted:
      return PrintEvent::ended_short;
    default:
      return PrintEvent::no_answer;
  }
}

Task<PrintEvent> PrintRun::follow(PrintRecord& record, const PrintJob& job, const Tell& tell) {
  std::optional<Timers::Monotonic> trouble_since;
  const auto on_change = [&](const JobProgress& progress) {
    if (progress.trouble == PrinterTrouble::none) {
      trouble_since.reset();
    } else if (!trouble_since) {
      trouble_since = timers_.now();
    }
    if (tell) tell(progress);
  };
  const auto out_of_patience = [&]() -> Task<void> {
    while (!trouble_since || timers_.now() - *trouble_since < patience_) {
      co_await timers_.sleep(500ms);
    }
  };
  auto either = co_await (printer_.follow(job_, on_change) || out_of_patience());
  if (either.index() == 1) co_return PrintEvent::out_of_patience;
  co_return note(record, std::get<0>(either), job);
}

Task<PrintEvent> PrintRun::withdraw(PrintRecord& record, const PrintJob& job) {
  const Result<std::int32_t> found = co_await printer_.find(job.name);
  if (!found) {
    co_return found.error().code == Errc::not_found ? PrintEvent::not_found : PrintEvent::no_answer;
  }
  const Result<void> canceled = co_await printer_.cancel(*found);
  if (!canceled) log_event(madoguchi::Event::print_event, {{"error", canceled.error().text()}});
  const JobProgress progress = co_await printer_.follow(*found, [](const JobProgress&) {});
  co_return note(record, progress, job);
}

}  // namespace madoguchi::certificate
