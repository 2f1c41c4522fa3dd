#include "firmware/visit/day_end.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "firmware/base/log.h"
#include "firmware/payment/day_report.h"
#include "firmware/payment/service_id.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_between_tries = 5min;
constexpr int most_tries = 6;
constexpr std::int64_t gateway_deadline_ms = 20'000;
// The gateway's clock may be ahead or behind; settlements this close to the last day end may be of
// the day before.
constexpr std::int64_t clocks_differ_s = 600;

std::int64_t milliseconds(Timers::Wall wall) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch()).count();
}

std::string date_of(const std::tm& day) {
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &day)};
}

/// What the steps of one visit's charge have moved.
class Moves {
 public:
  Moves(TerminalTotals& sums, std::int64_t after) : sums_(sums), after_(after) {}

  void take(std::int64_t number, const payment::ChargeRecord& record) {
    const bool booked =
        record.state == payment::State::charged || record.state == payment::State::reversing;
    if (booked && !std::exchange(booked_, true) && number > after_) {
      ++sums_.payments;
      sums_.payments_yen += record.booked_yen;
    }
    const bool reversed = record.state == payment::State::reversed;
    if (reversed && !std::exchange(reversed_, true) && number > after_) {
      ++sums_.reversals;
      sums_.reversals_yen += record.booked_yen;
    }
  }

 private:
  TerminalTotals& sums_;
  std::int64_t after_;
  bool booked_ = false;
  bool reversed_ = false;
};

}  // namespace

struct DayEnd::Day {
  payment::DayLedgers ledgers;
  DayEndRecord record;
};

bool DayEnd::begin() {
  if (last_) return true;
  const Status loaded = load_last();
  if (!loaded) log_event(Event::journal_failed, {{"error", loaded.error().text()}});
  return loaded.ok();
}

Task<void> DayEnd::run_when_due() {
  const Timers::Wall now = desk_.timers.wall();
  if (!begin()) co_return;
  const Timers::Wall closing = desk_.settings.hours.last_closing(now);
  if (milliseconds(closing) <= last_->at_ms) co_return;
  if (tried_ && desk_.timers.now() - *tried_ < pause_between_tries) co_return;
  tried_ = desk_.timers.now();
  auto day = read_day();
  if (!day) {
    log_event(Event::journal_failed, {{"error", day.error().text()}});
    co_return;
  }
  day->record.date = date_of(desk_.settings.hours.local(closing - 1s));
  day->record.at_ms = milliseconds(now);
  co_await ask_terminal(*day);
  co_await ask_gateway(*day);
  const bool complete = day->ledgers.terminal && day->ledgers.settlements;
  if (!complete && ++tries_ < most_tries) co_return;
  payment::DayReport report = payment::reconcile(day->ledgers);
  report.kiosk = desk_.settings.kiosk_id;
  report.date = day->record.date;
  publish(report);
  // First the journal, then the terminal's period: after a power cut in between the period is the
  // same as before, which the next day end sees.
  if (!remember(std::move(day->record))) co_return;
  tried_.reset();
  tries_ = 0;
  if (day->ledgers.terminal) (void)co_await desk_.terminal.close_period();
}

/// Finds the last day end. A journal without one begins its first day with the day that it is: what
/// the city's ledger has of the same day and this journal has not is a finding (a disk was
/// changed).
Status DayEnd::load_last() {
  auto visits = desk_.journal.visits();
  if (!visits) return visits.error();
  std::reverse(visits->begin(), visits->end());
  for (const std::string& id : *visits) {
    const auto entries = desk_.journal.entries(id);
    if (!entries) return entries.error();
    for (const JournalEntry& each : *entries) {
      if (each.kind != entry::day_end || each.body.empty()) continue;
      auto record = decode<DayEndRecord>(as_bytes(each.body), Dialect::json);
      if (!record) return record.error();
      last_ = std::move(*record);
      return {};
    }
  }
  DayEndRecord first;
  first.at_ms = milliseconds(desk_.settings.hours.last_closing(desk_.timers.wall()));
  return remember(std::move(first));
}

Status DayEnd::remember(DayEndRecord record) {
  const std::string id = random_uuid();
  const Status written = desk_.journal.append(id, entry::day_end, record);
  if (!written) {
    log_event(Event::journal_failed, {{"error", written.error().text()}});
    return written;
  }
  last_ = std::move(record);
  return desk_.journal.append(id, entry::ended, Ended{entry::day_end});
}

/// The visits since the last day end, and those that were open then.
Result<DayEnd::Day> DayEnd::read_day() {
  auto visits = desk_.journal.visits();
  if (!visits) return visits.error();
  const auto open = desk_.journal.open_visits();
  if (!open) return open.error();
  Day day;
  day.record.open = *open;
  day.record.up_to = last_->up_to;
  std::reverse(visits->begin(), visits->end());
  visits->insert(visits->end(), last_->open.begin(), last_->open.end());
  bool before_last = false;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < visits->size(); ++i) {
    const std::string& id = visits->at(i);
    const bool carried = i >= visits->size() - last_->open.size();
    if (id.empty() || (before_last && !carried) || !seen.insert(id).second) continue;
    const auto entries = desk_.journal.entries(id);
    if (!entries) return entries.error();
    payment::DaySale sale;
    Moves moves(day.ledgers.kiosk, last_->up_to);
    for (const JournalEntry& each : *entries) {
      day.record.up_to = std::max(day.record.up_to, each.number);
      before_last = before_last || each.kind == entry::day_end;
      if (each.kind == entry::document) {
        const auto document = decode<DocumentRecord>(as_bytes(each.body), Dialect::json);
        if (document) sale.document = document->document;
      } else if (each.kind == entry::charge) {
        auto charge = decode<payment::ChargeRecord>(as_bytes(each.body), Dialect::json);
        if (!charge) continue;
        moves.take(each.number, *charge);
        sale.charge = std::move(*charge);
      }
    }
    sale.ended = std::find(open->begin(), open->end(), id) == open->end();
    if (!sale.document.empty()) day.ledgers.sales.push_back(std::move(sale));
  }
  return day;
}

