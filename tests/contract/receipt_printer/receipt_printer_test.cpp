// The receipt printer's contract by hazard: the real libusb, behind it emulator-receipt-printer as
// a USB device of umockdev (the test runs with umockdev's preload).
#include "hal/api/receipt_printer.h"

#include <cstdlib>
#include <filesystem>

#include <CppUTest/TestHarness.h>

#include "hal/escpos/escpos_printer.h"
#include "tests/child_process.h"
#include "tests/own_folder.h"
#include "tests/run_task.h"

using namespace madoguchi;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using State = ReceiptPrinterState;
using What = SlipOutcome::What;

namespace {

constexpr std::int32_t slip_rows = 200;
constexpr int cutter_distance = 112;  // rows of the emulated printer, fed before a cut

/// Stripes, so that every row has something on it.
Raster slip(std::int32_t rows = slip_rows) {
  Raster out{576, rows, {}};
  for (std::int32_t row = 0; row < rows; ++row) out.bits.insert(out.bits.end(), 72, 0x0F);
  return out;
}

}  // namespace

TEST_GROUP(ReceiptPrinter) {
  asio::io_context loop;
  const OwnFolder tray;
  std::unique_ptr<ChildProcess> emulator;
  std::unique_ptr<ReceiptPrinter> printer;

  void setup() override {
    unsetenv("UMOCKDEV_DIR");
    emulator = std::make_unique<ChildProcess>(std::vector<std::string>{
        ChildProcess::program("emulator-receipt-printer"), "--tray", tray.path()});
    const std::string ready = emulator->wait_for("ready ");
    setenv("UMOCKDEV_DIR", ready.substr(ready.find('/')).c_str(), 1);
    printer = make_escpos_printer({});
  }
  void teardown() override {
    printer.reset();
    emulator.reset();
  }

  void command(const std::string& line) {
    emulator->say(line);
    emulator->wait_for("ok " + line);
  }
  ReceiptPrinterStatus status() { return run_task(loop, printer->state()); }
  SlipOutcome print(Raster raster = slip()) {
    const auto begun = std::chrono::steady_clock::now();
    SlipOutcome outcome = run_task(loop, printer->print(std::move(raster)));
    CHECK(std::chrono::steady_clock::now() - begun < 20s);
    return outcome;
  }
  void check_state(State state) {
    const ReceiptPrinterStatus now = status();
    CHECK_TRUE_TEXT(now.state == state,
                    (std::string(name_of(now.state)) + ": " + now.detail).c_str());
  }
  void check_prints() {
    const SlipOutcome outcome = print();
    CHECK_TRUE_TEXT(outcome.what == What::printed, outcome.now.detail.c_str());
    LONGS_EQUAL(slip_rows, outcome.rows_taken);
    emulator->wait_for("rows " + std::to_string(slip_rows + cutter_distance));
  }
  /// Nothing is sent when the printer says beforehand that it cannot.
  void check_refuses(const std::string& trouble, State state, const std::string& mended) {
    command(trouble);
    check_state(state);
    const SlipOutcome outcome = print();
    CHECK(outcome.what == What::refused);
    CHECK(outcome.now.state == state);
    LONGS_EQUAL(0, outcome.rows_taken);
    command(mended);
    check_state(State::ready);
    check_prints();
    LONGS_EQUAL(1, slips());
  }
  [[nodiscard]] int slips() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(tray.path()))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
};

TEST(ReceiptPrinter, says_that_it_is_ready_and_what_it_is) {
  const ReceiptPrinterStatus now = status();
  CHECK(now.state == State::ready);
  STRCMP_EQUAL("Madoguchi Emulated receipt printer", now.model.c_str());
}

TEST(ReceiptPrinter, prints_and_cuts) {
  check_prints();
  check_prints();
  LONGS_EQUAL(2, slips());
}

TEST(ReceiptPrinter, paper_near_end_prints_and_is_said) {
  command("near-end");
  check_state(State::paper_near_end);
  check_prints();
  command("new-roll");
  check_state(State::ready);
}

TEST(ReceiptPrinter, paper_end_is_refused_until_a_new_roll) {
  check_refuses("paper-end", State::paper_end, "new-roll");
}

