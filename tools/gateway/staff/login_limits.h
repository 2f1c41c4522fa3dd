#pragma once
// How often a password may be guessed: by account and by address, each with a wait that doubles.
// Accounts that do not exist are counted like those that do, so that a wait tells nobody anything.
//
// Loop thread only; kept in memory, a restart forgets.

#include <map>
#include <string>

#include "firmware/base/timers.h"

namespace madoguchi::gateway {

struct LoginPatience {
  int free_tries = 5;                      ///< that cost no wait
  Timers::Duration first_wait{5'000};      ///< after the first one too many; then twice as long
  Timers::Duration longest_wait{300'000};  ///< short enough that nobody is locked out by others
  Timers::Duration forgotten_after{3'600'000};  ///< without a try
};

class LoginLimits {
 public:
  static constexpr LoginPatience of_account{};
  /// A city hall may stand behind one address.
  static constexpr LoginPatience of_address{.free_tries = 30};
  static constexpr std::size_t most_remembered = 10'000;  ///< accounts, and as many addresses

  explicit LoginLimits(const Timers& timers) : timers_(timers) {}

  /// How long nobody may try as `account` from `address`; 0: now.
  [[nodiscard]] Timers::Duration wait(const std::string& account, const std::string& address) const;
  /// Counts a try. Called before the password is looked at, so that tries side by side count too.
  void tried(const std::string& account, const std::string& address);
  /// That try was right: the account's tries are forgotten, the address's is taken back.
  void was_right(const std::string& account, const std::string& address);

 private:
  struct Tries {
    int count = 0;
    Timers::Monotonic last;
  };
  using Counts = std::map<std::string, Tries>;

  [[nodiscard]] Timers::Duration wait_in(const Counts& counts, const std::string& key,
                                         const LoginPatience& patience) const;
  void count(Counts& counts, const std::string& key, const LoginPatience& patience);

  const Timers& timers_;
  Counts accounts_;
  Counts addresses_;
};

}  // namespace madoguchi::gateway
