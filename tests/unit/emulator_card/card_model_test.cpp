#include "tools/emulators/card/card_model.h"

#include <string>

#include <CppUTest/TestHarness.h>

#include "tests/unit/emulator_card/test_card.h"
#include "tools/emulators/card/card_files.h"

using namespace madoguchi;
using namespace madoguchi::emulator;

namespace {

const std::string select_jpki = "00a4040c0ad392f000260100000001";
const std::string select_card_info = "00a4040c0ad3921000310001010408";
const std::string select_auth_pin = "00a4020c020018";
const std::string select_auth_key = "00a4020c020017";
const std::string right_pin = "002000800431323334";
const std::string wrong_pin = "002000800439393939";
const std::string digest_info =
    "3031300d060960864801650304020105000420"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

}  // namespace

TEST_GROUP(CardModel) {
  std::unique_ptr<CardModel> card = make_test_card();

  Exchange send(const std::string& hex) { return card->exchange(*from_hex(hex)); }
  std::string status(const std::string& hex) {
    const Exchange seen = send(hex);
    return to_hex(
        Bytes{static_cast<std::uint8_t>(seen.status >> 8), static_cast<std::uint8_t>(seen.status)});
  }
  Bytes data(const std::string& hex) {
    const Bytes response = send(hex).response;
    return {response.begin(), response.end() - 2};
  }
  void expect(const std::string& wanted, const std::string& hex) {
    STRCMP_EQUAL_TEXT(wanted.c_str(), status(hex).c_str(), hex.c_str());
  }
};

TEST(CardModel, refuses_malformed_commands_as_a_card_does) {
  expect("6700", "");
  expect("6700", "00a4");
  expect("6700", "00a4040c0bd392f000260100000001");  // Lc says more than there is
  expect("6d00", "00ca5f5100");
  expect("6e00", "90200080");
  expect("6e00", "80200080");
  expect("6881", "01200080");
  expect("6882", "0cb0000000");
  expect("6a86", "00a4010c02000a");
  expect("6a86", "00a4040d0ad392f000260100000001");
  expect("6a82", "00a4040c0ad392f000260100000002");
  expect("6a82", "00a4020c02000a");  // no application yet
  expect("6986", "00b0000000");
}

TEST(CardModel, select_without_data_does_nothing) {
  expect("6a86", "00a40000");
  expect("9000", select_jpki);
  expect("9000", "00a40000");
  expect("9000", select_auth_pin);
  expect("6a82", "00a4000c023f00");
}

TEST(CardModel, select_with_p2_0_gives_the_name) {
  STRCMP_EQUAL("6f0c840ad392f000260100000001",
               to_hex(data("00a404000ad392f00026010000000100")).c_str());
}

TEST(CardModel, every_application_of_a_card_can_be_selected) {
  for (const char* aid : {"d392f000260100000001", "d3921000310001010408", "d3921000310001010402",
                          "d3921000310001010100"}) {
    expect("9000", std::string("00a4040c0a") + aid);
  }
}

TEST(CardModel, reads_a_certificate_in_short_parts) {
  expect("9000", select_jpki);
  expect("9000", "00a4020c02000a");
  const Bytes& certificate = card->image().auth_certificate;
  Bytes read = data("00b0000000");
  LONGS_EQUAL(256, read.size());
  const std::size_t length = 4 + (std::size_t{read[2]} << 8 | read[3]);
  LONGS_EQUAL(certificate.size(), length);
  while (read.size() < length) {
    const Bytes offset = {static_cast<std::uint8_t>(read.size() >> 8),
                          static_cast<std::uint8_t>(read.size())};
    const Bytes part = data("00b0" + to_hex(offset) + "00");
    read.insert(read.end(), part.begin(), part.end());
  }
  CHECK(read == certificate);
}

TEST(CardModel, reads_a_certificate_in_one_extended_answer) {
  expect("9000", select_jpki);
  expect("9000", "00a4020c02000a");
  CHECK(data("00b00000000000") == card->image().auth_certificate);
}

