// Whatever a printer sends, in whatever pieces: the same answers, each of its kind, and an end.
#include <cstdlib>

#include "hal/escpos/escpos.h"

using namespace madoguchi;
using namespace madoguchi::escpos;

namespace {

Bytes answers_of(ByteView bytes, std::size_t piece) {
  AnswerReader reader;
  Bytes out;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    reader.add(bytes.first(size));
    bytes = bytes.subspan(size);
    while (const auto answer = reader.next()) {
      const bool real_time = answer->kind == Answer::Kind::real_time;
      if (real_time != ((answer->bits & 0x10) != 0)) std::abort();
      out.push_back(answer->bits);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const Bytes whole = answers_of(bytes, size + 1);
  if (whole.size() > size) std::abort();
  for (std::size_t i = 0; i + 2 < whole.size(); ++i)
    (void)judge(whole[i], whole[i + 1], whole[i + 2]);
  if (size < 4096 && answers_of(bytes, 1) != whole) std::abort();
  return 0;
}
