#pragma once
// Reading a journal entry by entry, and what a person is shown of it.

#include <cstdint>
#include <functional>
#include <string>

#include "firmware/journal/reader.h"

namespace madoguchi::kioskctl {

/// "2026-11-22 17:03:11 +0900" in the time zone of whoever looks (TZ).
std::string time_text(std::int64_t at_ms);
/// What a terminal may be shown of a file that anybody may have changed.
std::string printable(const std::string& text);
/// Every entry of the file, oldest first. Gives the exit code (commands.h), a failure is told.
int each_entry(const std::string& path,
               const std::function<void(const journal::StoredEntry&)>& see);

}  // namespace madoguchi::kioskctl
