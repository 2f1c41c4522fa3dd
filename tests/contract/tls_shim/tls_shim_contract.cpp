// The shim with right and wrong expectations, against a server that keeps to the policy and others
// that do not.
#include <CppUTest/TestHarness.h>

#include "tests/contract/tls_shim/runner.h"

namespace madoguchi {
namespace {

const std::string http_1_1 = "\x08http/1.1";

struct Pki {
  Identity ca = issue(ca_spec("Runner CA"));
  Identity server = issue(CertificateSpec{}, &ca);
  PemFiles files;
  std::string ca_file = files.add_certificates("ca.pem", {ca.certificate});
};
const Pki& pki() {
  static const Pki made;
  return made;
}

}  // namespace

TEST_GROUP(TlsShim) {
  Role role{.identity = pki().server};

  void good(const std::vector<std::string>& flags) {
    const Played played = play(role, flags);
    STRCMP_EQUAL("", played.errors.c_str());
    LONGS_EQUAL(0, played.exit_code);
    LONGS_EQUAL(role.connections, played.handshakes);
    LONGS_EQUAL(role.talks ? role.connections : 0, played.echoed);
    for (const std::uint64_t id : played.ids) LONGS_EQUAL(4711, id);
  }
  void bad(const std::vector<std::string>& flags, const char* why, int code = 1) {
    const Played played = play(role, flags);
    STRCMP_CONTAINS(why, played.errors.c_str());
    LONGS_EQUAL(code, played.exit_code);
  }
};

TEST(TlsShim, shakes_hands_and_turns_every_bit_over) {
  good({});
  good({"-expect-version", "772", "-min-version", "769", "-max-version", "772", "-async"});
  good({"-host-name", "localhost", "-no-tls12", "-no-tls11", "-no-tls1"});
}

TEST(TlsShim, over_ipv6) {
  role.ipv6 = true;
  good({"-ipv6"});
}

TEST(TlsShim, wrong_expectations) {
  bad({"-expect-version", "771"}, "the version is 772");
  role.alpn = "http/1.1";
  bad({"-advertise-alpn", http_1_1, "-expect-alpn", "h2"}, "the protocol is \"http/1.1\"");
  bad({"-expect-no-session"}, "a session was offered");
}

TEST(TlsShim, protocols) {
  role.alpn = "http/1.1";
  good({"-advertise-alpn", http_1_1, "-expect-alpn", "http/1.1"});
  role.alpn.clear();
  good({"-advertise-alpn", http_1_1, "-expect-alpn", ""});
  bad({"-advertise-alpn", http_1_1, "-expect-alpn", "http/1.1"}, "the protocol is \"\"");
}

TEST(TlsShim, groups) {
  role.groups = "P-384";
  good({"-curves", "24", "-expect-no-hrr"});
  good({"-expect-hrr"});
  bad({"-expect-no-hrr"}, "there was a HelloRetryRequest");
  bad({"-curves", "29"}, ":");
  bad({"-curves", "25"}, "unimplemented", 89);
}

TEST(TlsShim, suites_of_the_policy_only) {
  role.suites = "TLS_CHACHA20_POLY1305_SHA256";
  good({});
  role.suites = "TLS_AES_128_CCM_SHA256";
  bad({}, ":TLSV1_ALERT:");
}

TEST(TlsShim, a_server_of_tls_1_2) {
  role.version = TLS1_2_VERSION;
  bad({}, ":TLSV1_ALERT:");
}

TEST(TlsShim, resumption) {
  role.connections = 3;
  const Played played = play(role, {"-resume-count", "2"});
  LONGS_EQUAL(0, played.exit_code);
  LONGS_EQUAL(2, played.resumed);
  LONGS_EQUAL(3, played.ids.size());
  bad({"-resume-count", "2", "-expect-session-miss"}, "the session was resumed");
  role.tickets = false;
  good({"-resume-count", "2", "-expect-session-miss", "-expect-no-session"});
  bad({"-resume-count", "2"}, "the session was not resumed");
  good({"-resume-count", "2", "-on-resume-expect-session-miss", "-on-initial-expect-version",
        "772"});
}

TEST(TlsShim, who_talks_and_who_ends) {
  role.first_words = "hello";
  good({"-shim-writes-first"});
  role.first_words.clear();
  role.talks = false;
  good({"-shim-shuts-down"});
}

TEST(TlsShim, the_end_of_a_connection) {
  good({"-check-close-notify"});
  role.says_goodbye = false;
  good({});
  bad({"-check-close-notify"}, ":");
}

TEST(TlsShim, client_certificates) {
  role.wants_client_certificate = true;
  PemFiles files;
  const std::vector<std::string> flags{
      "-cert-file", files.add_certificates("client.pem", {pki().server.certificate}), "-key-file",
      files.add_key("client.key", pki().server.key)};
  const Played played = play(role, flags);
  LONGS_EQUAL(0, played.exit_code);
  LONGS_EQUAL(1, played.client_certificates);
  LONGS_EQUAL(0, play(role, {}).client_certificates);
}

TEST(TlsShim, judges_the_chain_where_it_is_told_whom_to_trust) {
  const std::vector<std::string> flags{"-verify-peer", "-trust-cert", pki().ca_file, "-host-name",
                                       "localhost"};
  good(flags);
  CertificateSpec spec;
  spec.extended_key_usage = "";
  role.identity = issue(spec, &pki().ca);
  bad(flags, ":CERTIFICATE_VERIFY_FAILED:");
  role.identity = issue(CertificateSpec{});
  bad(flags, ":CERTIFICATE_VERIFY_FAILED:");
}

TEST(TlsShim, the_runner_trusts_its_own_certificates) {
  good({"-trust-cert", pki().ca_file});
  good({"-trust-cert", pki().ca_file, "-host-name", "example.com"});
  bad({"-trust-cert", pki().ca_file, "-verify-fail"}, ":CERTIFICATE_VERIFY_FAILED:");
  CertificateSpec rsa = ca_spec("RSA CA");
  rsa.key = "RSA";
  PemFiles files;
  const std::string file = files.add_certificates("rsa.pem", {issue(rsa).certificate});
  bad({"-trust-cert", file}, "no certificate or key that our policy knows", 89);
}

TEST(TlsShim, what_it_does_not_do) {
  for (const char* flag : {"-server", "-dtls", "-quic", "-enable-early-data", "-psk", "-handoff",
                           "-verify-peer", "-no-tls13", "-some-flag-of-next-year"}) {
    bad({flag}, "unimplemented", 89);
  }
  bad({"-min-version", "773"}, "unimplemented", 89);
  bad({"-max-version", "771"}, "unimplemented", 89);
  bad({"-resume-count"}, "needs a value", 2);
  bad({"-resume-count", "many"}, "not a number", 2);
  bad({"-cert-file", "/nowhere"}, "belong together", 2);
}

}  // namespace madoguchi
