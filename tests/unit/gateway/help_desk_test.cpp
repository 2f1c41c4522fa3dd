#include "tools/gateway/help_desk.h"

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/unit/gateway/card_maker.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

TEST_GROUP(HelpDesk) {
  OwnFolder directory;
  VirtualTimers timers{std::chrono::system_clock::from_time_t(1'795'000'000)};

  Result<std::vector<RegisteredBadge>> read(const std::string& content) {
    return read_badges(directory.put("badges.toml", content));
  }
  void refused(const std::string& content, const char* line, const char* what) {
    const auto badges = read(content);
    CHECK(!badges.ok());
    STRCMP_CONTAINS(line, badges.error().where.c_str());
    STRCMP_CONTAINS(what, badges.error().what.c_str());
  }
};

TEST(HelpDesk, a_file_of_badges) {
  const std::string hash(64, 'a');
  const auto badges = read(
      "[[badge]]\nkind = \"felica\"\nnumber = \"0102\"\nhelper = \"A\"\n"
      "[[badge]]\nsha256 = \"" +
      hash + "\"\nhelper = \"B\"\nrole = \"staff\"\nrevoked = true\n");
  if (!badges) FAIL(badges.error().text().c_str());
  LONGS_EQUAL(2, badges->size());
  CHECK((*badges)[0].badge.badge_sha256 == sha256(desk::badge_message("felica", Bytes{1, 2})));
  LONGS_EQUAL(0, (*badges)[0].revoked_at);
  CHECK((*badges)[1].badge.badge_sha256 == Bytes(32, 0xaa));
  CHECK((*badges)[1].badge.role == desk::HelperRole::staff);
  CHECK((*badges)[1].revoked_at != 0);
}

TEST(HelpDesk, files_that_are_none) {
  refused("[[badge]\n", "badges.toml:1", "");
  refused("\nbadges = 1\n", "badges.toml:2", "[[badge]]");
  refused("badge = [1]\n", "badges.toml:1", "[[badge]]");
  refused("[[badge]]\nhelper = \"A\"\n", "badges.toml:1", "wants kind");
  refused("[[badge]]\nkind = \"qr\"\nnumber = \"01\"\nhelper = \"A\"\n", "badges.toml",
          "wants kind");
  refused("[[badge]]\nkind = \"felica\"\nnumber = \"0\"\nhelper = \"A\"\n", "badges.toml", "hex");
  refused("[[badge]]\nkind = \"felica\"\nnumber = \"01\"\n", "badges.toml", "helper");
  refused("[[badge]]\nkind = \"felica\"\nnumber = \"01\"\nhelper = \"A\"\nrole = \"mayor\"\n",
          "badges.toml", "role");
  refused("[[badge]]\nkind = \"felica\"\nnumber = \"01\"\nhelper = \"A\"\nrevoked = 1\n",
          "badges.toml", "revoked");
  refused("[[badge]]\nkind = \"felica\"\nnumber = \"01\"\nhelper = \"A\"\nfoo = 1\n", "badges.toml",
          "'foo'");
}

TEST(HelpDesk, what_a_file_says_never_takes_a_revocation_back) {
  auto store = Store::open(fresh_database(directory.path("gateway.sqlite")));
  CHECK(store.ok());
  const auto key = SealKey::load(directory.put(
      "seal.key", CardAuthority("x").issue({.name = "seal", .ec_key = true}).key_pem()));
  CHECK(key.ok());
  auto help_desk = HelpDesk::open({*store, timers, *key});
  CHECK(help_desk.ok());
  const RegisteredBadge said{{Bytes(32, 1), "A", desk::HelperRole::volunteer}, 0};
  CHECK(help_desk->register_all({said}).ok());
  CHECK(*help_desk->revoke(said.badge.badge_sha256));
  CHECK(!*help_desk->revoke(Bytes(32, 2)));
  timers.advance(std::chrono::hours(1));
  CHECK(*help_desk->revoke(said.badge.badge_sha256));
  RegisteredBadge renamed = said;
  renamed.badge.helper = "B";
  CHECK(help_desk->register_all({renamed}).ok());
  auto list = help_desk->list();
  CHECK(list.ok());
  LONGS_EQUAL(1, list->size());
  STRCMP_EQUAL("B", (*list)[0].badge.helper.c_str());
  LONGS_EQUAL(1'795'000'000, (*list)[0].revoked_at);
  CHECK(help_desk->add(said.badge).ok());  // what staff say counts
  LONGS_EQUAL(0, (*help_desk->list())[0].revoked_at);
}
