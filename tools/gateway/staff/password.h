#pragma once
// Passwords of the staff, hashed with argon2id (RFC 9106) by libargon2.

#include <string>

#include "firmware/base/result.h"
#include "firmware/base/secret.h"
#include "firmware/base/task.h"
#include "firmware/base/worker.h"

namespace madoguchi::gateway {

inline constexpr std::size_t shortest_password = 12;
inline constexpr std::size_t longest_password = 128;  // bytes of UTF-8

/// The second choice of RFC 9106 4 (64 MiB, three passes), one thread: a tenth of a second or two.
/// Gives libargon2's encoded form, "$argon2id$v=19$...". Blocks. Errc::full without memory.
Result<std::string> hash_password(const Secret& password);
/// Whether the encoded hash is this password's; false too for a damaged hash. Blocks.
bool password_matches(const std::string& encoded, const Secret& password);

/// A random password that can be read aloud: 4 groups of 4 letters and digits without look-alikes,
/// 79 bits.
std::string made_up_password();

/// Hashing away from the loop, one after another on a thread of its own. Loop thread only.
class Passwords {
 public:
  Passwords() : worker_("argon2") {}

  /// Whether another one would have to wait for too many.
  [[nodiscard]] bool crowded() const { return waiting_ >= 16; }
  Task<bool> matches(const std::string& encoded, const Secret& password);
  Task<Result<std::string>> hash(const Secret& password);

 private:
  int waiting_ = 0;
  Worker worker_;  // last: its thread ends before what it uses
};

}  // namespace madoguchi::gateway
