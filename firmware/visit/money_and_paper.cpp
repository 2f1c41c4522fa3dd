// The part of the visit where money and paper move. The order is the promise: first a document that
// is this resident's, a printer and a terminal that are ready; then the charge; then the paper; and
// money back if it fails.

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/certificate_visit.h"

namespace madoguchi::visit {

using namespace std::chrono_literals;

namespace {

PrintJob job_for(const certificate::PrintableDocument& document) {
  PrintJob job;
  job.name = document.number();
  job.pdf = document.pdf();
  job.copies = document.copies();
  job.pages = document.pages();
  return job;
}

}  // namespace

Task<bool> CertificateVisit::prepare() {
  dialogue_.show(preparing_screen());
  money_.what = MoneySaid::What::not_charged;
  const api::IssueRequest request{quote_.quote};
  auto answer = co_await gateway_.issue(request);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) co_return end(*failure);
  certificate::Expected expected;
  expected.kiosk = desk_.settings.kiosk_id;
  expected.visit = id_;
  expected.nonce = nonce_;
  expected.card_certificate_sha256 = card_sha256_;
  expected.kind = choice_.kind;
  expected.copies = choice_.copies;
  expected.amount_yen = quote_.fee_yen;
  expected.pages = quote_.pages;
  auto opened = certificate::open_envelope(std::get<api::SealedDocument>(std::move(answer)),
                                           expected, desk_.seal_key);
  if (!opened) {
    log_event(Event::envelope_refused, {{"error", opened.error().text()}});
    co_return end(Ending::envelope_refused);
  }
  document_ = std::move(*opened);
  if (Status written = desk_.journal.append(id_, entry::document, record_of(*document_));
      !written) {
    log_event(Event::journal_failed, {{"error", written.error().text()}});
    co_return end(Ending::journal_failed);
  }
  const Result<PrinterState> printer = co_await desk_.printer.state();
  if (!printer) co_return end(Ending::printer_gone);
  if (printer->trouble != PrinterTrouble::none) co_return end(ending_for(printer->trouble));
  const PrintJob job = job_for(*document_);
  if (const Status accepts = co_await desk_.printer.validate(job); !accepts) {
    log_event(Event::print_event, {{"error", accepts.error().text()}});
    co_return end(Ending::printer_gone);
  }
  if (document_->amount_yen() == 0) co_return true;
  const Result<TerminalState> terminal = co_await desk_.terminal.diagnose();
  co_return terminal && terminal->ready ? true : end(Ending::terminal_gone);
}

payment::Cashier CertificateVisit::cashier() {
  return payment::Cashier(
      desk_.terminal, desk_.timers, {desk_.settings.sale_id},
      [this](const payment::ChargeRecord& record) { return remember_charge(record); });
}

Status CertificateVisit::remember_charge(const payment::ChargeRecord& record) {
  charge_ = record;
  if (record.state == payment::State::checking)
    dialogue_.show(pay_checking_screen(record.amount_yen));
  Status written = desk_.journal.append(id_, entry::charge, record);
  if (!written) log_event(Event::journal_failed, {{"error", written.error().text()}});
  return written;
}

Task<bool> CertificateVisit::pay() {
  const std::int64_t yen = document_->amount_yen();
  if (yen == 0) co_return true;
  dialogue_.show(pay_screen(yen));
  payment::Cashier cashier = this->cashier();
  // stop_on_request never returns: only the charge itself ends this wait.
  auto done = co_await (cashier.charge(id_, yen) || stop_on_request(cashier));
  charge_ = std::get<0>(std::move(done));
  switch (charge_.state) {
    case payment::State::charged:
      co_return true;
    case payment::State::unresolved:
      money_ = {MoneySaid::What::unknown, yen, charge_.payment_service_id};
      co_return end(Ending::unresolved);
    case payment::State::reversed:
      money_ = {MoneySaid::What::given_back, charge_.booked_yen, {}};
      co_return end(ending_for_unpaid(charge_));
    default:
      co_return end(ending_for_unpaid(charge_));
  }
}

