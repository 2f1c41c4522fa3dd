#pragma once
// The manual page and the completion for bash, made from the commands as the command line knows
// them. tools/kioskctl/kioskctl.1 and kioskctl.bash are what these give; a test compares them.

#include <string>

#include <CLI/CLI.hpp>

namespace madoguchi::kioskctl {

/// roff for man(1), man-pages(7).
std::string manual_page(const CLI::App& app);
/// A script for bash: commands, options, and files where an option wants one.
std::string bash_completion(const CLI::App& app);

}  // namespace madoguchi::kioskctl
