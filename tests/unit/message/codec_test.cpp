// The codec's rules, one by one, on a struct made for them. What every message of the project keeps
// is in every_message_test.cpp.
#include "firmware/message/codec.h"

#include <limits>

#include <CppUTest/TestHarness.h>

namespace madoguchi {
namespace {

enum class Colour { red, green };
MADOGUCHI_ENUM(Colour, red, green)

struct Sample {
  static constexpr std::string_view tag = "sample";
  std::int8_t small = 0;
  std::uint16_t count = 0;
  std::int64_t large = 0;
  double ratio = 0;
  bool flag = false;
  std::string text;
  Bytes bytes;
  Colour colour = Colour::red;
  std::optional<std::string> maybe;
  std::map<std::string, std::int32_t> map;
};
MADOGUCHI_DESCRIBE(Sample, small, count, large, ratio, flag, text, bytes, colour, maybe, map)

struct Empty {
  static constexpr std::string_view tag = "empty";
};
MADOGUCHI_DESCRIBE(Empty)

using Either = std::variant<Sample, Empty>;

const char* const whole =
    R"({"small":-128,"count":65535,"large":-9223372036854775808,"ratio":0.5,"flag":true,)"
    R"("text":"窓","bytes":"AAH/","colour":"green","map":{"a":1}})";

Json with(const char* key, Json value) {
  Json document = Json::parse(whole);
  document[key] = std::move(value);
  return document;
}

}  // namespace

TEST_GROUP(Codec){static Result<Sample> json(std::string_view text){
    return decode<Sample>(as_bytes(text), Dialect::json);
}  // namespace madoguchi
static bool takes(const char* key, Json value) {
  return json(with(key, std::move(value)).dump()).ok();
}
static Result<Sample> cbor(const Json& document) { return decode<Sample>(Json::to_cbor(document)); }

static void refused(const Result<Json>& result, const char* why) {
  CHECK_FALSE(result.ok());
  CHECK(result.error().code == Errc::protocol);
  STRCMP_CONTAINS(why, result.error().what.c_str());
}
}
;

TEST(Codec, reads_every_kind_of_field) {
  const auto sample = json(whole);
  CHECK(sample.ok());
  LONGS_EQUAL(-128, sample->small);
  LONGS_EQUAL(65535, sample->count);
  CHECK(sample->large == std::numeric_limits<std::int64_t>::min());
  DOUBLES_EQUAL(0.5, sample->ratio, 0);
  CHECK(sample->flag);
  STRCMP_EQUAL("窓", sample->text.c_str());
  CHECK((sample->bytes == Bytes{0, 1, 0xff}));
  CHECK(sample->colour == Colour::green);
  CHECK_FALSE(sample->maybe.has_value());
  LONGS_EQUAL(1, sample->map.at("a"));
}

TEST(Codec, integers_are_checked_against_their_type) {
  CHECK(takes("small", 127));
  CHECK_FALSE(takes("small", 128));
  CHECK_FALSE(takes("small", -129));
  CHECK(takes("count", 0));
  CHECK_FALSE(takes("count", -1));
  CHECK_FALSE(takes("count", 65536));
  CHECK(takes("large", std::numeric_limits<std::int64_t>::max()));
  CHECK_FALSE(takes("large", std::numeric_limits<std::uint64_t>::max()));
  CHECK_FALSE(takes("large", 1.0));
  CHECK_FALSE(takes("large", true));
  CHECK(takes("ratio", 3));
}

TEST(Codec, a_number_is_finite) {
  Json document = with("bytes", Json::binary({1}));
  document["ratio"] = 1e300;
  CHECK(cbor(document).ok());
  document["ratio"] = std::numeric_limits<double>::infinity();
  CHECK_FALSE(cbor(document).ok());
  document["ratio"] = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(cbor(document).ok());
}

TEST(Codec, words_of_an_enum) {
  CHECK(takes("colour", "red"));
  CHECK_FALSE(takes("colour", "blue"));
  CHECK_FALSE(takes("colour", "Red"));
  CHECK_FALSE(takes("colour", ""));
  CHECK_FALSE(takes("colour", 0));
}

TEST(Codec, text_is_utf8_wherever_it_stands) {
  Json document = with("bytes", Json::binary({1}));
  document["text"] = "\xff";
  STRCMP_CONTAINS("text", cbor(document).error().text().c_str());
  document["text"] = "";
  document["map"] = {{"\xff", 1}};
  STRCMP_CONTAINS("UTF-8", cbor(document).error().text().c_str());
}

TEST(Codec, bytes_are_bytes_in_cbor_and_base64_in_json) {
  CHECK_FALSE(takes("bytes", "AAH"));
  CHECK_FALSE(takes("bytes", "not base64!!"));
  CHECK(cbor(with("bytes", Json::binary({1, 2}))).ok());
  CHECK_FALSE(cbor(with("bytes", "AAH/")).ok());
}

TEST(Codec, errors_say_where) {
  Json document = Json::parse(whole);
  document["map"]["b"] = "x";
  STRCMP_EQUAL("message.map.b", json(document.dump()).error().where.c_str());
  document = Json::parse(whole);
  document.erase("flag");
  const auto missing = json(document.dump());
  STRCMP_EQUAL("message.flag", missing.error().where.c_str());
  STRCMP_EQUAL("is missing", missing.error().what.c_str());
}

TEST(Codec, unknown_fields) {
  CHECK(takes("newer", 1));
  Json document = with("bytes", Json::binary({1}));
  document["newer"] = 1;
  CHECK_FALSE(cbor(document).ok());
}

TEST(Codec, variants_by_their_tag) {
  const auto empty = decode<Either>(as_bytes(R"({"type":"empty"})"), Dialect::json);
  CHECK(std::holds_alternative<Empty>(*empty));
  for (const char* wrong :
       {R"({"type":"other"})", R"({"type":1})", R"({})", R"([])", R"("empty")"}) {
    CHECK_FALSE_TEXT(decode<Either>(as_bytes(wrong), Dialect::json).ok(), wrong);
  }
  STRCMP_EQUAL(R"({"type":"empty"})", as_text(encode(Either{Empty{}}, Dialect::json)).c_str());
}

TEST(Codec, a_key_stands_once) {
  refused(parse_document(as_bytes(R"({"a":1,"a":1})"), Dialect::json), "twice");
  refused(parse_document(as_bytes(R"({"b":{"a":1,"a":2}})"), Dialect::json), "twice");
  CHECK(parse_document(as_bytes(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"), Dialect::json).ok());
  refused(parse_document(Bytes{0xa2, 0x61, 'a', 0x01, 0x61, 'a', 0x02}, Dialect::cbor), "twice");
}

TEST(Codec, nesting_ends_at_sixteen) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_document(as_bytes(nested(16)), Dialect::json).ok());
  refused(parse_document(as_bytes(nested(17)), Dialect::json), "deep");
  refused(parse_document(as_bytes(nested(100'000)), Dialect::json), "deep");
  refused(parse_document(Bytes(1u << 20, 0x81), Dialect::cbor), "deep");
  refused(parse_document(Bytes(1u << 20, 0x9f), Dialect::cbor), "deep");  // of unknown length
}

TEST(Codec, the_number_of_values_is_capped) {
  Bytes many{0x9f};
  many.insert(many.end(), 99'999, 0xf6);
  many.push_back(0xff);
  CHECK(parse_document(many, Dialect::cbor).ok());
  many.insert(many.begin() + 1, 0xf6);
  refused(parse_document(many, Dialect::cbor), "too many");
  CHECK(parse_document(many, Dialect::cbor, 200'000).ok());
}

TEST(Codec, malformed_documents) {
  for (const char* wrong : {"", " ", "{", "}", "{\"a\":1,}", "[1,]", "{} {}", "nul", "1e999",
                            "\"\\ud800\"", "{\"a\"}", "'a'", "\xff", "{} x", "[1 2]"}) {
    CHECK_FALSE_TEXT(parse_document(as_bytes(wrong), Dialect::json).ok(), wrong);
  }
  const Bytes wrong_cbor[] = {
      {},
      {0xff},                                                  // a break without a beginning
      {0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},  // an array of 2^64-1
      {0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},  // a map of 2^63-1
      {0x5b, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff},  // bytes of half a terabyte
      {0x7a, 0x7f, 0xff, 0xff, 0xff, 'a'},                     // text of two gigabytes
      {0xc2, 0x41, 0x01},                                      // a tag
      {0xa1, 0x01, 0x02},                                      // a key that is no text
      {0x01, 0x02},                                            // two values
      {0xf8, 0x20},                                            // a simple value that nobody knows
      {0x61},                                                  // text that is not there
  };
  for (const Bytes& bytes : wrong_cbor) {
    CHECK_FALSE_TEXT(parse_document(bytes, Dialect::cbor).ok(), to_hex(bytes).c_str());
  }
}

TEST(Codec, a_prefix_is_never_a_message) {
  Sample sample;
  sample.text = "窓口";
  sample.bytes = {1, 2, 3};
  sample.map = {{"a", 1}};
  for (const Dialect dialect : {Dialect::cbor, Dialect::json}) {
    const Bytes bytes = encode(sample, dialect);
    CHECK(decode<Sample>(bytes, dialect).ok());
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      CHECK_FALSE(decode<Sample>(ByteView(bytes).first(n), dialect).ok());
    }
  }
}

}  // namespace madoguchi
