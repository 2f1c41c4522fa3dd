#pragma once
// What of an update must survive a power cut: one small file, written whole before each action. The
// slots of two versions read each other's: a field that is added must be optional.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/codec.h"
#include "firmware/message/update_protocol.h"
#include "firmware/update/update_table.h"

namespace madoguchi::update {

enum class Source { server, stick, maintainer };
MADOGUCHI_ENUM(Source, server, stick, maintainer)

struct Bundle {
  Source source = Source::server;
  std::string action;    ///< the server's; empty for the others
  std::string location;  ///< a path, or the URL that is streamed; empty: to be fetched
  std::string version;   ///< its own, once it was looked at
  std::optional<std::uint64_t> rollback;
};
MADOGUCHI_DESCRIBE(Bundle, source, action, location, version, rollback)

/// How the last one ended.
struct Outcome {
  Bundle bundle;
  State how = State::good;  ///< good, returned, failed or refused
  std::string why;          ///< a Refusal's or an Errc's name; empty for good
  std::string detail;       ///< one English line
  std::int64_t at_ms = 0;   ///< since 1970
};
MADOGUCHI_DESCRIBE(Outcome, bundle, how, why, detail, at_ms)

struct Record {
  State state = State::idle;
  Bundle bundle;
  std::string from_slot;   ///< that ran when it was begun
  std::string boot;        ///< the kernel's boot id at the last write
  std::int32_t begun = 0;  ///< how often this bundle was begun
  std::string begun_what;  ///< which: its location or action
  std::string why;         ///< of the state that is to be told
  std::string detail;
  std::vector<std::string> log;  ///< of the slot that failed: the last lines
  std::optional<Outcome> last;
  /// Versions that were tried here and left again, the newest last.
  std::vector<std::string> went_back;
  /// What the server has to be told yet.
  std::vector<UpdateSay> untold;
  /// The counter has to be raised to this yet.
  std::optional<std::uint64_t> owed_counter;
};
MADOGUCHI_DESCRIBE(Record, state, bundle, from_slot, boot, begun, begun_what, why, detail, log,
                   last, went_back, untold, owed_counter)

/// A missing file is an empty record. Errc::invalid: it is damaged.
Result<Record> read_record(const std::string& path);
Status write_record(const std::string& path, const Record& record);

}  // namespace madoguchi::update
