#pragma once
// A kiosk-link process as kioskd starts it, with a kiosk's own certificate; the test is kioskd.

#include <memory>
#include <string>

#include <sys/types.h>

#include "firmware/message/channel.h"
#include "firmware/message/link_protocol.h"

namespace madoguchi::test {

/// One thread at a time.
class KioskLink {
 public:
  /// config: a kiosk.toml with [link]. To be started before the test has threads.
  explicit KioskLink(const std::string& config);
  ~KioskLink();
  KioskLink(const KioskLink&) = delete;
  KioskLink& operator=(const KioskLink&) = delete;

  /// Until the gateway has answered once. False when the process is gone.
  bool wait_until_up();
  bool send(const HttpCall& call);
  /// The answer to a call that was sent; one without status when the process is gone.
  HttpAnswer answer_to(const std::string& id);
  /// Closes the way to it and waits for its end. Gives its exit status, 128 + signal.
  int end();

 private:
  std::unique_ptr<BlockingChannel> channel_;
  pid_t pid_ = -1;
};

}  // namespace madoguchi::test
