// hal/nfc with the real libnfc in the real process kiosk-nfc, behind it emulator-pn532 on a
// pseudo-terminal.
#include <array>
#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include "firmware/identity/my_number_card.h"
#include "hal/nfc/nfc_protocol.h"
#include "hal/nfc/nfc_reader.h"
#include "tests/contract/card_reader/reader_contract.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace madoguchi::contract;
using namespace std::chrono_literals;

namespace {

/// The process that the driver has started, or 0.
pid_t kiosk_nfc() {
  const std::string parent = "PPid:\t" + std::to_string(getpid());
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    std::string line;
    if (!std::getline(status, line) || line != "Name:\tkiosk-nfc") continue;
    while (std::getline(status, line) && !line.starts_with("PPid:")) {
    }
    if (line == parent) return std::stoi(entry.path().filename());
  }
  return 0;
}

class NfcRig final : public Rig {
 public:
  NfcRig() : port_(card_folder() + "/tty") {
    start_emulator();
    reader = make_nfc_reader(connstring(), ChildProcess::program("kiosk-nfc"));
  }

  void kill_service() override {
    const pid_t pid = kiosk_nfc();
    CHECK(pid > 0);
    ::kill(pid, SIGKILL);
  }
  void restart_service() override {}  // the driver does

  void start_emulator() {
    emulator = std::make_unique<ChildProcess>(
        std::vector<std::string>{ChildProcess::program("emulator-pn532"), "--state", card_folder(),
                                 "--tries", "3", "--pty", port_});
    emulator->wait_for("ready");
  }
  [[nodiscard]] std::string connstring() const { return "pn532_uart:" + port_ + ":115200"; }
  [[nodiscard]] const std::string& port() const { return port_; }

 private:
  std::string port_;
};

}  // namespace

TEST_GROUP(NfcReader) {
  std::unique_ptr<NfcRig> rig = std::make_unique<NfcRig>();

  Errc read_certificate(const CardInField& in_field) {
    identity::MyNumberCard card(*rig->reader, in_field);
    const auto read = run_task(rig->loop, card.read_auth_certificate());
    return read ? Errc::cancelled : read.error().code;
  }
  void expect_found() {
    const auto card = rig->wait_for_card();
    CHECK_TRUE_TEXT(card.ok(), card ? "" : card.error().text().c_str());
  }
};

TEST(NfcReader, card_on_the_reader_is_found) { card_on_the_reader_is_found(*rig); }
TEST(NfcReader, card_is_found_when_it_comes) { card_is_found_when_it_comes(*rig); }
TEST(NfcReader, whole_session_in_12_short_apdus) { whole_session_in_few_apdus(*rig, 12); }
TEST(NfcReader, card_pulled_in_the_middle_of_a_command) {
  card_pulled_in_the_middle_of_a_command(*rig);
}
TEST(NfcReader, removal_is_noticed) { removal_is_noticed(*rig); }
TEST(NfcReader, removal_is_noticed_after_release) { removal_is_noticed_after_release(*rig); }
TEST(NfcReader, removal_ends_at_once_without_a_card) { removal_ends_at_once_without_a_card(*rig); }
TEST(NfcReader, card_can_be_laid_down_again) { card_can_be_laid_down_again(*rig); }
TEST(NfcReader, release_forgets_the_pin) { release_forgets_the_pin(*rig); }
TEST(NfcReader, transmit_without_a_card_is_gone) { transmit_without_a_card_is_gone(*rig); }
TEST(NfcReader, cancelled_waits_leave_the_reader_usable) {
  cancelled_waits_leave_the_reader_usable(*rig);
}
TEST(NfcReader, cancelled_transmit_leaves_the_reader_usable) {
  cancelled_transmit_leaves_the_reader_usable(*rig);
}
TEST(NfcReader, silent_card_is_a_timeout) { silent_card_is_a_timeout(*rig); }
TEST(NfcReader, kiosk_nfc_killed_while_waiting) { service_gone_while_waiting(*rig); }
TEST(NfcReader, kiosk_nfc_killed_in_a_session) { service_gone_in_a_session(*rig); }

TEST(NfcReader, badge_says_its_number_and_a_my_number_card_none) {
  badge_says_its_number_and_a_my_number_card_none(*rig);
}
TEST(NfcReader, badge_is_no_my_number_card) { badge_is_no_my_number_card(*rig); }
TEST(NfcReader, number_made_up_anew_is_no_badge) { number_made_up_anew_is_no_badge(*rig); }

