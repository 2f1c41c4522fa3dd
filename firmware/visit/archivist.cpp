#include "firmware/visit/archivist.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto prove_every = 60s;  // each proof is a write: a storage that is well is asked rarely
constexpr auto forget_every = 1h;
constexpr auto send_again = 60s;    // after the gateway gave no answer
constexpr auto after_refusal = 1h;  // asking again changes nothing until somebody has looked
constexpr int most_at_once = 20;    // after an outage: somebody may walk up meanwhile
constexpr std::int64_t send_ms = 5'000;

void log_failure(const Error& error) {
  log_event(Event::journal_failed, {{"error", error.text()}});
}

/// Whether staff may still need the visit: it is not known what became of its money.
bool is_unresolved(const std::vector<JournalEntry>& entries) {
  bool unresolved = false;
  for (const JournalEntry& each : entries) {
    const ByteView body = as_bytes(each.body);
    if (each.kind == entry::charge) {
      const auto charge = decode<payment::ChargeRecord>(body, Dialect::json);
      unresolved = !charge || charge->state == payment::State::unresolved;
    } else if (each.kind == entry::ticket) {
      const auto ticket = decode<Ticket>(body, Dialect::json);
      if (!ticket || ticket->concern == api::Concern::sale_unresolved) return true;
    } else if (each.kind == entry::ended) {
      const auto ended = decode<Ended>(body, Dialect::json);
      if (!ended || ended->outcome == codec::enum_name(api::Outcome::unresolved)) return true;
    }
  }
  return unresolved;
}

}  // namespace

Task<void> Archivist::tend() {
  if (desk_.timers.now() >= prove_at_ || desk_.journal.in_doubt()) prove_storage();
  if (desk_.faults.stands("storage")) co_return;
  make_checkpoint();
  if (desk_.timers.now() >= forget_at_) forget_old_visits();
  const bool may_send = desk_.link.up() && desk_.timers.now() >= send_at_;
  if (may_send) co_await send_checkpoints();
}

void Archivist::prove_storage() {
  const Status proved = desk_.journal.ready();
  if (proved) {
    desk_.faults.clear("storage");
    prove_at_ = desk_.timers.now() + prove_every;
  } else {
    desk_.faults.raise({"storage", std::string(name_of(proved.error().code)), proved.error().what});
  }
}

void Archivist::make_checkpoint() {
  const auto made = desk_.journal.checkpoint_if_due();
  if (!made) log_failure(made.error());
}

Task<void> Archivist::send_checkpoints() {
  for (int sent = 0; sent < most_at_once; ++sent) {
    auto unsent = desk_.journal.unsent_checkpoint();
    if (!unsent) {
      log_failure(unsent.error());
      co_return;
    }
    if (!*unsent) co_return;
    const bool accepted = co_await send(std::move(**unsent));
    if (!accepted) co_return;
  }
}

Task<bool> Archivist::send(UnsentCheckpoint unsent) {
  HttpCall call{random_uuid(), "POST", "/v1/checkpoints", encode(unsent.checkpoint, Dialect::json),
                send_ms};
  const HttpAnswer answer = co_await desk_.link.call(std::move(call));
  const int status = answer.status.value_or(0);
  if (status == 200 && accept(unsent, answer)) {
    desk_.faults.clear("audit");
    co_return true;
  }
  // An answer that is no answer (200 included) or comes from a gateway in trouble: later again.
  const bool refused = status >= 400 && status < 500;
  send_at_ = desk_.timers.now() + (refused ? after_refusal : send_again);
  if (refused) {
    const auto error = decode<api::ApiError>(answer.body, Dialect::json);
    const std::string detail = std::to_string(status) + " " + (error ? error->message : "");
    log_event(Event::checkpoint_refused,
              {{"entry", std::to_string(unsent.number)}, {"detail", detail}});
    desk_.faults.raise({"audit", "refused", detail});
  }
  co_return false;
}

/// Only a countersignature of just this checkpoint by the gateway's key is one.
bool Archivist::accept(const UnsentCheckpoint& unsent, const HttpAnswer& answer) {
  const auto countersigned = decode<api::CountersignedCheckpoint>(answer.body, Dialect::json);
  const auto receipt = countersigned ? decode<api::Receipt>(countersigned->receipt)
                                     : Result<api::Receipt>(countersigned.error());
  const bool right = receipt &&
                     receipt->checkpoint_sha256 == sha256(unsent.checkpoint.checkpoint) &&
                     desk_.seal_key.verify(api::receipt_message(countersigned->receipt),
                                           countersigned->receipt_signature);
  if (!right) {
    log_event(Event::request_failed,
              {{"request", "checkpoints"}, {"detail", "no countersignature of the gateway"}});
    return false;
  }
  if (Status written = desk_.journal.countersigned(unsent, *countersigned); !written) {
    log_failure(written.error());
    return false;
  }
  log_event(Event::checkpoint_countersigned, {{"entry", std::to_string(unsent.number)}});
  return true;
}

void Archivist::forget_old_visits() {
  forget_at_ = desk_.timers.now() + forget_every;
  const auto old = desk_.journal.visits_to_forget();
  if (!old) return log_failure(old.error());
  int erased = 0;
  for (const std::string& visit : *old) {
    const auto entries = desk_.journal.entries(visit);
    if (!entries) return log_failure(entries.error());
    if (is_unresolved(*entries)) continue;
    if (Status done = desk_.journal.erase(visit); !done) return log_failure(done.error());
    ++erased;
  }
  if (erased > 0) log_event(Event::journal_erased, {{"visits", std::to_string(erased)}});
  if (erased == 0 && folded_) return;
  // Until then the old bytes stand in the write-ahead log; somebody who reads it puts that off.
  const Status folded = desk_.journal.fold();
  folded_ = folded.ok();
  if (folded_) return;
  log_failure(folded.error());
  forget_at_ = desk_.timers.now() + prove_every;
}

}  // namespace madoguchi::visit
