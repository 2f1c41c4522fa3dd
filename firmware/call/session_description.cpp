#include "firmware/call/session_description.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace madoguchi::call {
namespace {

constexpr std::string_view fingerprint_attribute = "a=fingerprint:";
constexpr std::string_view sha256 = "sha-256 ";
constexpr std::string_view setup_attribute = "a=setup:";
constexpr std::string_view fmtp_attribute = "a=fmtp:";
constexpr std::string_view rtpmap_attribute = "a=rtpmap:";
constexpr std::size_t most_lines = 2000;

Error wrong(const std::string& what) { return {Errc::protocol, "answer", what}; }

bool is_printable(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    return (c >= 0x20 && c != 0x7f) || static_cast<unsigned char>(c) >= 0x80;
  });
}

// Lines end with CRLF; LF alone is accepted, as RFC 8866 9 advises.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() <= most_lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<Fingerprint> parse_fingerprint(std::string_view text) {
  Fingerprint out{};
  if (text.size() != out.size() * 3 - 1) return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = nibble(text[3 * i]);
    const int low = nibble(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i + 1 < out.size() && text[3 * i + 2] != ':')) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

bool iequals(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

// Collects what a session says, line by line.
class Reading {
 public:
  Status take(std::string_view line) {
    if (!is_printable(line)) return wrong("a line is not printable");
    if (line.starts_with("m=")) return begin_media(line);
    if (line.starts_with(fingerprint_attribute))
      return take_fingerprint(line.substr(fingerprint_attribute.size()));
    if (line.starts_with(setup_attribute)) {
      const std::string_view role = line.substr(setup_attribute.size());
      if (role != "active" && role != "passive") return wrong("no DTLS role of an answer");
      has_setup_ = true;
    }
    return {};
  }

  Result<Answer> finish() {
    if (Status ended = end_media(); !ended) return ended.error();
    if (media_ == 0 || !fingerprint_) return wrong("no media with a certificate's fingerprint");
    if (!has_setup_) return wrong("no DTLS role");
    answer_.fingerprint = *fingerprint_;
    return answer_;
  }

 private:
  Status begin_media(std::string_view line) {
    if (Status ended = end_media(); !ended) return ended;
    const bool audio = line.starts_with("m=audio ");
    const bool video = line.starts_with("m=video ");
    if (!audio && !video) return wrong("a kind of media that was not offered");
    bool& seen = audio ? seen_audio_ : seen_video_;
    if (seen) return wrong("a kind of media twice");
    seen = true;
    const std::string_view port = line.substr(8, line.find(' ', 8) - 8);
    accepted_ = port != "0";
    (audio ? answer_.audio : answer_.video) = accepted_;
    ++media_;
    own_fingerprint_ = false;
    return {};
  }

  // An accepted line must name a certificate, itself or by the session.
  Status end_media() {
    if (media_ > 0 && accepted_ && !own_fingerprint_ && !of_session_)
      return wrong("media without a certificate's fingerprint");
    return {};
  }

  Status take_fingerprint(std::string_view value) {
    if (value.size() < sha256.size() || !iequals(value.substr(0, sha256.size()), sha256))
      return wrong("a fingerprint that is not SHA-256");
    const auto parsed = parse_fingerprint(value.substr(sha256.size()));
    if (!parsed) return wrong("a malformed fingerprint");
    if (fingerprint_ && *fingerprint_ != *parsed) return wrong("two different fingerprints");
    fingerprint_ = parsed;
    (media_ == 0 ? of_session_ : own_fingerprint_) = true;
    return {};
  }

  Answer answer_;
  std::optional<Fingerprint> fingerprint_;
  int media_ = 0;
  bool seen_audio_ = false;
  bool seen_video_ = false;
  bool accepted_ = false;
  bool has_setup_ = false;
  bool of_session_ = false;
  bool own_fingerprint_ = false;
};

}  // namespace

std::string text_of(const Fingerprint& fingerprint) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const std::uint8_t byte : fingerprint) {
    if (!out.empty()) out += ':';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Result<std::string> with_fingerprint(std::string_view offer, const Fingerprint& own) {
  std::string out;
  bool found = false;
  for (const std::string_view line : lines_of(offer)) {
    if (line.starts_with(fingerprint_attribute)) {
      found = true;
      out += fingerprint_attribute;
      out += sha256;
      out += text_of(own);
    } else {
      out += line;
    }
    out += "\r\n";
  }
  if (!found) return Error{Errc::protocol, "offer", "no fingerprint in our own description"};
  return out;
}

std::string with_first_rate(std::string_view offer, int kbps) {
  const std::string rate = "x-google-start-bitrate=" + std::to_string(kbps);
  std::string out;
  std::string_view bare;  // the payload type of a codec whose parameters have no line
  bool video = false;
  const auto add_line = [&] {
    if (!bare.empty()) out.append("a=fmtp:").append(bare).append(" ").append(rate).append("\r\n");
    bare = {};
  };
  for (const std::string_view line : lines_of(offer)) {
    if (line.starts_with("m=")) {
      add_line();
      video = line.starts_with("m=video ");
    }
    out += line;
    if (video && line.starts_with(fmtp_attribute)) {
      out += ";" + rate;
      bare = {};
    }
    out += "\r\n";
    const bool picture = line.find(" H264/") != line.npos || line.find(" VP8/") != line.npos;
    if (video && line.starts_with(rtpmap_attribute) && picture) {
      bare = line.substr(rtpmap_attribute.size());
      bare = bare.substr(0, bare.find(' '));
    }
  }
  add_line();
  return out;
}

Result<Answer> read_answer(std::string_view sdp) {
  if (sdp.size() > most_description_bytes) return Error{Errc::full, "answer", "too large"};
  const std::vector<std::string_view> lines = lines_of(sdp);
  if (lines.size() > most_lines) return Error{Errc::full, "answer", "too many lines"};
  if (lines.empty() || lines[0] != "v=0") return wrong("not a session description");
  Reading reading;
  for (const std::string_view line : lines) {
    if (line.size() < 2 || line[1] != '=') return wrong("a line that is not of SDP");
    if (Status taken = reading.take(line); !taken) return taken.error();
  }
  return reading.finish();
}

bool is_candidate(std::string_view line) {
  if (line.size() > most_candidate_bytes || !line.starts_with("candidate:") || !is_printable(line))
    return false;
  std::vector<std::string_view> words;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    words.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  // candidate:foundation component transport priority address port "typ" kind
  return words.size() >= 8 && (iequals(words[2], "udp") || iequals(words[2], "tcp")) &&
         words[6] == "typ";
}

}  // namespace madoguchi::call