Task<void> DayEnd::ask_terminal(Day& day) {
  const auto totals = co_await desk_.terminal.totals();
  TerminalTotals& own = day.ledgers.kiosk;
  // A period that was not ended, or of which nobody knows, holds the day before, too.
  if (!last_->terminal_reached ||
      (totals && !totals->period.empty() && totals->period == last_->period)) {
    own.payments += last_->payments;
    own.payments_yen += last_->payments_yen;
    own.reversals += last_->reversals;
    own.reversals_yen += last_->reversals_yen;
  }
  day.record.payments = own.payments;
  day.record.payments_yen = own.payments_yen;
  day.record.reversals = own.reversals;
  day.record.reversals_yen = own.reversals_yen;
  if (!totals) {
    log_event(Event::day_end, {{"terminal", totals.error().text()}});
    co_return;
  }
  day.record.terminal_reached = true;
  day.record.period = totals->period;
  day.ledgers.terminal = *totals;
  for (payment::DaySale& sale : day.ledgers.sales) {
    if (!sale.charge.payment_service_id.empty())
      sale.terminal_yen = co_await yen_at_terminal(sale.charge);
  }
}

/// What the resident has paid by the terminal's own word; nothing when it has no clear one.
Task<std::optional<std::int64_t>> DayEnd::yen_at_terminal(payment::ChargeRecord charge) {
  SaleReference reference{charge.sale_id, charge.payment_service_id, charge.transaction};
  const StatusOutcome payment =
      co_await desk_.terminal.status(reference, payment::make_service_id());
  if (std::holds_alternative<Declined>(payment) || std::holds_alternative<NotFound>(payment))
    co_return 0;
  const auto* booked = std::get_if<Approved>(&payment);
  if (booked == nullptr) co_return std::nullopt;
  if (charge.reversal_service_id.empty()) co_return booked->amount_yen;
  reference.service_id = charge.reversal_service_id;
  const StatusOutcome reversal =
      co_await desk_.terminal.status(reference, payment::make_service_id());
  if (std::holds_alternative<Declined>(reversal) || std::holds_alternative<NotFound>(reversal))
    co_return booked->amount_yen;
  const auto* given_back = std::get_if<Approved>(&reversal);
  if (given_back == nullptr) co_return std::nullopt;
  // A terminal may leave the amount of a reversal out (0): it is the whole one.
  const std::int64_t back =
      given_back->amount_yen == 0 ? booked->amount_yen : given_back->amount_yen;
  co_return booked->amount_yen - back;
}

Task<void> DayEnd::ask_gateway(Day& day) {
  const std::int64_t last_s = last_->at_ms / 1000;
  HttpCall call;
  call.id = random_uuid();
  call.method = "GET";
  call.target = "/v1/settlements?since=" +
                std::to_string(std::max<std::int64_t>(0, last_s - clocks_differ_s));
  call.deadline_ms = gateway_deadline_ms;
  const HttpAnswer answer = co_await desk_.link.call(std::move(call));
  if (answer.status != 200) {
    log_event(Event::day_end, {{"gateway", answer.failure.value_or("refused")}});
    co_return;
  }
  const auto told = decode<api::Settlements>(answer.body, Dialect::json);
  if (!told) {
    log_event(Event::day_end, {{"gateway", told.error().text()}});
    co_return;
  }
  auto& settlements = day.ledgers.settlements.emplace();
  for (const api::SettlementLine& line : told->settlements) {
    settlements.push_back({line.document, line.outcome == api::Outcome::unresolved,
                           line.charged_yen, line.at > last_s + clocks_differ_s});
  }
}

void DayEnd::publish(const payment::DayReport& report) {
  const std::string& folder = desk_.settings.day_end_dir;
  const std::string file = folder + "/" + report.date;
  if (!folder.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    const std::string ja = payment::report_text(report, "ja");
    const std::string en = payment::report_text(report, "en");
    Status written = write_file(file + ".txt", as_bytes(ja), 0644);
    if (written) written = write_file(file + ".en.txt", as_bytes(en), 0644);
    if (written)
      written = write_file(file + ".json", as_bytes(to_json(report).dump(2) + "\n"), 0644);
    if (!written) log_event(Event::journal_failed, {{"error", written.error().text()}});
  }
  log_event(Event::day_end, {{"date", report.date},
                             {"sales", std::to_string(report.sales)},
                             {"findings", std::to_string(report.findings.size())}});
  if (report.agrees()) {
    desk_.faults.clear("reconciliation");
    return;
  }
  const bool incomplete = !report.terminal_yen || !report.gateway_yen;
  desk_.faults.raise({"reconciliation", incomplete ? "incomplete" : "mismatch",
                      std::to_string(report.findings.size()) + " findings on " + report.date});
}

}  // namespace madoguchi::visit
