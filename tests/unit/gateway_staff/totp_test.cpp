#include "tools/gateway/staff/totp.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(Totp) {
  const Bytes secret = to_bytes(as_bytes("12345678901234567890"));

  void eight_digits(std::int64_t seconds, const char* expected) {
    STRCMP_EQUAL(expected, totp_code(secret, seconds / totp_step_s, 8).c_str());
  }
};

// RFC 6238, appendix B, the rows of SHA1.
TEST(Totp, test_vectors_of_rfc_6238) {
  eight_digits(59, "94287082");
  eight_digits(1111111109, "07081804");
  eight_digits(1111111111, "14050471");
  eight_digits(1234567890, "89005924");
  eight_digits(2000000000, "69279037");
  eight_digits(20000000000, "65353130");
}

// RFC 4226, appendix D.
TEST(Totp, test_vectors_of_rfc_4226) {
  const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                               "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t step = 0; step < 10; ++step) {
    STRCMP_EQUAL(codes[step], totp_code(secret, step).c_str());
  }
}

TEST(Totp, one_step_of_a_clock_that_is_wrong) {
  const std::int64_t now = 1'795'000'000;
  const std::int64_t step = now / totp_step_s;
  for (const std::int64_t off : {-1, 0, 1}) {
    const auto found = totp_matching_step(secret, totp_code(secret, step + off), now, 0);
    CHECK(found == step + off);
  }
  CHECK(!totp_matching_step(secret, totp_code(secret, step - 2), now, 0));
  CHECK(!totp_matching_step(secret, totp_code(secret, step + 2), now, 0));
}

TEST(Totp, a_code_is_good_once) {
  const std::int64_t now = 1'795'000'000;
  const std::int64_t step = now / totp_step_s;
  const std::string code = totp_code(secret, step);
  CHECK(totp_matching_step(secret, code, now, step - 1) == step);
  CHECK(!totp_matching_step(secret, code, now, step));
  // Nor one from before it, which somebody may have looked at.
  CHECK(!totp_matching_step(secret, totp_code(secret, step - 1), now, step));
  CHECK(totp_matching_step(secret, totp_code(secret, step + 1), now, step) == step + 1);
}

TEST(Totp, what_is_no_code) {
  const std::int64_t now = 1'795'000'000;
  const std::string code = totp_code(secret, now / totp_step_s);
  for (const std::string& wrong :
       {std::string(), code.substr(1), code + "0", " " + code, std::string("abcdef")}) {
    CHECK_TEXT(!totp_matching_step(secret, wrong, now, 0), wrong.c_str());
  }
}

// RFC 4648, section 10, without the padding.
TEST(Totp, base32) {
  STRCMP_EQUAL("", to_base32({}).c_str());
  STRCMP_EQUAL("MY", to_base32(as_bytes("f")).c_str());
  STRCMP_EQUAL("MZXQ", to_base32(as_bytes("fo")).c_str());
  STRCMP_EQUAL("MZXW6", to_base32(as_bytes("foo")).c_str());
  STRCMP_EQUAL("MZXW6YQ", to_base32(as_bytes("foob")).c_str());
  STRCMP_EQUAL("MZXW6YTB", to_base32(as_bytes("fooba")).c_str());
  STRCMP_EQUAL("MZXW6YTBOI", to_base32(as_bytes("foobar")).c_str());
}

TEST(Totp, the_uri_for_an_authenticator_app) {
  STRCMP_EQUAL(
      "otpauth://totp/%E8%B1%8A%E4%B8%AD%E5%B8%82:tanaka?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
      "&issuer=%E8%B1%8A%E4%B8%AD%E5%B8%82&algorithm=SHA1&digits=6&period=30",
      otpauth_uri("豊中市", "tanaka", secret).c_str());
}
