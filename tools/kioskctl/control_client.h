#pragma once
// kioskctl's end of the control channel (firmware/message/control_protocol.h). Blocks.

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "firmware/message/channel.h"
#include "firmware/message/control_protocol.h"
#include "tools/kioskctl/exit_codes.h"

namespace madoguchi::kioskctl {

using Told = std::function<bool(const control::Answer&)>;

class ControlClient {
 public:
  /// Errors: gone (nobody listens there), refused (this user may not connect), invalid (the path).
  static Result<ControlClient> connect(const std::string& path);

  /// Says the command and gives the last answer; the ones before it go to `told`, which ends it
  /// by giving false. `patience`: for each answer to come; 0: without limit. Errors: gone, timeout,
  /// protocol, cancelled (by `told`).
  Result<control::Answer> ask(control::Command command, std::chrono::milliseconds patience,
                              const Told& told = {});

 private:
  explicit ControlClient(int socket) : channel_(std::make_unique<BlockingChannel>(socket)) {}
  Result<control::Tell> next(std::chrono::milliseconds patience);

  std::unique_ptr<BlockingChannel> channel_;
  std::int64_t id_ = 0;
};

/// One command on a connection of its own. A failure or a refusal is told on standard error in one
/// line; `code` is its exit code then, and the answer nothing.
std::optional<control::Answer> ask_kiosk(const std::string& socket, control::Command command,
                                         std::chrono::milliseconds patience, int& code,
                                         const Told& told = {});

/// The same for an answer of one type; another one is the kiosk's mistake.
template <class T>
std::optional<T> ask_kiosk_for(const std::string& socket, control::Command command,
                               std::chrono::milliseconds patience, int& code,
                               const Told& told = {}) {
  std::optional<control::Answer> answer =
      ask_kiosk(socket, std::move(command), patience, code, told);
  if (!answer) return std::nullopt;
  if (T* const wanted = std::get_if<T>(&*answer)) return std::move(*wanted);
  (void)std::fprintf(stderr, "kioskctl: kioskd has answered something else\n");
  code = not_done;
  return std::nullopt;
}

/// A command that goes on until it is interrupted, or `told` gives false. A kiosk
/// that restarts meanwhile is connected to again, for at most `patience`, and told of in one line.
int watch_kiosk(const std::string& socket, const control::Command& command,
                std::chrono::milliseconds patience, const Told& told);

}  // namespace madoguchi::kioskctl
