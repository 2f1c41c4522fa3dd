// From a bundle that may be installed to the verdict on the new slot.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/update/agent.h"

namespace madoguchi::update {

using namespace std::chrono_literals;

namespace {

constexpr auto window_again = 30s;    // whether it is open
constexpr auto devices_again = 600s;  // whether they are well by now
constexpr auto self_test_limit = 600s;
constexpr auto restart_limit = 300s;  // then it is asked for again
constexpr auto installer_again = 5s;
constexpr int most_tries = 3;           // of an installer that dies, or does not mark
constexpr std::int32_t said_step = 10;  // percent
constexpr std::size_t largest_trial_log = 1u << 20;
constexpr std::size_t most_trial_lines = 40;
constexpr std::size_t longest_line = 250;

}  // namespace

bool Agent::in_window() const {
  return record_.bundle.source == Source::maintainer || surroundings_.in_window(timers_.wall());
}

Task<SelfTestVerdict> Agent::tested() {
  const auto verdict = co_await within(timers_, self_test_limit, surroundings_.self_test());
  if (verdict) co_return *verdict;
  SelfTestVerdict late;
  late.lines = {"the self-test did not end"};
  co_return late;
}

/// Everything but "nobody is there", which may change in any moment and is asked last.
Task<bool> Agent::may_begin() {
  const bool server = record_.bundle.source == Source::server;
  if (server && !(offer_ && offer_->action == record_.bundle.action && offer_->may_install)) {
    wait_for(Waiting::server);
    co_return false;
  }
  if (!in_window()) {
    wait_for(Waiting::window);
    co_return false;
  }
  if (somebody_there_) {
    wait_for(Waiting::visit);
    co_return false;
  }
  if (tested_at_ && timers_.now() - *tested_at_ < devices_again) co_return false;
  const SelfTestVerdict verdict = co_await tested();
  if (verdict.busy) {
    wait_for(Waiting::visit);
    co_return false;
  }
  if (!verdict.passed) {
    tested_at_ = timers_.now();
    wait_for(Waiting::devices, verdict.lines);
    say(UpdatePhase::waiting, verdict.lines);
    co_return false;
  }
  tested_at_.reset();
  co_return true;
}

Task<void> Agent::begin_when_allowed() {
  if (bundle_is_gone()) withdrawn_ = true;
  if (withdrawn_) {
    tested_at_.reset();
    (void)co_await move(update::Event::withdraw);
    co_return;
  }
  const bool may = co_await may_begin();
  if (!may) co_return co_await pause(window_again);
  const Result<InstallerState> state = co_await installer_.system();
  if (!state) {
    wait_for(Waiting::installer, {state.error().text()});
    co_return co_await pause(window_again);
  }
  // What has happened during the test and the question.
  if (somebody_there_ || withdrawn_ || wanted_) co_return;
  record_.from_slot = state->booted;
  ++record_.begun;
  const bool begun = co_await move(update::Event::begin);
  if (!begun) --record_.begun;
}

Task<Status> Agent::install_once() {
  BundleInstaller::Progress heard = [this](const InstallProgress& now) {
    progress(now.percent, now.step);
    if (now.percent < said_percent_ + said_step) return;
    said_percent_ = now.percent;
    say(UpdatePhase::installing);
  };
  if (std::exchange(attach_, false)) {
    BundleInstaller::Progress attached = heard;
    const Status ended = co_await installer_.attach(std::move(attached));
    if (ended || ended.error().code != Errc::refused) co_return ended;
    // It ended while kioskd was away; how is not known, and once more does no harm.
  }
  std::string location = record_.bundle.location;
  co_return co_await installer_.install(std::move(location), std::move(heard));
}

/// An installer that dies or is away is tried again; everything else is its verdict.
Task<void> Agent::install() {
  Status ended;
  said_percent_ = -said_step;
  for (int tries = 0; tries < most_tries; ++tries) {
    if (tries > 0) co_await timers_.sleep(installer_again);
    ended = co_await install_once();
    if (ended) break;
    log_event(::madoguchi::Event::update_event,
              {{"state", "installing"}, {"detail", ended.error().text()}});
    attach_ = ended.error().code == Errc::busy;
    if (ended.error().code != Errc::gone && !attach_) break;
  }
  if (ended) {
    (void)co_await move(update::Event::written);
    co_return;
  }
  const Error& error = ended.error();
  const bool unsigned_bundle = error.code == Errc::integrity;
  because(unsigned_bundle ? "not_signed" : std::string(name_of(error.code)), error.what);
  (void)co_await move(update::Event::broke);
}

Task<void> Agent::restart_when_nobody_is_there() {
  if (!in_window() || somebody_there_) {
    wait_for(somebody_there_ ? Waiting::visit : Waiting::window);
    co_return co_await pause(window_again);
  }
  (void)co_await move(update::Event::restart);
}

Task<void> Agent::ask_for_restart() {
  say(UpdatePhase::restarting);
  const Status asked = surroundings_.restart();
  if (!asked)
    log_event(::madoguchi::Event::update_event,
              {{"state", "restarting"}, {"detail", asked.error().text()}});
  co_await timers_.sleep(restart_limit);
  (void)co_await move(update::Event::restart);
}

Task<void> Agent::try_new_slot() {
  const SelfTestVerdict verdict = co_await tested();
  if (verdict.busy) co_return co_await timers_.sleep(installer_again);
  if (verdict.passed) {
    (void)co_await move(update::Event::passed);
    co_return;
  }
  record_.log = verdict.lines;
  keep_log(verdict.lines);
  because("self_test", verdict.lines.empty() ? "the self-test failed" : verdict.lines.front());
  (void)co_await move(update::Event::not_passed);
}

/// The slot first, then the counter: a counter that is raised for a slot that goes back would shut
/// the old version out.
Task<void> Agent::keep() {
  Status marked;
  for (int tries = 0; tries < most_tries; ++tries) {
    if (tries > 0) co_await timers_.sleep(installer_again);
    marked = co_await installer_.mark(BundleInstaller::Mark::good);
    if (marked) break;
  }
  if (!marked) {
    because("not_marked", marked.error().text());
    (void)co_await move(update::Event::broke);
    co_return;
  }
  record_.owed_counter = record_.bundle.rollback;
  co_await pay_owed_counter();
  because("", "");
  (void)co_await move(update::Event::marked);
}

/// A counter that cannot be raised now is raised later: the slot stays all the same.
Task<void> Agent::pay_owed_counter() {
  if (!record_.owed_counter) co_return;
  const std::uint64_t number = *record_.owed_counter;
  const Status raised = co_await counter_.raise_to(number);
  if (!raised) {
    log_event(::madoguchi::Event::update_event,
              {{"state", "counter"}, {"detail", raised.error().text()}});
    co_return;
  }
  record_.owed_counter.reset();
  (void)store();
}

Task<void> Agent::leave() {
  const Status marked = co_await installer_.mark(BundleInstaller::Mark::bad);
  // The boot loader counts starts: it leaves a slot that nobody called good by itself.
  if (!marked)
    log_event(::madoguchi::Event::update_event,
              {{"state", "leaving"}, {"detail", marked.error().text()}});
  const Status asked = surroundings_.restart();
  if (!asked)
    log_event(::madoguchi::Event::update_event,
              {{"state", "leaving"}, {"detail", asked.error().text()}});
  co_await timers_.sleep(restart_limit);
  (void)co_await move(update::Event::restart);
}

/// The log stays in the data folder, where a maintainer finds it in the old slot.
void Agent::keep_log(const std::vector<std::string>& lines) {
  if (settings_.log_dir.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(settings_.log_dir, failed);
  std::string text = "version " + record_.bundle.version + " was left:\n";
  for (const std::string& line : lines) text += line + "\n";
  if (Status written = write_file(log_of_failed(), as_bytes(text)); !written)
    log_event(::madoguchi::Event::update_event,
              {{"state", "leaving"}, {"detail", written.error().text()}});
}

std::string Agent::log_of_failed() const {
  return settings_.log_dir + "/failed-" + record_.bundle.version + ".log";
}

/// What the slot that was left has written of itself, put behind what is kept of it; gives its last
/// lines. Empty when it came to nothing, not even that.
std::vector<std::string> Agent::take_trial_log() {
  const std::string path = settings_.log_dir + "/trial.log";
  const Result<Bytes> trial = read_file(path, largest_trial_log);
  std::vector<std::string> lines;
  if (settings_.log_dir.empty() || !trial) return lines;
  const Result<Bytes> before = read_file(log_of_failed(), largest_trial_log);
  std::string text = before ? as_text(*before) : std::string();
  text += as_text(*trial);
  Status kept = write_file(log_of_failed(), as_bytes(text));
  if (!kept)
    log_event(::madoguchi::Event::update_event,
              {{"state", "returned"}, {"detail", kept.error().text()}});
  std::istringstream all(as_text(*trial));
  for (std::string line; std::getline(all, line);) lines.push_back(line.substr(0, longest_line));
  if (lines.size() > most_trial_lines)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most_trial_lines));
  std::error_code gone;
  if (kept) std::filesystem::remove(path, gone);
  return lines;
}

std::optional<Text> Agent::notice() const {
  switch (record_.state) {
    case State::fetching:
    case State::installing:
      return ::madoguchi::say("updating.running", {{"percent", std::to_string(standing_.percent)}});
    case State::installed:
      return ::madoguchi::say("updating.restart_soon");
    default:
      return std::nullopt;
  }
}

std::optional<Text> Agent::closed_for() const {
  switch (record_.state) {
    case State::restarting:
    case State::leaving:
      return ::madoguchi::say("updating.restarting");
    case State::trying:
    case State::keeping:
      return ::madoguchi::say("updating.testing");
    default:
      return std::nullopt;
  }
}

}  // namespace madoguchi::update
