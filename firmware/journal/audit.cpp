#include "firmware/journal/audit.h"

#include <algorithm>
#include <map>
#include <vector>

#include "firmware/crypto/hash.h"
#include "firmware/journal/chain.h"
#include "firmware/journal/records.h"

namespace madoguchi::journal {
namespace {

std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, 64)) out += c >= ' ' && c < 0x7f ? c : '?';
  return out;
}

/// Reads the entries in order and stops at the first that is wrong.
class Auditor {
 public:
  Auditor(const AuditKeys& keys, const std::optional<api::Checkpoint>& expected)
      : keys_(keys), expected_(expected) {}

  /// False when the entry is wrong.
  bool see(const StoredEntry& entry);
  void end();
  void unreadable(const Error& error) {
    bad(report.entries + 1, "", "cannot be read: " + error.what);
  }

  AuditReport report;

 private:
  /// Each gives what is wrong, or nothing.
  std::string wrong_in_chain(const StoredEntry& entry);
  std::string wrong_in_content(const StoredEntry& entry);
  std::string wrong_as_audit_entry(const StoredEntry& entry);
  std::string wrong_checkpoint(const StoredEntry& entry);
  std::string wrong_countersignature(const StoredEntry& entry);
  std::string wrong_against_expected(const StoredEntry& entry) const;
  void bad(std::int64_t number, const std::string& visit, const std::string& what) {
    if (!report.bad) report.bad = BadEntry{number, printable(visit), what};
  }

  struct Known {
    Bytes sha256;
    std::int64_t last = 0;
  };
  const AuditKeys& keys_;
  const std::optional<api::Checkpoint>& expected_;
  Bytes head_ = chain::genesis();
  std::vector<Bytes> leaves_;                        // since the last checkpoint
  Bytes before_leaves_ = head_;                      // the chain hash before the first of them
  std::optional<std::string> kiosk_;                 // of the first checkpoint
  std::map<std::int64_t, Known> made_;               // checkpoints by the number of their entry
  std::map<std::int64_t, std::string> unexplained_;  // erased entries: number, visit
};

bool Auditor::see(const StoredEntry& entry) {
  const std::int64_t number = report.entries + 1;
  if (entry.number != number) {
    bad(number, "", "is missing; the next one is entry " + std::to_string(entry.number));
    return false;
  }
  for (const auto check :
       {&Auditor::wrong_in_chain, &Auditor::wrong_in_content, &Auditor::wrong_as_audit_entry}) {
    const std::string what = (this->*check)(entry);
    if (what.empty()) continue;
    bad(number, entry.visit, what);
    return false;
  }
  head_ = entry.hash;
  leaves_.push_back(entry.hash);
  report.entries = number;
  const std::string what = wrong_against_expected(entry);
  if (!what.empty()) bad(number, entry.visit, what);
  return what.empty();
}

std::string Auditor::wrong_in_chain(const StoredEntry& entry) {
  const chain::Link link{entry.number, entry.visit, entry.at_ms, entry.kind, entry.content};
  return chain::entry_hash(head_, link) == entry.hash
             ? ""
             : "was changed: its hash does not follow from it and the entry before";
}

std::string Auditor::wrong_in_content(const StoredEntry& entry) {
  if (entry.salt.has_value() != entry.body.has_value()) return "has lost a part of its content";
  if (entry.body) {
    const bool right = entry.salt->size() == chain::salt_size &&
                       chain::content_hash(*entry.salt, *entry.body) == entry.content;
    return right ? "" : "was changed: its content is not what was written";
  }
  if (entry.visit.empty() || entry.kind == entry::erased)
    return "has lost its content, which is never erased";
  ++report.erased;
  unexplained_[entry.number] = entry.visit;
  return "";
}

std::string Auditor::wrong_as_audit_entry(const StoredEntry& entry) {
  if (entry.kind == entry::erased) {
    const auto record = decode<Erased>(as_bytes(*entry.body), Dialect::json);
    if (!record) return "is no record of an erasure";
    std::erase_if(unexplained_, [&](const auto& one) {
      return one.second == entry.visit && one.first <= record->through;
    });
  }
  if (!entry.visit.empty()) return "";
  if (entry.kind == entry::checkpoint) return wrong_checkpoint(entry);
  if (entry.kind == entry::countersigned) return wrong_countersignature(entry);
  return "";
}

