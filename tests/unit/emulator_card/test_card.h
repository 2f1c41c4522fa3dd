#pragma once
// A card for tests. Its keys are made once per process, so that each test starts in a millisecond.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <unistd.h>

#include "tools/emulators/card/card_state.h"

namespace madoguchi::emulator {

/// The state directory of this process, with one card in it; gone when the process ends.
class TestCardDirectory {
 public:
  static const std::string& path() {
    static const TestCardDirectory directory;
    return directory.path_;
  }
  ~TestCardDirectory() {
    if (getpid() == owner_) std::filesystem::remove_all(path_);
  }

 private:
  TestCardDirectory() : owner_(getpid()) {
    std::string name = (std::filesystem::temp_directory_path() / "test-card-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  pid_t owner_;
  std::string path_;
};

/// The test card with all its tries, PIN 1234 and password ABC123.
inline std::unique_ptr<CardModel> make_test_card(bool accept_extended = true) {
  CardOptions options;
  options.state_dir = TestCardDirectory::path();
  options.accept_extended = accept_extended;
  std::filesystem::remove(options.state_dir + "/counters.json");
  auto card = open_card(options);
  if (!card) std::abort();
  return std::move(*card);
}

}  // namespace madoguchi::emulator
