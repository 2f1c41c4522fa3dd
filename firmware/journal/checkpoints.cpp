// The journal's checkpoints: made, sent later, countersigned.

#include "firmware/journal/chain.h"
#include "firmware/journal/journal.h"
#include "firmware/journal/records.h"
#include "firmware/journal/sqlite.h"

namespace madoguchi {

using sqlite::failed;
using sqlite::Statement;
namespace entry = journal::entry;

namespace {

Result<api::Checkpoint> checkpoint_of(const JournalEntry& entry) {
  auto record = decode<api::SignedCheckpoint>(as_bytes(entry.body), Dialect::json);
  if (!record) return record.error();
  return api::read_checkpoint(record->checkpoint);
}

}  // namespace

Result<std::optional<JournalEntry>> Journal::last_of_audit(const char* kind) {
  Statement select(database_,
                   "SELECT number, visit, kind, body FROM entries WHERE visit = '' AND kind = ? "
                   "ORDER BY number DESC LIMIT 1");
  select.bind(1, std::string(kind));
  const auto row = select.next("checkpoint");
  if (!row) return row.error();
  if (!*row) return std::optional<JournalEntry>();
  return std::optional<JournalEntry>(
      {select.number(0), select.text(1), select.text(2), select.text(3)});
}

/// Of everything since the last one; its `last` is 0 when no visit has written since, or it is not
/// yet time.
Result<api::Checkpoint> Journal::next_checkpoint() {
  api::Checkpoint out;
  out.kiosk = options_.kiosk;
  out.first = 1;
  out.previous = chain::genesis();
  out.at_ms = now_ms();
  const auto before = last_of_audit(entry::checkpoint);
  if (!before) return before.error();
  if (*before) {
    const auto last = checkpoint_of(**before);
    if (!last) return last.error();
    out.first = last->last + 1;
    out.previous = last->head;
  }
  Statement due(database_,
                "SELECT COUNT(*), MIN(at_ms) FROM entries WHERE number >= ? AND visit <> ''");
  due.bind(1, out.first);
  const auto counted = due.next("checkpoint");
  if (!counted) return counted.error();
  const std::int64_t waited_ms = out.at_ms - due.number(1);
  const std::int64_t interval_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.checkpoint_interval).count();
  // A clock that was set back makes a checkpoint early rather than never.
  const bool time = waited_ms >= interval_ms || waited_ms < 0;
  if (due.number(0) == 0 || (due.number(0) < options_.checkpoint_entries && !time)) return out;

  Statement select(database_, "SELECT number, hash FROM entries WHERE number >= ? ORDER BY number");
  select.bind(1, out.first);
  std::vector<Bytes> leaves;
  for (;;) {
    const auto row = select.next("checkpoint");
    if (!row) return row.error();
    if (!*row) break;
    out.last = select.number(0);
    leaves.push_back(select.blob(1));
  }
  out.head = leaves.back();
  out.merkle_root = chain::merkle_root(leaves);
  return out;
}

Result<bool> Journal::checkpoint_if_due() {
  if (!options_.audit_key) return false;
  const auto next = next_checkpoint();
  if (!next) return next.error();
  if (next->last == 0) return false;
  api::SignedCheckpoint record;
  record.checkpoint = encode(*next);
  auto signature = options_.audit_key->sign(api::checkpoint_message(record.checkpoint));
  if (!signature) return signature.error();
  record.signature = std::move(*signature);
  if (Status written = append("", entry::checkpoint, record); !written) return written.error();
  return true;
}

Result<std::optional<UnsentCheckpoint>> Journal::unsent_checkpoint() {
  std::int64_t done = 0;
  const auto last = last_of_audit(entry::countersigned);
  if (!last) return last.error();
  if (*last) {
    const auto record = decode<journal::Countersigned>(as_bytes((*last)->body), Dialect::json);
    if (!record) return record.error();
    done = record->checkpoint;
  }
  Statement select(database_,
                   "SELECT number, body FROM entries WHERE visit = '' AND kind = 'checkpoint' AND "
                   "number > ? ORDER BY number LIMIT 1");
  select.bind(1, done);
  const auto row = select.next("checkpoint");
  if (!row) return row.error();
  if (!*row) return std::optional<UnsentCheckpoint>();
  auto record = decode<api::SignedCheckpoint>(as_bytes(select.text(1)), Dialect::json);
  if (!record) return record.error();
  return std::optional<UnsentCheckpoint>({select.number(0), std::move(*record)});
}

Status Journal::countersigned(const UnsentCheckpoint& sent,
                              const api::CountersignedCheckpoint& answer) {
  const journal::Countersigned record{sent.number, answer.receipt, answer.receipt_signature};
  return append("", entry::countersigned, record);
}

}  // namespace madoguchi
