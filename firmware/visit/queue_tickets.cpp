#include "firmware/visit/queue_tickets.h"

#include <optional>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {
namespace {

constexpr const char* queue_service = "queue";

struct OpenTicket {
  std::string id;
  std::optional<queue::TicketRecord> record;  ///< nothing: the power failed before it was written
};

std::optional<OpenTicket> read(Journal& journal, const std::string& id) {
  const auto entries = journal.entries(id);
  if (!entries) {
    log_event(Event::journal_failed, {{"error", entries.error().text()}});
    return std::nullopt;
  }
  OpenTicket ticket{id, {}};
  bool of_queue = false;
  for (const JournalEntry& each : *entries) {
    of_queue = of_queue || is_of_queue(each);
    if (each.kind != entry::queue) continue;
    auto record = decode<queue::TicketRecord>(as_bytes(each.body), Dialect::json);
    if (record) ticket.record = std::move(*record);
  }
  if (!of_queue) return std::nullopt;
  return ticket;
}

/// False: no answer, to be tried again.
Task<bool> deliver(Desk& desk, std::string ticket, queue::TicketRecord record) {
  Gateway gateway(desk.link, ticket);
  const bool withdraw = queue::duty_of(record) == queue::Duty::withdraw;
  Task<Answer<api::Settled>> telling =
      withdraw ? gateway.withdraw_ticket(record.key)
               : gateway.report_ticket(queue::report_of(record), record.key);
  const auto answer = co_await std::move(telling);
  const auto* failure = std::get_if<GatewayFailure>(&answer);
  const bool undecided = failure != nullptr && !failure->decided();
  if (undecided) co_return false;
  close_ticket(desk, ticket, failure != nullptr ? "refused" : withdraw ? "withdrawn" : "reported");
  co_return true;
}

}  // namespace

bool is_of_queue(const JournalEntry& entry) {
  if (entry.kind == entry::queue) return true;
  if (entry.kind != entry::began) return false;
  const auto began = decode<Began>(as_bytes(entry.body), Dialect::json);
  return began && began->service == queue_service;
}

Status open_ticket(Desk& desk, const std::string& ticket, const queue::TicketRecord& record) {
  Began began;
  began.service = queue_service;
  if (Status written = desk.journal.append(ticket, entry::began, began); !written) return written;
  return keep_ticket(desk, ticket, record);
}

Status keep_ticket(Desk& desk, const std::string& ticket, const queue::TicketRecord& record) {
  return desk.journal.append(ticket, entry::queue, record);
}

void close_ticket(Desk& desk, const std::string& ticket, const char* outcome) {
  const Status written = desk.journal.append(ticket, entry::ended, Ended{outcome});
  if (!written) log_event(Event::journal_failed, {{"error", written.error().text()}});
}

Task<void> deliver_tickets(Desk& desk) {
  const auto ids = desk.journal.open_visits();
  if (!ids) {
    log_event(Event::journal_failed, {{"error", ids.error().text()}});
    co_return;
  }
  const std::vector<std::string> open = *ids;
  for (const std::string& id : open) {
    const auto ticket = read(desk.journal, id);
    if (!ticket) continue;
    if (!ticket->record) {
      close_ticket(desk, id, "interrupted");
      continue;
    }
    if (!desk.link.up()) continue;
    const bool delivered = co_await deliver(desk, id, *ticket->record);
    if (!delivered) co_return;
  }
}

Result<int> last_offline_count(Journal& journal, std::string_view series) {
  const auto visits = journal.visits();
  if (!visits) return visits.error();
  for (auto id = visits->rbegin(); id != visits->rend(); ++id) {
    const auto ticket = read(journal, *id);
    if (!ticket || !ticket->record) continue;
    if (const auto count = queue::count_in(series, ticket->record->number)) return *count;
  }
  return 0;
}

}  // namespace madoguchi::visit
