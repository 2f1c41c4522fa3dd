#pragma once
// What of a log may leave the kiosk. Nothing of the project writes a resident's name, address,
// birth, number or PIN to a log; this is the second wall, for what a library, the kernel or a
// mistake wrote: letters that Japanese names and addresses are made of, dates, and every number
// that is long enough to be somebody's.

#include <optional>
#include <string>

namespace madoguchi::kioskctl {

/// Every character that is not printable ASCII becomes '?'; a date becomes "####-##-##"; the digits
/// of a run of 7 or more, or of 12 or more with single blanks or hyphens between, become '#'. A
/// UUID stays as it is.
std::string scrubbed(const std::string& text);

/// One line of a log as it may leave, as a JSON object; nothing when it may not. `line` is one of
/// the project's own (firmware/base/log.h) or of `journalctl -o json`; of the latter only when, who
/// and what stay.
std::optional<std::string> scrubbed_line(const std::string& line);

}  // namespace madoguchi::kioskctl
