// hal/rauc on the real wire: Debian's rauc answers.
#include <csignal>

#include "hal/rauc/rauc_installer.h"
#include "hal/rauc/rauc_words.h"
#include "tests/contract/bundle_installer/rauc_rig.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace std::chrono_literals;
using madoguchi::test::BundleWish;
using madoguchi::test::RaucRig;

// clang-format off
TEST_GROUP(RaucContract) {
  asio::io_context loop;
  SystemTimers timers;
  std::unique_ptr<RaucRig> rig;
  std::unique_ptr<BundleInstaller> installer;
  std::vector<InstallProgress> progress;

  void setup() override {
    rig = std::make_unique<RaucRig>();
    connect();
  }
  void teardown() override {
    installer.reset();
    rig.reset();
  }
  void connect(std::chrono::milliseconds patience = 20s, std::chrono::milliseconds silence = 60s) {
    RaucSettings settings;
    settings.address = rig->address();
    settings.patience = patience;
    settings.silence = silence;
    settings.ask_after = 300ms;
    installer = make_rauc_installer(timers, settings);
  }
  Task<void> until_held() {
    while (!rig->held()) co_await timers.sleep(10ms);
  }
  Status install(const std::string& bundle) {
    return run_task(loop, installer->install(bundle, [this](const InstallProgress& now) {
      progress.push_back(now);
    }));
  }
};
// clang-format on

TEST(RaucContract, says_what_kiosk_it_is_and_which_slot_was_started) {
  const Result<InstallerState> state = run_task(loop, installer->system());
  CHECK_TEXT(state.ok(), state ? "" : state.error().text().c_str());
  STRCMP_EQUAL("madoguchi-test", state->compatible.c_str());
  STRCMP_EQUAL("a", state->booted.c_str());
  CHECK_FALSE(state->installing);
}

TEST(RaucContract, a_bundle_says_board_version_and_rollback_number) {
  const Result<BundleInfo> info = run_task(loop, installer->inspect(rig->make_bundle()));
  CHECK_TEXT(info.ok(), info ? "" : info.error().text().c_str());
  STRCMP_EQUAL("madoguchi-test", info->compatible.c_str());
  STRCMP_EQUAL("1.1", info->version.c_str());
  CHECK_EQUAL(rig->inspects(), info->rollback.has_value());
  if (info->rollback) CHECK_EQUAL(3u, *info->rollback);
}

TEST(RaucContract, a_bundle_without_a_number_has_none) {
  BundleWish wish;
  wish.rollback = "";
  const Result<BundleInfo> info = run_task(loop, installer->inspect(rig->make_bundle(wish)));
  CHECK(info.ok());
  CHECK_FALSE(info->rollback.has_value());
}

TEST(RaucContract, installs_into_the_other_slot_with_progress) {
  const Status done = install(rig->make_bundle());
  CHECK_TEXT(done.ok(), done ? "" : done.error().text().c_str());
  CHECK(rig->slot_holds_bundle("b"));
  CHECK_FALSE(rig->slot_holds_bundle("a"));
  STRCMP_EQUAL("b\n", rig->primary().c_str());
  CHECK(progress.size() >= 3);
  for (std::size_t i = 1; i < progress.size(); ++i)
    CHECK(progress[i].percent >= progress[i - 1].percent);
  const auto slots = run_task(loop, installer->slots());
  CHECK(slots.ok());
  CHECK_EQUAL(2u, slots->size());
  for (const BundleSlot& slot : *slots) {
    CHECK_EQUAL(slot.bootname == "a", slot.booted);
    STRCMP_EQUAL(slot.bootname == "b" ? "1.1" : "", slot.version.c_str());
  }
}

TEST(RaucContract, a_bundle_of_a_stranger_is_refused) {
  BundleWish wish;
  wish.trusted = false;
  const std::string bundle = rig->make_bundle(wish);
  const Result<BundleInfo> info = run_task(loop, installer->inspect(bundle));
  CHECK_FALSE(info.ok());
  // Info of 1.8 says "rauc info error" and nothing more.
  STRCMP_EQUAL(rig->inspects() ? "integrity" : "io",
               std::string(name_of(info.error().code)).c_str());
  const Status done = install(bundle);
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("integrity", std::string(name_of(done.error().code)).c_str());
  STRCMP_EQUAL("a\n", rig->primary().c_str());
}

TEST(RaucContract, a_bundle_with_one_changed_bit_is_refused) {
  const Status done = install(rig->tampered(rig->make_bundle()));
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("integrity", std::string(name_of(done.error().code)).c_str());
  CHECK_FALSE(rig->slot_holds_bundle("b"));
  STRCMP_EQUAL("a\n", rig->primary().c_str());
}

TEST(RaucContract, a_bundle_for_another_board_is_refused) {
  BundleWish wish;
  wish.compatible = "madoguchi-other";
  const std::string bundle = rig->make_bundle(wish);
  const Result<BundleInfo> info = run_task(loop, installer->inspect(bundle));
  CHECK(info.ok());
  STRCMP_EQUAL("madoguchi-other", info->compatible.c_str());
  const Status done = install(bundle);
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("refused", std::string(name_of(done.error().code)).c_str());
  STRCMP_EQUAL("a\n", rig->primary().c_str());
}

