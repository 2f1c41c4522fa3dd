#include "tools/gateway/staff/password.h"

#include <argon2.h>

namespace madoguchi::gateway {
namespace {

constexpr std::uint32_t passes = 3;
constexpr std::uint32_t memory_kib = 64u << 10;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

/// Counts who waits, however the wait ends.
struct Counted {
  explicit Counted(int& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int& count_;
};

}  // namespace

Result<std::string> hash_password(const Secret& password) {
  const Bytes salt = random_bytes(salt_bytes);
  std::string encoded(
      argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id), '\0');
  const int outcome =
      argon2id_hash_encoded(passes, memory_kib, lanes, password.reveal().data(), password.size(),
                            salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (outcome != ARGON2_OK) return Error{Errc::full, "password", argon2_error_message(outcome)};
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool password_matches(const std::string& encoded, const Secret& password) {
  return argon2id_verify(encoded.c_str(), password.reveal().data(), password.size()) == ARGON2_OK;
}

std::string made_up_password() {
  constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";  // no i, l, o, 0, 1
  std::string out;
  while (out.size() < 19) {
    const std::uint8_t byte = random_bytes(1).front();
    if (byte >= 256 / letters.size() * letters.size()) continue;  // every letter as likely
    if (out.size() % 5 == 4) out += '-';
    out += letters[byte % letters.size()];
  }
  return out;
}

Task<bool> Passwords::matches(const std::string& encoded, const Secret& password) {
  const Counted counted(waiting_);
  const auto work = [&] { return password_matches(encoded, password); };
  co_return co_await worker_.run(work);
}

Task<Result<std::string>> Passwords::hash(const Secret& password) {
  const Counted counted(waiting_);
  const auto work = [&] { return hash_password(password); };
  co_return co_await worker_.run(work);
}

}  // namespace madoguchi::gateway
