#include "firmware/message/repair.h"

#include <fstream>
#include <set>
#include <sstream>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;

TEST_GROUP(Repair){};

TEST(Repair, a_known_fault_has_its_own_code_and_any_other_its_devices) {
  STRCMP_EQUAL("K-21", std::string(repair_code("printer", "media_empty")).c_str());
  STRCMP_EQUAL("K-20", std::string(repair_code("printer", "on_fire")).c_str());
  STRCMP_EQUAL("K-99", std::string(repair_code("coffee_machine", "gone")).c_str());
}

TEST(Repair, no_code_is_given_twice_and_every_device_has_a_general_one) {
  std::set<std::string_view> shown;
  for (const RepairCode& row : repair_codes()) {
    CHECK(shown.insert(row.shown).second);
    CHECK(repair_code(row.device) != "K-99");
  }
}

TEST(Repair, the_manual_has_the_same_table) {
  std::ifstream file(MADOGUCHI_SOURCE_DIR "/docs/faults.md");
  std::set<std::string> in_manual;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| K-")) in_manual.insert(line.substr(2, 4));
  }
  std::set<std::string> in_table{"K-99"};
  for (const RepairCode& row : repair_codes()) in_table.emplace(row.shown);
  CHECK(in_manual == in_table);
}

TEST(Repair, the_screen_says_code_and_telephone) {
  const Screen screen = repair_screen("reader", "gone", "06-0000-0000");
  const auto& notice = std::get<Notice>(screen.body);
  STRCMP_EQUAL("K-11", notice.code.c_str());
  CHECK(notice.lines.back() == say("out_of_service.phone", {{"phone", "06-0000-0000"}}));
  LONGS_EQUAL(2, std::get<Notice>(repair_screen("reader", "gone", "").body).lines.size());
}

TEST(Repair, a_screen_from_a_code_is_the_same_screen) {
  CHECK(repair_screen("K-22", "1") == repair_screen("printer", "media_jam", "1"));
  CHECK(std::get<Notice>(repair_screen("nonsense", "").body).code == "K-99");
}
