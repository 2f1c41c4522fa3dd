#include "firmware/base/bytes.h"

#include <set>

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(BytesText){};

TEST(BytesText, hex) {
  const Bytes bytes{0x00, 0x09, 0x0a, 0x7f, 0x80, 0xff};
  STRCMP_EQUAL("00090a7f80ff", to_hex(bytes).c_str());
  CHECK(*from_hex("00090A7f80fF") == bytes);
  CHECK(from_hex("")->empty());
  for (const char* wrong : {"0", "000", "0g", "g0", " 0", "0x", "00 0"}) {
    const auto result = from_hex(wrong);
    CHECK_TEXT(!result.ok() && result.error().code == Errc::invalid, wrong);
  }
}

// RFC 4648, section 10.
TEST(BytesText, base64_vectors) {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : rows) {
    STRCMP_EQUAL(encoded, to_base64(as_bytes(plain)).c_str());
    STRCMP_EQUAL(plain, as_text(*from_base64(encoded)).c_str());
  }
}

TEST(BytesText, base64_of_every_length) {
  Bytes bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(*from_base64(to_base64(bytes)) == bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 167));
  }
}

TEST(BytesText, base64_is_strict) {
  for (const char* wrong : {"Z", "Zg", "Zg=", "Zg===", "=Zg=", "Z=g=", "Zh==", "Zm9=", "Zm8=Zm8=",
                            "Zm 8", "Zm8\n", "Zm-_", "====", "Zg==\n", "Z\xc3\xa9=="}) {
    const auto result = from_base64(wrong);
    CHECK_TEXT(!result.ok() && result.error().code == Errc::invalid, wrong);
  }
}

TEST(BytesText, utf8) {
  for (const std::string_view good :
       {"", "ascii", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "窓口", "辻\xf3\xa0\x84\x80"}) {
    CHECK_TEXT(is_utf8(good), to_hex(as_bytes(good)).c_str());
  }
  CHECK(is_utf8(std::string_view("a\0b", 3)));
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x80\x80", "\xe0\x9f\xbf",
        "\xe3\x81", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xfe", "ok\xf0\x9f\x98", "\xc2\xc2"}) {
    CHECK_FALSE_TEXT(is_utf8(bad), to_hex(as_bytes(bad)).c_str());
  }
}

TEST(BytesText, equal_constant_time) {
  const Bytes a{1, 2, 3};
  CHECK(equal_constant_time(a, a));
  CHECK(equal_constant_time({}, {}));
  CHECK_FALSE(equal_constant_time(a, Bytes{1, 2, 4}));
  CHECK_FALSE(equal_constant_time(a, Bytes{0, 2, 3}));
  CHECK_FALSE(equal_constant_time(a, Bytes{1, 2}));
}

TEST(BytesText, random) {
  CHECK(random_bytes(0).empty());
  LONGS_EQUAL(1000, random_bytes(1000).size());
  CHECK(random_bytes(32) != random_bytes(32));
}

TEST(BytesText, uuid_is_version_4) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string uuid = random_uuid();
    LONGS_EQUAL(36, uuid.size());
    for (const std::size_t dash : {8, 13, 18, 23}) CHECK(uuid[dash] == '-');
    CHECK(uuid[14] == '4');
    CHECK(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
    seen.insert(uuid);
  }
  LONGS_EQUAL(200, seen.size());
}

}  // namespace madoguchi
