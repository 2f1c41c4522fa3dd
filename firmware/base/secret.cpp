#include "firmware/base/secret.h"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

#include <malloc.h>
#include <string.h>  // NOLINT: explicit_bzero is not in <cstring>
#include <sys/mman.h>
#include <sys/prctl.h>

namespace madoguchi {

namespace {

std::uint8_t* locked_memory() {
  void* const memory =
      mmap(nullptr, Secret::max_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  // Without the right to lock memory the secret still works; the image grants the right.
  (void)mlock(memory, Secret::max_size);
  (void)madvise(memory, Secret::max_size, MADV_DONTDUMP);
  return static_cast<std::uint8_t*>(memory);
}

}  // namespace

void wipe(void* data, std::size_t size) {
  if (size > 0) explicit_bzero(data, size);  // an empty vector has no address
}

void guard_process_memory() {
  prctl(PR_SET_DUMPABLE, 0);
  mallopt(M_PERTURB, 0xA5);
}

Secret::Secret(ByteView content) { append(content); }

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    clear();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Secret::~Secret() { clear(); }

void Secret::append(ByteView more) {
  if (more.empty()) return;
  assert(size_ + more.size() <= max_size);
  if (data_ == nullptr) data_ = locked_memory();
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
    wipe(data_, max_size);
    munmap(data_, max_size);
  }
  data_ = nullptr;
  size_ = 0;
}

}  // namespace madoguchi
