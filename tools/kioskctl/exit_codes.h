#pragma once
// The exit codes of every command (docs/kioskctl.md and the manual say the same).

#include <array>

namespace madoguchi::kioskctl {

enum ExitCode : int {
  all_well = 0,
  not_well = 1,
  wrong_use = 2,
  not_reached = 3,
  not_allowed = 4,
  busy = 5,
  not_done = 6,
  no_answer = 7,
};

struct ExitMeaning {
  int code;
  const char* meaning;
};

inline constexpr std::array exit_meanings{
    ExitMeaning{all_well, "all is well, or it is done"},
    ExitMeaning{not_well,
                "it was looked at, and something is wrong: a fault stands, a part failed"},
    ExitMeaning{wrong_use, "the command line is wrong, or a file that it names"},
    ExitMeaning{not_reached, "no kioskd listens, or the connection broke"},
    ExitMeaning{not_allowed, "this user may not: only root and the group kiosk-maintain"},
    ExitMeaning{busy, "somebody uses the kiosk, or another command does"},
    ExitMeaning{not_done, "kioskd refused, has no such part, or it failed"},
    ExitMeaning{no_answer, "kioskd did not answer in time"},
};

}  // namespace madoguchi::kioskctl
