// The policy's table is told in docs/tls.md as well: both must say the same.
#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/link/policy_table.h"
#include "firmware/link/time_floor.h"

namespace madoguchi {

TEST_GROUP(Policy) {
  std::string page = as_text(*read_file(MADOGUCHI_SOURCE_DIR "/docs/tls.md"));

  template <std::size_t n>
  void told(const std::array<policy_table::Entry, n>& table, const char* kind) {
    std::size_t at = page.find(std::string("| ") + kind + " |");
    CHECK_TEXT(at != std::string::npos, kind);
    const std::string row = page.substr(at, page.find('\n', at) - at);
    std::string expected = std::string("| ") + kind + " | ";
    for (const auto& entry : table) {
      char number[8];
      (void)std::snprintf(number, sizeof number, "%04x", entry.iana);
      expected += std::string(&entry == table.data() ? "" : ", ") + "`" + std::string(entry.name) +
                  "` (" + number + ")";
    }
    STRCMP_EQUAL((expected + " |").c_str(), row.c_str());
  }
};

TEST(Policy, is_told_as_it_is) {
  told(policy_table::suites, "suites");
  told(policy_table::groups, "groups");
  told(policy_table::signatures, "signatures");
}

TEST(Policy, nothing_was_built_before_this_line_was_written) {
  CHECK(TimeFloor::built() > std::chrono::system_clock::from_time_t(1'795'000'000));
  CHECK(TimeFloor::built() <= std::chrono::system_clock::now());
}

}  // namespace madoguchi
