#pragma once
// What system runs here, by /etc/os-release (os-release(5)), or another file of lines KEY=VALUE.

#include <string>
#include <string_view>

namespace madoguchi {

/// The value of a key ("VERSION_ID"), quotes taken away; empty when there is none, or no such file.
std::string os_release(std::string_view key, const std::string& path = "/etc/os-release");

/// The kernel's random name of this start; empty where there is none.
std::string boot_id();

}  // namespace madoguchi
