#include "firmware/crypto/signing.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {
namespace {

// Made by OpenSSL for this test: one key in both of its forms, its public half, and one on P-384.
constexpr std::string_view pkcs8 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPjDsj9WIw/t+HzA8\n"
    "sKKzGUR7dsShuVcVCwXnPEIsTEOhRANCAASMiYBzONaGrXP+wVlr4aJrR9laTwGT\n"
    "n6pSZjakx7LQQBkHbJh/vsz6yp40MQma1Dm6Um/umQNIuxbL0pKKVQ/o\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view sec1 =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEID4w7I/ViMP7fh8wPLCisxlEe3bEoblXFQsF5zxCLExDoAoGCCqGSM49\n"
    "AwEHoUQDQgAEjImAczjWhq1z/sFZa+Gia0fZWk8Bk5+qUmY2pMey0EAZB2yYf77M\n"
    "+sqeNDEJmtQ5ulJv7pkDSLsWy9KSilUP6A==\n"
    "-----END EC PRIVATE KEY-----\n";
constexpr std::string_view public_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjImAczjWhq1z/sFZa+Gia0fZWk8B\n"
    "k5+qUmY2pMey0EAZB2yYf77M+sqeNDEJmtQ5ulJv7pkDSLsWy9KSilUP6A==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view p384 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCEbEc9quUIcsQj6VZT\n"
    "/yltbQWNoQUD73kZbp414gGqtWP/iCqGWkXv+YVzktR8Wq2hZANiAATP/BM8OpQT\n"
    "lh7oBgs2aWeplv1nTCknvm4GZwecWYcwBbStRqnpRtjzejpKxecSvPjsCAR8f/Lp\n"
    "gSCkIRuuTpTdTk3+ttt6sGy9fqaqlqZP3OMgqAqj6Kfy8GnrzaHGT8Y=\n"
    "-----END PRIVATE KEY-----\n";

Result<P256PrivateKey> read(std::string_view pem) {
  return P256PrivateKey::from_pem(Secret(as_bytes(pem)));
}

}  // namespace

TEST_GROUP(signing){};

TEST(signing, what_is_signed_verifies_with_the_public_half_that_openssl_made) {
  const auto verifier = P256PublicKey::from_pem(as_bytes(public_pem));
  for (const auto pem : {pkcs8, sec1}) {
    const auto key = read(pem);
    CHECK(key.ok());
    const auto signature = key->sign(as_bytes("madoguchi"));
    LONGS_EQUAL(64, signature->size());
    CHECK(verifier->verify(as_bytes("madoguchi"), *signature).ok());
    CHECK_FALSE(verifier->verify(as_bytes("madoguchI"), *signature).ok());
    CHECK(key->public_key()->verify(as_bytes("madoguchi"), *signature).ok());
  }
}

TEST(signing, other_files_are_not_taken_for_a_key) {
  for (const auto pem : {public_pem, p384, std::string_view("hello"), std::string_view()}) {
    const auto key = read(pem);
    CHECK_FALSE(key.ok());
    CHECK(key.error().code == Errc::invalid);
  }
}

TEST(signing, a_key_moves) {
  auto key = read(pkcs8);
  P256PrivateKey moved = std::move(*key);
  P256PrivateKey assigned = std::move(*read(sec1));
  assigned = std::move(moved);
  CHECK(assigned.sign(as_bytes("x")).ok());
}

}  // namespace madoguchi
