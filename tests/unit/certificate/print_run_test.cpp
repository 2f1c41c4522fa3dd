// The print run against a printer whose answers are scripted: what is handed over, looked for,
// withdrawn, and what is made durable before it.

#include "firmware/certificate/print_run.h"

#include <deque>

#include <CppUTest/TestHarness.h>

#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::certificate;
using namespace std::chrono_literals;

namespace {

Error silent() { return {Errc::gone, "printer", "no answer"}; }
Error lost() { return {Errc::io, "printer", "no reply"}; }
Error unknown_job() { return {Errc::not_found, "printer", "no such job"}; }
JobProgress ended(JobState state, std::int32_t pages) {
  return {state, PrinterTrouble::none, pages};
}

class ScriptedPrinter final : public Printer {
 public:
  explicit ScriptedPrinter(Timers& timers) : timers_(timers) {}
  Task<Result<PrinterState>> state() override { co_return PrinterState{}; }
  Task<Result<void>> validate(const PrintJob&) override { co_return Result<void>{}; }
  Task<Result<std::int32_t>> submit(const PrintJob& job) override {
    submitted.push_back(job.name);
    co_return next(submissions, Result<std::int32_t>(7));
  }
  Task<Result<std::int32_t>> find(const std::string& name) override {
    looked_for.push_back(name);
    co_return next(finds, Result<std::int32_t>(silent()));
  }
  Task<JobProgress> follow(std::int32_t job,
                           std::function<void(const JobProgress&)> on_change) override {
    followed.push_back(job);
    for (const auto& [after, progress] : std::exchange(story, {})) {
      co_await timers_.sleep(after);
      on_change(progress);
    }
    if (hangs) co_await timers_.sleep(1h);
    co_return next(ends, ended(JobState::unknown, -1));
  }
  Task<Result<void>> cancel(std::int32_t job) override {
    cancelled.push_back(job);
    hangs = false;
    co_return Result<void>{};
  }

  std::deque<Result<std::int32_t>> submissions, finds;
  std::vector<std::pair<Timers::Duration, JobProgress>> story;
  std::deque<JobProgress> ends;
  bool hangs = false;  ///< until it is cancelled
  std::vector<std::string> submitted, looked_for;
  std::vector<std::int32_t> followed, cancelled;

 private:
  template <class T>
  static T next(std::deque<T>& script, T otherwise) {
    if (script.empty()) return otherwise;
    T first = std::move(script.front());
    script.pop_front();
    return first;
  }
  Timers& timers_;
};

}  // namespace

TEST_GROUP(print_run) {
  VirtualTimers timers{Timers::Wall{}};
  ScriptedPrinter printer{timers};
  std::vector<PrintRecord> durable;
  std::vector<JobProgress> told;
  bool storage_full = false;

  PrintRun make() {
    return PrintRun(printer, timers, 60s, [this](const PrintRecord& record) -> Status {
      if (storage_full) return Error{Errc::full, "journal", "full"};
      durable.push_back(record);
      return {};
    });
  }
  static PrintJob job() {
    PrintJob out;
    out.name = "D-1";
    out.copies = 2;
    out.pages = 3;
    return out;
  }
  PrintRecord print() {
    PrintRun run = make();
    return run_virtually(timers, run.print(job(), [this](const JobProgress& progress) {
      told.push_back(progress);
    }));
  }
  PrintRecord resume(PrintState state, std::int32_t pages = 0) {
    PrintRun run = make();
    return run_virtually(timers, run.resume({state, pages}, job()));
  }
  [[nodiscard]] std::vector<PrintState> states() const {
    std::vector<PrintState> out;
    for (const PrintRecord& each : durable) out.push_back(each.state);
    return out;
  }
};

TEST(print_run, every_sheet_came_out) {
  printer.story = {{1s, ended(JobState::processing, 1)}, {1s, ended(JobState::processing, 4)}};
  printer.ends = {ended(JobState::completed, 6)};
  const PrintRecord done = print();
  CHECK(done.state == PrintState::completed);
  LONGS_EQUAL(6, done.pages);
  LONGS_EQUAL(1, printer.submitted.size());
  STRCMP_EQUAL("D-1", printer.submitted[0].c_str());
  CHECK(printer.followed == std::vector<std::int32_t>{7});
  LONGS_EQUAL(2, told.size());
  using enum PrintState;
  CHECK(states() == std::vector<PrintState>({submitting, printing, completed}));
  LONGS_EQUAL(6, durable.back().pages);
}

TEST(print_run, a_printer_that_does_not_count_printed_all_when_it_says_completed) {
  printer.ends = {ended(JobState::completed, -1)};
  LONGS_EQUAL(6, print().pages);
}

TEST(print_run, what_cannot_be_recorded_is_not_handed_over) {
  storage_full = true;
  CHECK(print().state == PrintState::failed);
  LONGS_EQUAL(0, printer.submitted.size());
}

TEST(print_run, a_full_storage_after_that_stops_nothing) {
  printer.ends = {ended(JobState::completed, 6)};
  printer.story = {{1s, ended(JobState::processing, 1)}};
  PrintRun run = make();
  const auto tell = [this](const JobProgress&) { storage_full = true; };
  CHECK(run_virtually(timers, run.print(job(), tell)).state == PrintState::completed);
}

