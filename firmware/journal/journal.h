#pragma once
// Entries are appended, never changed. SQLite in WAL mode with synchronous=FULL: when append() has
// returned, the entry survives a power cut. Loop thread only; an append blocks for one fsync (some
// milliseconds), which is the point.
//
// Every entry carries the hash of the one before it (chain.h). Checkpoints over them are signed
// here and countersigned by the gateway (docs/adr/0012-audit-chain.md); reader.h and audit.h read
// the file from outside.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/crypto/signing.h"
#include "firmware/journal/reserve.h"
#include "firmware/message/audit_api.h"
#include "firmware/message/codec.h"

struct sqlite3;

namespace madoguchi {

struct JournalEntry {
  std::int64_t number = 0;  ///< counts up by one
  std::string visit;        ///< UUID; empty for the journal's own entries
  std::string kind;         ///< "began", "charge", "print", "ended"
  std::string body;         ///< JSON; empty when it was erased
};

struct JournalOptions {
  /// Room kept for what became of moved money: several times what the longest visit writes.
  std::size_t reserve_bytes = 4u << 20;
  std::chrono::days keep{90};                              ///< bodies of ended visits
  std::string kiosk;                                       ///< in the checkpoints
  std::optional<P256PrivateKey> audit_key = std::nullopt;  ///< none: no checkpoints
  std::int64_t checkpoint_entries = 256;                   ///< a checkpoint after so many ...
  std::chrono::minutes checkpoint_interval{15};            ///< ... or so long after the oldest
};

/// A checkpoint that the gateway has not countersigned yet.
struct UnsentCheckpoint {
  std::int64_t number = 0;  ///< of its entry
  api::SignedCheckpoint checkpoint;
};

class Journal {
 public:
  /// Creates the file if it is missing. Errors: io, full, integrity (not our journal, or damaged).
  static Result<std::unique_ptr<Journal>> open(const std::string& path, Timers& timers,
                                               JournalOptions options = {});
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Durable when it returns ok. A full storage costs the reserve first. Errors: full, io.
  Status append(const std::string& visit, const std::string& kind, const std::string& body_json);
  template <class T>
    requires(!std::is_convertible_v<const T&, std::string>)
  Status append(const std::string& visit, const std::string& kind, const T& body) {
    return append(visit, kind, to_json(body).dump());
  }
  /// Like append(), but never at the reserve's cost: for what may be lost. Errors: full, io.
  Status append_if_room(const std::string& visit, const std::string& kind,
                        const std::string& body_json);
  /// Whether everything that a visit could need can be written: proved by a durable write, and by
  /// the reserve, which is made again if it was used. To be asked before a visit and before a fee.
  /// Errors: full, io.
  Status ready();
  /// Whether an entry could not be written, or only in the reserve, since ready() was last ok.
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }

  /// Every visit, oldest first.
  Result<std::vector<std::string>> visits();
  /// Visits that began and did not end, oldest first.
  Result<std::vector<std::string>> open_visits();
  /// Of one visit, in order.
  Result<std::vector<JournalEntry>> entries(const std::string& visit);

  /// Signs a checkpoint over what came since the last one, if it is time and there is a key.
  /// Whether one was made.
  Result<bool> checkpoint_if_due();
  /// The oldest that the gateway has not countersigned.
  Result<std::optional<UnsentCheckpoint>> unsent_checkpoint();
  /// Records the gateway's word, which the caller has verified.
  Status countersigned(const UnsentCheckpoint& sent, const api::CountersignedCheckpoint& answer);

  /// Ended visits of which nothing was written for as long as bodies are kept; oldest first.
  Result<std::vector<std::string>> visits_to_forget();
  /// Erases the bodies of a visit's entries; the chain goes on and shows the erasure. They are gone
  /// from the files once fold() has returned ok.
  Status erase(const std::string& visit);
  /// Moves the write-ahead log into the database and empties it.
  Status fold();

  /// Caps the file's size (SQLite's max_page_count; never below what it has): a full data partition
  /// must fail here, in the journal's own terms.
  Status limit_pages(std::int64_t pages);

 private:
  Journal(const std::string& path, Timers& timers, JournalOptions options)
      : timers_(timers),
        reserve_(path + ".reserve", options.reserve_bytes),
        options_(std::move(options)) {}
  Status connect(const std::string& path);
  Status prepare_file(const std::string& path);
  Status load_open_visits();
  Status execute(const char* sql);
  Status insert(const std::string& visit, const std::string& kind, const std::string& body);
  void note_open(const std::string& visit, const std::string& kind);
  Status erase_now(const std::string& visit);
  Result<api::Checkpoint> next_checkpoint();
  Result<std::optional<JournalEntry>> last_of_audit(const char* kind);
  Result<std::vector<std::string>> select_visits(const char* sql,
                                                 std::optional<std::int64_t> bound = {});
  [[nodiscard]] std::int64_t now_ms() const;

  sqlite3* database_ = nullptr;
  Timers& timers_;
  Reserve reserve_;
  JournalOptions options_;
  bool in_doubt_ = false;
  std::vector<std::string> open_;  // oldest first; a scan of years of entries would take too long
};

}  // namespace madoguchi
