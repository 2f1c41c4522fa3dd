#include "firmware/crypto/hash.h"

#include <thread>

#include <CppUTest/TestHarness.h>

namespace madoguchi {

TEST_GROUP(Hash){
    static std::string hex_of(std::string_view text){return to_hex(sha256(as_bytes(text)));
}
}
;

// FIPS 180-4's examples.
TEST(Hash, sha256_known_answers) {
  STRCMP_EQUAL("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
               hex_of("").c_str());
  STRCMP_EQUAL("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
               hex_of("abc").c_str());
  STRCMP_EQUAL("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
               hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").c_str());
  STRCMP_EQUAL("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
               hex_of(std::string(1'000'000, 'a')).c_str());
}

TEST(Hash, in_parts_of_every_size) {
  Bytes message(200);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i);
  Sha256 hash;
  for (std::size_t part = 1; part <= message.size(); ++part) {
    for (std::size_t at = 0; at < message.size(); at += part) {
      hash.add(ByteView(message).subspan(at, std::min(part, message.size() - at)));
    }
    CHECK(hash.finish() == sha256(message));  // and the object begins a new message
  }
  CHECK(hash.finish() == sha256({}));
}

TEST(Hash, can_be_moved) {
  Sha256 first;
  first.add(as_bytes("ab"));
  Sha256 second(std::move(first));
  second.add(as_bytes("c"));
  CHECK(second.finish() == sha256(as_bytes("abc")));
}

// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
TEST(Hash, hmac_known_answers) {
  STRCMP_EQUAL("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
               to_hex(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))).c_str());
  STRCMP_EQUAL(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))).c_str());
  STRCMP_EQUAL(
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
      to_hex(hmac_sha256(Bytes(131, 0xaa),
                         as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")))
          .c_str());
  STRCMP_EQUAL("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
               to_hex(hmac_sha256({}, {})).c_str());
}

TEST(Hash, from_several_threads) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int& count : wrong) {
    threads.emplace_back([&count] {
      for (int i = 0; i < 200; ++i)
        count += to_hex(sha256(as_bytes("abc"))).substr(0, 8) != "ba7816bf";
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) LONGS_EQUAL(0, count);
}

}  // namespace madoguchi
