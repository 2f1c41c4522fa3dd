#pragma once
// What the city is to have exactly once, however often power or link fail: anonymous records
// (help_records.h, flow_reports.h). One stands in the journal under an id of its own, which belongs
// to no visit, and is open there until the city has it.
//
// Loop thread.

#include <string>

#include "firmware/journal/journal.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit::outbox {

/// A kind of record.
struct Kind {
  const char* service;  ///< in the entry `began`
  const char* entry;    ///< whose body is the request, as JSON
  const char* target;   ///< of the POST, with "{id}" where the record's id belongs
  bool may_be_lost;     ///< given up when the storage has no room but its reserve
};
extern const Kind help;
extern const Kind flow;
extern const Kind consult;

/// Begins a record; a failure is logged. False: it was not written.
bool open(Desk& desk, const Kind& kind, const std::string& id, const std::string& json);
/// What is known of it now, in place of what was known before; a failure is logged.
bool keep(Desk& desk, const Kind& kind, const std::string& id, const std::string& json);

/// Tells the city some of those records that are complete, each always with its id as the key. What
/// gets no answer waits for the next call.
Task<void> deliver(Desk& desk);

/// Whether the entry belongs to a record and to no visit.
bool holds(const JournalEntry& entry);

/// At most so many in one call: somebody may walk up meanwhile.
inline constexpr int most_at_once = 20;
/// While so many things wait, records that may be lost are.
inline constexpr std::size_t most_waiting = 500;

}  // namespace madoguchi::visit::outbox
