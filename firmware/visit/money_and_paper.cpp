// The part of the visit where money and paper move. The order is the promise: first a document that
// is this resident's, a printer and a terminal that are ready; then the charge; then the paper; and
// money back if it fails.

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "firmware/visit/certificate_visit.h"

namespace madoguchi::visit {

using certificate::PrintState;

Task<bool> CertificateVisit::obtain() {
  std::optional<OpenVisit> owed = owed_to(desk_, card_sha256_);
  if (owed) {
    const bool taken_up = co_await take_up(*owed);
    co_return taken_up;
  }
  const bool paid = co_await choose() && co_await prepare() && co_await pay();
  co_return paid;
}

Task<bool> CertificateVisit::prepare() {
  dialogue_.show(preparing_screen());
  money_.what = MoneySaid::What::not_charged;
  record_.amount_yen = quote_.fee_yen;
  record_.pages = quote_.pages;
  record_.copies = choice_.copies;
  record_.kind = choice_.kind;
  record_.quote = quote_.quote;
  record_.request = random_uuid();
  record_.nonce = nonce_;
  record_.card_tag = card_tag_of(nonce_, card_sha256_);
  record_.language = dialogue_.look().language;
  const bool opened = co_await open_document();
  if (!opened) co_return false;
  record_.document = document_->number();
  if (!account_->write(entry::document, record_)) co_return end(Ending::journal_failed);
  const bool ready = co_await printer_is_ready();
  if (!ready) co_return false;
  if (!account_->can_write_all()) co_return end(Ending::journal_failed);
  if (document_->amount_yen() == 0) co_return true;
  const Result<TerminalState> terminal = co_await desk_.terminal.diagnose();
  co_return terminal && terminal->ready ? true : end(Ending::terminal_gone);
}

/// A resident whose paper is owed since the power failed has paid: no second choice, no second fee.
Task<bool> CertificateVisit::take_up(const OpenVisit& owed) {
  dialogue_.show(take_up_screen());
  account_.emplace(desk_, owed.id);
  record_ = *owed.document;
  charge_ = *owed.charge;
  slips_ = owed.slips;
  owed_ = owed.owed;
  choice_.kind = record_.kind;
  quote_.pages = record_.pages;
  money_.what = MoneySaid::What::kept;
  money_.yen = charge_.net_yen();
  const bool opened = co_await open_document();
  if (!opened) co_return false;
  if (document_->number() != record_.document) co_return end(Ending::envelope_refused);
  const bool ready = co_await printer_is_ready();
  co_return ready;
}

Task<bool> CertificateVisit::open_document() {
  auto answer = co_await account_->issue(record_);
  if (const auto* failure = std::get_if<GatewayFailure>(&answer)) co_return end(*failure);
  certificate::Expected expected;
  expected.kiosk = desk_.settings.kiosk_id;
  expected.visit = account_->visit();
  expected.nonce = record_.nonce;
  expected.card_certificate_sha256 = card_sha256_;
  expected.kind = record_.kind;
  expected.copies = record_.copies;
  expected.amount_yen = record_.amount_yen;
  expected.pages = record_.pages;
  auto opened = certificate::open_envelope(std::get<api::SealedDocument>(std::move(answer)),
                                           expected, desk_.seal_key);
  if (!opened) {
    log_event(Event::envelope_refused, {{"error", opened.error().text()}});
    co_return end(Ending::envelope_refused);
  }
  document_ = std::move(*opened);
  co_return true;
}

PrintJob CertificateVisit::job() const {
  PrintJob job = job_of(record_);
  job.pdf = document_->pdf();
  return job;
}

Task<bool> CertificateVisit::printer_is_ready() {
  const Result<PrinterState> printer = co_await desk_.printer.state();
  if (!printer) co_return end(Ending::printer_gone);
  if (printer->trouble != PrinterTrouble::none) co_return end(ending_for(printer->trouble));
  const PrintJob job = this->job();
  const Status accepts = co_await desk_.printer.validate(job);
  if (accepts) co_return true;
  log_event(Event::print_event, {{"error", accepts.error().text()}});
  co_return end(Ending::printer_gone);
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
      co_return unresolved(yen);
    case payment::State::reversed:
      money_ = {MoneySaid::What::given_back, charge_.booked_yen, {}};
      co_return end(ending_for_unpaid(charge_));
    default:
      co_return end(ending_for_unpaid(charge_));
  }
}

payment::Cashier CertificateVisit::cashier() {
  return account_->cashier([this](const payment::ChargeRecord& record) {
    charge_ = record;
    if (record.state == payment::State::checking)
      dialogue_.show(pay_checking_screen(record.amount_yen));
  });
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
  const PrintJob document = job();
  const auto show = [this](const JobProgress& progress) {
    dialogue_.show(printing_screen({document_->amount_yen(), document_->sheets(),
                                    std::max(0, progress.pages_completed), progress.trouble}));
  };
  show(JobProgress());
  certificate::PrintRun run = account_->print_run();
  print_ = co_await run.print(document, show);
  if (print_.state == PrintState::completed) co_return true;
  if (print_.state == PrintState::lost) co_return paper_lost();
  co_await give_back();
  co_return false;
}

Task<void> CertificateVisit::give_back() {
  const std::int64_t yen = charge_.net_yen();
  if (yen == 0) {
    money_ = {};
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
    unresolved(yen);
  }
}

/// The paper may still come out: neither free of charge nor for nothing. The kiosk goes on asking
/// the printer, and gives the money back when the job is withdrawn.
bool CertificateVisit::paper_lost() {
  const std::int64_t yen = charge_.net_yen();
  money_ = {};
  if (yen > 0) {
    money_.what = MoneySaid::What::kept;
    money_.yen = yen;
  }
  account_->ticket({api::Concern::paper_unknown, record_.document, charge_.payment_service_id});
  return end(Ending::print_unknown);
}

bool CertificateVisit::unresolved(std::int64_t yen) {
  money_ = {MoneySaid::What::unknown, yen, charge_.payment_service_id};
  account_->ticket({api::Concern::sale_unresolved, record_.document, charge_.payment_service_id});
  return end(Ending::unresolved);
}

Task<void> CertificateVisit::settle() {
  // Paper that is still owed stays so until its time is over.
  if (account_->visit() != id_ && print_.state == PrintState::idle) co_return;
  if (print_.state == PrintState::lost) co_return;
  // Not settled now: the visit stays open in the journal, and recovery goes on with it.
  if (document_) {
    const bool settled = co_await account_->settle(record_, charge_, print_);
    if (!settled) co_return;
  }
  settled_ = true;
}

/// The last entry. Only now: until the resident has read how it ended, or taken the paper, a
/// restart has something to tell.
void CertificateVisit::close_account() {
  const Ended ended{std::string(codec::enum_name(ending_))};
  if (account_->visit() != id_) (void)Account(desk_, id_).write(entry::ended, ended);
  if (settled_) {
    (void)account_->write(entry::ended, ended);
  } else {
    (void)account_->write(entry::told, Said{aftermath_of(charge_, print_, owed_).became});
  }
}

}  // namespace madoguchi::visit
