#include "hal/rauc/rauc_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace madoguchi::rauc {
namespace {

constexpr std::size_t longest = 300;

// The first that is found counts: "signature" before "invalid bundle format", which 1.13 puts
// before everything that Info and InspectBundle refuse.
constexpr std::array<std::pair<std::string_view, Errc>, 18> meanings{{
    {"already processing", Errc::busy},
    {"installation already running", Errc::busy},
    {"no space left", Errc::full},
    {"no such file or directory", Errc::not_found},
    {"compatible mismatch", Errc::refused},
    {"does not match", Errc::refused},
    {"variant mismatch", Errc::refused},
    {"signature", Errc::integrity},
    {"certificate", Errc::integrity},
    {"verity", Errc::integrity},
    {"checksum", Errc::integrity},
    {"digest", Errc::integrity},
    {"unsigned", Errc::integrity},
    {"not allowed", Errc::refused},
    {"bundle format", Errc::invalid},
    {"not a valid bundle", Errc::invalid},
    {"manifest", Errc::invalid},
    {"identifier", Errc::invalid},
}};

}  // namespace

Errc meaning(std::string_view words) {
  std::string lower(words);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [part, code] : meanings) {
    if (lower.find(part) != std::string::npos) return code;
  }
  return Errc::io;
}

std::string one_line(std::string_view words) {
  std::string out;
  for (const char c : words.substr(0, longest))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  // A character that was cut in two.
  while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0U) == 0x80 &&
         words.size() > longest)
    out.pop_back();
  if (words.size() > longest && !out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0)
    out.pop_back();
  return out;
}

}  // namespace madoguchi::rauc
