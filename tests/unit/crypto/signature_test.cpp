#include "firmware/crypto/signature.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {
namespace {

// A key made by OpenSSL and its signature over "madoguchi".
constexpr std::string_view key_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQL08w4k1MHsP5HjKRr/CspXkbLzN\n"
    "fjyr841HNhiL2LDiykgCiWQH2ihiFxFsgUXKvseZ2LjHRl2mcWNk57+c/g==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view signature_hex =
    "7C4BAA5FDE6C2DCE66DF369777D530EBE70ABFB0E7B757C3FCD4772645A49563"
    "03DA8CF0474461465515EFC3F8C79CB03B623E13C9ABF12DDD66AA582C0C163D";

constexpr std::string_view p384_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEevMkaLV5lMJw+IQ+isEWK95fs5k6fb6l\n"
    "XE4/gpriTq6aZdGdZCQfGw0seVj0SBdG5QMG05kadf/G6c4p6Q5NNRSYfx3HzP5E\n"
    "lP3sIXqYLtw5bPA3XwCGQc8a99jE+CTT\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view ed25519_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEActENoC+wjnwOjn7ugQdakBlDZZBugrYrUKbnQcvTZJc=\n"
    "-----END PUBLIC KEY-----\n";

}  // namespace

TEST_GROUP(P256) {
  const P256PublicKey key = *P256PublicKey::from_pem(as_bytes(key_pem));
  const Bytes signature = *from_hex(signature_hex);

  void refused(ByteView message, ByteView bad) const {
    const Status status = key.verify(message, bad);
    CHECK_FALSE(status.ok());
    CHECK(status.error().code == Errc::integrity);
  }
  static void not_a_key(std::string_view pem) {
    const auto result = P256PublicKey::from_pem(as_bytes(pem));
    CHECK_FALSE(result.ok());
    CHECK(result.error().code == Errc::invalid);
  }
};

TEST(P256, accepts_its_own_signature) { CHECK(key.verify(as_bytes("madoguchi"), signature).ok()); }

TEST(P256, refuses_every_changed_bit) {
  for (std::size_t bit = 0; bit < signature.size() * 8; bit += 7) {
    Bytes changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    refused(as_bytes("madoguchi"), changed);
  }
  refused(as_bytes("madoguchj"), signature);
  refused({}, signature);
}

TEST(P256, refuses_other_lengths_and_zero) {
  refused(as_bytes("madoguchi"), {});
  refused(as_bytes("madoguchi"), ByteView(signature).first(63));
  Bytes longer = signature;
  longer.push_back(0);
  refused(as_bytes("madoguchi"), longer);
  refused(as_bytes("madoguchi"), Bytes(64, 0));
  refused(as_bytes("madoguchi"), Bytes(64, 0xff));
}

TEST(P256, takes_only_public_keys_on_p256) {
  not_a_key("");
  not_a_key("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n");
  not_a_key(p384_pem);
  not_a_key(ed25519_pem);
  std::string damaged(key_pem);
  damaged[80] = damaged[80] == 'A' ? 'B' : 'A';  // in x: no longer a point of the curve
  not_a_key(damaged);
}

TEST(P256, points) {
  CHECK_FALSE(P256PublicKey::from_point({}).ok());
  CHECK_FALSE(P256PublicKey::from_point(Bytes(65, 4)).ok());
  CHECK_FALSE(P256PublicKey::from_point(Bytes(33, 2)).ok());
}

TEST(P256, can_be_moved) {
  P256PublicKey first = *P256PublicKey::from_pem(as_bytes(key_pem));
  P256PublicKey second(std::move(first));
  CHECK(second.verify(as_bytes("madoguchi"), signature).ok());
  CHECK_FALSE(
      first.verify(as_bytes("madoguchi"), signature).ok());  // NOLINT(bugprone-use-after-move)
  first = std::move(second);
  CHECK(first.verify(as_bytes("madoguchi"), signature).ok());
}

TEST(P256, keys_give_their_place_back) {
  // PSA has room for a few dozen keys at a time.
  for (int i = 0; i < 500; ++i) CHECK(P256PublicKey::from_pem(as_bytes(key_pem)).ok());
}

}  // namespace madoguchi
