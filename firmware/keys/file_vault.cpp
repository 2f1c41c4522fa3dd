#include "firmware/keys/file_vault.h"

#include <cerrno>
#include <charconv>
#include <cstring>

#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/crypto/signing.h"

namespace madoguchi {
namespace {

constexpr std::size_t largest_file = 64;

Error damaged(const std::string& path) {
  return {Errc::integrity, "keys.file", path + " is damaged; erase and enrol again"};
}

Result<P256PrivateKey> read_key(const std::string& path) {
  auto content = read_file(path, largest_file);
  if (!content && content.error().code == Errc::not_found)
    return Error{Errc::not_found, "keys.file", "the kiosk has no key yet"};
  if (!content) return content.error();
  const Secret scalar(*content);
  wipe(content->data(), content->size());
  auto key = P256PrivateKey::from_scalar(scalar);
  if (!key) return damaged(path);
  return key;
}

Status remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return Error{Errc::io, "keys.file", path + ": " + std::strerror(errno)};
}

}  // namespace

Task<Result<KeyVault::State>> FileVault::state() {
  State state{.trouble =
                  "this board has no TPM: the key is a file, and whoever copies it is this kiosk"};
  const auto key = read_key(key_file());
  state.has_key = key.ok();
  if (!key && key.error().code != Errc::not_found) state.trouble = key.error().text();
  co_return state;
}

Task<Result<Bytes>> FileVault::make_key() {
  const auto held = read_key(key_file());
  if (held) co_return held->point();
  if (held.error().code != Errc::not_found) co_return held.error();
  const auto scalar = P256PrivateKey::make_scalar();
  if (!scalar) co_return scalar.error();
  const auto key = P256PrivateKey::from_scalar(*scalar);
  if (!key) co_return key.error();
  if (Status kept = write_file(key_file(), scalar->reveal()); !kept) co_return kept.error();
  co_return key->point();
}

Task<Result<Bytes>> FileVault::public_half() {
  const auto key = read_key(key_file());
  if (!key) co_return key.error();
  co_return key->point();
}

Task<Result<Bytes>> FileVault::sign(Bytes digest) {
  const auto key = read_key(key_file());
  if (!key) co_return key.error();
  co_return key->sign_digest(digest);
}

Result<std::int64_t> FileVault::read_counter() const {
  const auto content = read_file(counter_file(), largest_file);
  if (!content && content.error().code == Errc::not_found) return std::int64_t{0};
  if (!content) return content.error();
  const std::string text = as_text(*content);
  std::int64_t value = -1;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size() || value < 0)
    return damaged(counter_file());
  return value;
}

Task<Result<std::int64_t>> FileVault::counter() { co_return read_counter(); }

Task<Result<std::int64_t>> FileVault::raise_counter(std::int64_t to) {
  const auto now = read_counter();
  if (!now) co_return now.error();
  if (to < *now) {
    co_return Error{Errc::refused, "keys.file",
                    "the counter stands at " + std::to_string(*now) + " and is never lowered"};
  }
  if (to - *now > most_steps)
    co_return Error{Errc::invalid, "keys.file", "that is too far up at once"};
  if (Status kept = write_file(counter_file(), as_bytes(std::to_string(to))); !kept)
    co_return kept.error();
  co_return to;
}

Task<Status> FileVault::erase() {
  // The key first: a counter that is left over hurts nobody.
  if (Status gone = remove(key_file()); !gone) co_return gone;
  co_return remove(counter_file());
}

}  // namespace madoguchi
