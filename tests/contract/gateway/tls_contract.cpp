// Who gets a connection: impostors are refused before a byte of the application.
#include <CppUTest/TestHarness.h>

#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(GatewayTls) {
  GatewayProcess gateway;

  /// In TLS 1.3 a client learns of its refusal at the first read.
  bool is_served(const std::string& address, const TlsClientSettings& settings,
                 const std::string& target) {
    TlsClient client(address, settings);
    if (!client.connected() || !client.send(request_text("GET", target))) return false;
    const auto reply = client.receive();
    return reply && reply->status < 500;
  }
  bool is_served(const TlsClientSettings& settings) {
    return is_served(gateway.kiosk_address(), settings, "/v1/health");
  }

  TlsClientSettings as(const Card& made) {
    TlsClientSettings settings = kiosk_settings("kiosk-001");
    settings.certificate =
        SharedCity::get().directory().put("impostor.pem", made.certificate_pem());
    settings.key = SharedCity::get().directory().put("impostor.key", made.key_pem());
    return settings;
  }

  /// A certificate that the kiosks' CA has issued.
  CardSpec kiosk_spec() {
    return {.name = "kiosk-009", .extended_key_usage = "clientAuth", .ec_key = true};
  }
  CardAuthority kiosk_ca() {
    return CardAuthority(SharedCity::get().pki("kiosk-ca.pem"),
                         SharedCity::get().pki("kiosk-ca.key"));
  }
};

TEST(GatewayTls, a_kiosk_is_served) { CHECK(is_served(kiosk_settings("kiosk-001"))); }

TEST(GatewayTls, a_kiosk_made_by_the_test_is_served) {
  CHECK(is_served(as(kiosk_ca().issue(kiosk_spec()))));
}

TEST(GatewayTls, tls_1_2) {
  TlsClientSettings settings = kiosk_settings("kiosk-001");
  settings.version = TLS1_2_VERSION;
  CHECK(!is_served(settings));
}

TEST(GatewayTls, no_client_certificate) {
  TlsClientSettings settings = kiosk_settings("kiosk-001");
  settings.certificate.clear();
  CHECK(!is_served(settings));
}

TEST(GatewayTls, certificate_of_another_ca) {
  CHECK(!is_served(as(SharedCity::get().authority().issue(kiosk_spec()))));
}

TEST(GatewayTls, certificate_of_the_gateways_own_ca) {
  CHECK(!is_served(kiosk_settings("gateway")));
}

TEST(GatewayTls, servers_certificate_of_the_right_ca) {
  CardSpec spec = kiosk_spec();
  spec.extended_key_usage = "serverAuth";
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, certificate_for_client_and_server) {
  CardSpec spec = kiosk_spec();
  spec.extended_key_usage = "clientAuth,serverAuth";
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, certificate_without_extended_key_usage) {
  CardSpec spec = kiosk_spec();
  spec.extended_key_usage.clear();
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, expired_certificate) {
  CardSpec spec = kiosk_spec();
  spec.from_s = -7200;
  spec.to_s = -3600;
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, rsa_certificate) {
  CardSpec spec = kiosk_spec();
  spec.ec_key = false;
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, name_that_is_no_kiosk_id) {
  CardSpec spec = kiosk_spec();
  spec.name = "kiosk 001\",\"event\":\"x";
  CHECK(!is_served(as(kiosk_ca().issue(spec))));
}

TEST(GatewayTls, every_suite_of_the_policy_and_no_other) {
  TlsClientSettings settings = kiosk_settings("kiosk-001");
  for (const char* suite :
       {"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"}) {
    settings.ciphersuites = suite;
    CHECK(is_served(settings));
  }
  settings.ciphersuites = "TLS_AES_128_CCM_SHA256";
  CHECK(!is_served(settings));
}

TEST(GatewayTls, application_protocol_is_http_1_1_or_none) {
  TlsClientSettings settings = kiosk_settings("kiosk-001");
  STRCMP_EQUAL("http/1.1", TlsClient(gateway.kiosk_address(), settings).protocol().c_str());
  settings.protocol.clear();
  CHECK(is_served(settings));
  settings.protocol = "h2";
  CHECK(!TlsClient(gateway.kiosk_address(), settings).connected());
}

TEST(GatewayTls, revoked_kiosk) {
  const CardAuthority ca = kiosk_ca();
  const Card stolen = ca.issue(kiosk_spec());
  const std::string crl = SharedCity::get().directory().put("kiosk-crl.pem", ca.revoke({&stolen}));
  GatewayProcess strict({"--kiosk-crl", crl});
  CHECK(!is_served(strict.kiosk_address(), as(stolen), "/v1/health"));
  CHECK(is_served(strict.kiosk_address(), kiosk_settings("kiosk-001"), "/v1/health"));
}

TEST(GatewayTls, the_public_side_asks_for_no_certificate_and_speaks_1_2_too) {
  TlsClientSettings settings{.ca = SharedCity::get().pki("gateway-ca.pem")};
  CHECK(is_served(gateway.public_address(), settings, "/verify/K7QM-3T9D-XA2P"));
  settings.version = TLS1_2_VERSION;
  CHECK(is_served(gateway.public_address(), settings, "/verify/K7QM-3T9D-XA2P"));
  settings.version = TLS1_1_VERSION;
  CHECK(!is_served(gateway.public_address(), settings, "/verify/K7QM-3T9D-XA2P"));
}

TEST(GatewayTls, the_public_side_has_no_api) {
  const TlsClientSettings settings{.ca = SharedCity::get().pki("gateway-ca.pem")};
  TlsClient client(gateway.public_address(), settings);
  CHECK(client.send(request_text("GET", "/v1/health")));
  LONGS_EQUAL(404, client.receive()->status);
  CHECK(
      client.send(request_text("POST", "/v1/visits", {{"Content-Type", "application/json"}}, "")));
  LONGS_EQUAL(405, client.receive()->status);
}
