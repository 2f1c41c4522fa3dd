#include "tools/kioskctl/scrub.h"

#include <array>
#include <cctype>
#include <string_view>

#include "firmware/base/bytes.h"
#include "firmware/message/codec.h"

namespace madoguchi::kioskctl {
namespace {

constexpr std::size_t longest_line = 64u << 10;
constexpr int deepest = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Whether a UUID of 36 characters stands here, and nothing longer.
bool is_uuid(std::string_view text, std::size_t at) {
  if (at + 36 > text.size()) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[at + i] != '-' : !is_hex(text[at + i])) return false;
  }
  const bool begins = at == 0 || !is_hex(text[at - 1]);
  // Version 4 (RFC 9562): a number in the shape of a UUID has no such digit there by itself.
  return begins && text[at + 14] == '4' && (at + 36 == text.size() || !is_hex(text[at + 36]));
}

/// The end of the digits that begin here, with single separators between; how many they are.
std::size_t run_end(std::string_view text, std::size_t at, std::string_view separators,
                    int& digits) {
  std::size_t end = at;
  digits = 0;
  while (end < text.size()) {
    if (is_digit(text[end])) {
      ++digits;
      ++end;
    } else if (separators.find(text[end]) != std::string_view::npos && end + 1 < text.size() &&
               is_digit(text[end + 1])) {
      ++end;
    } else {
      break;
    }
  }
  return end;
}

/// The end of a date such as 1950-04-01, 1950/4/1 or 1950.4.1 that begins here; `at` when none.
std::size_t date_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  constexpr std::array<std::pair<int, int>, 3> parts{{{4, 4}, {1, 2}, {1, 2}}};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    int digits = 0;
    while (end < text.size() && is_digit(text[end]) && digits < parts[part].second) {
      ++end;
      ++digits;
    }
    if (digits < parts[part].first) return at;
    if (part == 2) break;
    if (end >= text.size() || std::string_view("-/.").find(text[end]) == std::string_view::npos)
      return at;
    ++end;
  }
  return end;
}

void mask_numbers(std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_uuid(text, at)) {
      at += 36;
      continue;
    }
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    int digits = 0;
    std::size_t end = run_end(text, at, "", digits);
    bool masks = digits >= 7;
    int spread = 0;
    const std::size_t spread_end = run_end(text, at, " -", spread);
    if (spread >= 12) {
      masks = true;
      end = spread_end;
    } else if (const std::size_t date = date_end(text, at); date != at) {
      masks = true;
      end = date;
    }
    for (; at < end; ++at) {
      if (masks && is_digit(text[at])) text[at] = '#';
    }
  }
}

/// Every text inside, keys too; nothing when it is nested like no log line is.
std::optional<Json> scrubbed_json(const Json& in, int depth = 0) {
  if (depth > deepest) return std::nullopt;
  if (in.is_string()) return Json(scrubbed(in.get<std::string>()));
  if (in.is_object()) {
    Json out = Json::object();
    for (const auto& [key, value] : in.items()) {
      auto clean = scrubbed_json(value, depth + 1);
      if (!clean) return std::nullopt;
      out[scrubbed(key)] = std::move(*clean);
    }
    return out;
  }
  if (in.is_array()) {
    Json out = Json::array();
    for (const Json& value : in) {
      auto clean = scrubbed_json(value, depth + 1);
      if (!clean) return std::nullopt;
      out.push_back(std::move(*clean));
    }
    return out;
  }
  // A number that is nobody's text may be somebody's, too.
  if (in.is_number()) return Json(scrubbed(in.dump()));
  return in;
}

std::optional<Json> parsed(const std::string& text) {
  auto document = parse_document(as_bytes(text), Dialect::json);
  if (!document || !document->is_object()) return std::nullopt;
  return std::move(*document);
}

std::string text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// A moment as the project's log writes it; anything else is no moment.
bool is_moment(const std::string& text) {
  if (text.size() < 20 || text.size() > 35) return false;
  for (const char c : text) {
    if (!is_digit(c) && std::string_view("-:.+TZ").find(c) == std::string_view::npos) return false;
  }
  return text[4] == '-' && text[7] == '-' && text[10] == 'T';
}

std::optional<Json> own_line(const Json& line) {
  const std::string time = text_in(line, "time");
  if (!is_moment(time) || text_in(line, "process").empty() || text_in(line, "event").empty())
    return std::nullopt;
  auto out = scrubbed_json(line);
  if (out) (*out)["time"] = time;
  return out;
}

std::optional<Json> journal_line(const Json& line) {
  const std::string when = text_in(line, "__REALTIME_TIMESTAMP");
  const std::string message = text_in(line, "MESSAGE");
  if (when.empty() || message.empty() || when.size() > 17) return std::nullopt;
  for (const char c : when) {
    if (!is_digit(c)) return std::nullopt;
  }
  Json out = Json::object();
  out["at_us"] = when;
  for (const auto& [from, to] : {std::pair{"_SYSTEMD_UNIT", "unit"},
                                 {"SYSLOG_IDENTIFIER", "who"},
                                 {"PRIORITY", "priority"}}) {
    if (const std::string value = text_in(line, from); !value.empty()) out[to] = scrubbed(value);
  }
  // What our own processes write arrives as text that is JSON again.
  if (const auto inner = parsed(message)) {
    auto own = own_line(*inner);
    if (!own) return std::nullopt;
    out["line"] = std::move(*own);
  } else {
    out["message"] = scrubbed(message);
  }
  return out;
}

}  // namespace

std::string scrubbed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // One mark for a character of several bytes.
    if (byte >= 0x80 && byte < 0xC0) continue;
    out += byte < ' ' || byte >= 0x7f ? '?' : c;
  }
  mask_numbers(out);
  return out;
}

std::optional<std::string> scrubbed_line(const std::string& line) {
  if (line.size() > longest_line) return std::nullopt;
  const auto document = parsed(line);
  if (!document) return std::nullopt;
  const auto out = document->contains("MESSAGE") ? journal_line(*document) : own_line(*document);
  if (!out) return std::nullopt;
  return out->dump();
}

}  // namespace madoguchi::kioskctl
