#include "tools/gateway/seal.h"

#include <CppUTest/TestHarness.h>

#include "firmware/crypto/signature.h"
#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

std::string pem_of(EVP_PKEY* key, bool with_private) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (with_private) {
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  } else {
    PEM_write_bio_PUBKEY(bio.get(), key);
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

api::Seal some_seal() {
  return {.kiosk = "kiosk-001",
          .visit = "3f1c9a52-0b7e-4a8e-9c55-2d1e6f7a8b90",
          .nonce = Bytes(32, 1),
          .card_certificate_sha256 = Bytes(32, 2),
          .kind = api::Kind::residence,
          .copies = 2,
          .amount_yen = 400,
          .pages = 1,
          .document = "K7QM-3T9D-XA2P",
          .pdf_sha256 = Bytes(32, 3)};
}

}  // namespace

TEST_GROUP(SealKey) {
  OwnFolder directory;
  KeyPtr key{EVP_EC_gen("P-256")};
};

// The kiosk's own code, on another library, is the judge.
TEST(SealKey, the_kiosks_verifier_accepts_every_seal) {
  const auto sealer = SealKey::load(directory.put("seal.key", pem_of(key.get(), true)));
  CHECK(sealer.ok());
  const auto verifier = P256PublicKey::from_pem(as_bytes(pem_of(key.get(), false)));
  CHECK(verifier.ok());
  for (int i = 0; i < 100; ++i) {  // r or s with leading zeros come about once in 128 seals
    api::Seal seal = some_seal();
    seal.amount_yen = i;
    const auto sealed = sealer->seal(seal);
    CHECK(sealed.ok());
    LONGS_EQUAL(64, sealed->signature.size());
    CHECK(verifier->verify(api::seal_message(sealed->seal), sealed->signature).ok());
    CHECK(!verifier->verify(sealed->seal, sealed->signature).ok());  // without its context
    const auto read = decode<api::Seal>(sealed->seal);
    CHECK(read.ok());
    LONGS_EQUAL(i, read->amount_yen);
    STRCMP_EQUAL("K7QM-3T9D-XA2P", read->document.c_str());
  }
}

TEST(SealKey, other_keys_are_refused) {
  const KeyPtr p384(EVP_EC_gen("P-384"));
  const KeyPtr rsa(EVP_RSA_gen(2048));
  CHECK(!SealKey::load(directory.put("p384.key", pem_of(p384.get(), true))).ok());
  CHECK(!SealKey::load(directory.put("rsa.key", pem_of(rsa.get(), true))).ok());
  CHECK(!SealKey::load(directory.put("public.pem", pem_of(key.get(), false))).ok());
  CHECK(!SealKey::load(directory.put("empty", "")).ok());
  CHECK(!SealKey::load(directory.path("nothing")).ok());
}

TEST(SealKey, short_integers_are_padded) {
  // SEQUENCE { INTEGER 1, INTEGER 255 }
  const auto raw = raw_p256_signature(*from_hex("3007020101020200ff"));
  CHECK(raw.ok());
  Bytes expected(64, 0);
  expected[31] = 1;
  expected[63] = 255;
  CHECK(*raw == expected);
  CHECK(!raw_p256_signature(*from_hex("3006020101")).ok());
  // r of 33 octets cannot be of P-256
  CHECK(!raw_p256_signature(
             *from_hex("302602210101010101010101010101010101010101010101010101010101010101010101"
                       "01020101"))
             .ok());
}
