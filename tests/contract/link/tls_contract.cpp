// Which servers the link speaks to. Every impostor is refused before an application byte leaves the
// kiosk.
#include <CppUTest/TestHarness.h>
#include <openssl/obj_mac.h>

#include "firmware/link/http_client.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

using Outcome = std::variant<HttpResponse, HttpFailure>;

constexpr Timers::Duration patience{20'000};

struct City {
  Identity ca = issue(ca_spec("City CA"));
  Identity other_ca = issue(ca_spec("Somebody's CA"));
  Identity kiosk = issue(kiosk_spec(), &ca);

  static CertificateSpec kiosk_spec() {
    CertificateSpec spec;
    spec.common_name = "kiosk-001";
    spec.san = "DNS:kiosk-001";
    spec.extended_key_usage = "clientAuth";
    return spec;
  }
};

// Made once: keys take time.
const City& city() {
  static const City made;
  return made;
}

void answer_ok(TestServer*& server, Peer& peer) {
  while (server->take(peer)) peer.write(http_answer("{}"));
}

}  // namespace

TEST_GROUP(Tls) {
  asio::io_context loop{1};
  SystemTimers timers;
  PemFiles files;
  std::string host = "localhost";
  std::unique_ptr<TestServer> running;
  TestServer* server = nullptr;

  ServerTls right_server() {
    ServerTls tls;
    tls.identity = issue(CertificateSpec{}, &city().ca);
    tls.client_ca = city().ca.certificate;
    return tls;
  }

  TlsFiles right_files() {
    return {files.add_certificates("ca.pem", {city().ca.certificate}),
            files.add_certificates("kiosk.pem", {city().kiosk.certificate}),
            files.add_key("kiosk.key", city().kiosk.key)};
  }

  Outcome ask(const ServerTls& tls, const TlsFiles& pem) {
    running.reset();
    running = std::make_unique<TestServer>(tls, [this](Peer& peer) { answer_ok(server, peer); });
    server = running.get();
    auto client = HttpClient::create(timers, {server->url(host), pem});
    CHECK(client.ok());
    return run_task(loop, (*client)->send(HttpRequest{}, patience));
  }

  void accepted(const ServerTls& tls) {
    const Outcome outcome = ask(tls, right_files());
    if (const auto* failure = std::get_if<HttpFailure>(&outcome))
      FAIL(failure->error.text().c_str());
    CHECK_EQUAL(200, std::get<HttpResponse>(outcome).status);
  }

  // The reason names what was wrong, so that a test cannot pass for another one's reason.
  void refused(const ServerTls& tls, const char* reason, Errc code = Errc::integrity) {
    const Outcome outcome = ask(tls, right_files());
    CHECK_TEXT(std::holds_alternative<HttpFailure>(outcome), reason);
    const HttpFailure& failure = std::get<HttpFailure>(outcome);
    if (failure.error.text().find(reason) == std::string::npos) FAIL(failure.error.text().c_str());
    CHECK_TEXT(failure.error.code == code, failure.error.text().c_str());
    CHECK_TEXT(failure.sent == Sent::nothing, reason);
    LONGS_EQUAL(0, server->request_count());
  }

  void refused_leaf(const CertificateSpec& spec, const char* reason) {
    ServerTls tls = right_server();
    tls.identity = issue(spec, &city().ca);
    refused(tls, reason);
  }

  void refused_intermediate(const CertificateSpec& spec, const char* reason) {
    const Identity intermediate = issue(spec, &city().ca);
    ServerTls tls = right_server();
    tls.identity = issue(CertificateSpec{}, &intermediate);
    tls.intermediates = {intermediate.certificate};
    refused(tls, reason);
  }
};

TEST(Tls, the_right_server_by_name) { accepted(right_server()); }

TEST(Tls, the_right_server_by_address) {
  host = "127.0.0.1";
  accepted(right_server());
}

TEST(Tls, a_chain_of_three) {
  const Identity intermediate = issue(ca_spec("City sub CA"), &city().ca);
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &intermediate);
  tls.intermediates = {intermediate.certificate};
  accepted(tls);
}

TEST(Tls, a_server_on_p384) {
  CertificateSpec spec;
  spec.key = "P-384";
  spec.digest = "SHA384";
  ServerTls tls = right_server();
  tls.identity = issue(spec, &city().ca);
  accepted(tls);
}

