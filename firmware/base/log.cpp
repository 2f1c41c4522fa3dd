#include "firmware/base/log.h"

#include <chrono>
#include <cstdio>
#include <ctime>

#include <unistd.h>

namespace madoguchi {
namespace {

struct EventInfo {
  std::string_view name;
  std::string_view level;
};

constexpr EventInfo infos[] = {
#define MADOGUCHI_EVENT(name, level, meaning) {#name, #level},
#include "firmware/base/events.def"
#undef MADOGUCHI_EVENT
};

std::string& process_name() {
  static std::string name = "?";
  return name;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      (void)std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string time_text() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  const std::size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  (void)std::snprintf(text + n, sizeof text - n, ".%03dZ", static_cast<int>(ms));
  return text;
}

}  // namespace

void set_log_process(std::string_view name) { process_name() = name; }

void log_event(Event event, std::initializer_list<LogField> fields) {
  const EventInfo& info = infos[static_cast<std::size_t>(event)];
  std::string line = "{\"time\":\"" + time_text() + "\",\"process\":";
  append_quoted(line, process_name());
  line +=
      ",\"level\":\"" + std::string(info.level) + "\",\"event\":\"" + std::string(info.name) + "\"";
  for (const auto& [name, value] : fields) {
    line += ',';
    append_quoted(line, name);
    line += ':';
    append_quoted(line, value);
  }
  line += "}\n";
  // One write, so that lines of several processes on one descriptor do not mix; a lost log line
  // must not stop a visit.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace madoguchi
