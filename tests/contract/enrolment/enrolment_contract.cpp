// A kiosk becomes one, stays one and ends: real kiosk-link, real kiosk-keys, real gateway.
#include <filesystem>

#include "firmware/base/file.h"
#include "tests/contract/enrolment/enrolment_rig.h"

using namespace madoguchi;

namespace {

/// A kiosk whose key is a file: the quick ones.
struct FileKiosk {
  KeysProcess keys{"off"};
  LinkUnderTest link{keys.socket()};
  FileKiosk() { link.start(); }
};

std::string all_files_of(const std::string& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto content = read_file(entry.path().string());
    if (content) all += as_text(*content);
  }
  return all;
}

std::string certificate_of(const LinkUnderTest& link) {
  const auto pem = read_file(link.file("kiosk.pem"));
  return pem ? as_text(*pem) : "";
}

}  // namespace

TEST_GROUP_BASE(Enrolment, EnrolmentRig){};

TEST(Enrolment, with_a_tpm_and_a_qr_code) {
  SoftwareTpm tpm;
  KeysProcess keys(tpm.tcti());
  LinkUnderTest link(keys.socket());
  link.start();
  link.wait_until(IdentityStanding::none);
  const PrintedCode code = make_code();
  STRCMP_EQUAL("umeda-1", code.kiosk.c_str());
  STRCMP_EQUAL("umeda", code.ticket.site.c_str());
  const EnrolOutcome outcome = link.enrol(code, "umeda");
  expect(EnrolResult::done, outcome);
  STRCMP_EQUAL("umeda-1", outcome.detail.c_str());
  STRCMP_EQUAL("umeda-1", link.identity()->kiosk.c_str());
  STRCMP_EQUAL("umeda", link.identity()->site.c_str());
  STRCMP_EQUAL("tpm", link.identity()->key.c_str());
  STRCMP_EQUAL("", link.identity()->trouble.c_str());
  CHECK(link.identity()->renew_at < link.identity()->valid_until);
  link.wait_until_up();
  LONGS_EQUAL(201, link.call("/v1/visits"));
  // Whoever takes all of kiosk-link's files has no key.
  CHECK(all_files_of(link.file()).find("PRIVATE KEY") == std::string::npos);
  LONGS_EQUAL(0, link.end());

  link.start();  // and after a restart
  link.wait_until(IdentityStanding::enrolled);
  link.wait_until_up();
  LONGS_EQUAL(201, link.call("/v1/visits"));
  LONGS_EQUAL(0, link.end());
}

TEST(Enrolment, unknown_code_mistyped_code) {
  FileKiosk kiosk;
  PrintedCode code = make_code();
  const std::string right = code.code;
  code.code = "22222-22222";
  expect(EnrolResult::unknown_code, kiosk.link.enrol(code));
  code.code = "not a code";
  expect(EnrolResult::unknown_code, kiosk.link.enrol(code));
  CHECK(kiosk.link.identity()->standing == IdentityStanding::none);
  code.code = "  " + right.substr(0, 5) + right.substr(6) + " ";
  for (char& c : code.code) c = static_cast<char>(std::tolower(c));
  expect(EnrolResult::done, kiosk.link.enrol(code));  // typed in another way
}

TEST(Enrolment, used_code_is_anothers) {
  FileKiosk first;
  FileKiosk second;
  const PrintedCode code = make_code();
  expect(EnrolResult::done, first.link.enrol(code));
  expect(EnrolResult::used_code, second.link.enrol(code));
  CHECK(second.link.identity()->standing == IdentityStanding::none);
}

TEST(Enrolment, expired_code) {
  FileKiosk kiosk;
  const PrintedCode code = make_code();
  in_database("UPDATE enrolment_codes SET expires = 1000");
  expect(EnrolResult::expired_code, kiosk.link.enrol(code));
}

TEST(Enrolment, wrong_site) {
  FileKiosk kiosk;
  const PrintedCode code = make_code("umeda");
  expect(EnrolResult::wrong_site, kiosk.link.enrol(code, "shonai"));
  expect(EnrolResult::done, kiosk.link.enrol(code, "umeda"));
}

TEST(Enrolment, guessing_is_slowed_down) {
  FileKiosk kiosk;
  PrintedCode code = make_code();
  code.code = "22222-22222";
  int tries = 0;
  EnrolOutcome outcome = kiosk.link.enrol(code);
  for (; outcome.result == EnrolResult::unknown_code && tries < 20; ++tries)
    outcome = kiosk.link.enrol(code);
  expect(EnrolResult::too_many_tries, outcome);
  CHECK(tries <= 6);
}

