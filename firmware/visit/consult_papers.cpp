#include "firmware/visit/consult_papers.h"

#include <algorithm>
#include <optional>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/message/consult_api.h"
#include "firmware/visit/free_print.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr const char* paper_service = "consult_paper";
constexpr std::string_view job_prefix = "consult-paper-";
constexpr auto asking_patience = 5s;

void end(Desk& desk, const std::string& id, const char* outcome) {
  if (Status written = desk.journal.append(id, entry::ended, Ended{outcome}); !written)
    log_event(Event::journal_failed, {{"error", written.error().text()}});
}

/// The job's name; empty: the power failed before it was written, and nothing was printed.
std::optional<std::string> open_job(Journal& journal, const std::string& id) {
  const auto entries = journal.entries(id);
  if (!entries) return std::nullopt;
  bool is_paper = false;
  std::string job;
  for (const JournalEntry& each : *entries) {
    is_paper = is_paper || is_of_consult_paper(each);
    if (each.kind != entry::consult_paper) continue;
    const auto record = decode<ConsultPaperRecord>(as_bytes(each.body), Dialect::json);
    if (record) job = record->job;
  }
  if (!is_paper) return std::nullopt;
  return job;
}

/// The job's end, or nothing: the printer gave no answer.
Task<const char*> withdraw(Desk& desk, std::string job) {
  const auto found = co_await within(desk.timers, asking_patience, desk.printer.find(job));
  if (!found) co_return nullptr;
  const Result<std::int32_t> id = *found;
  if (!id && id.error().code == Errc::not_found) co_return "never_printed";
  if (!id) co_return nullptr;
  const auto cancelled = co_await within(desk.timers, asking_patience, desk.printer.cancel(*id));
  const bool gone = cancelled && cancelled->ok();
  co_return gone ? "withdrawn" : nullptr;
}

}  // namespace

Task<Status> print_consult_paper(Desk& desk, Bytes pdf) {
  const std::string begin = as_text(ByteView(pdf).first(std::min<std::size_t>(5, pdf.size())));
  if (begin != "%PDF-" || pdf.size() > consult::most_paper_bytes)
    co_return Error{Errc::integrity, "paper", "is no PDF that may be printed"};
  const std::string id = random_uuid();
  const ConsultPaperRecord record{std::string(job_prefix) + id};
  Began began;
  began.service = paper_service;
  Status written = desk.journal.append(id, entry::began, began);
  if (written) written = desk.journal.append(id, entry::consult_paper, record);
  if (!written) co_return written;
  const Status printed = co_await print_for_free(desk, record.job, std::move(pdf));
  end(desk, id, printed ? "printed" : "failed");
  co_return printed;
}

Task<void> withdraw_consult_papers(Desk& desk) {
  const auto ids = desk.journal.open_visits();
  if (!ids) co_return;
  const std::vector<std::string> open = *ids;
  for (const std::string& id : open) {
    const auto job = open_job(desk.journal, id);
    if (!job) continue;
    const char* outcome = "never_printed";
    if (!job->empty()) outcome = co_await withdraw(desk, *job);
    if (outcome == nullptr) continue;
    log_event(Event::consult_event, {{"what", "paper"}, {"outcome", outcome}});
    end(desk, id, outcome);
  }
}

bool is_of_consult_paper(const JournalEntry& entry) {
  if (entry.kind == entry::consult_paper) return true;
  if (entry.kind != entry::began) return false;
  const auto began = decode<Began>(as_bytes(entry.body), Dialect::json);
  return began.ok() && began->service == paper_service;
}

}  // namespace madoguchi::visit
