#include "tools/kioskctl/printed.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace madoguchi::kioskctl {

std::string time_text(std::int64_t at_ms) {
  const std::time_t seconds = at_ms / 1000;
  std::tm parts{};
  std::array<char, 40> text{};
  if (localtime_r(&seconds, &parts) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z", &parts) == 0)
    return std::to_string(at_ms) + " ms";
  return text.data();
}

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
  return out;
}

int each_entry(const std::string& path,
               const std::function<void(const journal::StoredEntry&)>& see) {
  auto reader = journal::Reader::open(path);
  Status read = reader ? Status() : Status(reader.error());
  if (reader) {
    read = (*reader)->each([&](const journal::StoredEntry& entry) {
      see(entry);
      return true;
    });
  }
  if (read) return 0;
  (void)std::fprintf(stderr, "kioskctl: %s: %s\n", path.c_str(), read.error().what.c_str());
  return read.error().code == Errc::integrity ? 1 : 2;
}

}  // namespace madoguchi::kioskctl
