// Files of test vectors, as somebody may hand them to tools/vectors: reading ends with testcases or
// an error, and running them with counts that add up. The shim's flags, a word a line, too.
#include <cstdlib>
#include <sstream>

#include "tools/vectors.d/limbo.h"
#include "tools/vectors.d/shim_flags.h"
#include "tools/vectors.d/wycheproof.h"

using namespace madoguchi;
using namespace madoguchi::vectors;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (const auto document = parse_document(input, Dialect::json)) {
    if (const auto cases = read_limbo(*document)) {
      const LimboOutcome out = run_limbo(*cases);
      const std::size_t counted =
          out.agree + out.false_accepts.size() + out.false_rejects.size() + out.skipped.size();
      if (counted != out.cases) std::abort();
    }
    WycheproofOutcome out;
    if (run_wycheproof_file("file", *document, out)) {
      std::size_t counted = out.passed + out.failed.size();
      for (const auto& [why, count] : out.skipped) counted += count;
      if (counted != out.tests) std::abort();
    }
  }
  (void)read_documented(as_text(input));
  std::vector<std::string> words;
  std::istringstream lines(as_text(input));
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  (void)read_shim_flags(words, false);
  (void)read_shim_flags(words, true);
  return 0;
}