TEST(Tls, each_suite_and_group_of_the_policy) {
  for (const char* suite :
       {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"}) {
    ServerTls tls = right_server();
    tls.suites = suite;
    accepted(tls);
  }
  for (const char* group : {"X25519", "P-256", "P-384"}) {
    ServerTls tls = right_server();
    tls.groups = group;
    accepted(tls);
  }
}

TEST(Tls, the_offer_is_the_policy_exactly) {
  accepted(right_server());
  const Offer offer = server->offer();
  // 00ff is no suite: Mbed TLS always says that it knows secure renegotiation (RFC 5746), which
  // TLS 1.3 has not.
  const std::vector<std::uint16_t> suites{0x1302, 0x1301, 0x1303, 0x00ff};
  CHECK(offer.suites == suites);
  const auto extension = [&](unsigned type) {
    const auto found = offer.extensions.find(type);
    return found == offer.extensions.end() ? std::string("none") : to_hex(found->second);
  };
  STRCMP_EQUAL("020304", extension(43).c_str());  // supported_versions: TLS 1.3
  STRCMP_EQUAL("0006001d00170018",
               extension(10).c_str());                  // supported_groups: X25519, P-256, P-384
  STRCMP_EQUAL("000404030503", extension(13).c_str());  // signature_algorithms: ECDSA
  STRCMP_EQUAL("000908687474702f312e31", extension(16).c_str());       // ALPN: http/1.1
  STRCMP_EQUAL("000c0000096c6f63616c686f7374", extension(0).c_str());  // server_name: localhost
  STRCMP_EQUAL("none", extension(35).c_str());                         // session_ticket
  STRCMP_EQUAL("none", extension(41).c_str());                         // pre_shared_key
  STRCMP_EQUAL("none", extension(42).c_str());                         // early_data
  STRCMP_EQUAL("0101", extension(45).c_str());  // psk_key_exchange_modes: psk_dhe_ke only
}

TEST(Tls, an_address_is_no_server_name) {
  host = "127.0.0.1";
  accepted(right_server());
  LONGS_EQUAL(0, server->offer().extensions.count(0));
}

TEST(Tls, impostor_of_another_ca) {
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &city().other_ca);
  refused(tls, "not correctly signed by the trusted CA");
}

TEST(Tls, impostor_that_signed_itself) {
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{});
  refused(tls, "not correctly signed by the trusted CA");
}

TEST(Tls, impostor_with_a_ca_of_the_same_name) {
  const Identity forged = issue(ca_spec("City CA"));
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &forged);
  tls.intermediates = {forged.certificate};
  refused(tls, "not correctly signed by the trusted CA");
}

TEST(Tls, another_name) {
  CertificateSpec spec;
  spec.common_name = "localhost";
  spec.san = "DNS:elsewhere,IP:127.0.0.2";
  refused_leaf(spec, "does not match");
  host = "127.0.0.1";
  refused_leaf(spec, "is for another name");
}

TEST(Tls, another_kiosk) {
  ServerTls tls = right_server();
  tls.identity = issue(City::kiosk_spec(), &city().ca);
  refused(tls, "leaf: ");
}

TEST(Tls, a_name_only_in_the_subject) {
  CertificateSpec spec;
  spec.san = "";
  refused_leaf(spec, "no subject alternative name");
}

// Baseline Requirements 7.1.4.3: a CN is one of the alternative names again, letter by letter.
TEST(Tls, a_common_name_beside_the_alternative_names) {
  CertificateSpec spec;
  for (const char* name : {"elsewhere", "Localhost", "127.0.0.01", "0x7f000001"}) {
    spec.common_name = name;
    refused_leaf(spec, "its common name is none of its subject alternative names");
  }
  ServerTls tls = right_server();
  spec.san = "DNS:localhost,IP:127.0.0.1,IP:2001:db8::1:0:0:1";
  for (const char* name : {"127.0.0.1", "2001:db8::1:0:0:1"}) {
    spec.common_name = name;
    tls.identity = issue(spec, &city().ca);
    accepted(tls);
  }
  spec.common_name = "2001:DB8::1:0:0:1";
  refused_leaf(spec, "its common name is none of its subject alternative names");
}

