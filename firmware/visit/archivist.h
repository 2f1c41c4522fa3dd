#pragma once
// What the journal needs between visits: proof that it can be written, its checkpoints on the way
// to the gateway, and an end to what has been kept long enough.

#include "firmware/visit/desk.h"

namespace madoguchi::visit {

class Archivist {
 public:
  explicit Archivist(Desk& desk) : desk_(desk) {}

  /// To be called every few seconds while nobody is being served; mostly there is nothing to do. A
  /// journal that cannot be written is the fault "storage" (codes: "full", "io"), a checkpoint that
  /// the gateway refuses the fault "audit" ("refused"), which keeps nobody from being served.
  Task<void> tend();

 private:
  void prove_storage();
  void make_checkpoint();
  Task<void> send_checkpoints();
  Task<bool> send(UnsentCheckpoint unsent);
  bool accept(const UnsentCheckpoint& unsent, const HttpAnswer& answer);
  void forget_old_visits();

  Desk& desk_;
  Timers::Monotonic prove_at_{};
  Timers::Monotonic send_at_{};
  Timers::Monotonic forget_at_{};
  bool folded_ = false;  ///< nothing that was erased stands in the write-ahead log
};

}  // namespace madoguchi::visit
