#include "hal/rauc/rauc_installer.h"

#include <algorithm>

#include "firmware/base/worker.h"
#include "hal/rauc/rauc_bus.h"
#include "hal/rauc/rauc_words.h"

namespace madoguchi {
namespace {

using std::chrono::milliseconds;

// How long the worker listens before the loop may give it something else to do.
constexpr milliseconds slice{200};

class RaucInstaller final : public BundleInstaller {
 public:
  RaucInstaller(Timers& timers, RaucSettings settings)
      : timers_(timers),
        settings_(std::move(settings)),
        bus_(settings_.address, settings_.patience),
        worker_("rauc") {}

  Task<Result<InstallerState>> system() override {
    co_return co_await worker_.run([this] { return bus_.system(); });
  }

  Task<Result<BundleInfo>> inspect(std::string bundle) override {
    auto work = [this, bundle] { return bus_.inspect(bundle); };
    co_return co_await worker_.run(std::move(work));
  }

  Task<Status> install(std::string bundle, Progress progress) override;
  Task<Status> attach(Progress progress) override;

  Task<Result<std::vector<BundleSlot>>> slots() override {
    co_return co_await worker_.run([this] { return bus_.slots(); });
  }

  Task<Status> mark(Mark mark) override {
    auto work = [this, mark] { return bus_.mark(mark == Mark::good ? "good" : "bad"); };
    co_return co_await worker_.run(std::move(work));
  }

 private:
  Task<Status> until_completed(Progress progress);
  Task<Status> verdict(int result);
  Task<std::optional<Status>> ask_whether_it_ended();

  Timers& timers_;
  RaucSettings settings_;
  rauc::RaucBus bus_;
  Worker worker_;  // last: its thread ends before what it works on
};

Task<Status> RaucInstaller::install(std::string bundle, Progress progress) {
  // Asked first: a call that RAUC refuses because it installs makes it say "idle" from then on.
  const Result<InstallerState> before = co_await system();
  if (!before) co_return before.error();
  if (before->installing)
    co_return Error{Errc::busy, "rauc.install", "another installation is running"};
  auto begin = [this, bundle] { return bus_.begin_install(bundle); };
  const Status begun = co_await worker_.run(std::move(begin));
  if (!begun) co_return begun;
  co_return co_await until_completed(std::move(progress));
}

Task<Status> RaucInstaller::attach(Progress progress) {
  // Listening comes first, so that an end between the two is heard.
  const Status listening = co_await worker_.run([this] { return bus_.listen(); });
  if (!listening) co_return listening;
  const Result<InstallerState> now = co_await system();
  if (!now) co_return now.error();
  if (!now->installing) co_return Error{Errc::refused, "rauc.attach", "nothing is being installed"};
  co_return co_await until_completed(std::move(progress));
}

Task<Status> RaucInstaller::until_completed(Progress progress) {
  int shown = -1;
  Timers::Monotonic heard_at = timers_.now();
  Timers::Monotonic asked_at = heard_at;
  for (;;) {
    const Result<rauc::Heard> heard = co_await worker_.run([this] { return bus_.hear(slice); });
    if (!heard) co_return heard.error();
    if (heard->progress) {
      heard_at = asked_at = timers_.now();
      InstallProgress now = *heard->progress;
      now.percent = shown = std::max(shown, std::clamp(now.percent, 0, 100));
      if (progress) progress(now);
    }
    if (heard->completed) co_return co_await verdict(*heard->completed);
    if (heard->owner_gone)
      co_return Error{Errc::gone, "rauc.install", "RAUC ended in the middle of the installation"};
    if (timers_.now() - heard_at >= settings_.silence)
      co_return Error{Errc::timeout, "rauc.install", "RAUC says nothing any more"};
    if (timers_.now() - asked_at < settings_.ask_after) continue;
    asked_at = timers_.now();
    const std::optional<Status> ended = co_await ask_whether_it_ended();
    if (ended) co_return *ended;
  }
}

/// The signal of the end may have been lost. An answer that is late says nothing: the silence
/// counts.
Task<std::optional<Status>> RaucInstaller::ask_whether_it_ended() {
  const Result<InstallerState> now = co_await system();
  if (!now && now.error().code == Errc::gone) co_return Status(now.error());
  if (!now || now->installing) co_return std::nullopt;
  const Result<rauc::Heard> last = co_await worker_.run([this] { return bus_.hear(slice); });
  if (last && last->completed) co_return co_await verdict(*last->completed);
  const Status ended = co_await verdict(-1);
  co_return ended;
}

/// -1: it ended, how was not heard; installing once more does no harm.
Task<Status> RaucInstaller::verdict(int result) {
  if (result == 0) co_return Status();
  const Result<std::string> words = co_await worker_.run([this] { return bus_.last_error(); });
  if (!words) co_return words.error();
  if (result < 0 && words->empty())
    co_return Error{Errc::gone, "rauc.install", "how the installation ended was not heard"};
  const std::string what =
      words->empty() ? std::string("RAUC gave no reason") : rauc::one_line(*words);
  co_return Error{rauc::meaning(*words), "rauc.install", what};
}

}  // namespace

std::unique_ptr<BundleInstaller> make_rauc_installer(Timers& timers, RaucSettings settings) {
  return std::make_unique<RaucInstaller>(timers, std::move(settings));
}

}  // namespace madoguchi
