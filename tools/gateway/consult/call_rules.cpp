#include "tools/gateway/consult/call_rules.h"

#include <algorithm>
#include <array>
#include <string>

namespace madoguchi::gateway {
namespace {

constexpr std::size_t most_candidate = 512;
constexpr std::size_t most_caption = 200;  // characters
constexpr std::size_t most_title = 60;
constexpr std::size_t most_line = 80;
constexpr std::size_t most_lines = 6;
constexpr std::size_t most_link = 200;
constexpr std::size_t most_control = 64;
constexpr int most_digits = 5;

Passes if_at_most(std::size_t size, std::size_t most) {
  return size <= most ? Passes::yes : Passes::too_large;
}

// What both may say.
Passes check(const consult::Description& what) {
  return if_at_most(what.sdp.size(), consult::most_sdp_bytes);
}
Passes check(const consult::Candidate& what) {
  return if_at_most(what.candidate.size(), most_candidate);
}
Passes check(const consult::Typed& what) {
  return if_at_most(characters(what.text), consult::most_typed);
}
Passes check(const consult::NotHeard&) { return Passes::yes; }
Passes check(const consult::Open&) { return Passes::yes; }

// The staff's alone.
Passes check(const consult::Caption& what) {
  return if_at_most(characters(what.text), most_caption);
}
Passes check(const consult::Page& what) {
  if (!what.link.empty() && !what.link.starts_with("https://")) return Passes::no;
  const bool fits = characters(what.title) <= most_title && what.lines.size() <= most_lines &&
                    what.link.size() <= most_link &&
                    std::all_of(what.lines.begin(), what.lines.end(), [](const std::string& line) {
                      return characters(line) <= most_line;
                    });
  return fits ? Passes::yes : Passes::too_large;
}
Passes check(const consult::Ring& what) { return if_at_most(what.control.size(), most_control); }
// The gateway's own.
Passes check(const consult::Waiting&) { return Passes::no; }
Passes check(const consult::Answered&) { return Passes::no; }
Passes check(const consult::Held&) { return Passes::no; }
Passes check(const consult::Guest&) { return Passes::no; }
Passes check(const consult::PaperOffered&) { return Passes::no; }
Passes check(const consult::FormChecked&) { return Passes::no; }
Passes check(const consult::Over&) { return Passes::no; }

// The kiosk's alone.
Passes check(const consult::Here&) { return Passes::yes; }
Passes check(const consult::Carried&) { return Passes::yes; }
Passes check(const consult::PaperMoved&) { return Passes::yes; }
Passes check(const consult::FormSigned& what) {
  return if_at_most(what.certificate.size() + what.signature.size(), 8u << 10);
}
Passes check(const consult::HungUp&) { return Passes::yes; }

/// The character that begins here as a number; continuation bytes and broken ones count as one.
char32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t out = size == 1 ? first : first & (0x7fu >> size);
  for (std::size_t i = 1; i < size && i < text.size(); ++i)
    out = out << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  text.remove_prefix(std::min(size, text.size()));
  return out;
}

bool is_digit(char32_t one) {
  constexpr std::u32string_view kanji = U"〇一二三四五六七八九零";
  constexpr std::u32string_view circled = U"①②③④⑤⑥⑦⑧⑨⓪";
  return (one >= U'0' && one <= U'9') || (one >= U'０' && one <= U'９') ||
         kanji.find(one) != std::u32string_view::npos ||
         circled.find(one) != std::u32string_view::npos;
}

/// What people put between the digits of one number.
bool is_between(char32_t one) {
  constexpr std::u32string_view known = U" \t\n-./()+,:_ー－―‐–—−・、。／．（）＋　のノ年月日";
  return known.find(one) != std::u32string_view::npos;
}

}  // namespace

bool Bucket::take(Timers::Monotonic now) {
  const double passed = std::chrono::duration<double>(now - at_).count();
  left_ = std::min(burst_, left_ + passed * per_s_);
  at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

Passes passes(const consult::ToKiosk& what) {
  return std::visit([](const auto& one) { return check(one); }, what);
}

Passes passes(const consult::FromKiosk& what) {
  return std::visit([](const auto& one) { return check(one); }, what);
}

bool note_is_safe(std::string_view note) {
  int digits = 0;
  while (!note.empty()) {
    const char32_t one = take_character(note);
    if (one == U'@' || one == U'＠') return false;
    if (is_digit(one)) {
      if (++digits > most_digits) return false;
    } else if (!is_between(one)) {
      digits = 0;
    }
  }
  return true;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0u) != 0x80u;
  }));
}

}  // namespace madoguchi::gateway
