#pragma once
// The command line options that say which card an emulator holds.

#include <string>

#include <CLI/CLI.hpp>

#include "tools/emulators/card/card_state.h"

namespace madoguchi::emulator {

/// Adds --state, --ca, --fresh, --holder, --pin, --sign-password, --tries and --no-extended to a
/// program.
class CardCommandLine {
 public:
  /// Both must outlive the parse.
  CardCommandLine(CLI::App& app, CardOptions& options);
  /// After the parse: reads what the options name. Errors: invalid, not_found.
  Status finish();

 private:
  CardOptions& options_;
  std::string holder_file_;
};

}  // namespace madoguchi::emulator
