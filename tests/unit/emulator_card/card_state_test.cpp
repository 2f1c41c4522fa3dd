#include "tools/emulators/card/card_state.h"

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "tests/unit/emulator_card/test_card.h"

using namespace madoguchi;
using namespace madoguchi::emulator;

TEST_GROUP(CardState) {
  CardOptions options;

  void setup() override {
    make_test_card();
    options.state_dir = TestCardDirectory::path();
  }
  std::unique_ptr<CardModel> open() {
    auto card = open_card(options);
    CHECK(card.ok());
    return card ? std::move(*card) : nullptr;
  }
  static void present(CardModel & card, const char* pin_command) {
    card.exchange(*from_hex("00a4040c0ad392f000260100000001"));
    card.exchange(*from_hex("00a4020c020018"));
    card.exchange(*from_hex(pin_command));
  }
};

TEST(CardState, the_same_directory_is_the_same_card) {
  CHECK(open()->image().auth_certificate == open()->image().auth_certificate);
}

TEST(CardState, a_lock_outlives_the_process) {
  for (int tries = 0; tries < 3; ++tries) present(*open(), "002000800439393939");
  LONGS_EQUAL(0, open()->counters().front());
  present(*open(), "002000800431323334");
  LONGS_EQUAL(0, open()->counters().front());
}

TEST(CardState, tries_can_be_set) {
  options.tries = 1;
  LONGS_EQUAL(1, open()->counters().front());
  options.tries.reset();
  LONGS_EQUAL(1, open()->counters().front());
}

TEST(CardState, options_that_contradict_the_card_are_refused) {
  options.pin = "9999";
  CHECK(open_card(options).error().code == Errc::invalid);
  options.pin = "1234";
  CHECK(open_card(options).ok());
  options.sign_password = "OTHER1";
  CHECK(open_card(options).error().code == Errc::invalid);
  options.sign_password.reset();
  options.holder = Holder{};
  CHECK(open_card(options).ok());
  options.holder->name = "別人";
  CHECK(open_card(options).error().code == Errc::invalid);
}

TEST(CardState, pins_that_no_card_has_are_refused) {
  for (const char* pin : {"", "123", "12345", "12a4"}) {
    options.pin = pin;
    CHECK(open_card(options).error().code == Errc::invalid);
  }
  options.pin.reset();
  for (const char* password : {"ABC12", "ABCDEF", "123456", "abc123", "ABCDEFGHIJKLMNOP1"}) {
    options.sign_password = password;
    CHECK(open_card(options).error().code == Errc::invalid);
  }
}

TEST(CardState, the_authority_can_be_shared_and_survives_a_fresh_card) {
  const std::string other = TestCardDirectory::path() + "/other";
  const auto first = open();
  options.ca_dir = options.state_dir;
  options.state_dir = other;
  options.fresh = true;
  options.pin = "5678";
  const auto second = open();
  CHECK(second->image().auth_ca == first->image().auth_ca);
  CHECK(second->image().auth_certificate != first->image().auth_certificate);
}

TEST(CardState, a_holder_comes_from_json) {
  const std::string path = TestCardDirectory::path() + "/holder.json";
  const auto write = [&](std::string_view text) { CHECK(write_file(path, as_bytes(text)).ok()); };
  write(
      R"({"name":"山田　太郎","address":"豊中市","birth":"19450815","sex":1,"subject":"ABC123"})");
  const auto holder = read_holder(path);
  CHECK(holder.ok());
  STRCMP_EQUAL("山田　太郎", holder->name.c_str());
  write(R"({"name":"山田","address":"豊中市","birth":"1945-08-15","sex":1,"subject":""})");
  CHECK(read_holder(path).error().code == Errc::invalid);
  write(R"({"name":"山田","address":"豊中市","birth":"19450815","sex":3,"subject":""})");
  CHECK(read_holder(path).error().code == Errc::invalid);
  write(R"({"name":"山田"})");
  CHECK(read_holder(path).error().code == Errc::invalid);
  CHECK(read_holder(path + ".none").error().code == Errc::not_found);
}