Task<void> CertificateVisit::stop_on_request(payment::Cashier& cashier) {
  for (;;) {
    const std::string control = co_await desk_.front.pressed();
    if (control == "pay.stop") {
      dialogue_.show(pay_stopping_screen());
      co_await cashier.abort();
    } else if (dialogue_.change_look(control)) {
      dialogue_.show(pay_screen(document_->amount_yen()));
    }
  }
}

Task<bool> CertificateVisit::print() {
  record({PrintState::submitting, 0});
  const std::int32_t pages = document_->sheets();
  dialogue_.show(printing_screen({document_->amount_yen(), pages, 0, PrinterTrouble::none}));
  const PrintJob document = job_for(*document_);
  const std::optional<std::int32_t> job = co_await submit_job(document);
  if (job) {
    const JobProgress progress = co_await follow_job(*job);
    if (progress.state == JobState::completed) {
      record(
          {PrintState::completed, progress.pages_completed < 0 ? pages : progress.pages_completed});
      co_return true;
    }
    record({PrintState::failed, std::max(0, progress.pages_completed)});
  } else {
    record({PrintState::failed, 0});
  }
  co_await give_back();
  co_return false;
}

void CertificateVisit::record(const PrintRecord& print) {
  print_ = print;
  log_event(Event::print_event, {{"document", document_->number()},
                                 {"state", std::string(codec::enum_name(print.state))}});
  if (Status written = desk_.journal.append(id_, entry::print, print); !written) {
    log_event(Event::journal_failed, {{"error", written.error().text()}});
  }
}

Task<std::optional<std::int32_t>> CertificateVisit::submit_job(const PrintJob& job) {
  const Result<std::int32_t> submitted = co_await desk_.printer.submit(job);
  if (submitted) co_return *submitted;
  log_event(Event::print_event, {{"error", submitted.error().text()}});
  if (submitted.error().code != Errc::io) co_return std::nullopt;
  // The reply was lost. Never print again on a guess: ask the printer what it has.
  const Result<std::int32_t> found = co_await desk_.printer.find(job.name);
  co_return found ? std::optional(*found) : std::nullopt;
}

Task<JobProgress> CertificateVisit::follow_job(std::int32_t job) {
  const std::int32_t pages = document_->sheets();
  std::optional<Timers::Monotonic> trouble_since;
  const auto tell = [&](const JobProgress& progress) {
    if (progress.trouble == PrinterTrouble::none) {
      trouble_since.reset();
    } else if (!trouble_since) {
      trouble_since = desk_.timers.now();
    }
    dialogue_.show(printing_screen(
        {document_->amount_yen(), pages, std::max(0, progress.pages_completed), progress.trouble}));
  };
  const auto out_of_patience = [&]() -> Task<void> {
    while (!trouble_since ||
           desk_.timers.now() - *trouble_since < desk_.settings.printer_patience) {
      co_await desk_.timers.sleep(500ms);
    }
  };
  auto either = co_await (desk_.printer.follow(job, tell) || out_of_patience());
  if (either.index() == 0) co_return std::get<0>(either);
  (void)co_await desk_.printer.cancel(job);
  // The printer has the last word: the job may have been completed just before.
  co_return co_await desk_.printer.follow(job, [](const JobProgress&) {});
}

Task<void> CertificateVisit::give_back() {
  const std::int64_t yen = charge_.net_yen();
  if (yen == 0) {
    end(Ending::print_failed);
    co_return;
  }
  dialogue_.show(giving_back_screen(yen));
  payment::Cashier cashier = this->cashier();
  charge_ = co_await cashier.reverse(charge_);
  if (charge_.state == payment::State::reversed) {
    money_ = {MoneySaid::What::given_back, yen, {}};
    end(Ending::print_failed);
  } else {
    money_ = {MoneySaid::What::unknown, yen, charge_.payment_service_id};
    end(Ending::unresolved);
  }
}

}  // namespace madoguchi::visit
