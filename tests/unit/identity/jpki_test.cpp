#include "firmware/identity/jpki.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::identity;

namespace {

struct Beginning {
  const char* hex;
  std::size_t length;  // 0: refused
};

}  // namespace

TEST_GROUP(Jpki){};

TEST(Jpki, only_four_digits_are_an_authentication_pin) {
  CHECK(jpki::is_auth_pin(Secret(as_bytes("0000"))));
  CHECK(jpki::is_auth_pin(Secret(as_bytes("9182"))));
  for (const char* other : {"", "123", "12345", "12 4", "12a4", "１"}) {
    CHECK_FALSE_TEXT(jpki::is_auth_pin(Secret(as_bytes(other))), other);
  }
}

TEST(Jpki, certificate_length_takes_shortest_definite_lengths_only) {
  const Beginning table[] = {
      {"30820599", 1437 + 0},  // 4 + 0x0599
      {"3082010b", 4 + 0x010b},
      {"30821ffc", 8192},
      {"30821ffd", 0},  // larger than any certificate
      {"3081ff00", 3 + 0xff},
      {"30818000", 3 + 0x80},
      {"30817f00", 0},  // not the shortest form
      {"308200ff", 0},  // nor this
      {"307f0000", 2 + 0x7f},
      {"30000000", 2},
      {"30800000", 0},  // indefinite
      {"3083010000", 0},
      {"3084000001", 0},
      {"31820599", 0},
      {"00000000", 0},
      {"ffffffff", 0},
      {"308205", 0},  // the head is not complete
      {"", 0},
  };
  for (const Beginning& row : table) {
    const Bytes bytes = *from_hex(row.hex);
    const auto length = jpki::certificate_length(bytes);
    LONGS_EQUAL_TEXT(row.length, length ? *length : 0, row.hex);
    if (!length) CHECK(length.error().code == Errc::protocol);
  }
}

TEST(Jpki, signing_command) {
  const Bytes digest(32, 0xAB);
  const Bytes info = jpki::digest_info_of_sha256(digest);
  LONGS_EQUAL(51, info.size());
  STRCMP_EQUAL("3031300d060960864801650304020105000420ab",
               to_hex(ByteView(info).first(20)).c_str());
  const Secret command = jpki::compute_signature(info);
  const std::string hex = to_hex(command.reveal());
  STRCMP_EQUAL("802a00803330", hex.substr(0, 12).c_str());
  STRCMP_EQUAL("ab00", hex.substr(hex.size() - 4).c_str());
}