TEST(NfcReader, type_a_tag_is_a_badge_by_its_uid_unless_it_is_random) {
  rig->emulator->say("type-a 04a1b2c3d4e5f7");
  auto in_field = rig->wait_for_card();
  CHECK(in_field.ok());
  CHECK(in_field->badge == (BadgeNumber{"iso14443a", *from_hex("04a1b2c3d4e5f7")}));
  rig->emulator->say("remove");
  CHECK(run_task(rig->loop, rig->reader->wait_for_removal(), 5s).ok());
  rig->emulator->say("type-a 08a1b2c3");
  in_field = rig->wait_for_card();
  CHECK(in_field.ok() && !in_field->badge);
}

TEST(NfcReader, libnfc_aborts_in_a_session) {
  card_on_the_reader_is_found(*rig);
  const pid_t before = kiosk_nfc();
  rig->emulator->say("crash-status");
  rig->emulator->say("status");
  rig->emulator->wait_for("status");
  const auto answer = rig->transmit("00a4020c020018");
  CHECK_TRUE_TEXT(answer.error().code == Errc::gone, answer.error().text().c_str());
  // The port still carries libnfc's mark of the process that died.
  expect_found();
  CHECK(kiosk_nfc() != before);
  card_on_the_reader_is_found(*rig);
}

TEST(NfcReader, reader_unplugged_in_a_session) {
  card_on_the_reader_is_found(*rig);
  rig->emulator->end();
  CHECK(rig->transmit("00a4020c020018").error().code == Errc::gone);
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  rig->start_emulator();
  rig->emulator->say("insert");
  expect_found();
  card_on_the_reader_is_found(*rig);
}

TEST(NfcReader, no_reader_is_gone_at_once_and_then_every_two_seconds) {
  rig->emulator->end();
  const auto begun = std::chrono::steady_clock::now();
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  const auto first = std::chrono::steady_clock::now();
  CHECK(first - begun < 2s);
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  CHECK(std::chrono::steady_clock::now() - first > 1s);
}

TEST(NfcReader, port_of_another_program_is_gone_until_it_is_free) {
  const int other = open(rig->port().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  CHECK(flock(other, LOCK_EX | LOCK_NB) == 0);
  CHECK(rig->wait_for_card().error().code == Errc::gone);
  close(other);
  card_on_the_reader_is_found(*rig);
}

TEST(NfcReader, kiosk_nfc_inherits_no_other_descriptor) {
  // As kioskd's ends of the pairs to kiosk-ui and kiosk-link, which it was started with.
  std::array<int, 2> ends{};
  CHECK(pipe2(ends.data(), O_NONBLOCK) == 0);
  card_on_the_reader_is_found(*rig);
  close(ends[1]);
  char byte = 0;
  LONGS_EQUAL_TEXT(0, read(ends[0], &byte, 1), "somebody else holds the other end");
  close(ends[0]);
}

TEST(NfcReader, felica_card_is_not_a_my_number_card) {
  rig->emulator->say("felica");
  const auto in_field = rig->wait_for_card();
  CHECK(in_field.ok());
  CHECK(read_certificate(*in_field) == Errc::unsupported);
  rig->emulator->say("remove");
  CHECK(run_task(rig->loop, rig->reader->wait_for_removal(), 5s).ok());
  card_on_the_reader_is_found(*rig);
}

TEST(NfcReader, program_that_is_not_there_is_gone) {
  rig->reader = make_nfc_reader(rig->connstring(), "/no/such/kiosk-nfc");
  CHECK(rig->wait_for_card().error().code == Errc::gone);
}

TEST(NfcReader, command_that_no_frame_can_carry_is_refused) {
  card_on_the_reader_is_found(*rig);
  const auto answer = rig->transmit(std::string(2 * (nfc::largest_command + 1), '0'));
  CHECK(answer.error().code == Errc::protocol);
  card_on_the_reader_is_found(*rig);
}

TEST(NfcReader, answer_that_libnfc_cannot_carry_is_an_error_and_no_more) {
  card_on_the_reader_is_found(*rig);
  LONGS_EQUAL(0x9000, rig->transmit("00a4020c02000a")->status);
  CHECK(rig->transmit("00b00000000000").error().code == Errc::protocol);  // 1,147 bytes
  LONGS_EQUAL(256, rig->transmit("00b0000000")->data.size());
}

TEST_GROUP(NfcProtocol){};

TEST(NfcProtocol, transmit_is_what_the_codec_would_write) {
  for (const std::size_t size : {0u, 1u, 9u, 255u, 262u}) {
    const Bytes apdu(size, 0x5A);
    const Secret packet = nfc::encode_transmit(0x1234567890, Secret(apdu));
    LONGS_EQUAL(0, packet.reveal()[0]);
    const auto request = decode<nfc::Request>(packet.reveal().subspan(1));
    CHECK_TRUE_TEXT(request.ok(), request ? "" : request.error().text().c_str());
    const auto& transmit = std::get<nfc::Transmit>(*request);
    CHECK(transmit.number == 0x1234567890);
    CHECK(transmit.command == apdu);
  }
}
