// Everybody who could pretend to be the gateway, met by the real kiosk-link. Named by hazard. What
// each of them hears beyond the handshake is counted, and must be nothing.
#include <atomic>

#include "tests/contract/link/link_process.h"

namespace madoguchi {

TEST_GROUP_BASE(Impersonation, LinkProcessRig) {
  std::atomic<std::size_t> heard{0};
  std::atomic<int> reached{0};  // connections on which the rogue's handshake came to its end

  void rogue_is(const ServerTls& tls) {
    gateway = std::make_unique<TestServer>(tls, [this](Peer& peer) {
      ++reached;
      heard += peer.drain();
    });
  }

  // The right gateway's TLS, but for what the test changes.
  ServerTls like_the_gateway() {
    ServerTls tls;
    tls.identity = issue(CertificateSpec{}, &ca);
    return tls;
  }
  void shows(const CertificateSpec& spec, const Identity* issuer) {
    ServerTls tls = like_the_gateway();
    tls.identity = issue(spec, issuer);
    rogue_is(tls);
  }

  // kiosk-link says that the link is down and why, and answers a call with "gone": it never left.
  void refused(const char* why, const std::string& more = "") {
    start_with(gateway->url("localhost"), more);
    call("00000000-0000-4000-8000-000000000001", "{\"secret\":1}", 400);
    bool told = false;
    bool answered = false;
    while (!told || !answered) {
      const LinkToKiosk message = receive();
      if (const auto* state = std::get_if<LinkState>(&message)) {
        CHECK_FALSE(state->up);
        if (state->detail == "connecting") continue;
        STRCMP_CONTAINS(why, state->detail.c_str());
        told = true;
      } else {
        const auto& answer = std::get<HttpAnswer>(message);
        CHECK_FALSE(answer.status.has_value());
        STRCMP_EQUAL("gone", answer.failure->c_str());
        answered = true;
      }
    }
    ::kill(pid, SIGKILL);
    (void)wait_for_exit();
    gateway.reset();  // and with it the thread that counts
    LONGS_EQUAL(0, heard);
  }

  std::string with_list(const RevocationSpec& spec) {
    files.add("ca.crl", revocation_list(ca, spec));
    return "crl = \"ca.crl\"\n";
  }
};

// Without this one the others could pass because nothing ever works.
TEST(Impersonation, the_gateway_itself_hears_everything) {
  start_echoing_gateway();
  const std::string pins =
      "pins = [\"" + pin_text(ca.key) + "\", \"" + pin_text(issue(ca_spec("Backup")).key) + "\"]\n";
  start_with(gateway->url("localhost"), pins + with_list({}));
  wait_until_up();
  call("00000000-0000-4000-8000-000000000002", "{}");
  CHECK(receive_answer().status == 200);
}

TEST(Impersonation, wrong_ca) {
  const Identity other = issue(ca_spec("Somebody's CA"));
  shows(CertificateSpec{}, &other);
  refused("not correctly signed by the trusted CA");
}

TEST(Impersonation, wrong_ca_of_the_same_name) {
  const Identity other = issue(ca_spec("City CA"));
  shows(CertificateSpec{}, &other);
  refused("not correctly signed by the trusted CA");
}

TEST(Impersonation, self_signed) {
  shows(CertificateSpec{}, nullptr);
  refused("not correctly signed by the trusted CA");
}

TEST(Impersonation, wrong_name) {
  CertificateSpec spec;
  spec.san = "DNS:elsewhere.example,IP:192.0.2.1";
  shows(spec, &ca);
  refused("does not match");
}

TEST(Impersonation, wrong_extended_key_usage) {
  CertificateSpec spec;
  spec.extended_key_usage = "codeSigning";
  shows(spec, &ca);
  refused("sage");  // "Usage does not match the extendedKeyUsage extension"
}

TEST(Impersonation, another_kiosks_certificate) {
  shows(kiosk_spec("kiosk-002"), &ca);
  refused("sage");
}

TEST(Impersonation, a_certificate_for_both_sides) {
  CertificateSpec spec;
  spec.extended_key_usage = "serverAuth,clientAuth";
  shows(spec, &ca);
  refused("extended key usage is not exactly serverAuth");
}

TEST(Impersonation, expired) {
  CertificateSpec spec;
  spec.starts_in_s = -7200;
  spec.ends_in_s = -60;
  shows(spec, &ca);
  refused("has expired");
}

TEST(Impersonation, not_yet_valid) {
  CertificateSpec spec;
  spec.starts_in_s = 600;
  spec.ends_in_s = 7200;
  shows(spec, &ca);
  refused("not valid yet");
}

TEST(Impersonation, revoked) {
  ServerTls tls = like_the_gateway();
  const RevocationSpec list{.revoked = {tls.identity.certificate}};
  rogue_is(tls);
  refused("is revoked", with_list(list));
}

TEST(Impersonation, pin_mismatch) {
  rogue_is(like_the_gateway());
  refused("no key of its path is pinned", "pins = [\"" + pin_text(issue(ca_spec("A")).key) +
                                              "\", \"" + pin_text(issue(ca_spec("B")).key) +
                                              "\"]\n");
}

TEST(Impersonation, downgrade_to_tls_1_2) {
  ServerTls tls = like_the_gateway();
  tls.version = TLS1_2_VERSION;
  rogue_is(tls);
  refused("refused");
}

TEST(Impersonation, no_alpn) {
  ServerTls tls = like_the_gateway();
  tls.alpn = false;
  rogue_is(tls);
  refused("ALPN");
  CHECK(reached > 0);  // its handshake was complete; it heard nothing all the same
}

TEST(Impersonation, a_group_outside_the_policy) {
  ServerTls tls = like_the_gateway();
  tls.groups = "P-521";
  rogue_is(tls);
  refused("refused");
}

TEST(Impersonation, pins_that_are_malformed_end_the_process) {
  const std::string config = write_config("https://127.0.0.1:1", "pins = [\"banana\"]\n");
  start({"--config", config, "--fd", "<fd>"});
  LONGS_EQUAL(2, wait_for_exit());
}

}  // namespace madoguchi
