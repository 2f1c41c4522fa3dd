#pragma once
// A reader of two-dimensional codes: held before it, a code's content comes as one line.
// Implemented by hal/code_reader.
//
// Thread: every function is called and resumes on the loop thread; one call of next() at a time.

#include <string>

#include "firmware/base/task.h"

namespace madoguchi {

class CodeReader {
 public:
  virtual ~CodeReader() = default;

  /// The content of the next code: printable ASCII, 1 to 512 characters. Anything else that comes
  /// (noise, half of a line, something too long) is dropped. Waits without limit, also while no
  /// reader is plugged in; throws when cancelled.
  virtual Task<std::string> next() = 0;
  /// Drops what was read while nobody asked.
  virtual void forget() = 0;
  /// Whether a reader is there, as far as is known.
  [[nodiscard]] virtual bool there() const = 0;
};

}  // namespace madoguchi
