// hal/pcsc behind a real pcscd with vsmartcard's reader, in which emulator-card lies. CTest starts
// this program through with-pcscd, which gives it a pcscd of its own.
#include <cstdlib>
#include <filesystem>

#include <CppUTest/TestHarness.h>
#include <signal.h>
#include <unistd.h>

#include "hal/pcsc/pcsc_reader.h"
#include "hal/pcsc/storage_card.h"
#include "tests/contract/card_reader/reader_contract.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::contract;
using namespace std::chrono_literals;

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) FAIL("start this program with tools/emulators/card/with-pcscd");
  return value;
}

/// The pcscd of with-pcscd. A test may kill it; then this process starts the next one.
class PcscDaemon {
 public:
  static PcscDaemon& get() {
    static PcscDaemon daemon;
    return daemon;
  }
  ~PcscDaemon() {
    if (own_) own_->kill();
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    if (own_) own_->kill();
    own_.reset();
    while (std::filesystem::exists("/proc/" + std::to_string(pid_) + "/fd/0")) {
      usleep(1000);  // NOLINT(sleep): the end of a process that is not ours has no event
    }
  }
  void start() {
    std::filesystem::remove("/run/pcscd/pcscd.comm");
    own_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        "/usr/sbin/pcscd", "--foreground", "--config", from_environment("PCSCD_CONF")});
    pid_ = own_->pid();
  }

 private:
  PcscDaemon() : pid_(std::stoi(from_environment("PCSCD_PID"))) {}
  pid_t pid_;
  std::unique_ptr<ChildProcess> own_;
};

class PcscRig final : public Rig {
 public:
  PcscRig() {
    emulator = std::make_unique<ChildProcess>(std::vector<std::string>{
        ChildProcess::program("emulator-card"), "--state", card_folder(), "--tries", "3", "--vpcd",
        "127.0.0.1:" + from_environment("VPCD_PORT")});
    emulator->wait_for("ready");
    reader = make_pcsc_reader(reader_name, ExtendedApdus::automatic);
  }

  void kill_service() override { PcscDaemon::get().kill(); }
  void restart_service() override { PcscDaemon::get().start(); }

  static constexpr const char* reader_name = "Virtual PCD 00 00";
};

}  // namespace

TEST_GROUP(PcscReader) { std::unique_ptr<PcscRig> rig = std::make_unique<PcscRig>(); };

TEST(PcscReader, card_on_the_reader_is_found) { card_on_the_reader_is_found(*rig); }
TEST(PcscReader, card_is_found_when_it_comes) { card_is_found_when_it_comes(*rig); }
TEST(PcscReader, whole_session_in_8_apdus) { whole_session_in_few_apdus(*rig, 8); }
TEST(PcscReader, whole_session_in_12_short_apdus) {
  rig->reader = make_pcsc_reader(PcscRig::reader_name, ExtendedApdus::no);
  whole_session_in_few_apdus(*rig, 12);
}
TEST(PcscReader, card_pulled_in_the_middle_of_a_command) {
  card_pulled_in_the_middle_of_a_command(*rig);
}
TEST(PcscReader, removal_is_noticed) { removal_is_noticed(*rig); }
TEST(PcscReader, removal_is_noticed_after_release) { removal_is_noticed_after_release(*rig); }
TEST(PcscReader, removal_ends_at_once_without_a_card) { removal_ends_at_once_without_a_card(*rig); }
TEST(PcscReader, card_can_be_laid_down_again) { card_can_be_laid_down_again(*rig); }
TEST(PcscReader, release_forgets_the_pin) { release_forgets_the_pin(*rig); }
TEST(PcscReader, transmit_without_a_card_is_gone) { transmit_without_a_card_is_gone(*rig); }
TEST(PcscReader, cancelled_waits_leave_the_reader_usable) {
  cancelled_waits_leave_the_reader_usable(*rig);
}
TEST(PcscReader, cancelled_transmit_leaves_the_reader_usable) {
  cancelled_transmit_leaves_the_reader_usable(*rig);
}
TEST(PcscReader, silent_card_is_a_timeout) { silent_card_is_a_timeout(*rig); }
TEST(PcscReader, pcscd_killed_while_waiting) { service_gone_while_waiting(*rig); }
TEST(PcscReader, pcscd_killed_in_a_session) { service_gone_in_a_session(*rig); }

TEST(PcscReader, badge_says_its_number_and_a_my_number_card_none) {
  badge_says_its_number_and_a_my_number_card_none(*rig);
}
TEST(PcscReader, badge_is_no_my_number_card) { badge_is_no_my_number_card(*rig); }
TEST(PcscReader, number_made_up_anew_is_no_badge) { number_made_up_anew_is_no_badge(*rig); }

TEST(PcscReader, no_reader_of_that_name_is_gone_at_once_and_then_every_two_seconds) {
  rig->reader = make_pcsc_reader("no such reader", ExtendedApdus::automatic);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  const auto first = std::chrono::steady_clock::now();
  CHECK(first - begun < 1s);
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  const auto second = std::chrono::steady_clock::now() - first;
  CHECK(second > 1s);
  CHECK(second < 4s);
}

TEST(PcscReader, ends_while_a_wait_is_pending) {
  asio::co_spawn(
      rig->loop, [&]() -> Task<void> { (void)co_await rig->reader->wait_for_card(); },
      asio::detached);
  rig->loop.run_for(50ms);
  rig->reader.reset();
}

TEST_GROUP(StorageCard){[[nodiscard]] std::string kind_of(const std::string& atr_hex)
                            const {return storage_card_kind(*from_hex(atr_hex)).value_or("none");
}
}
;

TEST(StorageCard, kinds_that_readers_say) {
  STRCMP_EQUAL("felica", kind_of("3b8f8001804f0ca00000030611003b0000000042").c_str());
  // ACR122U: FeliCa at 212 and 424 kbit/s.
  STRCMP_EQUAL("felica", kind_of("3b8f8001804f0ca00000030603f011000000008a").c_str());
  STRCMP_EQUAL("felica", kind_of("3b8f8001804f0ca00000030603f0120000000089").c_str());
  // MIFARE Classic 1K and Ultralight.
  STRCMP_EQUAL("iso14443a", kind_of("3b8f8001804f0ca000000306030001000000006a").c_str());
  STRCMP_EQUAL("iso14443a", kind_of("3b8f8001804f0ca0000003060300030000000068").c_str());
}

TEST(StorageCard, no_other_card_is_one) {
  STRCMP_EQUAL("none", kind_of("").c_str());
  STRCMP_EQUAL("none", kind_of("3b888001000005e0b381a1007f").c_str());  // a My Number card
  // ISO 15693, and another RID.
  STRCMP_EQUAL("none", kind_of("3b8f8001804f0ca0000003060b00140000000077").c_str());
  STRCMP_EQUAL("none", kind_of("3b8f8001804f0ca00000030711003b0000000043").c_str());
}

TEST_GROUP(BadgeNumber){};

TEST(BadgeNumber, lengths_and_made_up_numbers) {
  CHECK(badge_of("iso14443a", *from_hex("04a1b2c3d4e5f6")).has_value());
  CHECK(badge_of("iso14443a", *from_hex("1234abcd")).has_value());
  CHECK_FALSE(badge_of("iso14443a", *from_hex("0834abcd")).has_value());
  CHECK_FALSE(badge_of("iso14443a", *from_hex("0102030405")).has_value());
  CHECK_FALSE(badge_of("felica", *from_hex("01fe000000000001")).has_value());
  CHECK_FALSE(badge_of("felica", *from_hex("012e4c")).has_value());
}
