#include "firmware/apps/kioskd/setup_papers.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/base/toml.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/service_hours.h"

namespace madoguchi {
namespace {

constexpr const char* provision_name = "/provision.toml";
constexpr std::size_t largest_provision = 4096;
constexpr std::size_t largest_config = 1u << 20;
constexpr char delete_character = 0x7f;  // no string of TOML has it
constexpr unsigned config_mode = 0644;   // no secret is in it, and all of the kiosk reads it

Error broken(const std::string& path, const std::string& what) {
  return {Errc::invalid, path, what};
}

/// The last line is `sha256 = "..."` of everything before it.
Status check_whole(const std::string& path, std::string_view text) {
  constexpr std::string_view begin = "\nsha256 = \"";
  const std::size_t at = text.rfind(begin);
  if (at == std::string_view::npos) return broken(path, "has no last line sha256");
  const std::string_view lines = text.substr(0, at + 1);
  const std::string expected =
      std::string(begin.substr(1)) + to_hex(sha256(as_bytes(lines))) + "\"";
  std::string_view last = text.substr(at + 1);
  while (!last.empty() && (last.back() == '\n' || last.back() == '\r')) last.remove_suffix(1);
  if (last != expected) return broken(path, "was changed, or is not complete");
  return {};
}

/// A line `key = "value"`. Nothing else of TOML comes before its parser, which does undefined
/// things (3.3) where a wrong file has letters that are not ASCII outside of strings.
bool is_plain(std::string_view line) {
  constexpr std::string_view between = " = \"";
  const std::size_t at = line.find(between);
  if (at == 0 || at == std::string_view::npos) return false;
  for (const char c : line.substr(0, at)) {
    if (c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9')) return false;
  }
  line.remove_prefix(at + between.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      return i + 1 == line.size();
    }
  }
  return false;
}

/// Over what is there, so that the code is not left in free blocks of a simple file system.
Status overwrite(const std::string& path, std::size_t size) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return Error{Errc::io, path, std::strerror(errno)};
  const Bytes nothing(size, 0);
  const bool written =
      ::pwrite(file, nothing.data(), nothing.size(), 0) == static_cast<ssize_t>(size) &&
      ::fsync(file) == 0;
  const int number = errno;
  ::close(file);
  if (!written) return Error{Errc::io, path, std::strerror(number)};
  return {};
}

Status sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  const int number = errno;
  if (folder >= 0) ::close(folder);
  if (!synced) return Error{Errc::io, path, std::strerror(number)};
  return {};
}

std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= ' ' && c != delete_character) out += c;
  }
  return out + "\"";
}

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool sets(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return false;
  return trimmed(line.substr(key.size())).starts_with('=');
}

}  // namespace

Result<visit::Provision> parse_provision(const std::string& path, std::string_view text) {
  if (Status whole = check_whole(path, text); !whole) return whole.error();
  int number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    if (!is_plain(line.substr(0, line.find_last_not_of('\r') + 1)))
      return broken(path, "line " + std::to_string(number) + " is not key = \"value\"");
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) return broken(path, std::string(parsed.error().description()));
  const toml::table& table = parsed.table();
  const auto value = [&table](const char* key) { return table[key].value_or<std::string>(""); };
  visit::Provision out{value("id"),
                       value("site"),
                       value("enrol_code"),
                       value("gateway"),
                       value("gateway_ca_sha256"),
                       value("language"),
                       value("service_hours")};
  if (out.language != "en") out.language = "ja";
  if (out.id.empty() || out.enrol_code.empty()) return broken(path, "lacks id or enrol_code");
  if (!out.service_hours.empty() && !visit::ServiceHours::is_span(out.service_hours))
    return broken(path, "has service_hours that are no span such as 06:30-23:00");
  return out;
}

std::string with_value(std::string text, const std::string& section, const std::string& key,
                       const std::string& value) {
  const std::string line = key + " = " + quoted(value) + "\n";
  if (!text.empty() && text.back() != '\n') text += '\n';
  std::optional<std::size_t> insert_at;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = text.find('\n', at) + 1;
    const std::string_view here = trimmed(std::string_view(text).substr(at, next - at - 1));
    if (here.starts_with('[')) {
      inside = here.starts_with("[" + section + "]");
      if (inside && !insert_at) insert_at = next;
    } else if (inside && sets(here, key)) {
      return text.replace(at, next - at, line);
    }
    at = next;
  }
  if (insert_at) return text.insert(*insert_at, line);
  return text + "\n[" + section + "]\n" + line;
}

Result<std::optional<visit::Provision>> SetupFiles::find_provision() {
  for (const std::string& folder : provision_dirs_) {
    const std::string path = folder + provision_name;
    const auto content = read_file(path, largest_provision);
    if (!content && content.error().code == Errc::not_found) continue;
    if (!content) return content.error();
    auto provision = parse_provision(path, as_text(*content));
    if (!provision) return provision.error();
    return std::optional(std::move(*provision));
  }
  return std::optional<visit::Provision>();
}

Status SetupFiles::keep(const visit::SetupAnswers& answers) {
  const auto before = read_file(config_, largest_config);
  if (!before) return before.error();
  std::string text(as_text(*before));
  text = with_value(std::move(text), "kiosk", "language", answers.language);
  if (!answers.site.empty()) text = with_value(std::move(text), "kiosk", "site", answers.site);
  if (!answers.service_hours.empty())
    text = with_value(std::move(text), "kiosk", "service_hours", answers.service_hours);
  text = with_value(std::move(text), "kiosk", "id", answers.id);
  if (const toml::parse_result parsed = toml::parse(text); !parsed)
    return broken(config_, std::string(parsed.error().description()));
  std::error_code failed;
  std::filesystem::create_directories(state_dir_, failed);
  if (failed) return Error{Errc::io, state_dir_, failed.message()};
  if (!answers.seal_key.empty()) {
    if (Status kept = write_file(seal_key_, as_bytes(answers.seal_key), config_mode); !kept)
      return kept;
  }
  if (Status marked = write_file(mark(), {}); !marked) return marked;
  return write_file(config_, as_bytes(text), config_mode);
}

Status SetupFiles::erase_provision() {
  Status out;
  for (const std::string& folder : provision_dirs_) {
    const std::string path = folder + provision_name;
    struct stat known{};
    if (::lstat(path.c_str(), &known) != 0) continue;
    const auto size = static_cast<std::size_t>(std::min<off_t>(known.st_size, largest_provision));
    Status gone = S_ISREG(known.st_mode) ? overwrite(path, size) : Status();
    if (::unlink(path.c_str()) != 0) gone = Error{Errc::refused, path, std::strerror(errno)};
    if (gone) gone = sync_folder(folder);
    if (!gone) out = gone;
  }
  return out;
}

bool SetupFiles::test_is_due() const { return ::access(mark().c_str(), F_OK) == 0; }

Status SetupFiles::test_is_done() {
  if (::unlink(mark().c_str()) != 0 && errno != ENOENT)
    return Error{Errc::io, mark(), std::strerror(errno)};
  return sync_folder(state_dir_);
}

}  // namespace madoguchi
