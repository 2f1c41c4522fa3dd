// What the two kinds of listeners negotiate, enumerated: each version, suite, group and signature
// scheme that OpenSSL knows is offered alone, and what comes of it must be the table exactly.
#include <set>

#include <CppUTest/TestHarness.h>

#include "firmware/link/policy_table.h"
#include "tests/contract/gateway/gateway_process.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

using Names = std::set<std::string>;
using Change = std::function<bool(SSL_CTX*)>;

// All that OpenSSL 3 can speak in TLS 1.3.
const Names all_suites{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256",
                       "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                       "TLS_AES_128_CCM_8_SHA256"};
const Names all_groups{"X25519",    "X448",      "P-256",     "P-384",     "P-521",
                       "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144", "ffdhe8192"};
const Names all_signatures{"ecdsa_secp256r1_sha256",
                           "ecdsa_secp384r1_sha384",
                           "ecdsa_secp521r1_sha512",
                           "ed25519",
                           "ed448",
                           "rsa_pss_rsae_sha256",
                           "rsa_pss_rsae_sha384",
                           "rsa_pss_rsae_sha512",
                           "rsa_pss_pss_sha256",
                           "rsa_pss_pss_sha384",
                           "rsa_pss_pss_sha512",
                           "rsa_pkcs1_sha256",
                           "ECDSA+SHA1",
                           "RSA+SHA1"};
const std::map<std::string, int> all_versions{{"TLS 1.0", TLS1_VERSION},
                                              {"TLS 1.1", TLS1_1_VERSION},
                                              {"TLS 1.2", TLS1_2_VERSION},
                                              {"TLS 1.3", TLS1_3_VERSION}};

template <std::size_t n>
Names openssl_names(const std::array<policy_table::Entry, n>& table) {
  Names out;
  for (const auto& entry : table) out.insert(std::string(entry.openssl));
  return out;
}

std::string listed(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += name + " ";
  return out;
}

void same(const Names& expected, const Names& got) {
  STRCMP_EQUAL(listed(expected).c_str(), listed(got).c_str());
}

/// A server's certificate on P-384, of the gateway's CA, in files.
std::pair<std::string, std::string> p384_identity() {
  const SharedCity& city = SharedCity::get();
  const std::string base = city.directory().path("p384");
  const std::string command =
      "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout " + base +
      ".key -subj /CN=gateway.madoguchi.test 2>/dev/null | openssl x509 -req -sha384 -CA " +
      city.pki("gateway-ca.pem") + " -CAkey " + city.pki("gateway-ca.key") + " -out " + base +
      ".pem 2>/dev/null";
  LONGS_EQUAL(0, std::system(command.c_str()));
  return {base + ".pem", base + ".key"};
}

}  // namespace

TEST_GROUP(GatewayPolicy) {
  bool as_kiosk = true;

  /// Whether a client that offers just this gets through a handshake; a kiosk also to an answer.
  bool negotiates(const std::string& address, int version, const Change& change) {
    TlsClientSettings settings = kiosk_settings("kiosk-001");
    if (!as_kiosk) settings.certificate.clear();
    settings.version = version;
    settings.change = [&](SSL_CTX* context) {
      SSL_CTX_set_security_level(context, 0);
      CHECK(change(context));
    };
    TlsClient client(address, settings);
    if (!client.connected()) return false;
    if (!client.send(request_text("GET", "/v1/health"))) return false;
    return client.receive().has_value();
  }
  Names of(const Names& all, const std::string& address, int version,
           const std::function<bool(SSL_CTX*, const char*)>& offer) {
    Names out;
    for (const std::string& one : all) {
      const bool through = negotiates(
          address, version, [&](SSL_CTX* context) { return offer(context, one.c_str()); });
      if (through) out.insert(one);
    }
    return out;
  }
  Names versions(const std::string& address) {
    Names out;
    for (const auto& [name, version] : all_versions) {
      const auto any = [](SSL_CTX* context) {
        return SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0") == 1;
      };
      if (negotiates(address, version, any)) out.insert(name);
    }
    return out;
  }
  Names suites(const std::string& address) {
    return of(all_suites, address, TLS1_3_VERSION, [](SSL_CTX* context, const char* name) {
      return SSL_CTX_set_ciphersuites(context, name) == 1;
    });
  }
  Names groups(const std::string& address, int version = TLS1_3_VERSION) {
    return of(all_groups, address, version, [](SSL_CTX* context, const char* name) {
      return SSL_CTX_set1_groups_list(context, name) == 1;
    });
  }
  Names signatures(const std::string& address) {
    return of(all_signatures, address, TLS1_3_VERSION, [](SSL_CTX* context, const char* name) {
      // What the client itself signs with is another list.
      return SSL_CTX_set1_sigalgs_list(context, name) == 1 &&
             SSL_CTX_set1_client_sigalgs_list(context, "ecdsa_secp256r1_sha256") == 1;
    });
  }
};

TEST(GatewayPolicy, the_kiosks_side_speaks_the_table_and_nothing_else) {
  const GatewayProcess gateway;
  const std::string& address = gateway.kiosk_address();
  same({"TLS 1.3"}, versions(address));
  same(openssl_names(policy_table::suites), suites(address));
  same(openssl_names(policy_table::groups), groups(address));
  // With its key on P-256 the server can use one of the two.
  same({"ecdsa_secp256r1_sha256"}, signatures(address));
}

TEST(GatewayPolicy, the_kiosks_side_with_a_key_on_p384) {
  const auto [certificate, key] = p384_identity();
  const GatewayProcess gateway({"--tls-certificate", certificate, "--tls-key", key});
  same({"ecdsa_secp384r1_sha384"}, signatures(gateway.kiosk_address()));
}

TEST(GatewayPolicy, kiosks_sign_with_the_schemes_of_the_table) {
  const GatewayProcess gateway;
  TlsClient client(gateway.kiosk_address(), kiosk_settings("kiosk-001"));
  CHECK(client.connected());
  std::vector<std::uint16_t> asked = client.signatures_asked_for();
  std::vector<std::uint16_t> table;
  for (const auto& entry : policy_table::signatures) table.push_back(entry.iana);
  CHECK(asked == table);
}

TEST(GatewayPolicy, the_public_side_speaks_1_2_with_ephemeral_aead_suites_too) {
  as_kiosk = false;
  const GatewayProcess gateway;
  const std::string& address = gateway.public_address();
  same({"TLS 1.2", "TLS 1.3"}, versions(address));
  same(openssl_names(policy_table::suites), suites(address));
  same(openssl_names(policy_table::groups), groups(address));
  // In TLS 1.2 a client's groups have to hold the curve of the server's key, too.
  same({"P-256"}, groups(address, TLS1_2_VERSION));
  same({"ecdsa_secp256r1_sha256"}, signatures(address));
  Names all_1_2;
  const std::unique_ptr<SSL_CTX, OpensslRelease<SSL_CTX_free>> any(
      SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(any.get(), 0);
  CHECK(SSL_CTX_set_cipher_list(any.get(), "ALL:COMPLEMENTOFALL") == 1);
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_CTX_get_ciphers(any.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (std::string_view(SSL_CIPHER_get_version(cipher)) != "TLSv1.3")
      all_1_2.insert(SSL_CIPHER_get_name(cipher));
  }
  CHECK(all_1_2.size() > 50);
  same({"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305"},
       of(all_1_2, address, TLS1_2_VERSION, [](SSL_CTX* context, const char* name) {
         return SSL_CTX_set_cipher_list(context, (std::string(name) + ":@SECLEVEL=0").c_str()) == 1;
       }));
}
