#pragma once
// The kiosks' audit checkpoints (firmware/message/audit_api.h): each must go on where the kiosk's
// last one ended; then it is countersigned and kept. A kiosk with a new audit key begins a new
// journal: registering that key is how a city says that it knows about it.
//
// Loop thread only. Nothing personal: hashes and numbers.

#include <optional>
#include <string>

#include "firmware/message/audit_api.h"
#include "tools/gateway/database/database.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/seal.h"

namespace madoguchi::gateway {

class Checkpoints {
 public:
  /// The table lies in the gateway's database. `keys`: a folder that holds `<kiosk>.pem`, the
  /// public half of that kiosk's audit key; read anew for every checkpoint. Empty: no kiosk is
  /// registered.
  static Result<Checkpoints> open(const std::string& database, std::string keys, SealKey seal_key);
  /// The same, on a connection that is there.
  static Result<Checkpoints> open(Database database, std::string keys, SealKey seal_key);

  /// POST /v1/checkpoints.
  Answer take(const std::string& kiosk, ByteView json, std::int64_t now_s);
  /// GET /v1/checkpoints/latest.
  Answer latest(const std::string& kiosk);

 private:
  /// The journal of a kiosk that one key signs.
  struct Series {
    std::string kiosk;
    std::string key_pem;
    Bytes key_sha256;
  };
  Checkpoints(Database database, std::string keys, SealKey seal_key)
      : database_(std::move(database)), keys_(std::move(keys)), seal_key_(std::move(seal_key)) {}
  Verdict<Series> series_of(const std::string& kiosk) const;
  /// The one that ends at `last`, or the latest when it is 0.
  Result<std::optional<api::CountersignedCheckpoint>> find(const Series& series, std::int64_t last);
  /// What is wrong with its place in the series, or nothing.
  Result<std::optional<Refused>> out_of_place(const Series& series, const api::Checkpoint& next);
  Result<api::CountersignedCheckpoint> keep(const Series& series, const api::Checkpoint& checkpoint,
                                            const api::SignedCheckpoint& body, std::int64_t now_s);

  Database database_;
  std::string keys_;
  SealKey seal_key_;
};

}  // namespace madoguchi::gateway