TEST(ReceiptPrinter, cover_open_is_refused_until_it_is_closed) {
  check_refuses("cover-open", State::cover_open, "cover-close");
}

TEST(ReceiptPrinter, paper_ends_in_the_middle_of_a_slip) {
  command("paper-end-after 50");
  const SlipOutcome outcome = print();
  CHECK(outcome.what == What::interrupted);
  CHECK(outcome.now.state == State::paper_end);
  emulator->wait_for("forgot ");
  // The new roll must not begin with the rest of somebody's slip; what stuck out is cut off first.
  command("new-roll");
  LONGS_EQUAL(0, slips());
  const SlipOutcome next = print();
  CHECK(next.what == What::printed);
  emulator->wait_for("rows " + std::to_string(50 + cutter_distance));
  emulator->wait_for("rows " + std::to_string(slip_rows + cutter_distance));
}

TEST(ReceiptPrinter, printer_that_is_full_takes_no_more_and_its_control_pipe_says_why) {
  command("paper-end-after 1");
  const SlipOutcome outcome = print(slip(2'000));  // more than the printer's buffer holds
  CHECK(outcome.what == What::interrupted);
  CHECK(outcome.now.state == State::paper_end);
  CHECK(outcome.rows_taken > 0 && outcome.rows_taken < 2'000);
  command("new-roll");
  CHECK(print().what == What::printed);
}

TEST(ReceiptPrinter, cutter_jam_is_no_success) {
  command("cutter-jam");
  const SlipOutcome outcome = print();
  CHECK(outcome.what == What::interrupted);
  CHECK(outcome.now.state == State::cutter_error);
  LONGS_EQUAL(slip_rows, outcome.rows_taken);
  check_state(State::cutter_error);
  command("cutter-free");
  check_state(State::ready);
}

TEST(ReceiptPrinter, unplugged_in_the_middle_of_a_slip) {
  CHECK(print().what == What::printed);
  command("unplug-after 9000");  // of 14,440
  const SlipOutcome outcome = print();
  CHECK(outcome.what == What::interrupted);
  CHECK(outcome.now.state == State::gone);
  CHECK(outcome.rows_taken > 64 && outcome.rows_taken < 128);  // 9,000 bytes of 72 a row
  check_state(State::gone);
  command("unplug");
  check_state(State::gone);
  CHECK(print().what == What::refused);
  command("plug");
  check_state(State::ready);
  CHECK(print().what == What::printed);
}

TEST(ReceiptPrinter, plugged_in_after_the_start) {
  command("unplug");
  check_state(State::gone);
  command("plug");
  check_prints();
}

TEST(ReceiptPrinter, unplugged_and_plugged_in_while_nobody_asked) {
  check_state(State::ready);
  command("unplug");
  command("plug");
  // The old handle is found dead first, at the latest the next question opens the printer anew.
  if (status().state == State::gone) check_state(State::ready);
  check_prints();
}

TEST(ReceiptPrinter, short_writes_are_sent_on) {
  command("slice 100");
  check_prints();
}

TEST(ReceiptPrinter, stalled_pipe_is_cleared_and_used_again) {
  check_state(State::ready);
  command("stall");
  check_prints();
}

TEST(ReceiptPrinter, printer_that_does_not_answer_is_failed_and_nothing_is_sent) {
  command("mute");
  check_state(State::failed);
  CHECK(print().what == What::refused);
  command("speak");
  check_prints();
}

TEST(ReceiptPrinter, only_the_printer_that_is_wanted) {
  printer = make_escpos_printer(escpos::UsbIds{0x04B8, 0x0202});
  check_state(State::gone);
  printer = make_escpos_printer(escpos::UsbIds{0x1209, 0x0001});
  check_state(State::ready);
}

TEST(ReceiptPrinter, picture_that_is_none_is_refused) {
  CHECK(print(Raster{576, 10, Bytes(5)}).what == What::refused);
  CHECK(print(Raster{570, 1, Bytes(71)}).what == What::refused);
  CHECK(print(Raster{}).what == What::refused);
  check_prints();
}
