#include "firmware/visit/recovery.h"

#include <algorithm>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/account.h"
#include "firmware/visit/consult_papers.h"
#include "firmware/visit/outbox.h"
#include "firmware/visit/queue_tickets.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {
namespace {

using certificate::PrintRecord;
using certificate::PrintState;

template <class T>
void take(const JournalEntry& entry, const char* kind, std::optional<T>& out) {
  if (entry.kind != kind) return;
  auto record = decode<T>(as_bytes(entry.body), Dialect::json);
  if (record) out = std::move(*record);
}

Result<OpenVisit> read(Journal& journal, const std::string& id) {
  auto entries = journal.entries(id);
  if (!entries) return entries.error();
  OpenVisit visit;
  visit.id = id;
  for (const JournalEntry& each : *entries) {
    visit.is_record =
        visit.is_record || outbox::holds(each) || is_of_queue(each) || is_of_consult_paper(each);
    take(each, entry::began, visit.began);
    take(each, entry::document, visit.document);
    take(each, entry::charge, visit.charge);
    take(each, entry::print, visit.print);
    take(each, entry::owed, visit.owed);
    take(each, entry::settled, visit.settled);
    take(each, entry::ticket, visit.ticket);
    take(each, entry::told, visit.told);
    std::optional<Said> slip;
    take(each, entry::slip, slip);
    if (slip) visit.slips.push_back(slip->became);
  }
  return visit;
}

std::vector<OpenVisit> open_visits(Desk& desk) {
  std::vector<OpenVisit> out;
  const auto ids = desk.journal.open_visits();
  if (!ids) {
    log_event(Event::journal_failed, {{"error", ids.error().text()}});
    return out;
  }
  for (const std::string& id : *ids) {
    Result<OpenVisit> visit = read(desk.journal, id);
    if (visit && visit->is_record) continue;
    if (visit) {
      out.push_back(std::move(*visit));
    } else {
      log_event(Event::journal_failed, {{"visit", id}, {"error", visit.error().text()}});
    }
  }
  return out;
}

std::int64_t now_ms(Desk& desk) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             desk.timers.wall().time_since_epoch())
      .count();
}

bool is_owed_now(Desk& desk, const OpenVisit& visit) {
  const bool paid = visit.charge && visit.charge->state == payment::State::charged;
  const bool printed = visit.print && visit.print->state != PrintState::failed;
  if (!visit.document || !visit.owed || !paid || printed) return false;
  const std::int64_t left = visit.owed->until_ms - now_ms(desk);
  // More than the whole window: the clock was set back, and nobody waits that long.
  return left > 0 && left <= std::chrono::milliseconds(desk.settings.reprint_window).count();
}

/// Whether the paper came out after all. Nobody stands there any more: what is not completed is
/// withdrawn.
Task<void> look_at_paper(Account& account, OpenVisit& visit) {
  if (!visit.print) co_return;
  certificate::PrintRun run = account.print_run();
  visit.print = co_await run.resume(*visit.print, job_of(*visit.document));
}

/// A resident who has paid, and for whom nothing came out at all, may still want the paper. Sheets
/// that came out are void, and the money goes back.
bool may_be_offered(Desk& desk, const OpenVisit& visit) {
  const bool nothing_out =
      !visit.print || (visit.print->state == PrintState::failed && visit.print->pages == 0);
  return nothing_out && !visit.owed && !visit.settled && desk.settings.reprint_window.count() > 0;
}

Task<void> look_at_money(Desk& desk, Account& account, OpenVisit& visit) {
  if (!visit.charge) co_return;
  payment::Cashier cashier = account.cashier();
  visit.charge = co_await cashier.resume(*visit.charge);
  const bool printed = visit.print && visit.print->state == PrintState::completed;
  if (visit.charge->state == payment::State::charged && !printed) {
    if (may_be_offered(desk, visit)) {
      const auto window = std::chrono::milliseconds(desk.settings.reprint_window);
      visit.owed = Owed{now_ms(desk) + window.count()};
      if (account.write(entry::owed, *visit.owed)) co_return;
    }
    visit.charge = co_await cashier.reverse_after_restart(*visit.charge);
  }
  if (visit.charge->state == payment::State::unresolved && !visit.ticket) {
    account.ticket({api::Concern::sale_unresolved, visit.document->document,
                    visit.charge->payment_service_id});
  }
}

