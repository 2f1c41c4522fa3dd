// What a maintainer tries by hand: a page on paper while the printer jams, a finger on the glass.

#include "firmware/visit/device_checks.h"

#include <CppUTest/TestHarness.h>

#include "tests/visit/rig.h"
#include "tests/visit/slip_roll.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

/// Draws a page of this many bytes, or none.
class Pen final : public visit::SheetTypesetter {
 public:
  Task<Result<Bytes>> set(Sheet sheet) override {
    drawn.push_back(std::move(sheet));
    if (broken) co_return Error{Errc::invalid, "sheet", "kiosk-ui drew none"};
    co_return Bytes(100, 1);
  }
  bool broken = false;
  std::vector<Sheet> drawn;
};

/// A glass on which a finger goes over these cells, one every second.
class FingerGlass final : public visit::ScreenProbe {
 public:
  explicit FingerGlass(Timers& timers) : timers_(timers) {}
  Task<Status> frame() override { co_return Status(); }
  void watch_touch(std::int32_t columns, std::int32_t rows) override { cells_ = columns * rows; }
  Task<std::int32_t> touched() override {
    co_await timers_.sleep(next < path.size() ? 1s : 1h);
    co_return next < path.size() ? path[next++] : 0;
  }
  std::vector<std::int32_t> path;
  std::size_t next = 0;

 private:
  Timers& timers_;
  std::int32_t cells_ = 0;
};

}  // namespace

TEST_GROUP(DeviceChecks) {
  Rig rig;
  Pen pen;

  PartResult page() {
    PartResult out;
    const auto task = [&]() -> Task<void> {
      visit::Desk desk = rig.desk();
      out = co_await visit::print_check(desk);
    };
    const auto began = rig.timers.now();
    rig.run(task());
    CHECK(rig.timers.now() - began <= 60s);
    return out;
  }
  visit::TouchChecked touch(FingerGlass & glass, std::vector<std::int32_t> & told) {
    visit::TouchChecked out;
    const auto task = [&]() -> Task<void> {
      std::function<void(std::int32_t)> reached = [&](std::int32_t n) { told.push_back(n); };
      Task<visit::TouchChecked> check =
          visit::touch_check(rig.timers, glass, 3, 2, 20s, std::move(reached));
      out = co_await std::move(check);
    };
    rig.run(task());
    return out;
  }
  void setup() override { rig.sheets = &pen; }
};

TEST(DeviceChecks, a_page_comes_out_and_says_that_it_is_a_test) {
  const PartResult result = page();
  STRCMP_EQUAL("ok", result.code.c_str());
  CHECK(result.verdict == Verdict::ok);
  LONGS_EQUAL(1, rig.printer.sheets_out());
  STRCMP_EQUAL("試し印刷", pen.drawn.at(0).title.words->at("ja").c_str());
  STRCMP_EQUAL("保守のための試し印刷です。証明書ではありません。",
               pen.drawn.at(0).remember.at(0).words->at("ja").c_str());
}

TEST(DeviceChecks, printer_jam_before_and_during_the_page) {
  rig.printer.idle_trouble = PrinterTrouble::media_jam;
  STRCMP_EQUAL("media_jam", page().code.c_str());
  LONGS_EQUAL(0, rig.printer.jobs.size());
  rig.printer.idle_trouble = PrinterTrouble::none;
  rig.printer.job_trouble = PrinterTrouble::media_jam;
  const PartResult jammed = page();
  STRCMP_EQUAL("media_jam", jammed.code.c_str());
  CHECK(jammed.verdict == Verdict::failed);
  // It is withdrawn: nothing comes out when somebody clears the jam during a visit.
  CHECK(rig.printer.jobs.back().state == JobState::canceled);
}

TEST(DeviceChecks, a_page_that_the_printer_loses) {
  rig.printer.vanish = true;
  STRCMP_EQUAL("not_printed", page().code.c_str());
  rig.printer.vanish = false;
  pen.broken = true;
  STRCMP_EQUAL("not_printed", page().code.c_str());
}

TEST(DeviceChecks, the_glass_is_touched_everywhere) {
  FingerGlass glass(rig.timers);
  glass.path = {0, 1, 2, 5, 5, 99, -1, 4, 3};
  std::vector<std::int32_t> told;
  const visit::TouchChecked seen = touch(glass, told);
  CHECK(seen.untouched.empty());
  CHECK((told == std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}));
}

TEST(DeviceChecks, a_dead_strip_of_the_glass_is_told) {
  FingerGlass glass(rig.timers);
  glass.path = {0, 2, 3, 5};
  std::vector<std::int32_t> told;
  const visit::TouchChecked seen = touch(glass, told);
  CHECK((seen.untouched == std::vector<std::int32_t>{1, 4}));
}

TEST(DeviceChecks, slips) {
  SlipRoll roll(rig.timers);
  const auto slip = [&] {
    PartResult out;
    const auto task = [&]() -> Task<void> {
      visit::Desk desk = rig.desk();
      out = co_await visit::slip_check(desk);
    };
    rig.run(task());
    return out.code;
  };
  STRCMP_EQUAL("not_fitted", slip().c_str());
  rig.receipt_printer = &roll;
  rig.typesetter = &roll;
  STRCMP_EQUAL("ok", slip().c_str());
  LONGS_EQUAL(1, roll.printed.size());
  CHECK(roll.printed[0].lines.size() == 2);
  roll.now = ReceiptPrinterState::paper_end;
  STRCMP_EQUAL("paper_end", slip().c_str());
  roll.now = ReceiptPrinterState::ready;
  roll.typesetter_hangs = true;
  STRCMP_EQUAL("not_printed", slip().c_str());
}

namespace {

/// kiosk-call, with a camera until it is pulled out.
class CameraSeat final : public visit::CallSeat {
 public:
  void say(const KioskToCall& message) override {
    if (const auto* preview = std::get_if<Preview>(&message)) lamp = preview->on;
  }
  void listen_with(Listener) override {}
  [[nodiscard]] const std::optional<CallReady>& ready() const override { return state; }
  std::optional<CallReady> state = CallReady{1, true, true, false};
  bool lamp = false;
};

}  // namespace

TEST(DeviceChecks, the_cameras_picture_is_shown_and_its_lamp_goes_out) {
  CameraSeat seat;
  const auto check = [&](std::chrono::seconds pulled_after) {
    PartResult out;
    const auto task = [&]() -> Task<void> {
      const auto pull = [&]() -> Task<void> {
        co_await rig.timers.sleep(pulled_after);
        CHECK(seat.lamp);
        seat.state->camera = false;
        co_await rig.timers.sleep(1h);
      };
      Task<PartResult> shown = visit::camera_check(rig.timers, rig.front, seat, 10s);
      Task<void> hand = pull();
      auto either = co_await (std::move(shown) || std::move(hand));
      out = std::get<0>(either);
    };
    rig.run(task());
    CHECK_FALSE(seat.lamp);
    return out.code;
  };
  STRCMP_EQUAL("gone", check(3s).c_str());
  STRCMP_EQUAL("camera_check", rig.front.now.name.c_str());
  seat.state->camera = true;
  STRCMP_EQUAL("ok", check(20s).c_str());
  STRCMP_EQUAL("gone", visit::sound_check(seat).at(1).code.c_str());
  STRCMP_EQUAL("ok", visit::sound_check(seat).at(0).code.c_str());
}
