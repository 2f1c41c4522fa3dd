#include "firmware/base/secret.h"

#include <string.h>  // NOLINT: explicit_bzero is not in <cstring>
#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace madoguchi {

void wipe(void* data, std::size_t size) { explicit_bzero(data, size); }

Secret::Secret(ByteView content) { append(content); }

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    clear();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

Secret::~Secret() { clear(); }

void Secret::append(ByteView more) {
  if (more.empty()) return;
  assert(size_ + more.size() <= max_size);
  if (size_ + more.size() > capacity_) reserve(std::max<std::size_t>(64, (size_ + more.size()) * 2));
  std::copy(more.begin(), more.end(), data_ + size_);
  size_ += more.size();
}

void Secret::drop_last() {
  if (size_ == 0) return;
  --size_;
  wipe(data_ + size_, 1);
}

void Secret::clear() {
  if (data_ != nullptr) {
    wipe(data_, capacity_);
    munlock(data_, capacity_);
    delete[] data_;
  }
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

void Secret::reserve(std::size_t capacity) {
  auto* fresh = new std::uint8_t[capacity];
  // Without the right to lock memory the secret still works; the image grants the right.
  (void)mlock(fresh, capacity);
  std::copy(data_, data_ + size_, fresh);
  const std::size_t size = size_;
  clear();
  data_ = fresh;
  size_ = size;
  capacity_ = capacity;
}

}  // namespace madoguchi