TEST(Enrolment, a_database_that_is_read_gives_no_code) {
  const PrintedCode code = make_code();
  LONGS_EQUAL(1, gateway.ask_database("SELECT COUNT(*) FROM enrolment_codes"));
  const auto content = read_file(gateway.database());
  if (!content) return;  // PostgreSQL
  const std::string all = as_text(*content);
  CHECK(all.find(code.ticket.code) == std::string::npos);
  CHECK(all.find(code.code) == std::string::npos);
}

TEST(Enrolment, another_gateway_than_the_qr_codes) {
  FileKiosk kiosk;
  PrintedCode code = make_code();
  code.ticket.ca_pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  expect(EnrolResult::untrusted, kiosk.link.enrol(code));
  LONGS_EQUAL(0, gateway.ask_database("SELECT COUNT(*) FROM kiosk_certificates"));
}

TEST(Enrolment, no_gateway_no_keys) {
  FileKiosk kiosk;
  PrintedCode code = make_code();
  PrintedCode nowhere = code;
  nowhere.ticket.url = "https://127.0.0.1:1";
  expect(EnrolResult::no_gateway, kiosk.link.enrol(nowhere));
  expect(EnrolResult::not_possible,
         kiosk.link.ask(EnrolRequest{"typed", code.code, {}, {}, {}}));  // and where to?
  LinkUnderTest without_keys("/nowhere/keys");
  without_keys.start();
  expect(EnrolResult::no_key, without_keys.enrol(code));
  STRCMP_CONTAINS("kiosk-keys", without_keys.identity()->trouble.c_str());
  expect(EnrolResult::done, kiosk.link.enrol(code));
}

TEST(Enrolment, a_typed_code_where_the_gateway_is_configured) {
  KeysProcess keys("off");
  LinkUnderTest link(keys.socket(), "enrol_url = \"https://" + gateway.enrol_address() +
                                        "\"\nca = \"" +
                                        gateway::SharedCity::get().pki("gateway-ca.pem") + "\"\n");
  link.start();
  expect(EnrolResult::done, link.ask(EnrolRequest{"typed", make_code().code, {}, {}, {}}));
  link.wait_until_up();
}

TEST(Enrolment, reply_lost_after_the_certificate_was_issued) {
  FileKiosk kiosk;
  const PrintedCode code = make_code();
  expect(EnrolResult::done, kiosk.link.enrol(code));
  const std::string first = certificate_of(kiosk.link);
  // What the kiosk would be if the answer had not come.
  kiosk.link.kill();
  std::filesystem::remove(kiosk.link.file("identity"));
  kiosk.link.start();
  kiosk.link.wait_until(IdentityStanding::none);
  expect(EnrolResult::done, kiosk.link.enrol(code));
  CHECK(certificate_of(kiosk.link) == first);
  LONGS_EQUAL(1, gateway.ask_database("SELECT COUNT(*) FROM kiosk_certificates"));
  // A day later it is used up, and staff make another one.
  kiosk.link.kill();
  std::filesystem::remove(kiosk.link.file("identity"));
  kiosk.link.start();
  in_database("UPDATE enrolment_codes SET used = used - 90000");
  expect(EnrolResult::used_code, kiosk.link.enrol(code));
  expect(EnrolResult::done, kiosk.link.enrol(make_code("umeda", "--kiosk umeda-1")));
}

TEST(Enrolment, renewal_disturbs_no_call) {
  FileKiosk kiosk;
  expect(EnrolResult::not_enrolled, kiosk.link.renew());
  expect(EnrolResult::done, kiosk.link.enrol(make_code()));
  kiosk.link.wait_until_up();
  const std::string first = certificate_of(kiosk.link);
  expect(EnrolResult::done, kiosk.link.renew());
  CHECK(certificate_of(kiosk.link) != first);
  LONGS_EQUAL(2, gateway.ask_database("SELECT COUNT(*) FROM kiosk_certificates"));
  CHECK(kiosk.link.link()->up);  // it was not even interrupted
  LONGS_EQUAL(201, kiosk.link.call("/v1/visits"));
}