std::string Auditor::wrong_checkpoint(const StoredEntry& entry) {
  const auto record = decode<api::SignedCheckpoint>(as_bytes(*entry.body), Dialect::json);
  if (!record) return "is no checkpoint";
  const auto checkpoint = api::read_checkpoint(record->checkpoint);
  if (!checkpoint) return "is no checkpoint: " + checkpoint.error().what;
  if (!keys_.kiosk.verify(api::checkpoint_message(record->checkpoint), record->signature))
    return "is a checkpoint that the kiosk's key did not sign";
  const std::int64_t last = report.entries;
  const std::int64_t first = last - static_cast<std::int64_t>(leaves_.size()) + 1;
  const bool same = checkpoint->first == first && checkpoint->last == last &&
                    checkpoint->previous == before_leaves_ && checkpoint->head == head_ &&
                    checkpoint->merkle_root == chain::merkle_root(leaves_);
  if (!same)
    return "is a checkpoint of other entries than " + std::to_string(first) + "-" +
           std::to_string(last) + ": some of them were changed after it was signed";
  if (kiosk_.value_or(checkpoint->kiosk) != checkpoint->kiosk)
    return "is a checkpoint of another kiosk";
  kiosk_ = checkpoint->kiosk;
  made_[entry.number] = {sha256(record->checkpoint), last};
  before_leaves_ = head_;
  leaves_.clear();
  ++report.checkpoints;
  return "";
}

std::string Auditor::wrong_countersignature(const StoredEntry& entry) {
  const auto record = decode<Countersigned>(as_bytes(*entry.body), Dialect::json);
  if (!record) return "is no countersignature";
  const auto receipt = decode<api::Receipt>(record->receipt);
  const auto found = made_.find(record->checkpoint);
  if (!receipt || found == made_.end() || receipt->checkpoint_sha256 != found->second.sha256 ||
      receipt->last != found->second.last || receipt->kiosk != kiosk_)
    return "is a countersignature of something else than checkpoint " +
           std::to_string(record->checkpoint);
  if (keys_.gateway != nullptr &&
      !keys_.gateway->verify(api::receipt_message(record->receipt), record->receipt_signature))
    return "is a countersignature that the gateway's key did not make";
  report.covered = receipt->last;
  ++report.countersigned;
  return "";
}

std::string Auditor::wrong_against_expected(const StoredEntry& entry) const {
  if (!expected_ || expected_->last != entry.number || expected_->head == entry.hash) return "";
  return "is not the one that the gateway holds a checkpoint of";
}

void Auditor::end() {
  // First what is missing: the record of an erasure may be missing with it.
  if (expected_ && expected_->last > report.entries) {
    bad(report.entries + 1, "",
        "is missing; the gateway holds a checkpoint up to entry " +
            std::to_string(expected_->last));
  }
  if (!unexplained_.empty()) {
    bad(unexplained_.begin()->first, unexplained_.begin()->second,
        "has lost its content, and no erasure is recorded");
  }
  if (expected_ && !report.bad) report.covered = std::max(report.covered, expected_->last);
}

/// Checks the gateway's checkpoint itself.
Result<api::Checkpoint> trust(const api::CountersignedCheckpoint& expected, const AuditKeys& keys) {
  auto checkpoint = api::read_checkpoint(expected.checkpoint);
  if (!checkpoint) return checkpoint.error();
  const auto wrong = [](const char* what) {
    return Error{Errc::integrity, "expected checkpoint", what};
  };
  if (!keys.kiosk.verify(api::checkpoint_message(expected.checkpoint), expected.signature))
    return wrong("is not signed by the kiosk's key");
  const auto receipt = decode<api::Receipt>(expected.receipt);
  if (!receipt || receipt->checkpoint_sha256 != sha256(expected.checkpoint))
    return wrong("has a receipt of something else");
  if (keys.gateway != nullptr &&
      !keys.gateway->verify(api::receipt_message(expected.receipt), expected.receipt_signature))
    return wrong("is not countersigned by the gateway's key");
  return checkpoint;
}

}  // namespace

Result<api::CountersignedCheckpoint> read_countersigned(ByteView json) {
  auto read = decode<api::CountersignedCheckpoint>(json, Dialect::json);
  if (!read) return read.error();
  if (auto checkpoint = api::read_checkpoint(read->checkpoint); !checkpoint)
    return checkpoint.error();
  return read;
}

Result<AuditReport> audit(Reader& journal, const AuditKeys& keys,
                          const std::optional<api::CountersignedCheckpoint>& expected) {
  std::optional<api::Checkpoint> held;
  if (expected) {
    auto trusted = trust(*expected, keys);
    if (!trusted) return trusted.error();
    held = std::move(*trusted);
  }
  Auditor auditor(keys, held);
  const Status read = journal.each([&](const StoredEntry& entry) { return auditor.see(entry); });
  if (auditor.report.bad) return auditor.report;
  if (!read) {
    auditor.unreadable(read.error());
    return auditor.report;
  }
  auditor.end();
  if (auditor.report.bad) return auditor.report;
  if (const Status whole = journal.check_structure(); !whole)
    auditor.report.bad = BadEntry{0, "", whole.error().what};
  return auditor.report;
}

}  // namespace madoguchi::journal
