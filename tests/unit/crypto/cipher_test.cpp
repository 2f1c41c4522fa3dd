// Known answers come with Project Wycheproof's vectors (tests/unit/vectors).
#include "firmware/crypto/cipher.h"

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(Cipher){};

TEST(Cipher, takes_one_size_of_key_and_vector) {
  CHECK(aes256_cbc_encrypt(Bytes(16), Bytes(16), {}).error().code == Errc::invalid);
  CHECK(aes256_cbc_decrypt(Bytes(32), Bytes(15), Bytes(16)).error().code == Errc::invalid);
}

// SP 800-38A, F.2.5, its first block; the second block of ours is padding.
TEST(Cipher, a_known_answer) {
  const Bytes key = *from_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const Bytes iv = *from_hex("000102030405060708090a0b0c0d0e0f");
  const Bytes plain = *from_hex("6bc1bee22e409f96e93d7e117393172a");
  const auto encrypted = aes256_cbc_encrypt(key, iv, plain);
  CHECK(encrypted.ok());
  STRCMP_EQUAL("f58c4c04d6e5f1ba779eabfb5f7bfbd6", to_hex(*encrypted).substr(0, 32).c_str());
  CHECK(*aes256_cbc_decrypt(key, iv, *encrypted) == plain);
}

}  // namespace madoguchi
