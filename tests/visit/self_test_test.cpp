// The self-test against the world around a kiosk: well, with each part broken, and with parts that
// never answer.

#include "firmware/visit/self_test.h"

#include <algorithm>

#include <CppUTest/TestHarness.h>

#include "firmware/message/time_api.h"
#include "firmware/payment/staff_words.h"
#include "tests/visit/rig.h"

using namespace madoguchi;
using namespace madoguchi::test;
using namespace std::chrono_literals;

namespace {

/// The gateway's clock at the end of the link.
class ClockLink final : public visit::Link {
 public:
  explicit ClockLink(Rig& rig) : rig_(rig) {}
  [[nodiscard]] bool up() const override { return is_up; }
  Task<HttpAnswer> call(HttpCall call) override {
    STRCMP_EQUAL("GET", call.method.c_str());
    STRCMP_EQUAL("/v1/time", call.target.c_str());
    if (dead) {
      co_await rig_.timers.sleep(std::chrono::milliseconds(call.deadline_ms));
      co_return HttpAnswer{call.id, {}, "timeout", {}};
    }
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        rig_.timers.wall().time_since_epoch() + ahead);
    const Bytes moment = encode(api::Moment{1, now.count()});
    api::SignedTime signed_time{moment, rig_.gateway.sign(api::time_message(moment))};
    if (forged) signed_time.moment = encode(api::Moment{1, now.count() + 1});
    co_return HttpAnswer{call.id, status, {}, encode(signed_time, Dialect::json)};
  }
  [[nodiscard]] bool live() const override { return false; }
  Task<void> live_changed() override { co_await never_.wait(); }
  void say(const desk::LiveFromKiosk&) override {}
  Task<desk::LiveToKiosk> heard() override {
    co_await never_.wait();
    co_return desk::LiveToKiosk{};
  }

  bool is_up = true;
  bool dead = false;
  bool forged = false;
  std::int32_t status = 200;
  std::chrono::seconds ahead{0};

 private:
  Rig& rig_;
  Signal never_;
};

class Glass final : public visit::ScreenProbe {
 public:
  Task<Status> frame() override {
    if (frozen) co_await never_.wait();
    if (gone) co_return Error{Errc::gone, "ui", "kiosk-ui is gone"};
    co_return Status();
  }
  void watch_touch(std::int32_t, std::int32_t) override {
    FAIL("a self-test asks nobody to touch");
  }
  Task<std::int32_t> touched() override {
    co_await never_.wait();
    co_return 0;
  }
  bool frozen = false;
  bool gone = false;

 private:
  Signal never_;
};

/// A reader that somebody pulls out, at once or while it waits.
class PulledReader final : public CardReader {
 public:
  explicit PulledReader(Timers& timers) : timers_(timers) {}
  Task<Result<CardInField>> wait_for_card() override {
    co_await timers_.sleep(after);
    co_return Error{Errc::gone, "pcsc.wait", "no reader"};
  }
  Task<Result<ResponseApdu>> transmit(Secret) override {
    co_return Error{Errc::gone, "pcsc.transmit", "no reader"};
  }
  Task<Result<void>> wait_for_removal() override { co_return Status(); }
  Task<void> release() override { co_return; }
  std::chrono::milliseconds after{0};

 private:
  Timers& timers_;
};

class Slips final : public ReceiptPrinter {
 public:
  Task<ReceiptPrinterStatus> state() override {
    if (hangs) co_await never_.wait();
    co_return ReceiptPrinterStatus{now, "TM", ""};
  }
  Task<SlipOutcome> print(Raster) override {
    FAIL("a self-test prints nothing");
    co_return SlipOutcome{};
  }
  ReceiptPrinterState now = ReceiptPrinterState::ready;
  bool hangs = false;

 private:
  Signal never_;
};

class Booth final : public visit::CallSeat {
 public:
  void say(const KioskToCall&) override {}
  void listen_with(Listener) override {}
  [[nodiscard]] const std::optional<CallReady>& ready() const override { return state; }
  std::optional<CallReady> state = CallReady{1, true, true, true};
};

}  // namespace

TEST_GROUP(SelfTest) {
  Rig rig;
  ClockLink link{rig};
  Glass glass;
  Slips slips;
  Booth booth;
  visit::SelfTestBench bench{rig.timers,   rig.faults,        &glass,          &rig.reader,
                             &rig.printer, &rig.terminal,     &slips,          &link,
                             &booth,       rig.journal.get(), rig.directory(), &rig.seal_key};

  SelfTestReport test() {
    SelfTestReport report;
    const auto began = rig.timers.now();
    const auto task = [&]() -> Task<void> {
      Task<SelfTestReport> whole = visit::self_test(bench);
      report = co_await std::move(whole);
    };
    rig.run(task());
    CHECK(rig.timers.now() - began <= visit::self_test_takes);
    // Whatever it found has words, in both languages.
    for (const PartResult& part : report.parts) {
      const auto codes = visit::codes_of(part.part);
      CHECK_TEXT(std::find(codes.begin(), codes.end(), part.code) != codes.end(),
                 part.code.c_str());
    }
    LONGS_EQUAL(14, report.parts.size());
    return report;
  }
  void finds(Part part, Verdict verdict, const char* code) {
    const SelfTestReport report = test();
    STRCMP_EQUAL(code, report.of(part)->code.c_str());
    CHECK(report.of(part)->verdict == verdict);
    for (const PartResult& other : report.parts) {
      if (other.part != part) STRCMP_EQUAL("ok", other.code.c_str());
    }
    CHECK(report.verdict() == verdict);
  }
};

