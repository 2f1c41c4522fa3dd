// Protection of nexo messages. That both ends mean the same is tested against emulator-terminal,
// which has it from OpenSSL; the seed was made with hashlib and the openssl program.
#include "hal/terminal/message_security.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/message/codec.h"

using namespace madoguchi;
using namespace madoguchi::nexo;

namespace {

TerminalKey key_named(const char* identifier, int version, const char* passphrase) {
  TerminalKey key;
  key.identifier = identifier;
  key.version = version;
  key.passphrase = Secret(as_bytes(passphrase));
  return key;
}

Bytes corpus(const std::string& name) {
  auto file = read_file(MADOGUCHI_SOURCE_DIR "/tests/fuzz/corpus/fuzz_nexo_security/" + name);
  if (!file) FAIL(file.error().text().c_str());
  return std::move(*file);
}

Bytes dumped(const Json& document) { return to_bytes(as_bytes(document.dump())); }

}  // namespace

TEST_GROUP(MessageSecurityTest) {
  MessageSecurity security{key_named("fuzz", 1, "a passphrase for seeds")};
  Bytes plain = corpus("plain-payment.json");
  Json sealed = *parse_document(corpus("protected-payment.json"), Dialect::json);

  Json& body() { return sealed["SaleToPOIResponse"]; }
  void refuses(Errc code) {
    const auto opened = security.open(dumped(sealed));
    CHECK(!opened.ok());
    CHECK(opened.error().code == code);
  }
};

TEST(MessageSecurityTest, opens_what_another_implementation_made) {
  const auto opened = security.open(dumped(sealed));
  CHECK(opened.ok());
  CHECK(*opened == plain);
}

TEST(MessageSecurityTest, opens_what_it_made_and_never_makes_it_twice_alike) {
  const auto once = security.protect(plain);
  const auto twice = security.protect(plain);
  CHECK(once.ok() && twice.ok());
  CHECK(*once != *twice);
  CHECK(*security.open(*once) == plain);
}

TEST(MessageSecurityTest, any_changed_bit_of_blob_nonce_or_mac_is_refused) {
  for (const bool in_trailer : {false, true}) {
    for (const char* part : {"NexoBlob", "Nonce", "Hmac"}) {
      Json& holder = in_trailer ? body()["SecurityTrailer"] : body();
      if (!holder.contains(part)) continue;
      const std::string whole = holder[part];
      const Bytes bytes = *from_base64(whole);
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes changed = bytes;
        changed[i] ^= 0x10;
        holder[part] = to_base64(changed);
        refuses(Errc::integrity);
      }
      holder[part] = whole;
    }
  }
}

TEST(MessageSecurityTest, header_outside_must_be_the_one_inside) {
  for (const char* field : {"ServiceID", "SaleID", "POIID", "MessageCategory", "MessageType"}) {
    const Json whole = body()["MessageHeader"][field];
    body()["MessageHeader"][field] = "changed";
    refuses(Errc::integrity);
    body()["MessageHeader"].erase(field);
    refuses(Errc::integrity);
    body()["MessageHeader"][field] = whole;
  }
}

TEST(MessageSecurityTest, another_key_version_or_method_is_refused) {
  const Json trailer = body()["SecurityTrailer"];
  for (const auto& [field, value] : std::map<std::string, Json>{{"KeyIdentifier", "other"},
                                                                {"KeyVersion", 2},
                                                                {"AdyenCryptoVersion", 2},
                                                                {"KeyVersion", nullptr}}) {
    body()["SecurityTrailer"][field] = value;
    refuses(Errc::protocol);
    body()["SecurityTrailer"] = trailer;
  }
  const MessageSecurity other(key_named("fuzz", 1, "another passphrase"));
  CHECK(other.open(dumped(sealed)).error().code == Errc::integrity);
}

TEST(MessageSecurityTest, what_is_not_protected_is_refused) {
  for (const Bytes& message : {plain, Bytes(), to_bytes(as_bytes("{}")), to_bytes(as_bytes("[]")),
                               to_bytes(as_bytes(R"({"SaleToPOIResponse":{}})"))}) {
    CHECK(security.open(message).error().code == Errc::protocol);
  }
  body()["NexoBlob"] = "***";
  refuses(Errc::protocol);
  body()["NexoBlob"] = "";
  refuses(Errc::integrity);
}

TEST(MessageSecurityTest, version_as_text_is_taken) {
  body()["SecurityTrailer"]["KeyVersion"] = "1";
  CHECK(security.open(dumped(sealed)).ok());
}
