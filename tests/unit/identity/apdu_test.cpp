#include "firmware/identity/apdu.h"

#include <CppUTest/TestHarness.h>

#include "firmware/identity/jpki.h"

using namespace madoguchi;
using namespace madoguchi::identity;

namespace {

void expect(const char* wanted, const Secret& command) {
  STRCMP_EQUAL(wanted, to_hex(command.reveal()).c_str());
}

}  // namespace

TEST_GROUP(Apdu){};

TEST(Apdu, commands_are_as_cards_take_them) {
  expect("00a4040c0ad392f000260100000001", select_application(jpki::aid));
  expect("00a4020c02000a", select_file(0x000A));
  expect("00a4020c021234", select_file(0x1234));
  expect("00200080", ask_tries());
  expect("002000800431323334", verify(Secret(as_bytes("1234"))));
  expect("00c0000010", get_response(0x10));
  expect("00c0000000", get_response(0));
}

TEST(Apdu, lengths_of_read_binary) {
  expect("00b0000001", read_binary(0, 1, ApduForm::short_form));
  expect("00b01234ff", read_binary(0x1234, 255, ApduForm::short_form));
  expect("00b07fff00", read_binary(0x7FFF, 256, ApduForm::short_form));
  expect("00b00000000101", read_binary(0, 257, ApduForm::extended));
  expect("00b00100000000", read_binary(0x100, 65536, ApduForm::extended));
}

TEST(Apdu, tries_left_are_in_the_status_word) {
  LONGS_EQUAL(3, *tries_left(0x63C3));
  LONGS_EQUAL(15, *tries_left(0x63CF));
  LONGS_EQUAL(0, *tries_left(0x63C0));
  LONGS_EQUAL(0, *tries_left(0x6984));
  LONGS_EQUAL(0, *tries_left(0x6983));
  for (const int other : {0x9000, 0x6300, 0x63B3, 0x63D3, 0x6982, 0x6985, 0x64C3}) {
    CHECK(!tries_left(static_cast<std::uint16_t>(other)));
  }
}

TEST(Apdu, lengths_in_the_status_word) {
  LONGS_EQUAL(256, *answer_waiting(0x6100));
  LONGS_EQUAL(5, *answer_waiting(0x6105));
  CHECK(!answer_waiting(0x6205));
  LONGS_EQUAL(256, *exact_length(0x6C00));
  LONGS_EQUAL(255, *exact_length(0x6CFF));
  CHECK(!exact_length(0x6D00));
}

TEST(Apdu, statuses_that_refuse_the_extended_form) {
  for (const int status : {0x6700, 0x6D00, 0x6E00})
    CHECK(refuses_extended(static_cast<std::uint16_t>(status)));
  for (const int status : {0x9000, 0x6982, 0x6A82, 0x6B00, 0x6C00}) {
    CHECK(!refuses_extended(static_cast<std::uint16_t>(status)));
  }
}