TEST(print_run, a_refused_job_is_not_tried_again) {
  printer.submissions = {Error{Errc::refused, "printer", "no"}};
  CHECK(print().state == PrintState::failed);
  LONGS_EQUAL(1, printer.submitted.size());
  LONGS_EQUAL(0, printer.looked_for.size());
}

TEST(print_run, a_lost_reply_is_looked_for_by_name_before_anything_else) {
  printer.submissions = {lost()};
  printer.finds = {silent(), silent(), Result<std::int32_t>(9)};
  printer.ends = {ended(JobState::completed, 6)};
  const auto began = timers.now();
  CHECK(print().state == PrintState::completed);
  LONGS_EQUAL(1, printer.submitted.size());
  CHECK(printer.looked_for == std::vector<std::string>({"D-1", "D-1", "D-1"}));
  CHECK(printer.followed == std::vector<std::int32_t>{9});
  CHECK(timers.now() - began == 2s);
}

TEST(print_run, a_job_that_never_arrived_is_handed_over_once_more) {
  printer.submissions = {lost(), Result<std::int32_t>(8)};
  printer.finds = {unknown_job()};
  printer.ends = {ended(JobState::completed, 6)};
  CHECK(print().state == PrintState::completed);
  LONGS_EQUAL(2, printer.submitted.size());
  CHECK(printer.followed == std::vector<std::int32_t>{8});
}

TEST(print_run, and_not_a_third_time) {
  printer.submissions = {lost(), lost()};
  printer.finds = {unknown_job(), unknown_job()};
  CHECK(print().state == PrintState::failed);
  LONGS_EQUAL(2, printer.submitted.size());
}

TEST(print_run, a_printer_that_stays_silent_is_asked_for_its_patience) {
  printer.submissions = {lost()};
  const auto began = timers.now();
  CHECK(print().state == PrintState::lost);
  CHECK(timers.now() - began == 60s);
  LONGS_EQUAL(61, printer.looked_for.size());
}

TEST(print_run, canceled_and_aborted_jobs_are_not_complete) {
  for (const JobState state : {JobState::canceled, JobState::aborted}) {
    printer.ends = {ended(state, 2)};
    const PrintRecord done = print();
    CHECK(done.state == PrintState::failed);
    LONGS_EQUAL(2, done.pages);
  }
  printer.ends = {ended(JobState::stopped, 6)};
  CHECK(print().state == PrintState::lost);
}

TEST(print_run, a_jam_that_nobody_mends_is_withdrawn) {
  printer.story = {{1s, {JobState::processing, PrinterTrouble::media_jam, 1}},
                   {10s, {JobState::processing, PrinterTrouble::cover_open, 1}}};
  printer.hangs = true;
  printer.finds = {Result<std::int32_t>(7)};
  printer.ends = {ended(JobState::canceled, 1)};
  const auto began = timers.now();
  const PrintRecord done = print();
  CHECK(done.state == PrintState::failed);
  CHECK(printer.cancelled == std::vector<std::int32_t>{7});
  // A minute since the first trouble, looked at twice a second.
  CHECK(timers.now() - began >= 61s && timers.now() - began <= 62s);
  LONGS_EQUAL(2, told.size());
}

TEST(print_run, a_jam_that_is_mended_has_its_patience_anew) {
  const JobProgress jam{JobState::processing, PrinterTrouble::media_jam, 1};
  printer.story = {{1s, jam},
                   {50s, ended(JobState::processing, 1)},
                   {1s, jam},
                   {50s, ended(JobState::processing, 2)}};
  printer.ends = {ended(JobState::completed, 6)};
  CHECK(print().state == PrintState::completed);
  LONGS_EQUAL(0, printer.cancelled.size());
}

TEST(print_run, after_a_power_cut_what_is_not_completed_is_withdrawn) {
  using enum PrintState;
  for (const PrintState state : {submitting, looking, printing, withdrawing, lost}) {
    printer.finds = {Result<std::int32_t>(5)};
    printer.ends = {ended(JobState::canceled, 1)};
    printer.cancelled.clear();
    printer.followed.clear();
    CHECK(resume(state).state == failed);
    CHECK(printer.cancelled == std::vector<std::int32_t>{5});
    CHECK(printer.followed == std::vector<std::int32_t>{5});
  }
  LONGS_EQUAL(0, printer.submitted.size());
}

TEST(print_run, after_a_power_cut_the_printer_has_the_last_word) {
  printer.finds = {Result<std::int32_t>(5)};
  printer.ends = {ended(JobState::completed, -1)};
  const PrintRecord done = resume(PrintState::printing, 2);
  CHECK(done.state == PrintState::completed);
  LONGS_EQUAL(6, done.pages);
}

TEST(print_run, after_a_power_cut_a_job_that_never_arrived_has_failed) {
  printer.finds = {unknown_job()};
  CHECK(resume(PrintState::submitting).state == PrintState::failed);
  LONGS_EQUAL(0, printer.cancelled.size());
}

TEST(print_run, after_a_power_cut_a_silent_printer_is_asked_once) {
  CHECK(resume(PrintState::printing).state == PrintState::lost);
  LONGS_EQUAL(1, printer.looked_for.size());
}

TEST(print_run, what_has_ended_stays_so) {
  CHECK(resume(PrintState::completed, 6).state == PrintState::completed);
  CHECK(resume(PrintState::failed, 1).state == PrintState::failed);
  LONGS_EQUAL(0, printer.looked_for.size());
  LONGS_EQUAL(0, durable.size());
}
