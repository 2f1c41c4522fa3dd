#include "hal/ipp/ipp_printer.h"

#include <optional>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/worker.h"
#include "hal/ipp/ipp_wire.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;
using namespace ipp;

constexpr auto poll_interval = 250ms;
constexpr auto silence_limit = 30s;
// A printer may still be writing its page count when it calls the job completed.
constexpr auto count_grace = 3s;
// How long a job that never got its document may take to be canceled.
constexpr int cancel_looks = 20;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

Result<void> check_abilities(const PrinterAttributes& printer) {
  if (!printer.takes_pdf) {
    return Error{Errc::unsupported, "printer",
                 printer.model + " does not take application/pdf; a PDF printer is needed"};
  }
  if (!printer.takes_a4) {
    return Error{Errc::unsupported, "printer",
                 printer.model + " does not offer iso_a4_210x297mm; an A4 printer is needed"};
  }
  return {};
}

Error never_taken(const std::string& name) {
  return {Errc::not_found, "ipp.find", "the printer has no job named " + name};
}

class IppPrinter final : public Printer {
 public:
  IppPrinter(Timers& timers, PrinterAddress address) : timers_(timers), wire_(std::move(address)) {}

  Task<Result<PrinterState>> state() override;
  Task<Result<void>> validate(const PrintJob& job) override;
  Task<Result<std::int32_t>> submit(const PrintJob& job) override;
  Task<Result<std::int32_t>> find(const std::string& name) override;
  Task<JobProgress> follow(std::int32_t job,
                           std::function<void(const JobProgress&)> on_change) override;
  Task<Result<void>> cancel(std::int32_t job) override;

 private:
  struct Look {
    JobAttributes job;
    PrinterTrouble trouble = PrinterTrouble::none;
  };
  struct Submitted {
    std::int32_t job = 0;
    std::int32_t pages = 0;  // of all copies
  };

  template <class F>
  Task<std::invoke_result_t<F>> on_worker(F work);

  // On the worker's thread:
  Result<JobTicket> ticket_for(const PrintJob& job);
  Result<std::int32_t> hand_over(const PrintJob& job);
  Result<JobAttributes> newest_named(const std::string& name);
  Result<Look> look_at(std::int32_t job);

  std::optional<JobProgress> judge(const Look& look, Timers::Monotonic& completed_since);

  Timers& timers_;
  Wire wire_;
  Submitted last_;
  std::optional<bool> unscaled_;  // known after the first answer; worker's thread only
  Worker worker_{"ipp"};          // last: its thread ends before what it uses goes away
};

template <class F>
Task<std::invoke_result_t<F>> IppPrinter::on_worker(F work) {
  wire_.allow();
  co_return co_await worker_.run(std::move(work), [this] { wire_.interrupt(); });
}

Task<Result<PrinterState>> IppPrinter::state() {
  auto seen = co_await on_worker([this] { return wire_.printer_attributes(); });
  if (!seen.ok()) {
    const Error& error = seen.error();
    if (error.code == Errc::gone || error.code == Errc::io) {
      co_return PrinterState{PrinterTrouble::gone, "", error.what};
    }
    if (error.code == Errc::busy) co_return PrinterState{PrinterTrouble::stopped, "", error.what};
    co_return error;
  }
  if (auto able = check_abilities(*seen); !able.ok()) co_return able.error();
  PrinterTrouble trouble = trouble_of(seen->phase, seen->reasons);
  if (trouble == PrinterTrouble::none && !seen->accepting) trouble = PrinterTrouble::not_accepting;
  co_return PrinterState{trouble, seen->model, joined(seen->reasons)};
}

Result<JobTicket> IppPrinter::ticket_for(const PrintJob& job) {
  if (!unscaled_) {
    auto printer = wire_.printer_attributes();
    if (!printer.ok()) return printer.error();
    if (auto able = check_abilities(*printer); !able.ok()) return able.error();
    unscaled_ = printer->prints_unscaled;
  }
  return JobTicket{job.name, job.copies, job.two_sided, *unscaled_};
}

Task<Result<void>> IppPrinter::validate(const PrintJob& job) {
  co_return co_await on_worker([&]() -> Result<void> {
    unscaled_.reset();  // the printer may have been exchanged since
    auto ticket = ticket_for(job);
    if (!ticket.ok()) return ticket.error();
    return wire_.validate_job(*ticket);
  });
}

Task<Result<std::int32_t>> IppPrinter::submit(const PrintJob& job) {
  auto id = co_await on_worker([&] { return hand_over(job); });
  if (id.ok()) last_ = {*id, job.copies * job.pages};
  co_return id;
}

Result<std::int32_t> IppPrinter::hand_over(const PrintJob& job) {
  const auto nothing_taken = [](const Error& error) {
    return error.code == Errc::gone ? error : Error{Errc::refused, error.where, error.what};
  };
  auto ticket = ticket_for(job);
  if (!ticket.ok()) {
    // A question that got no answer has taken nothing either: to the caller the printer is gone.
    Error error = ticket.error();
    if (error.code == Errc::io) error.code = Errc::gone;
    return nothing_taken(error);
  }
  auto id = wire_.create_job(*ticket);
  if (!id.ok()) return id.error().code == Errc::io ? id.error() : nothing_taken(id.error());
  auto sent = wire_.send_document(*id, job.pdf);
  if (sent.ok()) return *id;
  const Error error = sent.error();
  if (error.code == Errc::io) return error;
  // Refused, or the printer went away in between: the job stands there without a document. Only a
  // cancel that the printer has confirmed makes it certain that nothing will be printed.
  if (wire_.cancel_job(*id).ok()) return nothing_taken(error);
  return Error{Errc::io, error.where, error.what};
}

