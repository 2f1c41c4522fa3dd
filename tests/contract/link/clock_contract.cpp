// kiosk-link, the real process, on a board that woke in 1970: what the gateway once signed, or the
// day on which the firmware was built, stands in for the clock.
#include "tests/contract/link/link_process.h"
#include "tests/contract/link/signed_time.h"

namespace madoguchi {
namespace {

constexpr long day_s = 86'400;
constexpr long years_s = 5 * 365 * day_s;  // before any of this was built

}  // namespace

TEST_GROUP_BASE(StoppedClock, LinkProcessRig) {
  Identity seal = issue(CertificateSpec{});
  CertificateSpec server;

  void setup() override {
    CertificateSpec old = ca_spec("City CA");
    old.starts_in_s = -years_s;
    ca = issue(old);
    stopped_clock = true;
  }

  // One answer a connection, so that every client of the process has its turn.
  void start_city() {
    ServerTls tls;
    tls.identity = issue(server, &ca);
    tls.client_ca = ca.certificate;
    gateway = std::make_unique<TestServer>(tls, [this](Peer& peer) {
      if (!gateway->take(peer)) return;
      const std::string asked = gateway->requests().back().first_line;
      const auto now = std::chrono::system_clock::now();
      if (asked.starts_with("GET /v1/time")) {
        peer.write(http_answer(as_text(signed_time(files, seal.key, now))));
      } else if (asked.starts_with("GET /v1/crl")) {
        peer.write(http_answer(revocation_list(ca, {.number = 7})));
      } else {
        peer.write(http_answer("{}"));
      }
      peer.close();
    });
  }
  void start_kiosk() {
    const std::string public_key = files.add_public_key("seal.pem", seal.key);
    start_with(gateway->url("localhost"), "state_dir = \"" + files.folder() +
                                              "\"\ncrl = \"set-up.crl\"\n[gateway]\nseal_key = \"" +
                                              public_key + "\"\n");
  }
  void keep_signed_time() {
    CHECK(write_file(files.folder() + "/time.json",
                     signed_time(files, seal.key, std::chrono::system_clock::now()))
              .ok());
  }
  void hold_list() { files.add("set-up.crl", revocation_list(ca, {.to_s = day_s})); }

  void refused(const char* reason) {
    for (;;) {
      const LinkState state = receive_state();
      CHECK_FALSE(state.up);
      if (state.detail == "connecting") continue;
      STRCMP_CONTAINS(reason, state.detail.c_str());
      break;
    }
    LONGS_EQUAL(0, gateway->served());
  }
};

TEST(StoppedClock, starts_from_the_signed_time) {
  keep_signed_time();
  hold_list();
  start_city();  // its certificate is an hour old: of the future, for a clock in 1970
  start_kiosk();
  wait_until_up();
}

TEST(StoppedClock, without_a_signed_time_a_newer_certificate_is_not_valid_yet) {
  server.starts_in_s = day_s;  // later than this firmware was built
  server.ends_in_s = 2 * day_s;
  hold_list();
  start_city();
  start_kiosk();
  refused("is not valid yet; check the clock");
}

TEST(StoppedClock, what_expired_before_the_firmware_was_built_stays_expired) {
  server.starts_in_s = -years_s;
  server.ends_in_s = day_s - years_s;
  hold_list();
  start_city();
  start_kiosk();
  refused("has expired; check the clock");
}

TEST(StoppedClock, what_expired_before_the_signed_time_stays_expired) {
  keep_signed_time();
  server.starts_in_s = -years_s;
  server.ends_in_s = -60;
  hold_list();
  start_city();
  start_kiosk();
  refused("has expired; check the clock");
}

TEST(StoppedClock, fetches_the_time_and_the_list_and_says_so) {
  server.starts_in_s = -years_s;
  start_city();  // no list is held: only the questions for time and list get through
  start_kiosk();
  wait_until_up();
  const std::string lines = wait_for_log("revocation list");
  STRCMP_CONTAINS("\"event\":\"trust_renewed\",\"what\":\"signed time\"", lines.c_str());
  STRCMP_CONTAINS("\"number\":\"07\",\"revoked\":\"0\"", lines.c_str());
  STRCMP_CONTAINS("\"time\":\"1970-01-01T", lines.c_str());
  // The next start in 1970 knows both without asking.
  channel.reset();
  LONGS_EQUAL(0, wait_for_exit());
  gateway.reset();
  server.ends_in_s = -60;
  start_city();
  start_kiosk();
  refused("has expired; check the clock");
}

}  // namespace madoguchi
