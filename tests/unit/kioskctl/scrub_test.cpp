// What of a log may leave the kiosk.

#include "tools/kioskctl/scrub.h"

#include <CppUTest/TestHarness.h>

#include "firmware/message/codec.h"

using namespace madoguchi;
using namespace madoguchi::kioskctl;

namespace {

Json line(const std::string& text) {
  const auto clean = scrubbed_line(text);
  CHECK_TEXT(clean.has_value(), text.c_str());
  return Json::parse(*clean);
}

}  // namespace

TEST_GROUP(Scrub){};

TEST(Scrub, what_could_be_somebodys_is_masked) {
  STRCMP_EQUAL("holder ?? ??", scrubbed("holder 豊中 花子").c_str());
  STRCMP_EQUAL("My Number ############", scrubbed("My Number 123456789012").c_str());
  STRCMP_EQUAL("card ####-####-####-####.", scrubbed("card 4980-1234-5678-9012.").c_str());
  STRCMP_EQUAL("card #### #### #### ####", scrubbed("card 4980 1234 5678 9012").c_str());
  STRCMP_EQUAL("born ####-##-##", scrubbed("born 1950-04-01").c_str());
  STRCMP_EQUAL("born ####/#/#, ####.##.##", scrubbed("born 1950/4/1, 1950.04.01").c_str());
  STRCMP_EQUAL("tel ##########", scrubbed("tel 0668582525").c_str());
  STRCMP_EQUAL("a?b", scrubbed("a\x1b"
                               "b")
                          .c_str());
}

TEST(Scrub, what_a_maintainer_needs_stays) {
  for (const char* text : {"media_jam", "exit code 3", "192.168.77.20:8443", "took 1234 ms",
                           "visit 2f1b9c44-7d0e-4a52-9c1f-0123456789ab", "TLS 1.3",
                           "usb 1-1: device descriptor read/64", "GET /v1/health 200"})
    STRCMP_EQUAL(text, scrubbed(text).c_str());
}

TEST(Scrub, a_number_does_not_hide_in_the_shape_of_a_uuid) {
  // Version 4 has a 4 there; digits that somebody wrote with hyphens do not.
  CHECK(scrubbed("11112222-3333-5555-6666-777788889999").find('1') == std::string::npos);
}

TEST(Scrub, own_lines_keep_their_time_and_lose_the_rest_that_is_private) {
  const Json clean = line(
      R"({"time":"2026-11-22T09:00:00.123Z","process":"kioskd","level":"warning","event":"card_error",)"
      R"("detail":"豊中 花子 1950-04-01","visit":"2f1b9c44-7d0e-4a52-9c1f-0123456789ab"})");
  STRCMP_EQUAL("2026-11-22T09:00:00.123Z", clean["time"].get<std::string>().c_str());
  STRCMP_EQUAL("?? ?? ####-##-##", clean["detail"].get<std::string>().c_str());
  STRCMP_EQUAL("2f1b9c44-7d0e-4a52-9c1f-0123456789ab", clean["visit"].get<std::string>().c_str());
}

TEST(Scrub, of_the_systems_journal_only_when_who_and_what) {
  const Json clean = line(
      R"({"__REALTIME_TIMESTAMP":"1795000000000000","_SYSTEMD_UNIT":"pcscd.service","PRIORITY":"3",)"
      R"("SYSLOG_IDENTIFIER":"pcscd","_CMDLINE":"x 123456789012","_HOSTNAME":"kiosk","MESSAGE":"card 4980123456789012"})");
  LONGS_EQUAL(5, clean.size());
  STRCMP_EQUAL("card ################", clean["message"].get<std::string>().c_str());
  STRCMP_EQUAL("1795000000000000", clean["at_us"].get<std::string>().c_str());
  const Json inner = line(
      R"({"__REALTIME_TIMESTAMP":"1795000000000000","MESSAGE":"{\"time\":\"2026-11-22T09:00:00.123Z\",)"
      R"(\"process\":\"kioskd\",\"level\":\"info\",\"event\":\"visit_started\",\"who\":\"花子\"}"})");
  STRCMP_EQUAL("??", inner["line"]["who"].get<std::string>().c_str());
}

TEST(Scrub, what_is_no_log_line_is_left_out) {
  for (const char* text :
       {"", "plain words", "[1,2]", R"({"name":"花子"})",
        R"({"time":"yesterday","process":"x","event":"y"})",
        R"({"time":"4980123456789012-1234567","process":"x","event":"y"})",
        R"({"__REALTIME_TIMESTAMP":"1795000000000000","MESSAGE":[231,138,177]})",
        R"({"__REALTIME_TIMESTAMP":"1795000000000000","MESSAGE":"{\"apdu\":\"00A4\"}"})"})
    CHECK_FALSE_TEXT(scrubbed_line(text).has_value(), text);
}
