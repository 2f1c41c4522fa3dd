#include "tools/gateway/card_trust.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

const Bytes nonce(32, 0x5a);

}  // namespace

TEST_GROUP(CardTrust) {
  OwnFolder directory;
  CardAuthority authority{"city cards"};
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();

  CardTrust trust(const std::string& crl = "") {
    const std::string crl_file = crl.empty() ? "" : directory.put("crl.pem", crl);
    auto loaded = CardTrust::load(directory.put("ca.pem", authority.pem()), crl_file);
    CHECK(loaded.ok());
    return std::move(*loaded);
  }

  void refused(api::Refusal expected, const Card& card, const CardTrust& by) {
    const Bytes message = api::identify_message(nonce);
    const auto verdict = by.identify(card.certificate, card.sign(message), message, now);
    CHECK(std::holds_alternative<Refused>(verdict));
    LONGS_EQUAL(expected, std::get<Refused>(verdict).code);
  }

  void accepted(const Card& card, const CardTrust& by) {
    const Bytes message = api::identify_message(nonce);
    const auto verdict = by.identify(card.certificate, card.sign(message), message, now);
    if (const auto* why = std::get_if<Refused>(&verdict)) FAIL(why->message.c_str());
    CHECK(std::get<Bytes>(verdict) == sha256(card.certificate));
  }
};

TEST(CardTrust, card_of_the_authority_is_known_by_its_hash) {
  accepted(authority.issue(), trust());
}

TEST(CardTrust, minimal_certificate_is_enough) {
  accepted(authority.issue({.key_usage = "", .extended_key_usage = ""}), trust());
}

TEST(CardTrust, unusual_extended_key_usage_is_nobodys_business) {
  accepted(authority.issue({.extended_key_usage = "1.2.392.200149.8.5.1.1.1"}), trust());
}

TEST(CardTrust, signature_over_another_nonce) {
  const Card card = authority.issue();
  const Bytes other = api::identify_message(Bytes(32, 0x5b));
  const auto verdict =
      trust().identify(card.certificate, card.sign(other), api::identify_message(nonce), now);
  LONGS_EQUAL(api::Refusal::signature_invalid, std::get<Refused>(verdict).code);
}

TEST(CardTrust, signature_without_the_context) {
  const Card card = authority.issue();
  const auto verdict =
      trust().identify(card.certificate, card.sign(nonce), api::identify_message(nonce), now);
  LONGS_EQUAL(api::Refusal::signature_invalid, std::get<Refused>(verdict).code);
}

TEST(CardTrust, every_changed_bit_of_a_signature_is_seen) {
  const Card card = authority.issue();
  const Bytes message = api::identify_message(nonce);
  const Bytes good = card.sign(message);
  const CardTrust by = trust();
  for (std::size_t i = 0; i < good.size(); i += 16) {
    Bytes bad = good;
    bad[i] ^= 1;
    const auto verdict = by.identify(card.certificate, bad, message, now);
    LONGS_EQUAL(api::Refusal::signature_invalid, std::get<Refused>(verdict).code);
  }
  LONGS_EQUAL(api::Refusal::signature_invalid,
              std::get<Refused>(by.identify(card.certificate, {}, message, now)).code);
}

TEST(CardTrust, authority_of_the_same_name_and_another_key) {
  // All authorities of the tests share a key, so the other name must be told apart, too.
  refused(api::Refusal::card_untrusted, CardAuthority("somebody else").issue(), trust());
}

TEST(CardTrust, card_that_nobody_signed) {
  Card card = authority.issue();
  card.certificate.back() ^= 1;
  refused(api::Refusal::card_untrusted, card, trust());
}

TEST(CardTrust, expired) {
  refused(api::Refusal::card_untrusted, authority.issue({.from_s = -7200, .to_s = -3600}), trust());
}

TEST(CardTrust, not_yet_valid) {
  refused(api::Refusal::card_untrusted, authority.issue({.from_s = 1800}), trust());
}

TEST(CardTrust, time_is_the_callers) {
  const Card card = authority.issue();
  now += std::chrono::hours(2);
  refused(api::Refusal::card_untrusted, card, trust());
}

TEST(CardTrust, a_ca_is_no_card) {
  refused(api::Refusal::card_untrusted,
          authority.issue({.key_usage = "digitalSignature,keyCertSign", .is_ca = true}), trust());
}

TEST(CardTrust, key_usage_without_digital_signature) {
  refused(api::Refusal::card_untrusted, authority.issue({.key_usage = "critical,keyEncipherment"}),
          trust());
}

TEST(CardTrust, key_is_not_rsa) {
  refused(api::Refusal::card_untrusted, authority.issue({.ec_key = true}), trust());
}

TEST(CardTrust, key_is_too_short) {
  refused(api::Refusal::card_untrusted, authority.issue({.rsa_bits = 1024}), trust());
}

TEST(CardTrust, not_a_certificate) {
  Card card = authority.issue();
  card.certificate.resize(card.certificate.size() - 1);
  refused(api::Refusal::malformed, card, trust());
  card.certificate.clear();
  refused(api::Refusal::malformed, card, trust());
}

TEST(CardTrust, bytes_after_the_certificate) {
  Card card = authority.issue();
  card.certificate.push_back(0);
  refused(api::Refusal::malformed, card, trust());
}

TEST(CardTrust, revoked_card_and_its_neighbour) {
  const Card lost = authority.issue();
  const Card fine = authority.issue();
  const CardTrust by = trust(authority.revoke({&lost}));
  refused(api::Refusal::card_untrusted, lost, by);
  accepted(fine, by);
}

TEST(CardTrust, stale_crl_refuses_everybody) {
  const Card card = authority.issue();
  refused(api::Refusal::card_untrusted, card, trust(authority.revoke({}, -1800)));
}

TEST(CardTrust, files_that_hold_something_else) {
  CHECK(!CardTrust::load(directory.path("nothing.pem"), "").ok());
  CHECK(!CardTrust::load(directory.put("empty.pem", ""), "").ok());
  CHECK(!CardTrust::load(directory.put("half.pem", authority.pem().substr(0, 300)), "").ok());
  const std::string damaged =
      authority.pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK(!CardTrust::load(directory.put("damaged.pem", damaged), "").ok());
  const std::string ca = directory.put("ca.pem", authority.pem());
  CHECK(!CardTrust::load(ca, directory.put("crl.pem", authority.pem())).ok());
}

TEST(CardTrust, several_authorities) {
  const std::string both = CardAuthority("prefecture").pem() + authority.pem();
  const auto loaded = CardTrust::load(directory.put("both.pem", both), "");
  CHECK(loaded.ok());
  accepted(authority.issue(), *loaded);
}
