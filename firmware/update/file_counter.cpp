#include "firmware/update/file_counter.h"

#include <charconv>

#include "firmware/base/file.h"

namespace madoguchi::update {

Task<Result<std::uint64_t>> FileCounter::read() {
  const Result<Bytes> bytes = read_file(path_, 64);
  if (!bytes && bytes.error().code == Errc::not_found) co_return std::uint64_t{0};
  if (!bytes) co_return bytes.error();
  const std::string text = as_text(*bytes);
  std::uint64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  // A damaged one must not count as 0.
  if (wrong != std::errc() || std::string_view(end) != "\n")
    co_return Error{Errc::io, path_, "is no number"};
  co_return number;
}

Task<Status> FileCounter::raise_to(std::uint64_t number) {
  const Result<std::uint64_t> now = co_await read();
  if (!now) co_return now.error();
  if (*now >= number) co_return Status();
  co_return write_file(path_, as_bytes(std::to_string(number) + "\n"));
}

}  // namespace madoguchi::update
