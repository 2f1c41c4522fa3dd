#include "firmware/identity/card_info_input.h"

#include <string>

#include <CppUTest/TestHarness.h>

#include "tools/emulators/card/card_files.h"

using namespace madoguchi;
using namespace madoguchi::identity;
using card_info_input::parse_attributes;
using card_info_input::Sex;

namespace {

std::string object(const std::string& tag, const std::string& value_hex) {
  const std::size_t size = value_hex.size() / 2;
  const Bytes length = {static_cast<std::uint8_t>(size)};
  return tag + to_hex(length) + value_hex;
}

const std::string name = object("df22", to_hex(as_bytes("豊中　花子")));
const std::string address = object("df23", to_hex(as_bytes("豊中市")));
const std::string birth = object("df24", to_hex(as_bytes("19800217")));
const std::string sex = object("df25", "32");

std::string file(const std::string& objects) { return object("ff20", objects); }

Errc refused(const std::string& hex) {
  const Bytes bytes = *from_hex(hex);
  const auto parsed = parse_attributes(bytes);
  CHECK_FALSE_TEXT(parsed.ok(), hex.c_str());
  return parsed ? Errc::cancelled : parsed.error().code;
}

}  // namespace

TEST_GROUP(CardInfoInput){};

TEST(CardInfoInput, reads_what_a_card_holds) {
  const emulator::Holder holder{"豊中　花子", "大阪府豊中市中桜塚３丁目１番１号", "19800217", 2,
                                ""};
  const auto parsed = parse_attributes(emulator::make_attributes_file(holder));
  CHECK(parsed.ok());
  STRCMP_EQUAL(holder.name.c_str(), parsed->name.c_str());
  STRCMP_EQUAL(holder.address.c_str(), parsed->address.c_str());
  STRCMP_EQUAL("19800217", parsed->birth.c_str());
  CHECK(parsed->sex == Sex::female);
}

TEST(CardInfoInput, long_fields_have_long_lengths) {
  emulator::Holder holder;
  for (int i = 0; i < 120; ++i) holder.address += "市";
  const auto parsed = parse_attributes(emulator::make_attributes_file(holder));
  CHECK(parsed.ok());
  STRCMP_EQUAL(holder.address.c_str(), parsed->address.c_str());
}

TEST(CardInfoInput, filler_and_unknown_objects_are_passed_over) {
  CHECK(parse_attributes(*from_hex(file(name + address + birth + sex))).ok());
  CHECK(parse_attributes(*from_hex(file(name + address + birth + sex) + "ffff00")).ok());
  CHECK(parse_attributes(*from_hex(file(name + object("df30", "0102") + address + birth + sex)))
            .ok());
}

TEST(CardInfoInput, every_sex_of_the_standard) {
  const auto sex_of = [](const std::string& hex) {
    return parse_attributes(*from_hex(file(name + address + birth + object("df25", hex))))->sex;
  };
  CHECK(sex_of("30") == Sex::unknown);
  CHECK(sex_of("31") == Sex::male);
  CHECK(sex_of("32") == Sex::female);
  CHECK(sex_of("39") == Sex::not_applicable);
}

TEST(CardInfoInput, refuses_what_is_malformed) {
  const std::string whole = file(name + address + birth + sex);
  for (const std::string& bad : {
           std::string(""), std::string("ff"), std::string("ff20"), std::string("ff2001"),
           "ff30" + whole.substr(4),                                         // another file
           whole + "01",                                                     // something follows
           file(address + birth + sex),                                      // a field is missing
           file(name + name + address + birth + sex),                        // twice
           file(name + address + birth + object("df25", "")),                // empty sex
           file(name + address + birth + object("df25", "33")),              // unknown sex
           file(name + address + object("df24", "31393830") + sex),          // half a date
           file(name + address + object("df24", "3139383030323161") + sex),  // a letter in it
           file(object("df22", "") + address + birth + sex),                 // nameless
           file(object("df22", "c328") + address + birth + sex),             // not UTF-8
           file(object("df21", "0000") + name + address + birth + sex),      // a short table
           file(object("df21", "000e002000590065") + name + address + birth +
                sex),                            // wrong offsets
           "ff2080" + whole.substr(6) + "0000",  // indefinite length
           "ff20830000" + whole.substr(4),       // three length bytes
       }) {
    CHECK(refused(bad) == Errc::protocol);
  }
}

TEST(CardInfoInput, refuses_every_cut) {
  const Bytes whole = emulator::make_attributes_file(emulator::Holder{});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(!parse_attributes(ByteView(whole).first(size)).ok());
  }
}

TEST(CardInfoInput, an_inner_length_cannot_reach_beyond_the_object) {
  Bytes bytes = emulator::make_attributes_file(emulator::Holder{});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t was = bytes[i];
    bytes[i] = 0xFF;  // whatever it breaks, nothing outside may be read (run with AddressSanitizer)
    (void)parse_attributes(bytes).ok();
    bytes[i] = was;
  }
  CHECK(parse_attributes(bytes).ok());
}
