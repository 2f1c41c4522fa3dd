#pragma once
// The session descriptions of a call (SDP, RFC 8866; offer and answer by RFC 8829): what is changed
// in ours before it leaves, and what is demanded of the staff's before GStreamer sees it. Pure. Any
// thread. The answer and the candidates are outside data.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi::call {

/// SHA-256 of a certificate in DER (RFC 8122, 5).
using Fingerprint = std::array<std::uint8_t, 32>;

/// "AB:CD:…", upper case.
std::string text_of(const Fingerprint& fingerprint);

inline constexpr std::size_t most_description_bytes = 32u << 10;
inline constexpr std::size_t most_candidate_bytes = 512;

/// The offer with this fingerprint at every place of one. Errc::protocol when it holds none.
Result<std::string> with_fingerprint(std::string_view offer, const Fingerprint& own);

/// The offer with the rate at which the far end's picture begins (Chromium's
/// "x-google-start-bitrate" of the codec's parameters; others leave it out of account). By itself
/// Chromium begins with 300 kbit/s, which is a tenth of a second and more for its first picture.
std::string with_first_rate(std::string_view offer, int kbps);

struct Answer {
  Fingerprint fingerprint{};  ///< the one certificate that the staff's browser may show
  bool audio = false;         ///< accepted
  bool video = false;
};

/// Errc::full (too large), Errc::protocol: not text of printable lines, a bundle that is not ours
/// (one audio and one video line at most), a line without a sha-256 fingerprint of its own or of
/// the session, fingerprints that differ or use another hash, no or the wrong setup role.
Result<Answer> read_answer(std::string_view sdp);

/// Whether it is one candidate line that may be handed on (RFC 8839, 5.1): printable, short,
/// UDP or TCP. An empty one (the end of candidates) is not.
bool is_candidate(std::string_view line);

}  // namespace madoguchi::call
