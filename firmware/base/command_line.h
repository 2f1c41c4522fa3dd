#pragma once
// How every program of the project reads its command line: --help and --version end with 0,
// anything wrong with one line and 2.

#include <cstdio>
#include <optional>

#include <CLI/CLI.hpp>

namespace madoguchi {

/// Nothing when the program goes on, else its exit code.
inline std::optional<int> exit_after_parsing(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    (void)std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), error.what());
    return 2;
  }
}

}  // namespace madoguchi
