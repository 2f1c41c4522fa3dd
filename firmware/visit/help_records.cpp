#include "firmware/visit/help_records.h"

#include <optional>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {
namespace {

constexpr const char* help_service = "help";

template <class T>
void write(Desk& desk, const std::string& session, const char* kind, const T& body) {
  const Status written = desk.journal.append(session, kind, body);
  if (!written) log_event(Event::journal_failed, {{"error", written.error().text()}});
}

struct OpenSession {
  std::string id;
  std::optional<desk::HelpRecord> record;  ///< nothing: the power failed before it was written
};

std::optional<OpenSession> read(Journal& journal, const std::string& id) {
  const auto entries = journal.entries(id);
  if (!entries) {
    log_event(Event::journal_failed, {{"visit", id}, {"error", entries.error().text()}});
    return std::nullopt;
  }
  OpenSession session{id, {}};
  bool of_help = false;
  for (const JournalEntry& each : *entries) {
    of_help = of_help || is_of_help(each);
    if (each.kind != entry::help) continue;
    auto record = decode<desk::HelpRecord>(as_bytes(each.body), Dialect::json);
    if (record) session.record = std::move(*record);
  }
  if (!of_help) return std::nullopt;
  return session;
}

/// False: no answer, to be tried again.
Task<bool> deliver(Desk& desk, std::string session, desk::HelpRecord record) {
  Gateway gateway(desk.link, session);
  const auto answer = co_await gateway.help_record(record);
  const auto* failure = std::get_if<GatewayFailure>(&answer);
  const bool no_answer = failure != nullptr && failure->refusal.value_or(api::Refusal::internal) ==
                                                   api::Refusal::internal;
  if (no_answer) co_return false;
  // A refusal does not change by asking again.
  write(desk, session, entry::ended, Ended{failure == nullptr ? "recorded" : "refused"});
  co_return true;
}

}  // namespace

bool is_of_help(const JournalEntry& entry) {
  if (entry.kind == entry::help) return true;
  if (entry.kind != entry::began) return false;
  const auto began = decode<Began>(as_bytes(entry.body), Dialect::json);
  return began && began->service == help_service;
}

void open_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record) {
  Began began;
  began.service = help_service;
  write(desk, session, entry::began, began);
  write(desk, session, entry::help, record);
}

void keep_help_record(Desk& desk, const std::string& session, const desk::HelpRecord& record) {
  write(desk, session, entry::help, record);
}

void note_topic(Desk& desk, desk::HelpTopic topic) {
  if (desk.companion == nullptr || !desk.companion->running()) return;
  desk.companion->about(topic);
  const Companion::Finished so_far = desk.companion->so_far();
  keep_help_record(desk, so_far.session, so_far.record);
}

Task<void> deliver_help_records(Desk& desk) {
  const auto ids = desk.journal.open_visits();
  if (!ids) {
    log_event(Event::journal_failed, {{"error", ids.error().text()}});
    co_return;
  }
  const std::vector<std::string> open = *ids;
  for (const std::string& id : open) {
    const auto session = read(desk.journal, id);
    const bool goes_on = desk.companion != nullptr && desk.companion->holds(id);
    if (!session || goes_on) continue;
    if (!session->record) {
      write(desk, id, entry::ended, Ended{"interrupted"});
      continue;
    }
    if (!desk.link.up()) continue;
    const bool delivered = co_await deliver(desk, id, *session->record);
    if (!delivered) co_return;
  }
}

}  // namespace madoguchi::visit
