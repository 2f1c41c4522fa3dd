#include "firmware/base/os_release.h"

#include "firmware/base/file.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest = 64u << 10;

}  // namespace

std::string os_release(std::string_view key, const std::string& path) {
  const Result<Bytes> bytes = read_file(path, largest);
  if (!bytes) return "";
  const std::string text = as_text(*bytes);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
    std::string_view value = line.substr(key.size() + 1);
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    if (quoted) value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return "";
}

std::string boot_id() {
  // A process in a sandbox with ProcSubset=pid does not see it there; the images' start leaves it.
  const Result<Bytes> bytes = read_file("/proc/sys/kernel/random/boot_id", 64);
  if (!bytes) return os_release("KIOSK_BOOT", "/run/madoguchi/start");
  const std::string text = as_text(*bytes);
  return text.substr(0, text.find('\n'));
}

}  // namespace madoguchi