TEST(CardModel, reads_by_short_identifier) {
  expect("9000", select_jpki);
  STRCMP_EQUAL("3082", to_hex(data("00b08a0002")).c_str());
  expect("6a82", "00b08f0002");
  expect("6a86", "00b0ea0002");
}

TEST(CardModel, reading_behind_the_end_is_6b00) {
  expect("9000", select_jpki);
  expect("9000", "00a4020c02000a");
  expect("6b00", "00b07fff00");
  const std::size_t size = card->image().auth_certificate.size();
  const Bytes last = {static_cast<std::uint8_t>((size - 1) >> 8),
                      static_cast<std::uint8_t>(size - 1)};
  LONGS_EQUAL(1, data("00b0" + to_hex(last) + "00").size());
  expect("6700", "00b00000");
}

TEST(CardModel, pins_and_keys_cannot_be_read) {
  expect("9000", select_jpki);
  expect("9000", select_auth_pin);
  expect("6981", "00b0000000");
  expect("9000", select_auth_key);
  expect("6981", "00b0000000");
  expect("6981", right_pin);
}

TEST(CardModel, extended_apdus_can_be_switched_off) {
  card->accept_extended(false);
  expect("9000", select_jpki);
  expect("9000", "00a4020c02000a");
  expect("6700", "00b00000000000");
  expect("9000", "00b0000000");
}

TEST(CardModel, three_wrong_pins_lock) {
  expect("9000", select_jpki);
  expect("9000", select_auth_pin);
  expect("63c3", "00200080");
  expect("63c2", wrong_pin);
  expect("63c1", wrong_pin);
  expect("63c1", "00200080");
  expect("63c0", wrong_pin);
  expect("63c0", "00200080");
  expect("6984", right_pin);
  expect("6984", wrong_pin);
}

TEST(CardModel, a_right_pin_gives_the_tries_back_and_is_never_told_afterwards) {
  expect("9000", select_jpki);
  expect("9000", select_auth_pin);
  expect("63c2", wrong_pin);
  expect("9000", right_pin);
  expect("63c3", "00200080");
  expect("63c3", "0020008000");  // some stacks append Le
}

TEST(CardModel, counters_are_written_before_the_comparison) {
  std::vector<CardCounters> written;
  auto state = make_test_card();
  CardImage image{state->image().auth_certificate,
                  {},
                  {},
                  {},
                  RsaKey::generate(),
                  RsaKey::generate(),
                  {},
                  {},
                  {},
                  {},
                  {},
                  state->image().pins};
  CardModel recorded(std::move(image), most_tries,
                     [&](const CardCounters& now) { written.push_back(now); });
  recorded.exchange(*from_hex(select_jpki));
  recorded.exchange(*from_hex(select_auth_pin));
  recorded.exchange(*from_hex(right_pin));
  LONGS_EQUAL(2, written.size());
  LONGS_EQUAL(2, written[0].front());
  LONGS_EQUAL(3, written[1].front());
}

TEST(CardModel, signs_only_after_the_pin) {
  expect("9000", select_jpki);
  expect("9000", select_auth_key);
  const std::string sign = "802a008033" + digest_info + "00";
  expect("6982", sign);
  expect("9000", select_auth_pin);
  expect("9000", right_pin);
  expect("9000", select_auth_key);
  CHECK(data(sign) == card->image().auth_key.sign(*from_hex(digest_info)));
  expect("6700", "802a0080");
  expect("6700", "802a008033" + digest_info);  // wants no answer
  expect("6c00", "802a008033" + digest_info + "10");
  expect("6a86", "802a018033" + digest_info + "00");
  expect("6985", "802a0080f6" + std::string(2 * 0xf6, '0') + "00");
  expect("9000", "802a009733" + digest_info + "00");  // the key by its short identifier
}

TEST(CardModel, power_and_other_applications_end_a_login) {
  const std::string sign = "802a009733" + digest_info + "00";
  expect("9000", select_jpki);
  expect("9000", select_auth_pin);
  expect("9000", right_pin);
  expect("9000", sign);
  expect("9000", select_jpki);
  expect("9000", sign);
  expect("9000", select_card_info);
  expect("9000", select_jpki);
  expect("6982", sign);
  expect("9000", select_auth_pin);
  expect("9000", right_pin);
  card->power_off();
  expect("6a82", sign);
  expect("9000", select_jpki);
  expect("6982", sign);
}