TEST(Tls, an_alternative_name_that_is_no_host_name) {
  CertificateSpec spec;
  for (const char* name : {"under_score.example", "-a.example", "a-.example", "a..example",
                           "a.*.example", "a.example."}) {
    spec.san = std::string("DNS:localhost,DNS:") + name;
    refused_leaf(spec, "a subject alternative name is no host name");
  }
  ServerTls tls = right_server();
  spec.san = "DNS:localhost,DNS:*.a-1.example,DNS:" + std::string(63, 'x') + ".example";
  tls.identity = issue(spec, &city().ca);
  accepted(tls);
}

TEST(Tls, an_address_written_as_a_dns_name) {
  CertificateSpec spec;
  spec.san = "DNS:127.0.0.1";
  host = "127.0.0.1";
  refused_leaf(spec, "is for another name");
}

TEST(Tls, extended_key_usage_other_than_server_auth) {
  CertificateSpec spec;
  for (const char* usage : {"", "clientAuth", "anyExtendedKeyUsage", "serverAuth,clientAuth",
                            "serverAuth,anyExtendedKeyUsage"}) {
    spec.extended_key_usage = usage;
    refused_leaf(spec, "extended key usage");
  }
}

TEST(Tls, key_usage_of_a_leaf) {
  CertificateSpec spec;
  spec.key_usage = "";
  refused_leaf(spec, "may not sign a handshake");
  spec.key_usage = "critical,digitalSignature,keyCertSign";
  refused_leaf(spec, "may sign certificates");
}

TEST(Tls, a_ca_as_leaf) {
  CertificateSpec spec;
  spec.basic_constraints = "critical,CA:TRUE";
  refused_leaf(spec, "leaf: is a CA");
}

TEST(Tls, out_of_its_time) {
  CertificateSpec spec;
  spec.starts_in_s = -7200;
  spec.ends_in_s = -60;
  refused_leaf(spec, "has expired");
  spec.starts_in_s = 600;
  spec.ends_in_s = 7200;
  refused_leaf(spec, "not valid yet");
}

TEST(Tls, version_1) {
  CertificateSpec spec;
  spec.version = 1;
  refused_leaf(spec, "leaf: ");
}

TEST(Tls, serial_numbers) {
  CertificateSpec spec;
  for (const char* serial : {"00", "-17", "7f0102030405060708090a0b0c0d0e0f1011121314"}) {
    spec.serial = serial;
    refused_leaf(spec, "serial number");
  }
}

TEST(Tls, key_identifiers) {
  CertificateSpec spec;
  spec.authority_key_id = false;
  refused_leaf(spec, "no authority key identifier");
  spec.more = {{NID_subject_key_identifier, "00112233"}};
  spec.subject_key_id = false;
  refused_leaf(spec, "no authority key identifier");
  spec = {};
  spec.subject_key_id = false;
  refused_leaf(spec, "no subject key identifier");
}

TEST(Tls, an_authority_key_identifier_of_another_key) {
  // Issued by a CA whose certificate names another key than the pinned one does: same name, same
  // key.
  CertificateSpec renamed = ca_spec("City CA");
  renamed.subject_key_id = false;
  renamed.more = {{NID_subject_key_identifier, "00112233"}};
  Identity alias = issue(renamed);
  alias.key = city().ca.key;
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &alias);
  refused(tls, "names another key");
}

TEST(Tls, keys_and_hashes_outside_the_policy) {
  CertificateSpec spec;
  spec.digest = "SHA512";
  refused_leaf(spec, "leaf: ");
  spec = {};
  spec.key = "P-521";
  ServerTls tls = right_server();
  tls.identity = issue(spec, &city().ca);
  const Outcome on_p521 = ask(tls, right_files());
  CHECK(std::holds_alternative<HttpFailure>(on_p521));
  spec.key = "RSA";
  tls.identity = issue(spec, &city().ca);
  const Outcome on_rsa = ask(tls, right_files());
  CHECK(std::holds_alternative<HttpFailure>(on_rsa));
  LONGS_EQUAL(0, server->request_count());
}

