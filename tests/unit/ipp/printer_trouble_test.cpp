#include "hal/ipp/printer_trouble.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/timers.h"
#include "hal/ipp/ipp_printer.h"
#include "hal/ipp/ipp_wire.h"

using namespace madoguchi;
using namespace madoguchi::ipp;

TEST_GROUP(PrinterTroubleTest){static void check(PrinterTrouble expected, PrinterPhase phase,
                                                 std::vector<std::string> reasons){
    STRCMP_EQUAL(std::string(name_of(expected)).c_str(),
                 std::string(name_of(trouble_of(phase, reasons))).c_str());
}
}
;

TEST(PrinterTroubleTest, KeywordWithoutSeverityCountsAsError) {
  check(PrinterTrouble::media_jam, PrinterPhase::processing, {"media-jam"});
  check(PrinterTrouble::cover_open, PrinterPhase::idle, {"door-open-error"});
  check(PrinterTrouble::toner_empty, PrinterPhase::idle, {"marker-supply-empty-error"});
  check(PrinterTrouble::not_accepting, PrinterPhase::idle, {"spool-area-full"});
}

TEST(PrinterTroubleTest, WarningsAndReportsAreNoTroubleWhileThePrinterGoesOn) {
  check(PrinterTrouble::none, PrinterPhase::idle, {"media-empty-warning", "toner-low-report"});
  check(PrinterTrouble::none, PrinterPhase::processing, {"toner-low", "media-low"});
}

TEST(PrinterTroubleTest, WarningExplainsAStoppedPrinter) {
  check(PrinterTrouble::media_empty, PrinterPhase::stopped, {"media-needed-report"});
  check(PrinterTrouble::media_jam, PrinterPhase::stopped,
        {"media-empty-warning", "media-jam-error"});
}

TEST(PrinterTroubleTest, StoppedForAnUnknownReasonIsStopped) {
  check(PrinterTrouble::stopped, PrinterPhase::stopped, {});
  check(PrinterTrouble::stopped, PrinterPhase::stopped, {"com.example.feed-the-hamster-error"});
}

TEST(PrinterTroubleTest, OpenCoverComesBeforeTheJamUnderIt) {
  check(PrinterTrouble::cover_open, PrinterPhase::stopped, {"media-jam-error", "cover-open-error"});
}

TEST(PrinterTroubleTest, JobStatesOfTheStandard) {
  CHECK(job_state_of(3) == JobState::pending);
  CHECK(job_state_of(4) == JobState::pending);
  CHECK(job_state_of(5) == JobState::processing);
  CHECK(job_state_of(6) == JobState::stopped);
  CHECK(job_state_of(7) == JobState::canceled);
  CHECK(job_state_of(8) == JobState::aborted);
  CHECK(job_state_of(9) == JobState::completed);
  CHECK(job_state_of(0) == JobState::unknown);
  CHECK(job_state_of(10) == JobState::unknown);
}

TEST(PrinterTroubleTest, JobWithoutItsDocument) {
  CHECK(lacks_document(JobState::pending, {"job-data-insufficient"}, -1));
  CHECK(lacks_document(JobState::pending, {"job-incoming"}, 1));
  CHECK(lacks_document(JobState::pending, {}, 0));
  CHECK(!lacks_document(JobState::pending, {}, -1));
  CHECK(!lacks_document(JobState::processing, {"job-printing"}, 1));
  CHECK(!lacks_document(JobState::aborted, {}, 0));
}

TEST(PrinterTroubleTest, CompletedWithMissingPagesIsAborted) {
  CHECK(verdict(JobState::completed, {}, 4, 4) == JobState::completed);
  CHECK(verdict(JobState::completed, {}, 3, 4) == JobState::aborted);
  CHECK(verdict(JobState::completed, {}, 0, 1) == JobState::aborted);
}

TEST(PrinterTroubleTest, PrinterThatDoesNotCountIsBelieved) {
  CHECK(verdict(JobState::completed, {}, -1, 4) == JobState::completed);
  CHECK(verdict(JobState::completed, {}, 1, 0) == JobState::completed);
}

TEST(PrinterTroubleTest, CompletedWithErrorsIsAborted) {
  CHECK(verdict(JobState::completed, {"job-completed-with-errors"}, 1, 1) == JobState::aborted);
  CHECK(verdict(JobState::completed, {"aborted-by-system"}, -1, 0) == JobState::aborted);
  CHECK(verdict(JobState::completed, {"job-completed-successfully"}, 1, 1) == JobState::completed);
}

TEST(PrinterTroubleTest, OtherEndsStayWhatTheyAre) {
  CHECK(verdict(JobState::canceled, {}, 1, 1) == JobState::canceled);
  CHECK(verdict(JobState::aborted, {}, 1, 1) == JobState::aborted);
  CHECK(verdict(JobState::processing, {}, 0, 1) == JobState::processing);
}

TEST_GROUP(PrinterUriTest){
    static void refused(const char* uri, const char* why){SystemTimers timers;
const auto printer = make_ipp_printer(timers, uri);
CHECK(!printer.ok());
CHECK(printer.error().code == Errc::invalid);
STRCMP_CONTAINS(why, printer.error().what.c_str());
STRCMP_CONTAINS(uri, printer.error().what.c_str());
}
}
;

TEST(PrinterUriTest, WrongUrisAreRefusedWithTheReason) {
  refused("http://192.168.50.20/ipp/print", "neither ipp nor ipps");
  refused("192.168.50.20", "expected ipp://");
  refused("", "expected ipp://");
  refused("ipp:///ipp/print", "host");
  refused("ipp://user@printer/ipp/print", "user name");
}

TEST(PrinterUriTest, PartsOfAUri) {
  const auto address = parse_address("ipps://printer.local/ipp/print");
  CHECK(address.ok());
  STRCMP_EQUAL("printer.local", address->host.c_str());
  STRCMP_EQUAL("/ipp/print", address->resource.c_str());
  LONGS_EQUAL(631, address->port);
  CHECK(address->tls);
  LONGS_EQUAL(8080, parse_address("ipp://10.0.0.1:8080/ipp/print")->port);
}
