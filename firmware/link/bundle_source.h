#pragma once
// The bytes of the bundle that the server offers, read in parts with Range requests over the
// kiosk's own TLS. A broken link is waited for; what was read before is not read again.
//
// Loop thread only. Several may read at once, one request is under way at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/link/back_off.h"
#include "firmware/link/ddi_messages.h"
#include "firmware/link/http_client.h"

namespace madoguchi {

struct BundleSourceSettings {
  std::string authorization;    ///< header; empty: the client certificate is enough
  std::size_t part = 1u << 20;  ///< of one request, at most
  BackOff back_off;
  Timers::Duration patience{60'000};  ///< for one part
  Timers::Duration give_up{600'000};  ///< without any part
};

class BundleSource {
 public:
  using Random = std::function<double()>;
  BundleSource(Timers& timers, HttpClient& client, Random random, BundleSourceSettings settings);
  ~BundleSource();

  /// Takes the place of the one before; nothing: reads fail with not_found from now on.
  void set(std::optional<ddi::Artifact> artifact);
  [[nodiscard]] const std::optional<ddi::Artifact>& artifact() const { return artifact_; }

  /// At most `size` bytes from there, at least one. Errors: not_found (withdrawn or replaced
  /// meanwhile), gone (given up), refused (401, 403, 404, 410), protocol (not what was asked for).
  Task<Result<Bytes>> read(std::int64_t from, std::int64_t size);

  /// Of bundles since the start, over the network.
  [[nodiscard]] std::int64_t bytes_moved() const { return moved_; }

 private:
  struct Turns;
  Task<Result<Bytes>> read_once(std::int64_t from, std::int64_t size);

  Timers& timers_;
  HttpClient& client_;
  Random random_;
  BundleSourceSettings settings_;
  std::optional<ddi::Artifact> artifact_;
  std::int64_t moved_ = 0;
  std::shared_ptr<Turns> turns_;  // with the reads that wait or run
};

}  // namespace madoguchi
