#include "tests/unit/update/machine.h"

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "firmware/base/file.h"

namespace madoguchi::test {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Machine::Stop {
  asio::cancellation_signal signal;
  bool ended = false;
};

Machine::Machine() : timers(Timers::Wall(std::chrono::hours(24 * 20'000 + 2))) {
  fs::create_directory(folder_.path("stick"));
  slot_[0] = {"1.0", true, true, 0};
  slot_[1] = {"", false, false, 0};
  boot();
}

Machine::~Machine() { stop_agent(); }

/// The power may fail here: then nothing of what comes after happens.
Task<void> Machine::point() {
  co_await timers.sleep(1ms);
  if (++points_ == cut_point_) cut_ = true;
  while (cut_) co_await timers.sleep(1h);
}

Task<Result<InstallerState>> Machine::system() {
  co_await point();
  co_return InstallerState{"madoguchi-test", booted_ == 0 ? "a" : "b", installing_};
}

Task<Result<BundleInfo>> Machine::inspect(std::string) {
  co_await point();
  if (inspect_error) co_return *inspect_error;
  co_return bundle;
}

Task<Status> Machine::install(std::string, Progress progress) {
  co_await point();
  ++installs;
  Slot& other = slot_[1 - booted_];
  other = {bundle.version, false, false, 0};
  installing_ = true;
  progress({40, "half"});
  co_await point();
  if (during_install) during_install();
  if (!install_errors.empty()) {
    const Error error = install_errors.front();
    install_errors.erase(install_errors.begin());
    installing_ = false;
    co_return error;
  }
  other.whole = true;
  co_await point();
  other.starts_left = 3;
  primary_ = 1 - booted_;
  installing_ = false;
  co_await point();
  co_return Status();
}

Task<Status> Machine::attach(Progress) {
  co_await point();
  if (!installing_) co_return Error{Errc::refused, "model", "nothing is being installed"};
  installing_ = false;
  slot_[1 - booted_] = {bundle.version, true, false, 3};
  primary_ = 1 - booted_;
  co_return Status();
}

Task<Result<std::vector<BundleSlot>>> Machine::slots() {
  co_await point();
  co_return std::vector<BundleSlot>();
}

Task<Status> Machine::mark(Mark mark) {
  co_await point();
  if (mark_error) co_return *mark_error;
  slot_[booted_].good = mark == Mark::good;
  if (mark == Mark::bad) slot_[booted_].starts_left = 0;
  co_await point();
  co_return Status();
}

Task<Result<std::uint64_t>> Machine::read() {
  co_await point();
  co_return counter;
}

Task<Status> Machine::raise_to(std::uint64_t number) {
  co_await point();
  counter = std::max(counter, number);
  co_await point();
  co_return Status();
}

void Machine::start_agent() {
  update::Settings settings;
  settings.state_file = folder_.path("update.json");
  settings.stick_dir = folder_.path("stick");
  settings.log_dir = folder_.path("log");
  settings.version = version();
  settings.boot = "boot-" + std::to_string(boots_);
  update::Surroundings around;
  around.in_window = [](Timers::Wall when) {
    const auto hour = std::chrono::duration_cast<std::chrono::hours>(when.time_since_epoch()) % 24h;
    return hour >= 1h && hour < 5h;
  };
  around.to_link = [this](const KioskToLink& message) {
    if (cut_) return;
    if (const auto* fetch = std::get_if<UpdateFetch>(&message)) fetches.push_back(fetch->action);
    if (const auto* answer = std::get_if<UpdateStopAnswer>(&message)) answers.push_back(*answer);
    const auto* say = std::get_if<UpdateSay>(&message);
    if (say == nullptr || !link_up) return;
    told.push_back(*say);
    const bool end = say->phase == UpdatePhase::succeeded || say->phase == UpdatePhase::failed;
    if (!end) return;
    UpdateTold taken;
    taken.action = say->action;
    asio::post(loop_, [this, taken] {
      if (agent) agent->take(taken);
    });
  };
  around.self_test = [this]() -> Task<update::SelfTestVerdict> {
    co_await timers.sleep(self_test_takes);
    co_await point();
    update::SelfTestVerdict out;
    out.passed = version() == "1.0" ? devices_well : new_slot_passes;
    if (!out.passed) out.lines = {"printer: does not answer"};
    co_return out;
  };
  around.restart = [this]() -> Status {
    restart_asked_ = !cut_;
    return {};
  };
  agent = std::make_unique<update::Agent>(timers, *this, *this, around, settings);
  agent->on_change([this] {
    // A state has just been written, or nothing of worth happened.
    if (++points_ == cut_point_) {
      cut_ = true;
      const auto content = read_file(folder_.path("update.json"));
      state_at_cut_ = content ? as_text(*content) : "";
    }
  });
  stop_ = std::make_unique<Stop>();
  asio::co_spawn(
      loop_, agent->run(),
      asio::bind_cancellation_slot(
          stop_->signal.slot(), [stop = stop_.get()](std::exception_ptr) { stop->ended = true; }));
  agent->serving(false);
  poll();
}

void Machine::stop_agent() {
  if (!agent) return;
  stop_->signal.emit(asio::cancellation_type::terminal);
  poll();
  CHECK_TEXT(stop_->ended, "the agent does not end");
  agent.reset();
}

void Machine::start() {
  Slot& wanted = slot_[primary_];
  booted_ = primary_;
  if (!wanted.good) {
    if (wanted.starts_left == 0 || !wanted.whole) {
      booted_ = 1 - primary_;
    } else {
      --wanted.starts_left;
    }
  }
  ++boots_;
}

void Machine::boot() {
  restart_asked_ = false;
  installing_ = false;
  for (int starts = 0; starts < 5; ++starts) {
    start();
    if (slot_[booted_].version == "1.0" || new_slot_starts) break;
  }
  start_agent();
}

void Machine::restart_kioskd() {
  stop_agent();
  start_agent();
}

void Machine::power_cut() {
  if (!state_at_cut_.empty())
    CHECK(write_file(folder_.path("update.json"), as_bytes(state_at_cut_)).ok());
  state_at_cut_.clear();
  stop_agent();
  cut_ = false;
  cut_point_ = -1;
  boot();
}

void Machine::poll() {
  do loop_.restart();
  while (loop_.poll() > 0);
}

void Machine::pass(Timers::Duration time) {
  const auto until = timers.now() + time;
  poll();
  while (!cut_) {
    if (restart_asked_ && restart_comes) {
      stop_agent();
      boot();
    }
    Timers::Duration due{};
    const auto left = std::chrono::duration_cast<Timers::Duration>(until - timers.now());
    if (left <= 0ms) return;
    if (!timers.next_due(due) || due > left) due = left;
    timers.advance(due);
    poll();
  }
}

void Machine::until(update::State state) {
  for (int i = 0; i < 24 * 3600 && !cut_; ++i) {
    if (agent->standing().state == state) return;
    pass(1s);
  }
  if (!cut_) FAIL("the agent did not reach the state");
}

std::vector<UpdateSay> Machine::said(UpdatePhase phase) const {
  std::vector<UpdateSay> out;
  for (const UpdateSay& say : told) {
    if (say.phase == phase) out.push_back(say);
  }
  return out;
}

void Machine::offer(const std::string& action) {
  UpdateOffer offer;
  offer.action = action;
  offer.version = bundle.version;
  offer.file = "madoguchi-" + bundle.version + ".raucb";
  offer.bytes = 1000;
  offer.stream = "http://127.0.0.1:1/x";
  offer.may_fetch = offer.may_install = true;
  agent->take(offer);
  poll();
}

std::string Machine::stick(const std::string& name) {
  const std::string path = folder_.path("stick/") + name;
  std::ofstream(path) << "bundle";
  return path;
}

}  // namespace madoguchi::test
