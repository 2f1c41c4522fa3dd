// Whatever a code reader sends, in whatever pieces: the same lines, each short and printable; and
// what is taken for a booking is one.
#include <cstdlib>
#include <vector>

#include "firmware/message/queue_api.h"
#include "hal/code_reader/code_line.h"

using namespace madoguchi;

namespace {

std::vector<std::string> lines_of(ByteView bytes, std::size_t piece) {
  CodeLines reader;
  std::vector<std::string> out;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    reader.add(bytes.first(size));
    bytes = bytes.subspan(size);
    while (auto line = reader.next()) {
      if (line->empty() || line->size() > CodeLines::longest) std::abort();
      for (const char c : *line)
        if (c < 0x20 || c > 0x7e) std::abort();
      if (const auto code = queue::booking_code_in(*line)) {
        if (!queue::is_booking_code(*code)) std::abort();
        if (queue::booking_code_in(queue::booking_qr(*code)) != code) std::abort();
        if (queue::booking_code_in(queue::spaced(*code)) != code) std::abort();
      }
      out.push_back(std::move(*line));
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const ByteView bytes(data, size);
  // One byte at a time nothing is dropped for want of room; in one piece the first 16 stay.
  const auto slowly = lines_of(bytes, 1);
  const auto whole = lines_of(bytes, size + 1);
  if (whole.size() > slowly.size()) std::abort();
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i] != slowly[i]) std::abort();
  return 0;
}
