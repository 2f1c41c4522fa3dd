// An answer and a candidate as a browser, or somebody in its place, may send them. What is accepted
// names exactly one certificate, and that one stands in its text.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "firmware/call/session_description.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = call::read_answer(text);
  if (answer) {
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
    if (upper.find(call::text_of(answer->fingerprint)) == std::string::npos) std::abort();
    const auto changed = call::with_fingerprint(text, call::Fingerprint{});
    if (!changed || call::read_answer(*changed)->fingerprint != call::Fingerprint{}) std::abort();
  }
  if (call::is_candidate(text) && text.find('\n') != std::string_view::npos) std::abort();
  return 0;
}
