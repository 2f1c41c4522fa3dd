#pragma once
// Memory for PINs and keys: locked in RAM where the kernel allows it, wiped when it goes away,
// never copied, never printed.

#include <cstdint>
#include <span>

#include "firmware/base/bytes.h"

namespace madoguchi {

/// Overwrites memory in a way that the compiler may not leave out.
void wipe(void* data, std::size_t size);

/// For a process that holds PINs or residents' papers: no core dump, no debugger, and freed memory
/// is overwritten, because messages pass through buffers of libraries that do not wipe them.
void guard_process_memory();

/// A byte string that nobody can copy, format or compare by accident. Moving leaves the source
/// empty.
class Secret {
 public:
  Secret() = default;
  explicit Secret(ByteView content);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  /// Appends. At most max_size bytes in all, more are a bug.
  void append(ByteView more);
  /// Drops the last byte, if there is one.
  void drop_last();
  void clear();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// The content, for the one place that needs it. Do not keep it.
  [[nodiscard]] ByteView reveal() const { return {data_, size_}; }

  static constexpr std::size_t max_size = 4096;

 private:
  // A page of its own: the kernel locks and unlocks whole pages, so that a shared one would be
  // unlocked by the first secret that goes. It never moves.
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace madoguchi
