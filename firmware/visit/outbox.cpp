#include "firmware/visit/outbox.h"

#include <array>
#include <optional>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit::outbox {

const Kind help{"help", entry::help, "/v1/help/sessions/{id}/record", false};
const Kind flow{"flow", entry::flow, "/v1/flows", true};
const Kind consult{"consult", entry::consult, "/v1/consultations/{id}/record", false};

namespace {

const std::array kinds{&help, &flow, &consult};

void log_failure(const Error& error) {
  log_event(Event::journal_failed, {{"error", error.text()}});
}

bool write(Desk& desk, const Kind& kind, const std::string& id, const char* entry,
           const std::string& json) {
  const Status written = kind.may_be_lost ? desk.journal.append_if_room(id, entry, json)
                                          : desk.journal.append(id, entry, json);
  if (!written) log_failure(written.error());
  return written.ok();
}

const Kind* kind_of(const JournalEntry& entry) {
  std::string service;
  if (entry.kind == entry::began) {
    const auto began = decode<Began>(as_bytes(entry.body), Dialect::json);
    if (began) service = began->service;
  }
  for (const Kind* kind : kinds) {
    if (entry.kind == kind->entry || service == kind->service) return kind;
  }
  return nullptr;
}

struct Waiting {
  std::string id;
  const Kind* kind = nullptr;
  std::string json;  ///< empty: the power failed before it was written
};

std::optional<Waiting> read(Journal& journal, const std::string& id) {
  const auto entries = journal.entries(id);
  if (!entries) {
    log_failure(entries.error());
    return std::nullopt;
  }
  Waiting waiting{id, nullptr, {}};
  for (const JournalEntry& each : *entries) {
    const Kind* kind = kind_of(each);
    if (kind != nullptr) waiting.kind = kind;
    if (kind != nullptr && each.kind == kind->entry) waiting.json = each.body;
  }
  if (waiting.kind == nullptr) return std::nullopt;
  return waiting;
}

std::string target_of(const Waiting& waiting) {
  constexpr std::string_view hole = "{id}";
  std::string target = waiting.kind->target;
  const auto at = target.find(hole);
  if (at != std::string::npos) target.replace(at, hole.size(), waiting.id);
  return target;
}

void end(Desk& desk, const Waiting& waiting, const char* outcome) {
  (void)write(desk, *waiting.kind, waiting.id, entry::ended, to_json(Ended{outcome}).dump());
}

/// False: no answer, to be tried again.
Task<bool> deliver_one(Desk& desk, Waiting waiting) {
  Gateway gateway(desk.link, waiting.id);
  const auto answer = co_await gateway.record(target_of(waiting), waiting.json);
  const auto* failure = std::get_if<GatewayFailure>(&answer);
  const bool undecided = failure != nullptr && !failure->decided();
  if (undecided) co_return false;
  end(desk, waiting, failure == nullptr ? "recorded" : "refused");
  co_return true;
}

}  // namespace

bool open(Desk& desk, const Kind& kind, const std::string& id, const std::string& json) {
  Began began;
  began.service = kind.service;
  const bool begun = write(desk, kind, id, entry::began, to_json(began).dump());
  return begun && write(desk, kind, id, kind.entry, json);
}

bool keep(Desk& desk, const Kind& kind, const std::string& id, const std::string& json) {
  return write(desk, kind, id, kind.entry, json);
}

Task<void> deliver(Desk& desk) {
  const auto ids = desk.journal.open_visits();
  if (!ids) {
    log_failure(ids.error());
    co_return;
  }
  const std::vector<std::string> open = *ids;
  int tried = 0;
  for (const std::string& id : open) {
    auto waiting = read(desk.journal, id);
    const bool goes_on = desk.companion != nullptr && desk.companion->holds(id);
    if (!waiting || goes_on) continue;
    if (waiting->json.empty()) {
      end(desk, *waiting, "interrupted");
      continue;
    }
    if (!desk.link.up()) continue;
    if (++tried > most_at_once) co_return;
    const bool delivered = co_await deliver_one(desk, std::move(*waiting));
    if (!delivered) co_return;
  }
}

bool holds(const JournalEntry& entry) { return kind_of(entry) != nullptr; }

}  // namespace madoguchi::visit::outbox
