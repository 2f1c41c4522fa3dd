#pragma once
// What every emulator with a loop does with its standard input and output: commands in, one line
// per event out.

#include <functional>
#include <string>

#include "firmware/base/task.h"

namespace madoguchi::emulator {

/// Writes a line to standard output at once. Any thread.
void tell(const std::string& line);

/// Gives every line of standard input to `obey`, on the loop; ends at the end of the input.
Task<void> read_command_lines(std::function<void(const std::string&)> obey);

}  // namespace madoguchi::emulator
