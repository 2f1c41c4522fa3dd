#include "firmware/call/dtls_certificate.h"

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::call;

TEST_GROUP(DtlsCertificate){};

TEST(DtlsCertificate, has_the_fingerprint_of_its_pem_and_is_new_each_time) {
  const auto one = make_dtls_certificate();
  const auto other = make_dtls_certificate();
  CHECK_TRUE(one.ok());
  CHECK_TRUE(other.ok());
  const auto found = fingerprint_of(one->pem);
  CHECK_TRUE(found.ok());
  CHECK_TRUE(*found == one->fingerprint);
  CHECK_TRUE(one->fingerprint != other->fingerprint);
  CHECK_TRUE(one->pem.find("PRIVATE KEY") != std::string::npos);
}

TEST(DtlsCertificate, what_is_none_has_no_fingerprint) {
  CHECK_FALSE(fingerprint_of("").ok());
  CHECK_FALSE(
      fingerprint_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").ok());
}
