// The bundle as others read it: tar(1) and zstd(1).

#include "tools/kioskctl/bundle.h"

#include <CppUTest/TestHarness.h>
#include <sys/stat.h>

#include "firmware/base/file.h"
#include "tests/shell_command.h"
#include "tests/unit/journal/sample_journal.h"

using namespace madoguchi;
using namespace madoguchi::kioskctl;

TEST_GROUP(Bundle) {
  OwnFolder folder;
  std::string file = folder.path("out.tar.zst");
};

TEST(Bundle, tar_reads_what_was_put_in) {
  const std::string large(1 << 20, 'x');
  {
    auto bundle = Bundle::create(file, 1'795'000'000);
    CHECK(bundle.ok());
    CHECK((*bundle)->add("status.json", "{}\n").ok());
    CHECK((*bundle)->add("empty", "").ok());
    CHECK((*bundle)->add("log/large", large).ok());
    CHECK((*bundle)->finish().ok());
  }
  struct stat made{};
  CHECK(stat(file.c_str(), &made) == 0);
  LONGS_EQUAL(0600, made.st_mode & 0777);
  const std::string list = output_of("tar --zstd -tvf " + file + " --utc --numeric-owner 2>&1");
  STRCMP_CONTAINS("-rw-r--r-- 0/0               3 2026-11-18 ", list.c_str());
  STRCMP_CONTAINS("log/large", list.c_str());
  STRCMP_EQUAL("{}\n", output_of("tar --zstd -xOf " + file + " status.json").c_str());
  CHECK(large == output_of("tar --zstd -xOf " + file + " log/large"));
  CHECK(made.st_size < 10'000);
}

TEST(Bundle, nothing_is_replaced_and_nothing_half_stays) {
  CHECK(write_file(file, as_bytes("somebody's")).ok());
  const auto there = Bundle::create(file, 0);
  CHECK(!there.ok() && there.error().code == Errc::invalid);
  STRCMP_EQUAL("somebody's", as_text(*read_file(file)).c_str());
  const std::string other = folder.path("half.tar.zst");
  {
    auto bundle = Bundle::create(other, 0);
    CHECK((*bundle)->add("status.json", "{}").ok());
    CHECK_FALSE((*bundle)->add(std::string(100, 'n'), "").ok());
  }
  CHECK_FALSE(read_file(other).ok());
}
