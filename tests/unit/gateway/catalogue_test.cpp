#include "tools/gateway/catalogue.h"

#include <CppUTest/TestHarness.h>

#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr std::string_view city =
    "[city]\nname = \"市\"\nname_latin = \"CITY\"\nmayor = \"市長\"\nseal = \"市長之印\"\n";  // lines
                                                                                              // 1-5
constexpr std::string_view seal =
    "[[kind]]\nkind = \"seal\"\nname_ja = \"印鑑\"\nname_en = \"Seal\"\nfee_yen = "
    "200\nwindow_fee_yen = 300\n"
    "hours = \"06:30-23:00\"\n";  // seven lines

LocalTime at(int month, int day, int weekday, int hour, int minute) {
  return {
      .year = 2026, .month = month, .day = day, .weekday = weekday, .minute = hour * 60 + minute};
}

}  // namespace

TEST_GROUP(Catalogue) {
  OwnFolder directory;

  Result<Catalogue> load(const std::string& text) {
    return Catalogue::load(directory.put("c.toml", text));
  }

  void wrong(const std::string& text, const char* line, const char* what) {
    const auto catalogue = load(text);
    CHECK(!catalogue.ok());
    const std::string said = catalogue.error().where + " " + catalogue.error().what;
    STRCMP_CONTAINS(line, said.c_str());
    STRCMP_CONTAINS(what, said.c_str());
  }
};

TEST(Catalogue, the_shipped_one_has_six_kinds_with_a_discount) {
  const auto catalogue = Catalogue::load(MADOGUCHI_SOURCE_DIR "/tools/gateway/catalogue.toml");
  if (!catalogue) FAIL(catalogue.error().text().c_str());
  LONGS_EQUAL(6, catalogue->entries().size());
  for (const auto& [kind, name] : enum_names(api::Kind{})) {
    const CatalogueEntry* entry = catalogue->find(kind);
    CHECK(entry != nullptr);
    CHECK(entry->fee_yen > 0);
    CHECK(entry->fee_yen < entry->window_fee_yen);
  }
}

TEST(Catalogue, fields_are_read) {
  const auto catalogue = load(std::string(city) + std::string(seal));
  if (!catalogue) FAIL(catalogue.error().text().c_str());
  STRCMP_EQUAL("市", catalogue->city().name.c_str());
  STRCMP_EQUAL("市長之印", catalogue->city().seal.c_str());
  const CatalogueEntry* entry = catalogue->find(api::Kind::seal);
  CHECK(entry != nullptr);
  LONGS_EQUAL(200, entry->fee_yen);
  LONGS_EQUAL(300, entry->window_fee_yen);
  POINTERS_EQUAL(nullptr, catalogue->find(api::Kind::tax));
}

TEST(Catalogue, mistakes_are_named_with_their_line) {
  const std::string c(city);
  const std::string s(seal);
  wrong("", "c.toml", "[city]");
  wrong(c, "c.toml", "[[kind]]");
  wrong(c + s + s, ":13", "twice");
  wrong(c + s + "fee = 1\n", ":13", "'fee'");
  wrong(c + s + "days = [\"someday\"]\n", ":13", "monday");
  wrong(c + s + "closed_days = [\"13-01\"]\n", ":13", "closed day");
  wrong(c + s + "closed_days = [\"1-1\"]\n", ":13", "closed day");
  wrong(c + "[[kind]]\nkind = \"passport\"\n", ":6", "passport");
  wrong(c + "x = ", ":6", "");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = s;
    text.replace(text.find(from), from.size(), to);
    return c + text;
  };
  wrong(with("fee_yen = 200", "fee_yen = 400"), "c.toml", "above window_fee_yen");
  wrong(with("fee_yen = 200", "fee_yen = -1"), ":10", "fee_yen");
  wrong(with("fee_yen = 200", "fee_yen = \"200\""), ":10", "fee_yen");
  wrong(with("06:30-23:00", "23:00-06:30"), "c.toml", "hours");
  wrong(with("06:30-23:00", "6:30-23:00"), "c.toml", "hours");
  wrong(with("06:30-23:00", "06:30-24:01"), "c.toml", "hours");
  wrong(with("06:30-23:00", "06:60-23:00"), "c.toml", "hours");
}

TEST(Catalogue, hours_end_before_their_last_minute) {
  Hours hours{.weekdays = {true, true, true, true, true, true, true},
              .from_minute = 390,
              .to_minute = 1380,
              .closed_days = {}};
  CHECK(!hours.open_at(at(11, 22, 0, 6, 29)));
  CHECK(hours.open_at(at(11, 22, 0, 6, 30)));
  CHECK(hours.open_at(at(11, 22, 0, 22, 59)));
  CHECK(!hours.open_at(at(11, 22, 0, 23, 0)));
}

TEST(Catalogue, weekdays_and_closed_days) {
  Hours hours{.weekdays = {false, true, true, true, true, true, false},
              .from_minute = 0,
              .to_minute = 1440,
              .closed_days = {{.year = {}, .month = 12, .day = 29},
                              {.year = 2026, .month = 11, .day = 23}}};
  CHECK(!hours.open_at(at(11, 22, 0, 12, 0)));
  CHECK(hours.open_at(at(11, 24, 2, 0, 0)));
  CHECK(!hours.open_at(at(11, 23, 1, 12, 0)));
  CHECK(!hours.open_at(at(12, 29, 2, 12, 0)));
  LocalTime next_year = at(11, 23, 2, 12, 0);
  next_year.year = 2027;
  CHECK(hours.open_at(next_year));
}

TEST(Catalogue, family_register_of_the_shipped_one_rests_on_weekends) {
  const auto catalogue = Catalogue::load(MADOGUCHI_SOURCE_DIR "/tools/gateway/catalogue.toml");
  CHECK(catalogue.ok());
  const Hours& office = catalogue->find(api::Kind::family_register)->hours;
  CHECK(office.open_at(at(11, 24, 2, 10, 0)));
  CHECK(!office.open_at(at(11, 22, 0, 10, 0)));
  CHECK(!office.open_at(at(12, 31, 4, 10, 0)));
  CHECK(catalogue->find(api::Kind::residence)->hours.open_at(at(11, 22, 0, 10, 0)));
  CHECK(!catalogue->find(api::Kind::residence)->hours.open_at(at(12, 31, 4, 10, 0)));
}

TEST_GROUP(LocalTime){};

TEST(LocalTime, japan) {
  CHECK(set_time_zone("Asia/Tokyo").ok());
  const LocalTime time =
      local_time(std::chrono::system_clock::from_time_t(1795308300));  // 2026-11-22T00:05:00Z
  STRCMP_EQUAL("2026-11-22T09:45:00+09:00", time.iso8601().c_str());
  LONGS_EQUAL(0, time.weekday);
}

TEST(LocalTime, unknown_zones_are_refused) {
  CHECK(!set_time_zone("Asia/Atlantis").ok());
  CHECK(!set_time_zone("").ok());
  CHECK(!set_time_zone("/etc/passwd").ok());
  CHECK(!set_time_zone("../../../etc/passwd").ok());
}