TEST(SelfTest, all_is_well) {
  const SelfTestReport report = test();
  CHECK(report.verdict() == Verdict::ok);
  for (const PartResult& part : report.parts) STRCMP_EQUAL("ok", part.code.c_str());
  STRCMP_EQUAL("2026-11-20T03:00:00Z", report.at.c_str());
  LONGS_EQUAL(4000, report.of(Part::reader)->took_ms);
  // It has charged and printed nothing.
  LONGS_EQUAL(0, rig.terminal.payments_sent);
  LONGS_EQUAL(0, rig.printer.jobs.size());
}

TEST(SelfTest, every_code_has_words_in_both_languages) {
  for (const auto& [part, name] : enum_names(Part{})) {
    for (const std::string language : {"ja", "en"}) {
      CHECK(visit::part_name_in(language, part).find("self_test") == std::string::npos);
      for (const std::string_view code : visit::codes_of(part)) {
        const PartResult result{part, Verdict::failed, std::string(code), "", 0};
        const std::string words = visit::advice_in(language, result);
        CHECK_TEXT(words.find("self_test.") == std::string::npos, words.c_str());
        CHECK_FALSE(words.empty());
      }
    }
  }
  const Text both = visit::advice({Part::printer, Verdict::failed, "media_empty", "", 0});
  STRCMP_EQUAL("用紙がありません。A4の用紙を補充してください。", both.words->at("ja").c_str());
}

TEST(SelfTest, printer_jam) {
  rig.printer.idle_trouble = PrinterTrouble::media_jam;
  finds(Part::printer, Verdict::failed, "media_jam");
}

TEST(SelfTest, every_trouble_of_the_printer_is_a_code_of_it) {
  const auto codes = visit::codes_of(Part::printer);
  for (const auto trouble :
       {PrinterTrouble::media_jam, PrinterTrouble::media_empty, PrinterTrouble::cover_open,
        PrinterTrouble::toner_empty, PrinterTrouble::gone, PrinterTrouble::stopped,
        PrinterTrouble::not_accepting})
    CHECK(std::find(codes.begin(), codes.end(), name_of(trouble)) != codes.end());
}

TEST(SelfTest, reader_unplugged_before_and_in_the_middle) {
  PulledReader pulled(rig.timers);
  bench.reader = &pulled;
  finds(Part::reader, Verdict::failed, "gone");
  pulled.after = 800ms;
  finds(Part::reader, Verdict::failed, "gone");
}

TEST(SelfTest, a_card_that_was_forgotten) {
  rig.reader.insert();
  finds(Part::reader, Verdict::attention, "card_there");
}

TEST(SelfTest, terminal_gone) {
  rig.terminal.mode = LedgerTerminal::Mode::gone;
  const SelfTestReport report = test();
  CHECK(report.of(Part::terminal)->verdict == Verdict::failed);
}

TEST(SelfTest, screen_frozen_or_gone) {
  glass.frozen = true;
  finds(Part::screen, Verdict::failed, "no_answer");
  glass.frozen = false;
  glass.gone = true;
  finds(Part::screen, Verdict::failed, "gone");
}

TEST(SelfTest, slips) {
  slips.now = ReceiptPrinterState::paper_near_end;
  finds(Part::receipt, Verdict::attention, "paper_near_end");
  slips.now = ReceiptPrinterState::cutter_error;
  finds(Part::receipt, Verdict::failed, "cutter_error");
  slips.hangs = true;
  finds(Part::receipt, Verdict::failed, "no_answer");
}

TEST(SelfTest, gateway_that_is_slow_to_death_refuses_or_is_in_trouble) {
  link.dead = true;
  SelfTestReport report = test();
  STRCMP_EQUAL("no_answer", report.of(Part::gateway)->code.c_str());
  STRCMP_EQUAL("not_compared", report.of(Part::clock)->code.c_str());
  link.dead = false;
  link.status = 403;
  report = test();
  STRCMP_EQUAL("refused", report.of(Part::gateway)->code.c_str());
  link.status = 503;
  report = test();
  STRCMP_EQUAL("trouble", report.of(Part::gateway)->code.c_str());
  link.status = 200;
  link.is_up = false;
  finds(Part::link, Verdict::failed, "down");
}

TEST(SelfTest, clock) {
  link.ahead = 301s;
  finds(Part::clock, Verdict::failed, "off");
  link.ahead = -301s;
  finds(Part::clock, Verdict::failed, "off");
  link.ahead = 299s;
  CHECK(test().verdict() == Verdict::ok);
  link.forged = true;
  finds(Part::clock, Verdict::attention, "not_compared");
  rig.timers.set_wall(Timers::Wall(5s));  // 1970
  finds(Part::clock, Verdict::failed, "not_set");
}

TEST(SelfTest, storage_and_records) {
  bench.state_dir = rig.directory() + "/not-mounted";
  finds(Part::storage, Verdict::failed, "gone");
  bench.state_dir = rig.directory();
  bench.journal = nullptr;
  finds(Part::journal, Verdict::failed, "not_open");
  bench.journal = rig.journal.get();
  rig.faults.raise({"audit", "refused", "rewritten"});
  finds(Part::audit, Verdict::failed, "refused");
}

TEST(SelfTest, camera_and_sound) {
  booth.state->camera = false;
  finds(Part::camera, Verdict::failed, "gone");
  booth.state.reset();
  const SelfTestReport gone = test();
  STRCMP_EQUAL("no_answer", gone.of(Part::speaker)->code.c_str());
}

TEST(SelfTest, a_kiosk_without_the_optional_parts_is_well) {
  bench.receipt = nullptr;
  bench.call = nullptr;
  const SelfTestReport report = test();
  CHECK(report.verdict() == Verdict::ok);
  CHECK(report.of(Part::receipt)->verdict == Verdict::not_fitted);
  CHECK(report.of(Part::camera)->verdict == Verdict::not_fitted);
}
