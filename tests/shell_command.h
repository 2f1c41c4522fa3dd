#pragma once
// A command of the shell that a test runs to its end. One that shall be spoken to while it runs is
// a ChildProcess.

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include <CppUTest/TestHarness.h>
#include <sys/wait.h>

namespace madoguchi {

struct Said {
  std::string text;  ///< its standard output; with 2>&1 in the command also its errors
  int code = -1;     ///< exit status; 128 + the signal when one ended it
};

inline Said said_by(const std::string& command) {
  Said said;
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) FAIL(("popen: " + command).c_str());
  std::array<char, 4096> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe))
    said.text.append(block.data(), got);
  const int status = pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return said;
}

/// The output of a command that must succeed.
inline std::string output_of(const std::string& command) {
  Said said = said_by(command);
  LONGS_EQUAL_TEXT(0, said.code, (command + "\n" + said.text).c_str());
  return std::move(said.text);
}

}  // namespace madoguchi
