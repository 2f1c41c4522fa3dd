#include "tools/vectors.d/shim_flags.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi::vectors {

TEST_GROUP(ShimFlags){ShimFlags read(const std::vector<std::string>& more, bool resumed = false){
    std::vector<std::string> all{"-port", "1234"};
all.insert(all.end(), more.begin(), more.end());
auto flags = read_shim_flags(all, resumed);
CHECK(std::holds_alternative<ShimFlags>(flags));
return std::get<ShimFlags>(flags);
}  // namespace madoguchi::vectors
}
;

TEST(ShimFlags, ids_are_of_64_bits) {
  CHECK(read({"-shim-id", "18446744073709551615"}).shim_id == ~std::uint64_t{0});
}

TEST(ShimFlags, of_the_first_connection_or_of_the_others) {
  const std::vector<std::string> flags{"-on-initial-expect-version", "771",
                                       "-on-resume-expect-session-miss"};
  LONGS_EQUAL(771, *read(flags).expected_version);
  CHECK_FALSE(read(flags).expects_session_miss);
  CHECK_FALSE(read(flags, true).expected_version.has_value());
  CHECK(read(flags, true).expects_session_miss);
}

TEST(ShimFlags, groups_of_the_policy) {
  CHECK(read({"-curves", "29", "-curves", "23"}).groups == std::vector<std::uint16_t>({29, 23}));
  CHECK(std::holds_alternative<Unimplemented>(
      read_shim_flags({"-port", "1", "-curves", "4588"}, false)));
}

TEST(ShimFlags, judges_where_it_knows_whom_to_expect) {
  CHECK_FALSE(read({"-trust-cert", "ca.pem"}).judges);
  CHECK_FALSE(read({"-trust-cert", "ca.pem", "-verify-peer"}).judges);
  CHECK_FALSE(read({"-trust-cert", "ca.pem", "-host-name", "a"}).judges);
  CHECK(read({"-trust-cert", "ca.pem", "-host-name", "a", "-verify-peer"}).judges);
}

TEST(ShimFlags, one_certificate) {
  const std::vector<std::string> once{
      "-port", "1", "-new-x509-credential", "-cert-file", "a.pem", "-key-file", "a.key"};
  CHECK(std::holds_alternative<ShimFlags>(read_shim_flags(once, false)));
  std::vector<std::string> twice = once;
  twice.emplace_back("-new-x509-credential");
  CHECK(std::holds_alternative<Unimplemented>(read_shim_flags(twice, false)));
}

TEST(ShimFlags, the_question_for_a_handshaker) {
  CHECK(std::holds_alternative<AskedForHandshaker>(
      read_shim_flags({"-is-handshaker-supported"}, false)));
}

TEST(ShimFlags, a_port_is_needed) {
  for (const auto& flags : std::vector<std::vector<std::string>>{
           {}, {"-port"}, {"-port", "0"}, {"-port", "65536"}, {"-port", "-1"}, {"-port", "1x"}}) {
    CHECK(std::holds_alternative<WrongFlags>(read_shim_flags(flags, false)));
  }
}

}  // namespace madoguchi::vectors