TEST(RaucContract, what_is_no_bundle_is_refused) {
  const Result<BundleInfo> missing = run_task(loop, installer->inspect(rig->file("nothing.raucb")));
  CHECK_FALSE(missing.ok());
  STRCMP_EQUAL(rig->inspects() ? "not_found" : "io",
               std::string(name_of(missing.error().code)).c_str());
  const Status done = install(rig->file("system.conf"));
  CHECK_FALSE(done.ok());
  CHECK_FALSE(done.error().what.empty());
}

TEST(RaucContract, marks_the_started_slot) {
  CHECK(run_task(loop, installer->mark(BundleInstaller::Mark::bad)).ok());
  STRCMP_EQUAL("bad\n", rig->state_of("a").c_str());
  CHECK(run_task(loop, installer->mark(BundleInstaller::Mark::good)).ok());
  STRCMP_EQUAL("good\n", rig->state_of("a").c_str());
}

TEST(RaucContract, nobody_on_the_bus) {
  rig->remove_service();
  // The bus forgets the service as soon as it has read its folder anew.
  Errc code = Errc::cancelled;
  for (int tries = 0; tries < 50 && code != Errc::gone; ++tries) {
    rig->signal_rauc(SIGKILL);
    connect();
    const auto state = run_task(loop, installer->system());
    if (!state) code = state.error().code;
  }
  STRCMP_EQUAL("gone", std::string(name_of(code)).c_str());
}

TEST(RaucContract, no_bus) {
  RaucSettings settings;
  settings.address = "unix:path=" + rig->file("no-bus");
  installer = make_rauc_installer(timers, settings);
  const Result<InstallerState> state = run_task(loop, installer->system());
  CHECK_FALSE(state.ok());
  STRCMP_EQUAL("gone", std::string(name_of(state.error().code)).c_str());
}

TEST(RaucContract, rauc_dies_in_mid_install_and_the_next_try_installs) {
  const std::string bundle = rig->make_bundle();
  rig->hold_at("set-state");
  const auto kill_it = [&]() -> Task<void> {
    co_await until_held();
    rig->signal_rauc(SIGKILL);
  };
  asio::co_spawn(loop, kill_it(), asio::detached);
  const Status done = install(bundle);
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("gone", std::string(name_of(done.error().code)).c_str());
  STRCMP_EQUAL("a\n", rig->primary().c_str());
  rig->let_go();
  const Status again = install(bundle);
  CHECK_TEXT(again.ok(), again ? "" : again.error().text().c_str());
  STRCMP_EQUAL("b\n", rig->primary().c_str());
}

TEST(RaucContract, rauc_that_never_answers_is_a_timeout) {
  CHECK(run_task(loop, installer->system()).ok());
  connect(300ms);
  rig->signal_rauc(SIGSTOP);
  const Result<InstallerState> state = run_task(loop, installer->system());
  CHECK_FALSE(state.ok());
  STRCMP_EQUAL("timeout", std::string(name_of(state.error().code)).c_str());
  rig->signal_rauc(SIGCONT);
}

TEST(RaucContract, rauc_that_falls_silent_in_mid_install_is_given_up) {
  CHECK(run_task(loop, installer->system()).ok());
  connect(20s, 1s);
  const std::string bundle = rig->make_bundle();
  rig->hold_at("set-state");
  const Status done = install(bundle);
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("timeout", std::string(name_of(done.error().code)).c_str());
  rig->let_go();
}

TEST(RaucContract, a_wait_that_was_given_up_is_taken_up_again) {
  const std::string bundle = rig->make_bundle();
  rig->hold_at("set-state");
  const auto held = [](const InstallProgress&) {};
  // kioskd ends in the middle, RAUC goes on.
  const auto until_in_the_middle = [&]() -> Task<bool> {
    auto ended = co_await (installer->install(bundle, held) || until_held());
    co_return ended.index() == 0;
  };
  CHECK_FALSE(run_task(loop, until_in_the_middle()));
  connect();
  const Result<InstallerState> state = run_task(loop, installer->system());
  CHECK(state.ok());
  CHECK(state->installing);
  const Status busy = install(bundle);
  CHECK_FALSE(busy.ok());
  STRCMP_EQUAL("busy", std::string(name_of(busy.error().code)).c_str());
  bool let_go = false;
  const auto letting_go = [&]() -> Task<void> {
    // Its questions come after those of attach(), which is waiting by then.
    for (int i = 0; i < 3; ++i) (void)co_await installer->system();
    rig->let_go();
    let_go = true;
  };
  asio::co_spawn(loop, letting_go(), asio::detached);
  const Status done = run_task(loop, installer->attach(held));
  CHECK_TEXT(done.ok(), done ? "" : done.error().text().c_str());
  CHECK(let_go);
  STRCMP_EQUAL("b\n", rig->primary().c_str());
}

TEST(RaucContract, nothing_to_attach_to) {
  const Status done = run_task(loop, installer->attach({}));
  CHECK_FALSE(done.ok());
  STRCMP_EQUAL("refused", std::string(name_of(done.error().code)).c_str());
}

// clang-format off
TEST_GROUP(RaucWords) {};
// clang-format on

TEST(RaucWords, one_line_is_short_and_plain) {
  STRCMP_EQUAL("a b", rauc::one_line("a\nb").c_str());
  std::string kana;
  while (kana.size() < 400) kana += "あ";
  const std::string cut = rauc::one_line(kana);
  CHECK(cut.size() <= 300);
  CHECK_EQUAL(0u, cut.size() % 3);
}
