#include "firmware/visit/recovery.h"

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/payment/cashier.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {
namespace {

/// What the journal says of one visit: the last record of each kind.
struct OpenVisit {
  std::string id;
  std::optional<DocumentRecord> document;
  std::optional<payment::ChargeRecord> charge;
  std::optional<PrintRecord> print;
};

template <class T>
void take(const JournalEntry& entry, std::optional<T>& out) {
  auto record = decode<T>(as_bytes(entry.body), Dialect::json);
  if (record) out = std::move(*record);
}

Result<OpenVisit> read(Journal& journal, const std::string& id) {
  auto entries = journal.entries(id);
  if (!entries) return entries.error();
  OpenVisit visit{id, {}, {}, {}};
  for (const JournalEntry& each : *entries) {
    if (each.kind == entry::document) take(each, visit.document);
    if (each.kind == entry::charge) take(each, visit.charge);
    if (each.kind == entry::print) take(each, visit.print);
  }
  return visit;
}

void append(Desk& desk, const std::string& id, const char* kind, const auto& body) {
  if (Status written = desk.journal.append(id, kind, body); !written) {
    log_event(Event::journal_failed, {{"error", written.error().text()}});
  }
}

/// Whether the paper came out after all. Nobody stands there any more: what is not completed is
/// cancelled.
Task<PrintRecord> look_at_paper(Desk& desk, const OpenVisit& visit) {
  if (!visit.print || visit.print->state != PrintState::submitting) {
    co_return visit.print.value_or(PrintRecord{PrintState::failed, 0});
  }
  const Result<std::int32_t> job = co_await desk.printer.find(visit.document->document);
  if (!job) co_return PrintRecord{PrintState::failed, 0};
  (void)co_await desk.printer.cancel(*job);
  const JobProgress progress = co_await desk.printer.follow(*job, [](const JobProgress&) {});
  const bool completed = progress.state == JobState::completed;
  co_return PrintRecord{completed ? PrintState::completed : PrintState::failed,
                        completed && progress.pages_completed < 0
                            ? visit.document->sheets
                            : std::max(0, progress.pages_completed)};
}

Task<void> resolve(Desk& desk, OpenVisit visit) {
  if (!visit.document) {
    append(desk, visit.id, entry::ended, Ended{"interrupted"});
    co_return;
  }
  PrintRecord print = co_await look_at_paper(desk, visit);
  if (visit.print && visit.print->state != print.state) append(desk, visit.id, entry::print, print);
  payment::ChargeRecord charge;
  if (visit.charge) {
    payment::Cashier cashier(desk.terminal, desk.timers, {desk.settings.sale_id},
                             [&](const payment::ChargeRecord& record) {
                               return desk.journal.append(visit.id, entry::charge, record);
                             });
    charge = co_await cashier.resume(*visit.charge);
    if (charge.state == payment::State::charged && print.state != PrintState::completed) {
      charge = co_await cashier.reverse(charge);
    }
  }
  const api::Settlement settlement = settlement_of(*visit.document, charge, print);
  Gateway gateway(desk.link, visit.id);
  const auto settled = co_await gateway.settle(settlement);
  const auto* failure = std::get_if<GatewayFailure>(&settled);
  // A refusal will not change by asking again; only a missing answer is worth another try.
  if (failure != nullptr && !failure->refusal) co_return;
  const std::string outcome(codec::enum_name(settlement.outcome));
  append(desk, visit.id, entry::ended, Ended{outcome});
  log_event(Event::recovered, {{"visit", visit.id}, {"outcome", outcome}});
}

}  // namespace

Task<void> recover(Desk& desk) {
  const auto open = desk.journal.open_visits();
  if (!open) {
    log_event(Event::journal_failed, {{"error", open.error().text()}});
    co_return;
  }
  for (const std::string& id : *open) {
    Result<OpenVisit> visit = read(desk.journal, id);
    if (visit) co_await resolve(desk, std::move(*visit));
  }
}

}  // namespace madoguchi::visit
