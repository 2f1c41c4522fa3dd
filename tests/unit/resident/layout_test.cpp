#include "tools/emulators/resident/layout.h"

#include <array>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <unistd.h>

using namespace madoguchi::resident;

TEST_GROUP(Layout) {
  std::string path = "layout-test-" + std::to_string(::getpid()) + ".jsonl";
  std::array<int, 2> stop{-1, -1};

  void setup() override { CHECK_EQUAL(0, ::pipe2(stop.data(), O_CLOEXEC)); }
  void teardown() override {
    ::unlink(path.c_str());
    for (const int fd : stop) ::close(fd);
  }
  void append(const char* text) const { std::ofstream(path, std::ios::app) << text << std::flush; }
};

TEST(Layout, reads_what_kiosk_ui_writes) {
  const auto screen = parse_layout(
      R"({"number":7,"name":"pin","controls":[)"
      R"({"id":"digit.1","enabled":true,"x":10,"y":20,"w":30,"h":40,"role":"digit"}]})");
  CHECK_TRUE(screen.ok());
  CHECK_EQUAL(7, screen->number);
  STRCMP_EQUAL("pin", screen->name.c_str());
  const auto* key = find_control(*screen, "digit.1");
  CHECK_TRUE(key != nullptr);
  CHECK_EQUAL(10, key->x);
  CHECK_EQUAL(40, key->h);
  STRCMP_EQUAL("digit", key->role.c_str());
  CHECK_TRUE(contains(*key, 10, 20));
  CHECK_TRUE(contains(*key, 39, 59));
  CHECK_FALSE(contains(*key, 40, 59));
  CHECK_FALSE(contains(*key, 39, 60));
  CHECK_TRUE(find_control(*screen, "digit.2") == nullptr);
}

TEST(Layout, a_ring_makes_no_new_screen) {
  const auto screen = [](const char* name, bool enabled, std::optional<std::string> pointed) {
    return DrawnScreen{7, name, {{"next", "primary", enabled, 1, 2, 3, 4}}, std::move(pointed)};
  };
  const auto read = parse_layout(R"({"number":7,"name":"a","controls":[],"pointed":"next"})");
  CHECK_TRUE(read.ok());
  STRCMP_EQUAL("next", read->pointed.value_or("").c_str());
  const DrawnScreen before = screen("a", true, {});
  CHECK_TRUE(only_pointed(before, screen("a", true, "next")));
  CHECK_TRUE(only_pointed(screen("a", true, "next"), before));
  CHECK_FALSE(only_pointed(before, before));  // shown once more by the kiosk
  CHECK_FALSE(only_pointed(before, screen("b", true, "next")));
  CHECK_FALSE(only_pointed(before, screen("a", false, "next")));
}

TEST(Layout, refuses_a_line_that_is_not_a_drawn_screen) {
  CHECK_FALSE(parse_layout("not json").ok());
  CHECK_FALSE(parse_layout(R"({"number":7,"controls":[]})").ok());
  CHECK_FALSE(parse_layout(R"({"number":7,"name":"pin","controls":[{"id":"a","x":"left"}]})").ok());
}

TEST(Layout, follows_a_growing_file_line_by_line) {
  LayoutFollower follower;
  CHECK_TRUE(follower.open(path).ok());
  append("one\ntwo\nthr");
  STRCMP_EQUAL("one", follower.next(stop[0], 1000).value_or("").c_str());
  STRCMP_EQUAL("two", follower.next(stop[0], 1000).value_or("").c_str());
  CHECK_FALSE(follower.next(stop[0], 0).has_value());  // half a line is no line
  append("ee\n");
  STRCMP_EQUAL("three", follower.next(stop[0], 1000).value_or("").c_str());
}

TEST(Layout, stops_at_once_when_told_to) {
  LayoutFollower follower;
  CHECK_TRUE(follower.open(path).ok());
  CHECK_EQUAL(1, ::write(stop[1], "x", 1));
  CHECK_FALSE(follower.next(stop[0], 60'000).has_value());
}
