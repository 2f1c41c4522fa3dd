// The printer's contract by hazard, against emulator-printer: a real IPP printer in a process of
// its own.
#include "hal/api/printer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>
#include <boost/asio/ip/tcp.hpp>

#include "firmware/base/file.h"
#include "hal/ipp/ipp_printer.h"
#include "hal/ipp/ipp_wire.h"
#include "tests/child_process.h"
#include "tests/own_folder.h"
#include "tests/run_task.h"

using namespace madoguchi;
namespace fs = std::filesystem;

namespace {

/// A small PDF of blank A4 pages.
Bytes blank_pdf(int pages) {
  std::string kids;
  for (int i = 0; i < pages; ++i) kids += std::to_string(3 + i) + " 0 R ";
  std::vector<std::string> objects{
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[" + kids + "]/Count " + std::to_string(pages) + ">>"};
  for (int i = 0; i < pages; ++i) {
    objects.emplace_back("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>");
  }
  std::string out = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string offset = std::to_string(out.size());
    table += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string count = std::to_string(objects.size() + 1);
  const std::string start = std::to_string(out.size());
  out += "xref\n0 " + count + "\n" + table + "trailer<</Root 1 0 R/Size " + count +
         ">>\nstartxref\n" + start + "\n%%EOF\n";
  return to_bytes(as_bytes(out));
}

std::string uri_of(const std::string& ready) { return ready.substr(ready.find("ipp://")); }

}  // namespace

TEST_GROUP(PrinterTest) {
  SystemTimers timers;
  asio::io_context loop;
  const OwnFolder folder;
  std::unique_ptr<ChildProcess> emulator;
  std::unique_ptr<Printer> printer;
  std::string uri;
  Bytes pdf = blank_pdf(2);
  std::vector<JobProgress> seen;

  void setup() override {
    emulator = std::make_unique<ChildProcess>(std::vector<std::string>{
        ChildProcess::program("emulator-printer"), "--port", "0", "--tray", folder.path()});
    uri = uri_of(emulator->wait_for("ready "));
    printer = std::move(make_ipp_printer(timers, uri)).value();
  }
  void teardown() override {
    printer.reset();
    emulator.reset();
  }

  [[nodiscard]] PrintJob job(std::string name, int pages = 2) const {
    PrintJob out;
    out.name = std::move(name);
    out.pdf = pdf;
    out.pages = pages;
    return out;
  }
  void command(const std::string& line, const std::string& acknowledged) {
    emulator->say(line);
    emulator->wait_for(acknowledged);
  }
  std::int32_t submitted(const PrintJob& j) {
    auto id = run_task(loop, printer->submit(j));
    if (!id.ok()) FAIL(id.error().text().c_str());
    return *id;
  }
  Errc submit_error(const PrintJob& j) {
    const auto id = run_task(loop, printer->submit(j));
    CHECK(!id.ok());
    return id.error().code;
  }
  /// Follows to the end and does `act` once, when `when` is true of what is seen.
  JobProgress followed(
      std::int32_t id,
      std::function<bool(const JobProgress&)> when = [](const auto&) { return false; },
      std::function<void()> act = [] {}) {
    seen.clear();
    return run_task(loop, printer->follow(id, [&](const JobProgress& now) {
      seen.push_back(now);
      if (when && when(now)) {
        when = nullptr;
        act();
      }
    }));
  }
  [[nodiscard]] bool saw(PrinterTrouble trouble) const {
    for (const JobProgress& one : seen) {
      if (one.trouble == trouble) return true;
    }
    return false;
  }
  PrinterTrouble trouble_now() {
    auto now = run_task(loop, printer->state());
    if (!now.ok()) FAIL(now.error().text().c_str());
    return now->trouble;
  }
  [[nodiscard]] int documents_in_tray() const {
    int n = 0;
    for (const auto& entry : fs::directory_iterator(folder.path()))
      n += entry.is_regular_file() ? 1 : 0;
    return n;
  }
  /// A trouble stands before the job; the job waits, tells it, and completes once it is cleared.
  void check_trouble(const std::string& name, PrinterTrouble trouble) {
    command(name, "trouble");
    CHECK(trouble_now() == trouble);
    const auto id = submitted(job("waits-for-" + name));
    const JobProgress end = followed(
        id, [=](const JobProgress& now) { return now.trouble == trouble; },
        [this] { emulator->say("clear"); });
    CHECK(end.state == JobState::completed);
    CHECK(saw(trouble));
    CHECK(trouble_now() == PrinterTrouble::none);
  }
};

TEST(PrinterTest, IdlePrinterHasNoTroubleAndAModel) {
  const auto now = run_task(loop, printer->state());
  CHECK(now.ok());
  CHECK(now->trouble == PrinterTrouble::none);
  STRCMP_CONTAINS("Virtual A4", now->model.c_str());
}

TEST(PrinterTest, ValidJobIsValid) {
  CHECK(run_task(loop, printer->validate(job("doc-1"))).ok());
  LONGS_EQUAL(0, documents_in_tray());
}

TEST(PrinterTest, JobThatThePrinterCannotDoIsUnsupported) {
  PrintJob too_many = job("doc-1");
  too_many.copies = 100000;
  const auto valid = run_task(loop, printer->validate(too_many));
  CHECK(!valid.ok());
  CHECK(valid.error().code == Errc::unsupported);
}

TEST(PrinterTest, CompletedJobIsInTheTrayByteForByte) {
  const auto id = submitted(job("doc-0001"));
  const JobProgress end = followed(id);
  CHECK(end.state == JobState::completed);
  LONGS_EQUAL(2, end.pages_completed);
  const auto printed = read_file(folder.path("job-") + std::to_string(id) + "-doc-0001.pdf");
  CHECK(printed.ok());
  CHECK(*printed == pdf);
  CHECK(seen.back() == end);
}

TEST(PrinterTest, EveryCopyIsPrinted) {
  PrintJob three = job("three-copies");
  three.copies = 3;
  three.two_sided = true;
  const JobProgress end = followed(submitted(three));
  CHECK(end.state == JobState::completed);
  LONGS_EQUAL(6, end.pages_completed);
  emulator->wait_for("completed pages 6");
  command("take", "taken sheets 6");
}

TEST(PrinterTest, CompletedWithFewerPagesThanTheDocumentHasIsAborted) {
  const JobProgress end = followed(submitted(job("said-to-have-three", 3)));
  CHECK(end.state == JobState::aborted);
  LONGS_EQUAL(2, end.pages_completed);
}

TEST(PrinterTest, media_jam) { check_trouble("jam", PrinterTrouble::media_jam); }
TEST(PrinterTest, media_empty) { check_trouble("empty", PrinterTrouble::media_empty); }
TEST(PrinterTest, cover_open) { check_trouble("cover", PrinterTrouble::cover_open); }
TEST(PrinterTest, toner_empty) { check_trouble("toner", PrinterTrouble::toner_empty); }

TEST(PrinterTest, jam_in_mid_job_after_the_first_page) {
  command("fail-next jam", "next job");
  const JobProgress end = followed(
      submitted(job("jams")),
      [](const JobProgress& now) {
        return now.trouble == PrinterTrouble::media_jam && now.pages_completed == 1;
      },
      [this] { emulator->say("clear"); });
  CHECK(end.state == JobState::completed);
  LONGS_EQUAL(2, end.pages_completed);
}

TEST(PrinterTest, job_aborted_by_the_printer) {
  command("fail-next abort", "next job");
  const JobProgress end = followed(submitted(job("aborts")));
  CHECK(end.state == JobState::aborted);
  LONGS_EQUAL(0, documents_in_tray());
}

TEST(PrinterTest, document_that_is_no_pdf_is_aborted) {
  const Bytes rubbish = to_bytes(as_bytes("%PDF-1.4 and nothing else"));
  PrintJob bad = job("rubbish");
  bad.pdf = rubbish;
  CHECK(followed(submitted(bad)).state == JobState::aborted);
}

TEST(PrinterTest, cancel_of_a_job_in_print) {
  command("jam", "trouble");
  const auto id = submitted(job("canceled"));
  emulator->wait_for("printing");
  CHECK(run_task(loop, printer->cancel(id)).ok());
  CHECK(followed(id).state == JobState::canceled);
  LONGS_EQUAL(0, documents_in_tray());
}

TEST(PrinterTest, cancel_of_a_job_that_has_ended_is_no_error) {
  const auto id = submitted(job("ended"));
  CHECK(followed(id).state == JobState::completed);
  CHECK(run_task(loop, printer->cancel(id)).ok());
  CHECK(run_task(loop, printer->cancel(4711)).ok());
}

TEST(PrinterTest, printer_that_accepts_no_jobs) {
  command("refuse", "refuse");
  CHECK(trouble_now() == PrinterTrouble::not_accepting);
  CHECK(submit_error(job("refused")) == Errc::refused);
  LONGS_EQUAL(0, documents_in_tray());
  command("accept", "accept");
  CHECK(followed(submitted(job("accepted"))).state == JobState::completed);
}

TEST(PrinterTest, power_off_before_the_job) {
  command("die", "dead");
  CHECK(trouble_now() == PrinterTrouble::gone);
  CHECK(submit_error(job("nobody-there")) == Errc::gone);
  const auto valid = run_task(loop, printer->validate(job("nobody-there")));
  CHECK(!valid.ok());
  CHECK(valid.error().code == Errc::gone);
  command("back", "back");
  CHECK(trouble_now() == PrinterTrouble::none);
  CHECK(followed(submitted(job("there-again"))).state == JobState::completed);
}

TEST(PrinterTest, power_off_in_mid_job) {
  command("jam", "trouble");
  const auto id = submitted(job("power-cut"));
  emulator->wait_for("printing");
  const JobProgress end = followed(
      id, [](const JobProgress& now) { return now.trouble == PrinterTrouble::media_jam; },
      [this] {
        emulator->say("die");
        emulator->wait_for("dead");
        emulator->say("back");
      });
  CHECK(end.state == JobState::aborted);
  LONGS_EQUAL(0, documents_in_tray());
}

TEST(PrinterTest, printer_gone_is_told_while_following) {
  command("jam", "trouble");
  const auto id = submitted(job("gap"));
  emulator->wait_for("printing");
  bool pulled = false;
  const JobProgress end = followed(
      id,
      [&](const JobProgress& now) {
        if (now.trouble == PrinterTrouble::media_jam && !pulled) emulator->say("die");
        pulled = pulled || now.trouble == PrinterTrouble::media_jam;
        return now.trouble == PrinterTrouble::gone;
      },
      [this] { emulator->say("back"); });
  CHECK(saw(PrinterTrouble::gone));
  CHECK(end.state == JobState::aborted);
}

TEST(PrinterTest, reply_to_create_job_lost) {
  command("drop-reply create", "drop-reply");
  CHECK(submit_error(job("lost-create")) == Errc::io);
  // The printer has a job that never got its document: it was never taken, and must not print
  // later.
  const auto found = run_task(loop, printer->find("lost-create"));
  CHECK(!found.ok());
  CHECK(found.error().code == Errc::not_found);
  CHECK(followed(submitted(job("lost-create"))).state == JobState::completed);
  LONGS_EQUAL(1, documents_in_tray());
}

TEST(PrinterTest, request_to_create_job_lost) {
  command("drop-request create", "drop-request");
  CHECK(submit_error(job("never-arrived")) == Errc::io);
  CHECK(run_task(loop, printer->find("never-arrived")).error().code == Errc::not_found);
}

TEST(PrinterTest, reply_to_send_document_lost) {
  command("drop-reply send", "drop-reply");
  CHECK(submit_error(job("lost-send")) == Errc::io);
  const auto found = run_task(loop, printer->find("lost-send"));
  CHECK(found.ok());
  CHECK(followed(*found).state == JobState::completed);
  LONGS_EQUAL(1, documents_in_tray());
}

TEST(PrinterTest, request_to_send_document_lost) {
  command("drop-request send", "drop-request");
  CHECK(submit_error(job("document-lost")) == Errc::io);
  CHECK(run_task(loop, printer->find("document-lost")).error().code == Errc::not_found);
  CHECK(followed(submitted(job("document-lost"))).state == JobState::completed);
  LONGS_EQUAL(1, documents_in_tray());
}

TEST(PrinterTest, FindGivesTheNewestOfAName) {
  const auto first = submitted(job("same"));
  followed(first);
  const auto second = submitted(job("same"));
  followed(second);
  LONGS_EQUAL(second, *run_task(loop, printer->find("same")));
  CHECK(run_task(loop, printer->find("another")).error().code == Errc::not_found);
}

TEST(PrinterTest, FollowOfAJobThatThePrinterForgotIsUnknown) {
  const JobProgress end = followed(4711);
  CHECK(end.state == JobState::unknown);
}

TEST(PrinterTest, StoppedFollowLeavesTheJobAtThePrinter) {
  command("jam", "trouble");
  const auto id = submitted(job("still-there"));
  const auto stopped =
      run_task(loop, within(timers, std::chrono::milliseconds(300), printer->follow(id, nullptr)));
  CHECK(!stopped.has_value());
  emulator->say("clear");
  CHECK(followed(id).state == JobState::completed);
}

TEST(PrinterTest, WrongPathIsAProtocolErrorAndTakesNothing) {
  const std::string host = uri.substr(0, uri.find("/ipp/"));
  auto wrong = std::move(make_ipp_printer(timers, host + "/elsewhere")).value();
  const auto now = run_task(loop, wrong->state());
  CHECK(!now.ok());
  const auto taken = run_task(loop, wrong->submit(job("wrong-path")));
  CHECK(!taken.ok());
  CHECK(taken.error().code == Errc::refused);
}

TEST_GROUP(SilentPrinterTest) {
  SystemTimers timers;
  asio::io_context loop;
  // The kernel accepts connections for it; nobody ever answers.
  asio::ip::tcp::acceptor silent{loop, {asio::ip::address_v4::loopback(), 0}};
};

TEST(SilentPrinterTest, printer_that_never_answers_is_gone) {
  const std::string uri =
      "ipp://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/ipp/print";
  ipp::Wire wire(*ipp::parse_address(uri),
                 {std::chrono::seconds(5), std::chrono::milliseconds(300)});
  const auto answer = wire.printer_attributes();
  CHECK(!answer.ok());
  CHECK(answer.error().code == Errc::io);
  STRCMP_CONTAINS("no answer in time", answer.error().what.c_str());
}

TEST(SilentPrinterTest, StoppedWaitEndsAtOnce) {
  const std::string uri =
      "ipp://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/ipp/print";
  auto printer = std::move(make_ipp_printer(timers, uri)).value();
  const auto begun = std::chrono::steady_clock::now();
  const auto stopped =
      run_task(loop, within(timers, std::chrono::milliseconds(50), printer->state()));
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(8));
  CHECK(!stopped.has_value() || stopped->value().trouble == PrinterTrouble::gone);
}