TEST(Tls, intermediates) {
  CertificateSpec spec = ca_spec("City sub CA");
  spec.basic_constraints = "";
  refused_intermediate(spec, "CA");
  spec.basic_constraints = "CA:TRUE";
  refused_intermediate(spec, "basic constraints are not critical");
  spec = ca_spec("City sub CA");
  spec.key_usage = "critical,digitalSignature";
  refused_intermediate(spec, "CA");
  spec = ca_spec("City sub CA");
  spec.more = {{NID_name_constraints, "permitted;DNS:localhost"}};
  refused_intermediate(spec, "constrains names");
  spec = ca_spec("City sub CA");
  spec.more = {{NID_policy_constraints, "requireExplicitPolicy:0"}};
  refused_intermediate(spec, "constrains names or policies");
  spec = ca_spec("City sub CA");
  spec.ends_in_s = -60;
  refused_intermediate(spec, "CA 1: has expired");
}

TEST(Tls, a_leaf_that_signed_the_server) {
  const Identity leaf = issue(CertificateSpec{}, &city().ca);
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &leaf);
  tls.intermediates = {leaf.certificate};
  refused(tls, "not correctly signed by the trusted CA");
}

TEST(Tls, a_chain_of_four) {
  const Identity first = issue(ca_spec("City sub CA"), &city().ca);
  const Identity second = issue(ca_spec("City sub sub CA"), &first);
  ServerTls tls = right_server();
  tls.identity = issue(CertificateSpec{}, &second);
  tls.intermediates = {second.certificate, first.certificate};
  refused(tls, "longer than three");
}

TEST(Tls, downgrade_to_1_2) {
  ServerTls tls = right_server();
  tls.version = TLS1_2_VERSION;
  refused(tls, "tls", Errc::refused);
}

TEST(Tls, no_alpn) {
  ServerTls tls = right_server();
  tls.alpn = false;
  refused(tls, "ALPN");
}

TEST(Tls, a_suite_or_group_outside_the_policy) {
  ServerTls tls = right_server();
  tls.suites = "TLS_AES_128_CCM_SHA256";
  refused(tls, "tls", Errc::refused);
  tls.suites = "";
  tls.groups = "P-521";
  refused(tls, "tls", Errc::refused);
}

TEST(Tls, the_server_does_not_know_this_kiosk) {
  TlsFiles without = right_files();
  without.certificate.clear();
  without.key.clear();
  const Outcome none = ask(right_server(), without);
  CHECK(std::holds_alternative<HttpFailure>(none));
  LONGS_EQUAL(0, server->request_count());

  const Identity stranger = issue(City::kiosk_spec(), &city().other_ca);
  TlsFiles foreign = right_files();
  foreign.certificate = files.add_certificates("stranger.pem", {stranger.certificate});
  foreign.key = files.add_key("stranger.key", stranger.key);
  const Outcome refused_by_server = ask(right_server(), foreign);
  CHECK(std::holds_alternative<HttpFailure>(refused_by_server));
  LONGS_EQUAL(0, server->request_count());
}

TEST(Tls, files_that_cannot_be_used) {
  const auto create = [&](const TlsFiles& pem) {
    return HttpClient::create(timers, {"https://localhost:1", pem});
  };
  const auto names = [](const auto& result, const std::string& text) {
    return !result.ok() && result.error().code == Errc::invalid &&
           result.error().text().find(text) != std::string::npos;
  };
  const TlsFiles right = right_files();
  CHECK(create(right).ok());
  TlsFiles wrong = right;
  wrong.ca = "";
  CHECK(names(create(wrong), "CA"));
  wrong.ca = "/nowhere/ca.pem";
  CHECK(names(create(wrong), "/nowhere/ca.pem"));
  wrong.ca = files.add("text.pem", "not a certificate");
  CHECK(names(create(wrong), "text.pem"));
  wrong.ca =
      files.add_certificates("two.pem", {city().ca.certificate, city().other_ca.certificate});
  CHECK(names(create(wrong), "two.pem"));
  std::string damaged = to_pem(city().other_ca.certificate);
  damaged.replace(damaged.size() / 2, 8, "AAAAAAAA");
  wrong.ca = files.add("half.pem", to_pem(city().ca.certificate) + damaged);
  CHECK(names(create(wrong), "half.pem"));
  wrong = right;
  wrong.key = files.add_key("other.key", city().ca.key);
  CHECK(names(create(wrong), "other.key"));
  wrong.key = "";
  CHECK(names(create(wrong), "both or none"));
}

}  // namespace madoguchi
