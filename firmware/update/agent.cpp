// Start, offers and checks; what follows is in agent_install.cpp.
#include "firmware/update/agent.h"

#include <algorithm>
#include <cassert>
#include <filesystem>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"

namespace madoguchi::update {

using namespace std::chrono_literals;

namespace {

constexpr auto look_again = 30s;      // at the stick, at an installer that is not there
constexpr auto fetch_silence = 660s;  // kiosk-link itself gives a part up after ten minutes
constexpr auto write_again = 10s;     // after a state that could not be written
constexpr std::size_t most_untold = 8;
constexpr std::size_t most_went_back = 8;
constexpr int most_stick_files = 64;
constexpr std::int32_t most_begun = 3;

std::string name(State state) { return std::string(codec::enum_name(state)); }

}  // namespace

Agent::Agent(Timers& timers, BundleInstaller& installer, RollbackCounter& counter,
             Surroundings surroundings, Settings settings)
    : timers_(timers),
      installer_(installer),
      counter_(counter),
      surroundings_(std::move(surroundings)),
      settings_(std::move(settings)) {}

Agent::~Agent() = default;

Task<void> Agent::run() {
  co_await come_up();
  for (;;) co_await act();
}

Task<void> Agent::act() {
  switch (record_.state) {
    case State::idle:
      co_return co_await look_for_offers();
    case State::offered:
      co_return co_await prepare();
    case State::fetching:
      co_return co_await fetch();
    case State::ready:
      co_return co_await begin_when_allowed();
    case State::installing:
      co_return co_await install();
    case State::installed:
      co_return co_await restart_when_nobody_is_there();
    case State::restarting:
      co_return co_await ask_for_restart();
    case State::trying:
      co_return co_await try_new_slot();
    case State::keeping:
      co_return co_await keep();
    case State::leaving:
      co_return co_await leave();
    case State::good:
    case State::returned:
    case State::failed:
    case State::refused:
      co_return co_await tell();
  }
}

/// Finds out what kind of start this is. Without the installer's word on the slot an update that
/// was under way waits; the boot loader's own count of starts goes on.
Task<void> Agent::come_up() {
  Result<Record> record = read_record(settings_.state_file);
  if (record) {
    record_ = std::move(*record);
  } else {
    log_event(::madoguchi::Event::update_state_lost, {{"error", record.error().text()}});
  }
  std::string booted;
  while (record_.state != State::idle && record_.boot != settings_.boot) {
    const Result<InstallerState> state = co_await installer_.system();
    if (state) {
      booted = state->booted;
      break;
    }
    wait_for(Waiting::installer, {state.error().text()});
    co_await pause(look_again);
  }
  using Kind = update::Event;
  Kind start = Kind::same_boot;
  if (record_.boot != settings_.boot)
    start = booted.empty() || booted == record_.from_slot ? Kind::up_in_old : Kind::up_in_new;
  // What was only offered has no slot yet.
  const bool begun = !record_.from_slot.empty();
  if (!begun && start == Kind::up_in_new) start = Kind::up_in_old;
  if (start == Kind::up_in_old &&
      (record_.state == State::trying || record_.state == State::leaving ||
       record_.state == State::keeping || record_.state == State::installed ||
       record_.state == State::restarting)) {
    if (record_.why.empty()) record_.why = "returned";
    if (record_.detail.empty())
      record_.detail = "the new slot did not come up; the kiosk started the old one again";
  }
  attach_ = record_.state == State::installing && start == Kind::same_boot;
  while (!co_await move(start)) {
  }
}

/// Journals the next state; false: it could not be written, and nothing has changed.
Task<bool> Agent::move(update::Event event) {
  const auto next = step(record_.state, event);
  assert(next);
  if (!next) co_return false;
  const State before = record_.state;
  const std::string boot_before = record_.boot;
  record_.state = next->next;
  record_.boot = settings_.boot;
  if (Status stored = store(); !stored) {
    record_.state = before;
    record_.boot = boot_before;
    log_event(::madoguchi::Event::update_state_lost, {{"error", stored.error().text()}});
    co_await timers_.sleep(write_again);
    co_return false;
  }
  if (before != record_.state)
    log_event(::madoguchi::Event::update_event, {{"state", name(record_.state)},
                                                 {"version", record_.bundle.version},
                                                 {"detail", record_.detail}});
  wait_for(Waiting::nothing);
  co_return true;
}

/// What the next state is told with.
void Agent::because(std::string why, std::string detail) {
  record_.why = std::move(why);
  record_.detail = std::move(detail);
}

void Agent::because(Refusal refusal, std::string detail) {
  because(std::string(codec::enum_name(refusal)), std::move(detail));
}

Status Agent::store() { return write_record(settings_.state_file, record_); }

void Agent::changed() {
  standing_.state = record_.state;
  standing_.bundle = record_.bundle;
  standing_.running = settings_.version;
  standing_.last = record_.last;
  if (listener_) listener_();
}

Standing Agent::standing() const { return standing_; }

void Agent::wait_for(Waiting what, std::vector<std::string> trouble) {
  standing_.waiting = what;
  standing_.trouble = std::move(trouble);
  if (what == Waiting::nothing) standing_.percent = 0, standing_.step.clear();
  changed();
}

void Agent::progress(std::int32_t percent, std::string step) {
  standing_.percent = percent;
  standing_.step = std::move(step);
  changed();
}

Task<void> Agent::pause(Timers::Duration at_most) {
  (void)co_await (woken_.wait() || timers_.sleep(at_most));
}

void Agent::serving(bool somebody_there) {
  if (somebody_there_ == somebody_there) return;
  somebody_there_ = somebody_there;
  if (!somebody_there) woken_.notify();
}

// --- Offers

void Agent::take(const UpdateOffer& offer) {
  const auto untold = [&](const UpdateSay& say) { return say.action == offer.action; };
  // The server has not heard yet how this one ended.
  if (std::any_of(record_.untold.begin(), record_.untold.end(), untold)) return;
  offer_ = offer;
  // A kiosk-link that has started anew streams from another place.
  const bool ours =
      record_.bundle.source == Source::server && record_.bundle.action == offer.action;
  if (ours && record_.state == State::ready && !offer.stream.empty())
    record_.bundle.location = offer.stream;
  woken_.notify();
}

void Agent::take(const UpdateWithdrawn& withdrawn) {
  const bool ours =
      record_.bundle.source == Source::server && record_.bundle.action == withdrawn.action;
  const bool known = ours && record_.state != State::idle;
  const bool early = record_.state == State::offered || record_.state == State::fetching ||
                     record_.state == State::ready;
  if (offer_ && offer_->action == withdrawn.action) offer_.reset();
  if (known && early) {
    withdrawn_ = true;
    woken_.notify();
  }
  if (withdrawn.stop.empty()) return;
  UpdateStopAnswer answer;
  answer.stop = withdrawn.stop;
  answer.stopped = !known || early;
  if (!answer.stopped) answer.detail = "too late: the update is " + name(record_.state);
  surroundings_.to_link(answer);
}

void Agent::take(const UpdateFetched& fetched) {
  if (record_.state != State::fetching || fetched.action != record_.bundle.action) return;
  fetched_ = fetched;
  woken_.notify();
}

void Agent::take(const UpdateTold& told) {
  const auto said = [&](const UpdateSay& say) { return say.action == told.action; };
  const auto end = std::remove_if(record_.untold.begin(), record_.untold.end(), said);
  if (end == record_.untold.end()) return;
  record_.untold.erase(end, record_.untold.end());
  // Unwritten it is told once more after a start, which the server takes as a repeat.
  if (Status stored = store(); !stored)
    log_event(::madoguchi::Event::update_state_lost, {{"error", stored.error().text()}});
}

Status Agent::install(const std::string& path) {
  const bool free = record_.state == State::idle || record_.state == State::offered ||
                    record_.state == State::fetching || record_.state == State::ready;
  if (!free) return Error{Errc::busy, "update", "an update is " + name(record_.state)};
  wanted_ = Bundle{Source::maintainer, "", path, "", {}};
  withdrawn_ = record_.state != State::idle;
  woken_.notify();
  return {};
}

Status Agent::cancel() {
  switch (record_.state) {
    case State::offered:
    case State::fetching:
    case State::ready:
      withdrawn_ = true;
      woken_.notify();
      return {};
    case State::idle:
      return Error{Errc::not_found, "update", "there is no update"};
    default:
      return Error{Errc::refused, "update", "too late: the update is " + name(record_.state)};
  }
}

bool Agent::was_left(const std::string& version) const {
  return std::find(record_.went_back.begin(), record_.went_back.end(), version) !=
         record_.went_back.end();
}

/// The newest file of the stick, by the version in its name's end: "madoguchi-pc-1.10.raucb". What
/// the file really holds is found out by its check.
void Agent::look_at_stick() {
  if (settings_.stick_dir.empty()) return;
  std::error_code failed;
  std::string best;
  std::string best_version;
  int seen = 0;
  for (std::filesystem::directory_iterator each(settings_.stick_dir, failed), end;
       !failed && each != end && seen < most_stick_files; each.increment(failed), ++seen) {
    const std::filesystem::path& path = each->path();
    std::error_code ignored;
    if (path.extension() != ".raucb" || !each->is_regular_file(ignored)) continue;
    const std::string stem = path.stem().string();
    const std::string version = stem.substr(stem.rfind('-') + 1);
    const std::optional<int> newer = compare_versions(version, settings_.version);
    if (!newer || *newer <= 0 || was_left(version)) continue;
    if (best.empty() || compare_versions(version, best_version).value_or(0) > 0) {
      best = path.string();
      best_version = version;
    }
  }
  if (best.empty()) stick_seen_.clear();
  if (best.empty() || best == stick_seen_) return;
  stick_seen_ = best;
  wanted_ = Bundle{Source::stick, "", best, best_version, {}};
}

bool Agent::begin_bundle(Bundle bundle) {
  const std::string what = bundle.action.empty() ? bundle.location : bundle.action;
  if (what != record_.begun_what) record_.begun = 0;
  record_.begun_what = what;
  record_.bundle = std::move(bundle);
  record_.from_slot.clear();
  record_.why.clear();
  record_.detail.clear();
  record_.log.clear();
  withdrawn_ = false;
  fetched_.reset();
  return true;
}

Task<void> Agent::look_for_offers() {
  co_await pay_owed_counter();
  say_untold();
  if (!wanted_) look_at_stick();
  std::optional<Bundle> next;
  if (wanted_) {
    next = std::exchange(wanted_, std::nullopt);
  } else if (offer_ && offer_->may_fetch) {
    next = Bundle{Source::server, offer_->action, offer_->stream, offer_->version, {}};
  }
  if (!next) {
    wait_for(Waiting::nothing);
    co_return co_await pause(look_again);
  }
  begin_bundle(std::move(*next));
  (void)co_await move(update::Event::offer);
}

/// From "offered": brings the bundle here, if need be, and checks it.
Task<void> Agent::prepare() {
  if (withdrawn_) {
    (void)co_await move(update::Event::withdraw);
    co_return;
  }
  if (record_.bundle.location.empty()) {
    const bool moved = co_await move(update::Event::fetch);
    if (moved) ask_for_fetch();
    co_return;
  }
  const std::string location = record_.bundle.location;
  co_await check(location);
}

void Agent::ask_for_fetch() {
  UpdateFetch fetch;
  fetch.action = record_.bundle.action;
  fetch_heard_ = timers_.now();
  surroundings_.to_link(fetch);
}

Task<void> Agent::fetch() {
  if (withdrawn_) {
    (void)co_await move(update::Event::withdraw);
    co_return;
  }
  if (!fetched_) {
    // A kiosk-link that has started anew knows nothing of it.
    if (timers_.now() - fetch_heard_ >= fetch_silence) ask_for_fetch();
    co_return co_await pause(look_again);
  }
  fetch_heard_ = timers_.now();
  const UpdateFetched now = std::move(*std::exchange(fetched_, std::nullopt));
  if (!now.failure.empty()) {
    because("download", now.failure);
    (void)co_await move(update::Event::broke);
  } else if (!now.path.empty()) {
    co_await check(now.path);
    // Not now: the installer is away. The file stays.
    if (record_.state == State::fetching) fetched_ = now;
  } else {
    const std::int64_t whole = offer_ ? std::max<std::int64_t>(offer_->bytes, 1) : 0;
    const auto percent =
        whole == 0
            ? 0
            : static_cast<std::int32_t>(std::min<std::int64_t>(now.bytes * 100 / whole, 100));
    progress(percent, "fetching");
    say(UpdatePhase::fetching);
  }
}

bool Agent::bundle_is_gone() const {
  if (record_.bundle.source == Source::server) return false;
  std::error_code ignored;
  return !std::filesystem::exists(record_.bundle.location, ignored);
}

/// What this kiosk is; nothing while the installer or the counter do not answer.
Task<std::optional<Running>> Agent::running() {
  Running out;
  out.version = settings_.version;
  const Result<InstallerState> state = co_await installer_.system();
  if (!state) {
    wait_for(Waiting::installer, {state.error().text()});
    co_return std::nullopt;
  }
  out.compatible = state->compatible;
  const Result<std::uint64_t> counter = co_await counter_.read();
  if (!counter) {
    wait_for(Waiting::installer, {counter.error().text()});
    co_return std::nullopt;
  }
  out.counter = *counter;
  co_return out;
}

/// A bundle that may be installed is "ready" afterwards, one that may not "refused"; with nobody to
/// ask the state stays and is tried again.
Task<void> Agent::check(const std::string& location) {
  const std::optional<Running> here = co_await running();
  if (!here) co_return co_await pause(look_again);
  std::string asked = location;
  const Result<BundleInfo> info = co_await installer_.inspect(std::move(asked));
  record_.bundle.location = location;
  if (!info) co_return co_await not_inspected(info.error());
  record_.bundle.version = info->version;
  record_.bundle.rollback = info->rollback;
  std::optional<Refusal> refusal = judge(*info, *here);
  if (!refusal && record_.begun >= most_begun) refusal = Refusal::interrupted;
  if (!refusal && record_.bundle.source == Source::stick && was_left(info->version))
    refusal = Refusal::went_back;
  if (refusal) because(*refusal, sentence(*refusal, *info, *here));
  const auto next = refusal ? update::Event::refuse : update::Event::checked;
  (void)co_await move(next);
}

Task<void> Agent::not_inspected(const Error& error) {
  if (bundle_is_gone()) {
    (void)co_await move(update::Event::withdraw);
    co_return;
  }
  const bool of_nobody = error.code == Errc::integrity;
  // A file that can be read and is no bundle, in words that nobody knew.
  const bool none = error.code == Errc::invalid ||
                    (error.code == Errc::io && record_.bundle.source != Source::server);
  if (of_nobody || none) {
    because(of_nobody ? Refusal::not_signed : Refusal::no_bundle, error.what);
    (void)co_await move(update::Event::refuse);
    co_return;
  }
  wait_for(Waiting::installer, {error.text()});
  co_await pause(look_again);
}

// --- What the server hears

/// How far it is; nobody minds if that is lost.
void Agent::say(UpdatePhase phase, std::vector<std::string> details) {
  if (record_.bundle.source != Source::server) return;
  UpdateSay out;
  out.action = record_.bundle.action;
  out.phase = phase;
  out.percent = standing_.percent;
  out.details = std::move(details);
  surroundings_.to_link(out);
}

void Agent::say_untold() {
  for (const UpdateSay& each : record_.untold) surroundings_.to_link(each);
}

/// The outcome is kept until the server has it; a new update may begin meanwhile.
Task<void> Agent::tell() {
  Outcome outcome;
  outcome.bundle = record_.bundle;
  outcome.how = record_.state;
  outcome.why = record_.why;
  outcome.detail = record_.detail;
  outcome.at_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(timers_.wall().time_since_epoch())
          .count();
  const Record before = record_;
  const auto trial =
      record_.state == State::returned ? take_trial_log() : std::vector<std::string>();
  record_.last = outcome;
  if (record_.bundle.source == Source::server) {
    const bool runs = record_.state == State::good || record_.why == "same_version";
    UpdateSay out;
    out.action = record_.bundle.action;
    out.phase = runs ? UpdatePhase::succeeded : UpdatePhase::failed;
    out.percent = 100;
    out.details = {record_.detail.empty() ? "version " + record_.bundle.version + " runs"
                                          : record_.why + ": " + record_.detail};
    out.details.insert(out.details.end(), record_.log.begin(), record_.log.end());
    out.details.insert(out.details.end(), trial.begin(), trial.end());
    record_.untold.push_back(std::move(out));
    if (record_.untold.size() > most_untold) record_.untold.erase(record_.untold.begin());
    if (offer_ && offer_->action == record_.bundle.action) offer_.reset();
  }
  if (record_.state == State::returned && !record_.bundle.version.empty()) {
    record_.went_back.push_back(record_.bundle.version);
    if (record_.went_back.size() > most_went_back)
      record_.went_back.erase(record_.went_back.begin());
  }
  const bool moved = co_await move(update::Event::told);
  if (!moved) record_ = before;
}

}  // namespace madoguchi::update
