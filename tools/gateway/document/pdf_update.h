#pragma once
// Adds an empty signature field to a PDF by an incremental update (ISO 32000-1 7.5.6), leaving room
// for the signature. Reads only what Cairo writes: one classic cross-reference table, one flat page
// tree, no earlier update.

#include <string>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::gateway {

/// A PDF that waits for its signature. ByteRange is filled in already.
struct PreparedPdf {
  std::string bytes;
  std::size_t contents_begin = 0;  ///< of the hexadecimal digits, after '<'
  std::size_t contents_end = 0;    ///< after the last digit, of '>'

  /// What the signature covers: everything but the Contents string with its delimiters.
  [[nodiscard]] std::string signed_bytes() const {
    return bytes.substr(0, contents_begin - 1) + bytes.substr(contents_end + 1);
  }
};

/// `room`: bytes for the CMS. `date`: a PDF date ("D:20261122090000Z"). Errc::unsupported for PDFs
/// of other writers.
Result<PreparedPdf> prepare_signature(ByteView pdf, std::size_t room, const std::string& date);

}  // namespace madoguchi::gateway
