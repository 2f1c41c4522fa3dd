#include "tools/emulators/card/command_apdu.h"

#include <string>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::emulator;

namespace {

CommandApdu parsed(const Bytes& bytes) {
  const auto command = parse_command(bytes);
  CHECK(command.has_value());
  return command.value_or(CommandApdu{});
}

Bytes hex(const std::string& text) { return *from_hex(text); }

}  // namespace

// The seven cases of ISO/IEC 7816-4, 5.2.
TEST_GROUP(CommandApdu){};

TEST(CommandApdu, case_1_has_neither_data_nor_le) {
  const Bytes bytes = hex("00200080");
  const CommandApdu command = parsed(bytes);
  LONGS_EQUAL(0x20, command.ins);
  LONGS_EQUAL(0x80, command.p2);
  CHECK(command.data.empty());
  CHECK(!command.le);
}

TEST(CommandApdu, short_le_of_zero_means_256) {
  const Bytes bytes = hex("00b0000000");
  LONGS_EQUAL(256, *parsed(bytes).le);
  const Bytes four = hex("00b0000004");
  LONGS_EQUAL(4, *parsed(four).le);
}

TEST(CommandApdu, short_data_with_and_without_le) {
  const Bytes without = hex("00a4020c02000a");
  CHECK(to_bytes(parsed(without).data) == hex("000a"));
  CHECK(!parsed(without).le);
  const Bytes with = hex("00a4020c02000a00");
  CHECK(to_bytes(parsed(with).data) == hex("000a"));
  LONGS_EQUAL(256, *parsed(with).le);
}

TEST(CommandApdu, extended_le_of_zero_means_65536) {
  const Bytes bytes = hex("00b00000000000");
  const CommandApdu command = parsed(bytes);
  CHECK(command.extended);
  LONGS_EQUAL(65536, *command.le);
}

TEST(CommandApdu, extended_data_with_and_without_le) {
  const Bytes without = hex("802a0080000003aabbcc");
  CHECK(to_bytes(parsed(without).data) == hex("aabbcc"));
  CHECK(!parsed(without).le);
  const Bytes with = hex("802a0080000003aabbcc0100");
  CHECK(to_bytes(parsed(with).data) == hex("aabbcc"));
  LONGS_EQUAL(256, *parsed(with).le);
}

TEST(CommandApdu, contradicting_lengths_are_refused) {
  for (const char* text : {"", "00", "00a402", "00a4020c03000a", "00a4020c02000a0000",
                           "00b000000000", "802a0080000004aabbcc", "802a0080000003aabbcc01"}) {
    const Bytes bytes = hex(text);
    CHECK_FALSE_TEXT(parse_command(bytes).has_value(), text);
  }
}