Task<Result<std::int32_t>> IppPrinter::find(const std::string& name) {
  auto newest = co_await on_worker([&] { return newest_named(name); });
  if (!newest.ok()) co_return newest.error();
  if (!lacks_document(newest->state, newest->reasons, newest->documents)) co_return newest->id;
  // A Create-Job whose document never arrived would wait for it until the printer's time-out and
  // print nothing. Cancel it, then see what became of it: the document may be arriving at this very
  // moment.
  const Error never = never_taken(name);
  const std::int32_t id = newest->id;
  auto canceled = co_await on_worker([this, id] { return wire_.cancel_job(id); });
  if (!canceled.ok()) co_return canceled.error();
  for (int looks = 0; looks < cancel_looks; ++looks) {
    auto now = co_await on_worker([this, id] { return wire_.job_attributes(id); });
    if (!now.ok() && now.error().code == Errc::not_found) co_return never;
    if (!now.ok()) co_return now.error();
    if (now->state == JobState::canceled && now->pages_completed <= 0) co_return never;
    if (has_ended(now->state)) break;
    co_await timers_.sleep(poll_interval);
  }
  co_return id;
}

Result<JobAttributes> IppPrinter::newest_named(const std::string& name) {
  auto jobs = wire_.jobs();
  if (!jobs.ok()) return jobs.error();
  std::optional<JobAttributes> newest;
  for (JobAttributes& job : *jobs) {
    if (job.name == name && (!newest || job.id > newest->id)) newest = std::move(job);
  }
  if (!newest) return never_taken(name);
  return std::move(*newest);
}

Result<IppPrinter::Look> IppPrinter::look_at(std::int32_t job) {
  auto attributes = wire_.job_attributes(job);
  if (!attributes.ok()) return attributes.error();
  Look look{std::move(*attributes), PrinterTrouble::none};
  if (has_ended(look.job.state)) return look;
  auto printer = wire_.printer_attributes();
  if (!printer.ok()) return printer.error();
  look.trouble = trouble_of(printer->phase, printer->reasons);
  if (look.trouble == PrinterTrouble::none && look.job.state == JobState::stopped) {
    look.trouble = PrinterTrouble::stopped;
  }
  return look;
}

// Nothing: the printer says completed but its page count has not caught up yet; look again.
std::optional<JobProgress> IppPrinter::judge(const Look& look, Timers::Monotonic& completed_since) {
  JobProgress now{look.job.state, look.trouble, look.job.pages_completed};
  const std::int32_t expected = last_.job == look.job.id ? last_.pages : 0;
  now.state = verdict(look.job.state, look.job.reasons, look.job.pages_completed, expected);
  if (look.job.state == JobState::completed && now.state != JobState::completed) {
    if (completed_since == Timers::Monotonic{}) completed_since = timers_.now();
    if (timers_.now() - completed_since < count_grace) return std::nullopt;
  }
  return now;
}

Task<JobProgress> IppPrinter::follow(std::int32_t job,
                                     std::function<void(const JobProgress&)> on_change) {
  std::optional<JobProgress> told;
  const auto tell = [&](const JobProgress& now) {
    if (told != now && on_change) on_change(now);
    told = now;
  };
  auto answered = timers_.now();
  Timers::Monotonic completed_since{};
  for (;;) {
    auto look = co_await on_worker([this, job] { return look_at(job); });
    if (look.ok()) {
      answered = timers_.now();
      const auto now = judge(*look, completed_since);
      if (now) tell(*now);
      if (now && has_ended(now->state)) co_return *now;
    } else if (look.error().code == Errc::not_found) {
      // Forgotten, as after a power cut: nobody can say how far it came.
      const JobProgress now{JobState::unknown, PrinterTrouble::none,
                            told ? told->pages_completed : -1};
      tell(now);
      co_return now;
    } else {
      JobProgress now = told.value_or(JobProgress{JobState::unknown, PrinterTrouble::gone, -1});
      now.trouble = PrinterTrouble::gone;
      if (timers_.now() - answered >= silence_limit) now.state = JobState::unknown;
      tell(now);
      if (timers_.now() - answered >= silence_limit) co_return now;
    }
    co_await timers_.sleep(poll_interval);
  }
}

Task<Result<void>> IppPrinter::cancel(std::int32_t job) {
  co_return co_await on_worker([this, job] { return wire_.cancel_job(job); });
}

}  // namespace

Result<std::unique_ptr<Printer>> make_ipp_printer(Timers& timers, std::string uri) {
  auto address = parse_address(uri);
  if (!address.ok()) return address.error();
  return std::unique_ptr<Printer>(std::make_unique<IppPrinter>(timers, std::move(*address)));
}

}  // namespace madoguchi