Aftermath aftermath_of(const OpenVisit& visit) {
  Aftermath out = visit::aftermath_of(visit.charge.value_or(payment::ChargeRecord()),
                                      visit.print.value_or(PrintRecord()), visit.owed);
  out.visit = visit.id;
  return out;
}

Task<void> give_slip(Desk& desk, Account& account, OpenVisit& visit) {
  if (desk.receipt_printer == nullptr || !visit.charge || !deserves_slip(*visit.charge)) co_return;
  const Aftermath aftermath = aftermath_of(visit);
  const auto same = std::find(visit.slips.begin(), visit.slips.end(), aftermath.became);
  if (same != visit.slips.end()) co_return;
  const ReceiptPrinterStatus printer = co_await desk.receipt_printer->state();
  if (!prints(printer.state)) co_return;
  Slip slip = make_slip(desk.settings, desk.timers.wall(), visit.document->kind, *visit.charge,
                        visit.language());
  advise(slip, aftermath, desk.settings);
  const SlipGiven given = co_await visit::give_slip(desk, std::move(slip));
  if (given != SlipGiven::printed) co_return;
  visit.slips.push_back(aftermath.became);
  (void)account.write(entry::slip, Said{aftermath.became});
}

Task<void> resolve(Desk& desk, OpenVisit& visit) {
  Account account(desk, visit.id);
  if (!visit.document) {
    (void)account.write(entry::ended, Ended{"interrupted"});
    co_return;
  }
  if (!is_owed_now(desk, visit)) {
    co_await look_at_paper(account, visit);
    // Paper that may still come out is paid for as long as nobody knows.
    const bool lost = visit.print && visit.print->state == PrintState::lost;
    if (!lost) co_await look_at_money(desk, account, visit);
  }
  co_await give_slip(desk, account, visit);
  // By what was recorded, not by the clock: the window may end while the slip comes out.
  const Became became = aftermath_of(visit).became;
  if (became == Became::paper_unknown || became == Became::paper_kept) co_return;
  const auto charge = visit.charge.value_or(payment::ChargeRecord());
  const auto print = visit.print.value_or(PrintRecord());
  if (!visit.settled) {
    const bool settled = co_await account.settle(*visit.document, charge, print);
    if (!settled) co_return;
  }
  const auto outcome = settlement_of(*visit.document, charge, print).outcome;
  (void)account.write(entry::ended, Ended{std::string(codec::enum_name(outcome))});
  log_event(Event::recovered,
            {{"visit", visit.id}, {"outcome", std::string(codec::enum_name(outcome))}});
}

}  // namespace

std::string OpenVisit::language() const {
  const std::string began_in = began ? began->language.value_or("ja") : "ja";
  return document ? document->language.value_or(began_in) : began_in;
}

Task<Recovered> recover(Desk& desk) {
  Recovered out;
  std::vector<OpenVisit> visits = open_visits(desk);
  for (OpenVisit& visit : visits) {
    co_await resolve(desk, visit);
    out.paper_owed = out.paper_owed || is_owed_now(desk, visit);
    Aftermath aftermath = aftermath_of(visit);
    const bool known = visit.told && visit.told->became == aftermath.became;
    if (!known) out.aftermaths.push_back(std::move(aftermath));
  }
  co_await outbox::deliver(desk);
  co_await deliver_tickets(desk);
  co_await withdraw_consult_papers(desk);
  co_return out;
}

std::optional<std::string> interrupted_language(Desk& desk) {
  std::optional<std::string> out;
  for (const OpenVisit& visit : open_visits(desk)) {
    if (!visit.told) out = visit.language();
  }
  return out;
}

std::optional<OpenVisit> owed_to(Desk& desk, ByteView card_sha256) {
  for (OpenVisit& visit : open_visits(desk)) {
    if (!is_owed_now(desk, visit)) continue;
    if (visit.document->card_tag == card_tag_of(visit.document->nonce, card_sha256)) return visit;
  }
  return std::nullopt;
}

}  // namespace madoguchi::visit
