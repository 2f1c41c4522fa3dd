// Project Wycheproof's vectors through the wrappers that the firmware calls. The vectors stand
// beside the checkout (MADOGUCHI_VECTORS says where else); without them the tests say so and pass.
#include <cstdio>
#include <cstdlib>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/crypto/cipher.h"
#include "firmware/crypto/hash.h"
#include "firmware/crypto/key_derivation.h"
#include "firmware/crypto/signature.h"
#include "firmware/message/codec.h"

namespace madoguchi {
namespace {

std::optional<Json> vectors(const std::string& name) {
  const char* const elsewhere = std::getenv("MADOGUCHI_VECTORS");
  const std::string folder =
      elsewhere != nullptr ? elsewhere : MADOGUCHI_SOURCE_DIR "/../shared/vectors";
  const std::string path = folder + "/wycheproof/" + name;
  const auto content = read_file(path);
  if (!content) {
    std::printf("skipped: no vectors at %s\n", path.c_str());
    return std::nullopt;
  }
  auto document = parse_document(*content, Dialect::json);
  if (!document) FAIL(document.error().text().c_str());
  return std::move(*document);
}

Bytes hex_of(const Json& test, const char* key) {
  return *from_hex(test[key].get_ref<const std::string&>());
}

// One INTEGER of a DER signature as 32 bytes; nothing if it is not in its one right form or does
// not fit.
std::optional<Bytes> take_integer(ByteView& der) {
  if (der.size() < 2 || der[0] != 0x02 || der[1] == 0 || der[1] > 33 || der.size() < 2u + der[1])
    return std::nullopt;
  ByteView digits = der.subspan(2, der[1]);
  der = der.subspan(2u + der[1]);
  if (digits[0] >= 0x80) return std::nullopt;
  if (digits[0] == 0 && digits.size() > 1) {
    if (digits[1] < 0x80) return std::nullopt;
    digits = digits.subspan(1);
  }
  if (digits.size() > 32) return std::nullopt;
  Bytes number(32 - digits.size(), 0);
  number.insert(number.end(), digits.begin(), digits.end());
  return number;
}

// The vectors' signatures are DER, ours are r || s: what is not proper DER has no such form.
std::optional<Bytes> r_and_s(ByteView der) {
  if (der.size() < 2 || der[0] != 0x30 || der[1] != der.size() - 2) return std::nullopt;
  der = der.subspan(2);
  auto r = take_integer(der);
  const auto s = r ? take_integer(der) : std::nullopt;
  if (!s || !der.empty()) return std::nullopt;
  r->insert(r->end(), s->begin(), s->end());
  return r;
}

}  // namespace

TEST_GROUP(Wycheproof){};

TEST(Wycheproof, ecdsa_p256_sha256) {
  const auto file = vectors("ecdsa_secp256r1_sha256_test.json");
  if (!file) return;
  int ran = 0;
  for (const Json& group : (*file)["testGroups"]) {
    const auto& pem = group["publicKeyPem"].get_ref<const std::string&>();
    const auto key = P256PublicKey::from_pem(as_bytes(pem));
    CHECK(key.ok());
    for (const Json& test : group["tests"]) {
      const bool valid = test["result"] == "valid";
      const auto signature = r_and_s(hex_of(test, "sig"));
      const bool accepted = signature && key->verify(hex_of(test, "msg"), *signature).ok();
      CHECK_TEXT(accepted == valid, test.dump().c_str());
      ++ran;
    }
  }
  LONGS_EQUAL((*file)["numberOfTests"].get<int>(), ran);
}

TEST(Wycheproof, hmac_sha256) {
  const auto file = vectors("hmac_sha256_test.json");
  if (!file) return;
  int ran = 0;
  for (const Json& group : (*file)["testGroups"]) {
    const auto tag_size = group["tagSize"].get<std::size_t>() / 8;
    for (const Json& test : group["tests"]) {
      Bytes code = hmac_sha256(hex_of(test, "key"), hex_of(test, "msg"));
      code.resize(tag_size);
      const bool accepted = equal_constant_time(code, hex_of(test, "tag"));
      CHECK_TEXT(accepted == (test["result"] == "valid"), test.dump().c_str());
      ++ran;
    }
  }
  LONGS_EQUAL((*file)["numberOfTests"].get<int>(), ran);
}

TEST(Wycheproof, aes256_cbc_pkcs7) {
  const auto file = vectors("aes_cbc_pkcs5_test.json");
  if (!file) return;
  int ran = 0;
  for (const Json& group : (*file)["testGroups"]) {
    if (group["keySize"] != 256) continue;
    for (const Json& test : group["tests"]) {
      const bool valid = test["result"] == "valid";
      const Bytes key = hex_of(test, "key");
      const Bytes iv = hex_of(test, "iv");
      const auto plain = aes256_cbc_decrypt(key, iv, hex_of(test, "ct"));
      CHECK_TEXT(plain.ok() == valid, test.dump().c_str());
      if (valid) {
        CHECK_TEXT(*plain == hex_of(test, "msg"), test.dump().c_str());
        CHECK_TEXT(*aes256_cbc_encrypt(key, iv, hex_of(test, "msg")) == hex_of(test, "ct"),
                   test.dump().c_str());
      }
      ++ran;
    }
  }
  LONGS_EQUAL(72, ran);
}

TEST(Wycheproof, pbkdf2_hmac_sha1) {
  const auto file = vectors("pbkdf2_hmacsha1_test.json");
  if (!file) return;
  int ran = 0;
  int slow = 0;
  for (const Json& group : (*file)["testGroups"]) {
    for (const Json& test : group["tests"]) {
      const auto rounds = test["iterationCount"].get<unsigned>();
      if (rounds > 10'000) {  // sixteen million rounds would show the same and take minutes
        ++slow;
        continue;
      }
      const Secret derived = pbkdf2_hmac_sha1(hex_of(test, "password"), hex_of(test, "salt"),
                                              rounds, test["dkLen"].get<std::size_t>());
      CHECK_TEXT(to_hex(derived.reveal()) == test["dk"], test.dump().c_str());
      ++ran;
    }
  }
  LONGS_EQUAL((*file)["numberOfTests"].get<int>(), ran + slow);
  CHECK(ran > 50);
}

TEST(Wycheproof, aes256_cbc_takes_one_size_of_key_and_vector) {
  CHECK(aes256_cbc_encrypt(Bytes(16), Bytes(16), {}).error().code == Errc::invalid);
  CHECK(aes256_cbc_decrypt(Bytes(32), Bytes(15), Bytes(16)).error().code == Errc::invalid);
}

}  // namespace madoguchi