TEST(Enrolment, revoked_kiosk_is_refused_at_once_and_knows_it) {
  FileKiosk kiosk;
  expect(EnrolResult::done, kiosk.link.enrol(make_code()));
  kiosk.link.wait_until_up();
  STRCMP_CONTAINS("umeda-1 is revoked (1 certificates)", command("kiosks revoke umeda-1").c_str());
  LONGS_EQUAL(403, kiosk.link.call("/v1/visits"));   // on the connection that stood
  expect(EnrolResult::revoked, kiosk.link.renew());  // a new one: refused in the handshake
  CHECK(kiosk.link.identity()->standing == IdentityStanding::revoked);
  kiosk.link.kill();
  kiosk.link.start();
  kiosk.link.wait_until(IdentityStanding::revoked);  // by the alert alone
  STRCMP_CONTAINS("revoked by staff", command("kiosks list").c_str());
  STRCMP_CONTAINS("BEGIN X509 CRL", command("kiosks crl").c_str());
  // It comes back with a new code, and in no other way.
  expect(EnrolResult::done, kiosk.link.enrol(make_code("umeda", "--kiosk umeda-1")));
  kiosk.link.wait_until_up();
  LONGS_EQUAL(201, kiosk.link.call("/v1/visits"));
}

TEST(Enrolment, a_new_board_takes_the_old_ones_place) {
  FileKiosk old_board;
  FileKiosk new_board;
  expect(EnrolResult::done, old_board.link.enrol(make_code()));
  expect(EnrolResult::done, new_board.link.enrol(make_code("umeda", "--kiosk umeda-1")));
  new_board.link.wait_until_up();
  old_board.link.kill();
  old_board.link.start();
  old_board.link.wait_until(IdentityStanding::revoked);
  LONGS_EQUAL(201, new_board.link.call("/v1/visits"));
}

TEST(Enrolment, decommission_erases_and_revokes) {
  FileKiosk kiosk;
  const PrintedCode code = make_code();
  expect(EnrolResult::done, kiosk.link.enrol(code));
  kiosk.link.wait_until_up();
  expect(EnrolResult::done, kiosk.link.ask(ForgetIdentity{"forget"}));
  CHECK(kiosk.keys.client().erase().ok());
  CHECK(kiosk.link.identity()->standing == IdentityStanding::none);
  CHECK(all_files_of(kiosk.link.file()).find("BEGIN CERTIFICATE") == std::string::npos ||
        certificate_of(kiosk.link).empty());
  LONGS_EQUAL(0, gateway.ask_database("SELECT COUNT(*) FROM kiosk_certificates WHERE revoked = 0"));
  expect(EnrolResult::done, kiosk.link.ask(ForgetIdentity{"again"}));
  expect(EnrolResult::used_code, kiosk.link.enrol(code));
  expect(EnrolResult::done, kiosk.link.enrol(make_code("umeda", "--kiosk umeda-1")));
  kiosk.link.wait_until_up();
}

TEST(Enrolment, stolen_disk_without_its_tpm_is_nobody) {
  SoftwareTpm tpm;
  KeysProcess keys(tpm.tcti());
  LinkUnderTest link(keys.socket());
  link.start();
  expect(EnrolResult::done, link.enrol(make_code()));
  link.wait_until_up();
  link.kill();
  // All of the disk goes to another board.
  SoftwareTpm thieves;
  KeysProcess elsewhere(thieves.tcti());
  std::filesystem::copy(keys.file("tpm.key"), elsewhere.file("tpm.key"));
  LinkUnderTest stolen(elsewhere.socket());
  for (const char* name : {"identity", "kiosk.pem", "enrolled-ca.pem"})
    std::filesystem::copy(link.file(name), stolen.file(name));
  stolen.start();
  while (!stolen.identity() || stolen.identity()->trouble.empty())
    CHECK(stolen.next<IdentityState>().has_value());
  STRCMP_CONTAINS("another board", stolen.identity()->trouble.c_str());
  LONGS_EQUAL(0, stolen.call("/v1/visits"));
  CHECK_FALSE(stolen.link()->up);
}

TEST(Enrolment, a_damaged_identity_says_so_and_is_replaced) {
  FileKiosk kiosk;
  const PrintedCode code = make_code();
  expect(EnrolResult::done, kiosk.link.enrol(code));
  kiosk.link.kill();
  CHECK(write_file(kiosk.link.file("identity"), as_bytes("rubbish")).ok());
  kiosk.link.start();
  kiosk.link.wait_until(IdentityStanding::none);
  STRCMP_CONTAINS("damaged", kiosk.link.identity()->trouble.c_str());
  expect(EnrolResult::done, kiosk.link.enrol(code));
}
