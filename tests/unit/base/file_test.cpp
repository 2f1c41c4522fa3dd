#include "firmware/base/file.h"

#include <filesystem>
#include <fstream>

#include <CppUTest/TestHarness.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/own_folder.h"

namespace madoguchi {

TEST_GROUP(File) {
  const OwnFolder folder;
  std::string path(const char* name) const { return folder.path(name); }
};

TEST(File, whole_files) {
  Bytes content(200'000);
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::uint8_t>(i * 31);
  CHECK(write_file(path("a"), content).ok());
  CHECK(*read_file(path("a")) == content);
  CHECK(write_file(path("a"), Bytes{}).ok());
  CHECK(read_file(path("a"))->empty());
}

TEST(File, the_cap_is_exact) {
  CHECK(write_file(path("a"), Bytes(100)).ok());
  CHECK(read_file(path("a"), 100).ok());
  CHECK(read_file(path("a"), 99).error().code == Errc::full);
}

TEST(File, errors_name_the_path) {
  const auto missing = read_file(path("missing"));
  CHECK(missing.error().code == Errc::not_found);
  STRCMP_CONTAINS("missing", missing.error().what.c_str());
  CHECK(read_file(folder.path()).error().code == Errc::io);
  CHECK(write_file(path("no/such/folder"), {}).error().code == Errc::not_found);
}

TEST(File, mode_and_nothing_left_behind) {
  std::ofstream(path("a.new")) << "left by a power cut";
  chmod(path("a.new").c_str(), 0644);
  CHECK(write_file(path("a"), Bytes{1}).ok());
  struct stat info{};
  stat(path("a").c_str(), &info);
  LONGS_EQUAL(0600, info.st_mode & 0777);
  CHECK_FALSE(std::filesystem::exists(path("a.new")));
  // What all of the kiosk reads is for all of it, whatever the supervisor's umask is.
  const mode_t before = umask(0077);
  const bool written = write_file(path("c"), Bytes{1}, 0644).ok();
  umask(before);
  CHECK(written);
  stat(path("c").c_str(), &info);
  LONGS_EQUAL(0644, info.st_mode & 0777);
  // A directory in the way: the write fails and leaves no temporary.
  std::filesystem::create_directories(path("b") + "/x");
  CHECK_FALSE(write_file(path("b"), Bytes{1}).ok());
  CHECK_FALSE(std::filesystem::exists(path("b.new")));
}

}  // namespace madoguchi