TEST(CardModel, the_signing_certificate_needs_its_password) {
  expect("9000", select_jpki);
  expect("9000", "00a4020c020001");
  expect("6982", "00b0000000");
  expect("9000", "00a4020c02001b");
  expect("63c5", "00200080");
  expect("63c4", "0020008006414243313235");
  expect("9000", "0020008006414243313233");
  expect("9000", "00a4020c020001");
  expect("9000", "00b0000000");
}

TEST(CardModel, the_attributes_open_with_the_pin_or_number_b_but_not_a) {
  const std::string read = "00b0820000";
  expect("9000", select_card_info);
  expect("6982", read);
  expect("9000", "00a4020c020014");
  expect("9000", "002000800c" + to_hex(as_bytes("123456789018")));
  expect("6982", read);
  expect("9000", "00b0830000");  // digests: any of the three
  expect("9000", "00a4020c020015");
  expect("9000", "002000800e" + to_hex(as_bytes("55021720352285")));
  expect("9000", read);
  card->power_off();
  expect("9000", select_card_info);
  expect("9000", "00a4020c020011");
  expect("9000", right_pin);
  expect("9000", read);
  CHECK(data(read) == card->image().attributes);
}

TEST(CardModel, says_when_the_my_number_is_selected) {
  expect("9000", select_card_info);
  CHECK(!send("00a4020c020002").my_number_selected);
  CHECK(send("00a4020c020001").my_number_selected);
  CHECK(!send("00a4020c020002").my_number_selected);
  CHECK(send("00b0810000").my_number_selected);  // by short identifier, although it may not be read
  expect("9000", select_jpki);
  CHECK(!send("00a4020c020001").my_number_selected);
}

TEST(CardModel, names_commands_for_the_log) {
  STRCMP_EQUAL("SELECT", std::string(send(select_jpki).name).c_str());
  STRCMP_EQUAL("VERIFY", std::string(send(wrong_pin).name).c_str());
  STRCMP_EQUAL("VERIFY-EMPTY", std::string(send("00200080").name).c_str());
  STRCMP_EQUAL("READ", std::string(send("00b0000000").name).c_str());
  STRCMP_EQUAL("SIGN", std::string(send("802a0080").name).c_str());
  STRCMP_EQUAL("OTHER", std::string(send("00ca0000").name).c_str());
  STRCMP_EQUAL("MALFORMED", std::string(send("00").name).c_str());
}

TEST_GROUP(CardFiles){};

TEST(CardFiles, offsets_point_to_the_fields) {
  const Bytes file = make_attributes_file(
      {"黒桐　幹也", "東京都清瀬市観布子南１２－７－２０２", "19800217", 1, ""});
  // As on the one card whose file is public: FF20 65, and offsets 000E 0020 0059 0064.
  STRCMP_EQUAL("ff2065df2108000e002000590064df22", to_hex(ByteView(file).first(16)).c_str());
}

TEST(CardFiles, long_fields_get_long_lengths) {
  std::string address;
  for (int i = 0; i < 100; ++i) address += "市";
  const Bytes file = make_attributes_file({"名", address, "19800217", 2, ""});
  STRCMP_EQUAL("ff2082", to_hex(ByteView(file).first(3)).c_str());
  const std::size_t offset = std::size_t{file[10]} << 8 | file[11];
  STRCMP_EQUAL("df23820", to_hex(ByteView(file).subspan(offset, 4)).substr(0, 7).c_str());
}

TEST(CardFiles, number_b_counts_years_of_the_era) {
  STRCMP_EQUAL("55021720352285", make_number_b("19800217", "2285").c_str());
  STRCMP_EQUAL("01050120351111", make_number_b("20190501", "1111").c_str());
  STRCMP_EQUAL("31043020351111", make_number_b("20190430", "1111").c_str());
}
