#pragma once
// Answers what is asked of kiosk-keys (firmware/message/keys_protocol.h). Who asks is known from
// the socket, and may do only what is theirs: kiosk-link makes the key, reads its public half and
// signs; kioskd reads and raises the counter, and erases; both ask for the state.
//
// Loop thread only. One request after the other, whoever asks.

#include <sys/types.h>

#include "firmware/base/task.h"
#include "firmware/message/keys_protocol.h"
#include "hal/api/key_vault.h"

namespace madoguchi {

/// Who is at the other end of a connection.
struct KeyAsker {
  bool is_link = false;
  bool is_kioskd = false;
};

class KeyDesk {
 public:
  explicit KeyDesk(KeyVault& vault) : vault_(vault) {}

  /// Never fails: what cannot be done is a KeysRefused. Logs what was refused, and why.
  Task<FromKeys> answer(KeyAsker asker, ToKeys question);

 private:
  Task<FromKeys> carry_out(ToKeys question);

  KeyVault& vault_;
};

}  // namespace madoguchi
