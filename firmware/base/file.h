#pragma once
// Whole files, with errors that name the path.

#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi {

/// Reads a file of at most max_size bytes; larger is Errc::full, missing is Errc::not_found.
Result<Bytes> read_file(const std::string& path, std::size_t max_size = 16u << 20);
/// Writes a file whole or not at all, and for good: a temporary beside it, fsync, rename, fsync of
/// the directory. Mode is 0600 unless said otherwise.
Status write_file(const std::string& path, ByteView content, unsigned mode = 0600);

}  // namespace madoguchi
