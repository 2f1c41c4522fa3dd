#pragma once
// Entries are appended, never changed. SQLite in WAL mode with synchronous=FULL: when append() has
// returned, the entry survives a power cut. Loop thread only; an append blocks for one fsync (some
// milliseconds), which is the point.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/base/timers.h"
#include "firmware/message/codec.h"

struct sqlite3;

namespace madoguchi {

struct JournalEntry {
  std::int64_t number = 0;  ///< counts up by one
  std::string visit;        ///< UUID
  std::string kind;         ///< "began", "charge", "print", "ended"
  std::string body;         ///< JSON
};

class Journal {
 public:
  /// Creates the file if it is missing. Errors: io, full, integrity (not our journal, or damaged).
  static Result<std::unique_ptr<Journal>> open(const std::string& path, Timers& timers);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Durable when it returns ok. Errors: full, io.
  Status append(const std::string& visit, const std::string& kind, const std::string& body_json);
  template <class T>
    requires(!std::is_convertible_v<const T&, std::string>)
  Status append(const std::string& visit, const std::string& kind, const T& body) {
    return append(visit, kind, to_json(body).dump());
  }

  /// Every visit, oldest first.
  Result<std::vector<std::string>> visits();
  /// Visits that began and did not end, oldest first.
  Result<std::vector<std::string>> open_visits();
  /// Of one visit, in order.
  Result<std::vector<JournalEntry>> entries(const std::string& visit);

  /// Caps the file's size (SQLite's max_page_count; never below what it has): a full data partition
  /// must fail here, in the journal's own terms, and leave room to write what became of money that
  /// moved.
  Status limit_pages(std::int64_t pages);

 private:
  Journal(sqlite3* database, Timers& timers) : database_(database), timers_(timers) {}
  Status execute(const char* sql);
  Result<std::vector<std::string>> select_visits(const char* sql);

  sqlite3* database_;
  Timers& timers_;
};

}  // namespace madoguchi
