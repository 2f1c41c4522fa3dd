#include "firmware/message/enrol_ticket.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;

namespace {

const std::string pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

void refused(const std::string& text, const char* why) {
  const auto ticket = EnrolTicket::parse(text);
  CHECK_FALSE_TEXT(ticket.ok(), text.c_str());
  STRCMP_CONTAINS(why, ticket.error().what.c_str());
}

}  // namespace

TEST_GROUP(EnrolTicket){};

TEST(EnrolTicket, is_one_line) {
  const EnrolTicket ticket{"https://gateway.example:8446", pin, "ABCDEFGHJK", "umeda"};
  const std::string line = "MADOGUCHI1 https://gateway.example:8446 " + pin + " ABCDEFGHJK umeda";
  STRCMP_EQUAL(line.c_str(), ticket.text().c_str());
  const auto read = EnrolTicket::parse(line + "\r\n");
  CHECK(read.ok());
  STRCMP_EQUAL("https://gateway.example:8446", read->url.c_str());
  STRCMP_EQUAL(pin.c_str(), read->ca_pin.c_str());
  STRCMP_EQUAL("ABCDEFGHJK", read->code.c_str());
  STRCMP_EQUAL("umeda", read->site.c_str());
  const auto without_site = EnrolTicket::parse("MADOGUCHI1 https://a " + pin + " abcde-fghjk");
  STRCMP_EQUAL("ABCDEFGHJK", without_site->code.c_str());
  STRCMP_EQUAL("", without_site->site.c_str());
}

TEST(EnrolTicket, what_is_none) {
  refused("", "not one for setting up");
  refused("MADOGUCHI-BOOKING:12345674", "not one for setting up");
  refused("MADOGUCHI1 https://a " + pin, "not complete");
  refused("MADOGUCHI1 http://a " + pin + " ABCDEFGHJK", "names no gateway");
  refused("MADOGUCHI1 https:// " + pin + " ABCDEFGHJK", "names no gateway");
  refused("MADOGUCHI1 https://a AAAA ABCDEFGHJK", "pin");
  refused("MADOGUCHI1 https://a " + pin + " ABCDEFGHJ", "letters and digits");
  refused("MADOGUCHI1 https://a " + pin + " ABCDEFGHJ0", "digits from 2");
  refused("MADOGUCHI1 https://a " + pin + " ABCDEFGHJK um/eda", "site");
  refused("MADOGUCHI1 https://a " + pin + " ABCDEFGHJK a b", "not complete");
  refused("MADOGUCHI1 https://" + std::string(600, 'a') + " " + pin + " ABCDEFGHJK", "too much");
}

TEST(EnrolTicket, codes_as_people_type_them) {
  STRCMP_EQUAL("ABCDE23456", plain_enrol_code(" abcde-23456 ")->c_str());
  STRCMP_EQUAL("ABCDE-23456", shown_enrol_code("ABCDE23456").c_str());
  for (const char* wrong : {"", "ABCDE", "ABCDE2345O", "ABCDE23456A", "あいう"})
    CHECK_FALSE(plain_enrol_code(wrong).ok());
}
