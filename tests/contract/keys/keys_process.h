#pragma once
// kiosk-keys as its unit starts it: the real process, with a TPM in software or none.

#include <csignal>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/base/local_socket.h"
#include "firmware/keys/key_door.h"
#include "firmware/message/keys_client.h"
#include "tests/child_process.h"
#include "tests/contract/keys/software_tpm.h"

namespace madoguchi {

class KeysProcess {
 public:
  /// `tpm`: for [keys] tpm. `more`: lines of [keys].
  explicit KeysProcess(std::string tpm, std::string more = "")
      : tpm_(std::move(tpm)), more_(std::move(more)) {
    // Held by the test as systemd holds it: who asks while the process starts waits for it.
    const auto made = listen_locally(socket(), key_door_mode);
    if (made) listening_ = *made;
    (void)::fcntl(listening_, F_SETFD, 0);
    start();
  }
  ~KeysProcess() {
    (void)stop();
    ::close(listening_);
  }
  KeysProcess(const KeysProcess&) = delete;
  KeysProcess& operator=(const KeysProcess&) = delete;

  void start() {
    (void)write_file(
        folder_.path("kiosk.toml"),
        as_bytes("[keys]\nsocket = \"socket\"\ndir = \".\"\ntpm = \"" + tpm_ + "\"\n" + more_));
    process_ = std::make_unique<ChildProcess>(std::vector<std::string>{
        "/bin/sh", "-c",
        "exec " + ChildProcess::program("kiosk-keys") + " --config " + folder_.path("kiosk.toml") +
            " --socket-fd " + std::to_string(listening_) + " 2>>" + folder_.path("log")});
  }
  void kill() { process_->kill(); }
  int stop() {
    if (process_->pid() > 0) ::kill(process_->pid(), SIGTERM);
    return process_->end();
  }
  [[nodiscard]] KeysClient client() const { return KeysClient(socket()); }
  [[nodiscard]] std::string socket() const { return folder_.path("socket"); }
  [[nodiscard]] std::string file(const std::string& name = "") const { return folder_.path(name); }
  [[nodiscard]] std::string log() const {
    const auto content = read_file(folder_.path("log"));
    return content ? as_text(*content) : "";
  }

 private:
  OwnFolder folder_;
  std::string tpm_;
  std::string more_;
  int listening_ = -1;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace madoguchi
