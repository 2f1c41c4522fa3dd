#pragma once
// Asking kiosk-keys. Blocks for as long as the TPM takes: for a Worker's thread, never for a loop.
// Any thread; every question is a connection of its own, so that nothing has to be shared.

#include <chrono>
#include <string>

#include "firmware/base/result.h"
#include "firmware/message/keys_protocol.h"

namespace madoguchi {

/// How long kiosk-keys may take: making a key takes a slow TPM ten seconds and more.
inline constexpr std::chrono::milliseconds key_making_patience{60'000};
inline constexpr std::chrono::milliseconds key_patience{10'000};

class KeysClient {
 public:
  /// `socket`: the path that kiosk-keys listens at.
  explicit KeysClient(std::string socket) : socket_(std::move(socket)) {}

  /// The public half, 65 bytes; made if there is none.
  [[nodiscard]] Result<Bytes> make() const;
  /// Errc::not_found when there is none.
  [[nodiscard]] Result<Bytes> public_half() const;
  /// 64 bytes r || s over a SHA-256 digest.
  [[nodiscard]] Result<Bytes> sign(ByteView digest) const;
  [[nodiscard]] Result<KeysState> state() const;
  [[nodiscard]] Result<std::int64_t> counter() const;
  /// Errc::refused when it stands higher already.
  [[nodiscard]] Result<std::int64_t> raise(std::int64_t to) const;
  [[nodiscard]] Status erase() const;

  /// One question. Errors: what kiosk-keys says; gone (it does not run), timeout, protocol.
  [[nodiscard]] Result<FromKeys> ask(const ToKeys& question,
                                     std::chrono::milliseconds patience = key_patience) const;

 private:
  template <class Answer>
  Result<Answer> expect(const ToKeys& question, std::chrono::milliseconds patience) const;

  std::string socket_;
};

}  // namespace madoguchi
