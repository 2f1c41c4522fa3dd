#pragma once
// Room on the storage that the journal holds back: a file beside the database, filled, that is
// given up when an entry finds the storage full, so that what became of money that moved can be
// written. Loop thread; blocks.

#include <cstddef>
#include <string>

#include "firmware/base/result.h"

namespace madoguchi {

class Reserve {
 public:
  /// Nothing happens yet. No bytes: no reserve, which always stands.
  Reserve(std::string path, std::size_t bytes) : path_(std::move(path)), bytes_(bytes) {}

  [[nodiscard]] bool stands() const;
  /// Makes it if it does not stand; durable when this returns ok. Errors: full, io.
  Status establish();
  /// Gives the room back. False when there was none to give.
  bool give_up();

 private:
  std::string path_;
  std::size_t bytes_;
};

}  // namespace madoguchi
