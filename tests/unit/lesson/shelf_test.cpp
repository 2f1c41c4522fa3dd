#include "firmware/lesson/shelf.h"

#include <fstream>

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include "tests/own_folder.h"

using namespace madoguchi;
using namespace madoguchi::lesson;

namespace {

std::string lines(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& each : all) out += each + "\n";
  return out;
}

}  // namespace

TEST_GROUP(Shelf) {
  const OwnFolder own;
  const std::filesystem::path folder = own.path();
  void write(const char* name, const std::string& text) const {
    std::ofstream(folder / name) << text;
  }
};

TEST(Shelf, the_citys_own_lessons_have_no_mistake) {
  const auto shelf = open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  CHECK_TRUE(shelf.ok());
  STRCMP_EQUAL("", lines(shelf->left_out).c_str());
  LONGS_EQUAL(9, shelf->lessons.size());
  for (const auto& [topic, name] : enum_names(desk::HelpTopic{})) {
    const bool taught = topic != desk::HelpTopic::certificate && topic != desk::HelpTopic::other;
    CHECK_EQUAL_TEXT(taught, shelf->find(name) != nullptr, std::string(name).c_str());
  }
}

TEST(Shelf, the_city_has_no_address_yet_so_no_link_leads_to_it) {
  const auto shelf = open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  for (const Lesson& lesson : shelf->lessons) {
    for (const Link& link : lesson.links) STRCMP_CONTAINS("https://", link.address.c_str());
  }
  LONGS_EQUAL(0, shelf->find("line_friend")->links.size());
}

TEST(Shelf, places_are_put_in) {
  const auto shelf = open_shelf(MADOGUCHI_SOURCE_DIR "/ui/lessons");
  STRCMP_CONTAINS("豊中市", shelf->find("line_friend")->steps[0].text[0].at("ja").c_str());
  STRCMP_CONTAINS("Toyonaka City", shelf->find("line_friend")->steps[0].text[0].at("en").c_str());
}

TEST(Shelf, a_lesson_with_a_mistake_is_left_out_and_told) {
  std::filesystem::copy(std::string(MADOGUCHI_SOURCE_DIR "/ui/lessons") + "/cashless.toml", folder);
  write("bad.toml", "topic = 'pots'\n");
  const auto shelf = open_shelf(folder);
  CHECK_TRUE(shelf.ok());
  LONGS_EQUAL(1, shelf->lessons.size());
  CHECK_FALSE(shelf->left_out.empty());
  STRCMP_CONTAINS("bad.toml:1: there is no topic", lines(shelf->left_out).c_str());
}

TEST(Shelf, a_place_that_nobody_knows_is_a_mistake) {
  std::filesystem::copy(std::string(MADOGUCHI_SOURCE_DIR "/ui/lessons") + "/line_friend.toml",
                        folder);
  const auto shelf = open_shelf(folder);
  LONGS_EQUAL(0, shelf->lessons.size());
  STRCMP_CONTAINS("{city} is not in places.toml", lines(shelf->left_out).c_str());
}

TEST(Shelf, no_folder) { CHECK_TRUE(open_shelf(folder / "none").error().code == Errc::not_found); }

TEST(Shelf, places_with_a_mistake) {
  write("places.toml", "[city]\nja = '豊中市'\n");
  const auto shelf = open_shelf(folder);
  CHECK_FALSE(shelf.ok());
  STRCMP_CONTAINS("places.toml:1: write city.ja and city.en", shelf.error().what.c_str());
}
