// Pins, revocation lists and the floor under the clock: what the link demands of a server whose
// chain is otherwise right.
#include <CppUTest/TestHarness.h>
#include <openssl/obj_mac.h>

#include "firmware/base/file.h"
#include "firmware/link/http_client.h"
#include "firmware/link/revocation_list.h"
#include "firmware/link/server_trust.h"
#include "tests/contract/link/signed_time.h"
#include "tests/contract/link/test_pki.h"
#include "tests/contract/link/test_server.h"
#include "tests/run_task.h"

namespace madoguchi {
namespace {

using Outcome = std::variant<HttpResponse, HttpFailure>;
using Wall = Timers::Wall;

constexpr Timers::Duration patience{20'000};
constexpr std::chrono::hours day{24};

struct City {
  Identity ca = issue(ca_spec("City CA"));
  Identity other_ca = issue(ca_spec("Somebody's CA"));
  Identity gateway = issue(CertificateSpec{}, &ca);
  Identity seal = issue(CertificateSpec{});
};
const City& city() {
  static const City made;
  return made;
}

}  // namespace

TEST_GROUP(Trust) {
  asio::io_context loop{1};
  VirtualTimers clock{std::chrono::system_clock::now()};
  PemFiles files;
  TlsFiles tls_files{files.add_certificates("ca.pem", {city().ca.certificate}), "", ""};
  ServerTrustSettings settings{.ca = tls_files.ca, .crl = "", .state_dir = "", .seal_key = ""};
  ServerTls tls{.identity = city().gateway};
  bool fetches = false;
  std::unique_ptr<TestServer> server;
  std::unique_ptr<ServerTrust> trust;

  void teardown() override {
    server.reset();
    trust.reset();
  }

  void open_trust() {
    auto opened = ServerTrust::open(settings);
    if (!opened) FAIL(opened.error().text().c_str());
    trust = std::move(*opened);
  }

  Outcome ask() {
    if (!trust) open_trust();
    server.reset();
    server = std::make_unique<TestServer>(tls, [this](Peer& peer) {
      while (server->take(peer)) peer.write(http_answer("{}"));
    });
    HttpServer to{server->url("localhost"), tls_files};
    to.trust = {trust.get(), fetches};
    auto client = HttpClient::create(clock, to);
    if (!client) FAIL(client.error().text().c_str());
    return run_task(loop, (*client)->send(HttpRequest{}, patience));
  }

  void accepted() {
    const Outcome outcome = ask();
    if (const auto* failure = std::get_if<HttpFailure>(&outcome))
      FAIL(failure->error.text().c_str());
  }

  void refused(const char* reason) {
    const Outcome outcome = ask();
    CHECK_TEXT(std::holds_alternative<HttpFailure>(outcome), reason);
    const HttpFailure& failure = std::get<HttpFailure>(outcome);
    STRCMP_CONTAINS(reason, failure.error.text().c_str());
    CHECK(failure.error.code == Errc::integrity);
    CHECK(failure.sent == Sent::nothing);
    LONGS_EQUAL(0, server->request_count());
  }

  void hold(const RevocationSpec& spec) {
    settings.crl = files.add("ca.crl", revocation_list(city().ca, spec));
    trust.reset();
  }

  Bytes time_of_the_city(Wall at) { return signed_time(files, city().seal.key, at); }
  void use_seal_key() {
    settings.seal_key = files.add_public_key("seal.pem", city().seal.key);
    settings.state_dir = files.folder();
  }
};

TEST(Trust, pins_of_any_key_of_the_path) {
  const std::string backup = pin_text(city().other_ca.key);
  tls_files.pins = {pin_text(city().ca.key), backup};
  accepted();
  tls_files.pins = {backup, pin_text(city().gateway.key)};
  accepted();
}

TEST(Trust, pin_mismatch) {
  tls_files.pins = {pin_text(city().other_ca.key), pin_text(city().seal.key)};
  refused("no key of its path is pinned");
}

TEST(Trust, pins_that_are_none) {
  const std::string good = pin_text(city().ca.key);
  const std::vector<std::vector<std::string>> wrong{
      {good}, {good, good}, {good, "short"}, {good, good.substr(0, 40)}, {good, "sha256/" + good}};
  for (const auto& pins : wrong) {
    tls_files.pins = pins;
    const auto client = HttpClient::create(clock, {"https://localhost:1", tls_files});
    CHECK_FALSE(client.ok());
    CHECK(client.error().code == Errc::invalid);
    STRCMP_CONTAINS("pins", client.error().text().c_str());
  }
}

TEST(Trust, a_fresh_list_that_does_not_name_the_server) {
  hold({});
  accepted();
}

TEST(Trust, revoked) {
  hold({.revoked = {city().gateway.certificate}});
  refused("is revoked");
  fetches = true;  // not even for asking
  refused("is revoked");
  settings.stale_is_refused = false;
  trust.reset();
  fetches = false;
  refused("is revoked");
}

TEST(Trust, no_list) {
  settings.crl = files.folder() + "/missing.crl";
  refused("no revocation list is held");
  settings.stale_is_refused = false;  // says nothing about one that is missing
  trust.reset();
  refused("no revocation list is held");
  fetches = true;
  accepted();
}

TEST(Trust, a_stale_list) {
  hold({.from_s = -7200, .to_s = -60});
  refused("too old");
  fetches = true;
  accepted();
  fetches = false;
  settings.stale_is_refused = false;
  trust.reset();
  accepted();
}

TEST(Trust, a_list_older_than_the_kiosk_allows) {
  settings.crl_max_age = std::chrono::hours(1);
  hold({.from_s = -7200, .to_s = 86400});
  refused("too old");
}

TEST(Trust, lists_that_are_none_count_as_missing) {
  const auto is_none = [this](const std::string& content) {
    settings.crl = files.add("ca.crl", content);
    trust.reset();
    refused("no revocation list is held");
  };
  const Identity forged = issue(ca_spec("City CA"));
  is_none(revocation_list(city().other_ca));  // another issuer
  is_none(revocation_list(forged));           // the same name, another key
  is_none(revocation_list(city().ca, {.number = -1}));
  is_none(revocation_list(city().ca, {.to_s = 0}));
  is_none(revocation_list(city().ca, {.authority_key_id = false}));
  // A list of some reasons only, and one that only tells changes.
  is_none(revocation_list(city().ca,
                          {.more = {{NID_issuing_distribution_point, "critical,onlyCA:TRUE"}}}));
  is_none(revocation_list(city().ca, {.more = {{NID_delta_crl, ""}}}));
  is_none(revocation_list(city().ca) + revocation_list(city().ca));
  is_none("not a list");
  is_none("");
}

TEST(Trust, an_issuer_that_the_list_says_nothing_about) {
  const Identity intermediate = issue(ca_spec("City sub CA"), &city().ca);
  tls.identity = issue(CertificateSpec{}, &intermediate);
  tls.intermediates = {intermediate.certificate};
  accepted();
  hold({});
  refused("no revocation list of its issuer");
}

TEST(Trust, newer_lists_take_the_place_of_older_ones_and_stay) {
  settings.state_dir = files.folder();
  hold({.number = 300});
  open_trust();
  const auto take = [this](const RevocationSpec& spec) {
    return trust->take_list(as_bytes(revocation_list(city().ca, spec)));
  };
  CHECK_FALSE(*take({.number = 300}));
  CHECK_FALSE(*take({.number = 2}));
  CHECK_FALSE(take({.number = -1}).ok());
  CHECK_FALSE(trust->take_list(as_bytes(revocation_list(city().other_ca))).ok());
  accepted();
  CHECK(*take({.revoked = {city().gateway.certificate}, .number = 301}));
  refused("is revoked");
  CHECK_FALSE(*take({.number = 300}));  // the old one does not come back
  refused("is revoked");
  trust.reset();  // nor with a restart
  refused("is revoked");
}

TEST(Trust, a_kiosk_that_wakes_in_1970_knows_better) {
  // Valid since long before this firmware was built.
  constexpr long years_ago = -5L * 365 * 86400;
  CertificateSpec old_ca = ca_spec("Old City CA");
  old_ca.starts_in_s = years_ago;
  const Identity ca = issue(old_ca);
  CertificateSpec spec;
  spec.starts_in_s = years_ago;
  tls.identity = issue(spec, &ca);
  tls_files.ca = files.add_certificates("old-ca.pem", {ca.certificate});
  clock.set_wall(Wall{});
  accepted();
  spec.ends_in_s = years_ago + 86400;  // expired before the firmware was built
  tls.identity = issue(spec, &ca);
  refused("has expired");
}

TEST(Trust, expired_by_the_floor_though_the_clock_says_otherwise) {
  use_seal_key();
  open_trust();
  CHECK(*trust->take_time(time_of_the_city(std::chrono::system_clock::now() + day)));
  clock.set_wall(Wall{});
  refused("has expired");
  trust.reset();  // the signed time outlives a restart
  refused("has expired");
}

TEST(Trust, a_forged_or_older_time_changes_nothing) {
  use_seal_key();
  open_trust();
  const Wall now = std::chrono::system_clock::now();
  CHECK(*trust->take_time(time_of_the_city(now)));
  CHECK_FALSE(*trust->take_time(time_of_the_city(now - day)));
  CHECK_FALSE(*trust->take_time(time_of_the_city(Wall{})));
  Bytes forged = time_of_the_city(now + day);
  const std::string text = as_text(forged);
  const auto at = text.find("signature") + 14;
  forged[at] = forged[at] == 'A' ? 'B' : 'A';
  CHECK_FALSE(trust->take_time(forged).ok());
  CHECK_FALSE(trust->take_time(as_bytes("{}")).ok());
  CHECK(trust->now(Wall{}) < now + std::chrono::hours(1));
  // What lies in the state directory is not believed either.
  CHECK(write_file(files.folder() + "/time.json", forged).ok());
  trust.reset();
  open_trust();
  CHECK(trust->now(Wall{}) < now + std::chrono::hours(1));
}

}  // namespace madoguchi
