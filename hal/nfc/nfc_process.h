#pragma once
// The process kiosk-nfc as kioskd sees it: started with one end of a socket pair, ended and waited
// for.

#include <string>

#include <sys/types.h>

#include "firmware/base/result.h"

namespace madoguchi::nfc {

class NfcProcess {
 public:
  /// Errors: gone (the program cannot be started).
  static Result<NfcProcess> start(const std::string& program, const std::string& connstring);
  /// Kills it, which a reader survives, and waits for its end. Does not touch fd().
  ~NfcProcess();
  NfcProcess(NfcProcess&& other) noexcept;
  NfcProcess& operator=(NfcProcess&&) = delete;

  /// kioskd's end of the pair. Somebody else owns it.
  [[nodiscard]] int fd() const { return fd_; }

 private:
  NfcProcess(pid_t pid, int fd) : pid_(pid), fd_(fd) {}

  pid_t pid_;
  int fd_;
};

}  // namespace madoguchi::nfc
