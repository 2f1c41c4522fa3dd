#include "tests/visit/world.h"

#include <algorithm>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "firmware/crypto/hash.h"
#include "firmware/message/question.h"

namespace madoguchi::test {

using namespace std::chrono_literals;

Task<void> Signal::wait() {
  auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  timer->expires_at(asio::steady_timer::time_point::max());
  waiting_.push_back(timer);
  const struct Place {  // leaves the list also when a power cut destroys the frame
    std::vector<std::shared_ptr<asio::steady_timer>>& list;
    const std::shared_ptr<asio::steady_timer>& self;
    ~Place() { std::erase(list, self); }
  } place{waiting_, timer};
  auto [error] = co_await timer->async_wait(as_tuple_await);
  const bool cancelled = std::find(waiting_.begin(), waiting_.end(), timer) != waiting_.end();
  if (cancelled) throw boost::system::system_error(error);
}

void Signal::ring() {
  for (const auto& timer : std::exchange(waiting_, {})) timer->cancel();
}

// The card.

Task<Result<CardInField>> ScriptedReader::wait_for_card() {
  while (!inserted) co_await changed_.wait();
  co_return CardInField{"3b8880", true, badge_};
}

Task<Result<ResponseApdu>> ScriptedReader::transmit(Secret command) {
  ++apdus;
  const ByteView bytes = command.reveal();
  if (bytes.size() > 5 && bytes[1] == 0x20) ++verifies_with_data;
  if (!inserted) co_return Error{Errc::gone, "reader", "no card"};
  if (badge_) co_return ResponseApdu{{}, 0x6D00};
  if (pull_after >= 0 && pull_after-- == 0) {
    pull();
    co_return Error{Errc::gone, "reader", "the card was pulled"};
  }
  emulator::Exchange exchange = card_->exchange(bytes);
  ResponseApdu response;
  response.status = exchange.status;
  response.data.assign(exchange.response.begin(), exchange.response.end() - 2);
  co_return response;
}

Task<Result<void>> ScriptedReader::wait_for_removal() {
  while (inserted) co_await changed_.wait();
  co_return Result<void>{};
}

Task<void> ScriptedReader::release() {
  card_->power_off();
  co_return;
}

void ScriptedReader::insert_badge(BadgeNumber badge) {
  badge_ = std::move(badge);
  inserted = true;
  changed_.ring();
}

void ScriptedReader::insert() {
  badge_.reset();
  inserted = true;
  changed_.ring();
}

void ScriptedReader::pull() {
  inserted = false;
  card_->power_off();
  changed_.ring();
}

BadgeNumber volunteers_badge() {
  return {"felica", {0x01, 0x2E, 0x4C, 0xD5, 0x0B, 0xAD, 0x6E, 0x03}};
}

// The terminal.

Task<Result<TerminalState>> LedgerTerminal::login() {
  co_return TerminalState{mode != Mode::gone, "ledger", ""};
}

Task<Result<TerminalState>> LedgerTerminal::diagnose() {
  if (mode == Mode::gone) co_return Error{Errc::gone, "terminal", "no answer"};
  co_return TerminalState{true, "ledger", ""};
}

Task<PaymentOutcome> LedgerTerminal::pay(const SaleReference& reference, std::int64_t amount_yen) {
  ++payments_sent;
  stop_asked_ = false;
  pending_.emplace(reference, amount_yen);
  co_await timers_.sleep(2s);  // the resident's tap
  pending_.reset();
  if (mode == Mode::lose_request) co_return Unknown{"connection lost"};
  if (mode == Mode::decline) co_return Declined{Declined::Reason::refused, ""};
  if (mode == Mode::interrupted) co_return Declined{Declined::Reason::interrupted, "", brand};
  if (mode == Mode::never_tap) {
    if (!stop_asked_) co_await aborted_.wait();
    co_return Declined{Declined::Reason::aborted, ""};
  }
  const std::string sale =
      book(reference, mode == Mode::book_wrong_amount ? amount_yen * 10 : amount_yen);
  if (mode == Mode::lose_reply) co_return Unknown{"connection lost"};
  const bool unconfirmed = mode == Mode::interrupted_sold;
  co_return Approved{sales_[sale].booked, brand, sale, "A1", unconfirmed};
}

Task<Result<void>> LedgerTerminal::abort(const SaleReference&, const std::string&) {
  stop_asked_ = true;
  aborted_.ring();
  co_return Result<void>{};
}

Task<StatusOutcome> LedgerTerminal::status(const SaleReference& earlier, const std::string&) {
  co_await timers_.sleep(100ms);
  if (status_dead) co_return Unknown{"no answer"};
  if (statuses_in_progress > 0) {
    --statuses_in_progress;
    co_return InProgress{};
  }
  const auto found = by_service_id_.find(earlier.service_id);
  if (found == by_service_id_.end()) co_return NotFound{};
  const Sale& sale = sales_[found->second];
  const std::int64_t yen = sale.reversed ? reversal_amount_told : sale.booked;
  co_return Approved{yen, "iD", found->second, "A1"};
}

Task<ReversalOutcome> LedgerTerminal::reverse(const SaleReference& reference,
                                              const std::string& terminal_sale,
                                              std::int64_t amount_yen) {
  ++reversals_sent;
  co_await timers_.sleep(1s);
  const auto found = sales_.find(terminal_sale);
  if (refuse_reversal || found == sales_.end() || found->second.reversed ||
      found->second.booked != amount_yen) {
    co_return Declined{Declined::Reason::refused, ""};
  }
  found->second.reversed = true;
  by_service_id_[reference.service_id] = terminal_sale;
  if (std::exchange(lose_reversal_reply, false)) co_return Unknown{"connection lost"};
  co_return Reversed{terminal_sale};
}

Task<Result<TerminalTotals>> LedgerTerminal::totals() {
  co_await timers_.sleep(100ms);
  if (mode == Mode::gone) co_return Error{Errc::gone, "terminal", "no answer"};
  TerminalTotals sums;
  for (const auto& [id, sale] : sales_) {
    ++sums.payments;
    sums.payments_yen += sale.booked;
    sums.reversals += sale.reversed ? 1 : 0;
    sums.reversals_yen += sale.reversed ? sale.booked : 0;
  }
  co_return TerminalTotals{std::to_string(1000 + periods_closed), sums.payments - closed_.payments,
                           sums.payments_yen - closed_.payments_yen,
                           sums.reversals - closed_.reversals,
                           sums.reversals_yen - closed_.reversals_yen};
}

Task<Result<TerminalTotals>> LedgerTerminal::close_period() {
  if (lose_close) co_return Error{Errc::timeout, "terminal", "no answer"};
  const auto sums = co_await totals();
  if (!sums) co_return sums.error();
  closed_ = {"", closed_.payments + sums->payments, closed_.payments_yen + sums->payments_yen,
             closed_.reversals + sums->reversals, closed_.reversals_yen + sums->reversals_yen};
  ++periods_closed;
  co_return *sums;
}

std::string LedgerTerminal::book(const SaleReference& reference, std::int64_t yen) {
  const std::string sale = "POI-" + reference.service_id;
  by_service_id_[reference.service_id] = sale;
  sales_[sale] = {reference.transaction, yen, false};
  return sale;
}

void LedgerTerminal::tap_after_power_cut() {
  if (pending_) book(pending_->first, pending_->second);
  pending_.reset();
}

std::int64_t LedgerTerminal::net_yen() const {
  std::int64_t net = 0;
  for (const auto& [id, sale] : sales_) net += sale.reversed ? 0 : sale.booked;
  return net;
}

// The printer.

std::int32_t TrayPrinter::sheets_of(const Job& job) {
  return job.state == JobState::completed ? job.sheets : 0;
}

Task<Result<PrinterState>> TrayPrinter::state() {
  co_return PrinterState{idle_trouble, "tray", ""};
}

Task<Result<void>> TrayPrinter::validate(const PrintJob&) {
  if (refuse_validate)
    co_return Error{Errc::refused, "printer", "client-error-document-format-not-supported"};
  co_return Result<void>{};
}

Task<Result<std::int32_t>> TrayPrinter::submit(const PrintJob& job) {
  if (refuse_job) co_return Error{Errc::refused, "printer", "server-error-not-accepting-jobs"};
  if (lose_request) co_return Error{Errc::io, "printer", "no reply"};
  jobs.push_back({job.name, to_bytes(job.pdf), job.pages * job.copies, JobState::processing});
  if (lose_reply) co_return Error{Errc::io, "printer", "no reply"};
  co_return static_cast<std::int32_t>(jobs.size());
}

Task<Result<std::int32_t>> TrayPrinter::find(const std::string& name) {
  for (std::size_t i = jobs.size(); i > 0; --i) {
    if (jobs[i - 1].name == name) co_return static_cast<std::int32_t>(i);
  }
  co_return Error{Errc::not_found, "printer", "no such job"};
}

Task<JobProgress> TrayPrinter::follow(std::int32_t number,
                                      std::function<void(const JobProgress&)> on_change) {
  const auto index = static_cast<std::size_t>(number) - 1;
  if (vanish) co_return JobProgress{JobState::unknown, PrinterTrouble::gone, -1};
  if (jobs[index].state != JobState::processing)
    co_return JobProgress{jobs[index].state, PrinterTrouble::none, sheets_of(jobs[index])};
  on_change({JobState::processing, job_trouble, 0});
  if (job_trouble != PrinterTrouble::none) {
    co_await timers_.sleep(trouble_clears ? 20s : 100'000s);
    job_trouble = PrinterTrouble::none;
    on_change({JobState::processing, job_trouble, 0});
  }
  co_await timers_.sleep(3s);
  Job& job = jobs[index];
  job.state = abort_job ? JobState::aborted : JobState::completed;
  co_return JobProgress{job.state, PrinterTrouble::none, abort_job ? 0 : job.sheets};
}

Task<Result<void>> TrayPrinter::cancel(std::int32_t number) {
  Job& job = jobs[static_cast<std::size_t>(number) - 1];
  if (job.state == JobState::processing) job.state = JobState::canceled;
  co_return Result<void>{};
}

std::int32_t TrayPrinter::sheets_out() const {
  std::int32_t sheets = 0;
  for (const Job& job : jobs) sheets += sheets_of(job);
  return sheets;
}

// The gateway.

struct SealingGateway::Key {
  EVP_PKEY* pkey = EVP_EC_gen("P-256");
  ~Key() { EVP_PKEY_free(pkey); }
};

SealingGateway::SealingGateway(Timers& timers) : timers_(timers), key_(std::make_unique<Key>()) {}
SealingGateway::~SealingGateway() = default;

P256PublicKey SealingGateway::seal_key() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key_->pkey);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  auto key = P256PublicKey::from_pem(
      {reinterpret_cast<const std::uint8_t*>(text), static_cast<std::size_t>(size)});
  BIO_free(bio);
  return std::move(*key);
}

Bytes SealingGateway::sign_seal(ByteView seal) const { return sign(api::seal_message(seal)); }

Bytes SealingGateway::sign(ByteView message) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_->pkey);
  std::size_t size = 128;
  Bytes der(size);
  EVP_DigestSign(context, der.data(), &size, message.data(), message.size());
  EVP_MD_CTX_free(context);
  const std::uint8_t* start = der.data();
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(size));
  Bytes signature(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature.data() + 32, 32);
  ECDSA_SIG_free(parts);
  return signature;
}

template <class T>
HttpAnswer SealingGateway::answer(const HttpCall& call, const T& body) {
  return {call.id, 200, {}, encode(body, Dialect::json)};
}

Task<void> SealingGateway::live_changed() { co_await live_changed_.wait(); }

void SealingGateway::say(const desk::LiveFromKiosk& message) {
  if (is_live_) said.push_back(message);
}

Task<desk::LiveToKiosk> SealingGateway::heard() {
  while (untold_.empty()) co_await told_.wait();
  desk::LiveToKiosk message = std::move(untold_.front());
  untold_.pop_front();
  co_return message;
}

void SealingGateway::set_live(bool live) {
  is_live_ = live;
  untold_.clear();
  live_changed_.notify();
}

void SealingGateway::tell(desk::LiveToKiosk message) {
  untold_.push_back(std::move(message));
  told_.notify();
}

Task<HttpAnswer> SealingGateway::call(HttpCall call) {
  co_await timers_.sleep(10ms);
  const std::string what = call.target.substr(call.target.rfind('/') + 1);
  requests.push_back(what);
  everything_sent += call.target + "\n" + as_text(call.body) + "\n";
  if (!is_up || what == dead_at) {
    co_await timers_.sleep(std::chrono::milliseconds(call.deadline_ms));
    co_return HttpAnswer{call.id, {}, "timeout", {}};
  }
  if (const auto refused = refuse.find(what); refused != refuse.end()) {
    HttpAnswer out = answer(call, api::ApiError{refused->second, "as the test asked"});
    out.status = 403;
    co_return out;
  }
  if (call.target.starts_with("/v1/consultations")) {
    HttpAnswer out{call.id, 404, {}, {}};
    if (consultations) out = consultations(call);
    co_return out;
  }
  if (call.target.starts_with("/v1/queue")) {
    HttpAnswer out{call.id, 404, {}, {}};
    if (queue) out = queue(call);
    co_return out;
  }
  if (call.target.starts_with("/v1/help/")) {
    HttpAnswer out = help(call);
    const bool lost = what == "record" && std::exchange(lose_record_answer, false);
    if (lost) out.status.reset();
    co_return out;
  }
  if (call.target == "/v1/flows") {
    HttpAnswer out = count_flow(call);
    const bool lost = std::exchange(lose_flow_answer, false);
    if (lost) out.status.reset();
    co_return out;
  }
  const std::string prefix = "/v1/visits/";
  const std::string visit =
      call.target.starts_with(prefix) ? call.target.substr(prefix.size(), 36) : "";
  co_return reply(call, what, visit);
}

HttpAnswer SealingGateway::reply(const HttpCall& call, const std::string& what,
                                 const std::string& visit) {
  if (what == "visits") {
    const auto open = decode<api::VisitOpen>(call.body, Dialect::json);
    visits_[open->visit].nonce = random_bytes(32);
    return answer(call, api::VisitOpened{visits_[open->visit].nonce, 900});
  }
  if (what == "identify") {
    card_certificate = decode<api::Identify>(call.body, Dialect::json)->auth_certificate;
    visits_[visit].card_sha256 = sha256(card_certificate);
    return answer(call, identified(visit));
  }
  if (what == "quote") {
    visits_[visit].quote = *decode<api::QuoteRequest>(call.body, Dialect::json);
    quotes.push_back(visits_[visit].quote);
    return answer(
        call, api::Quote{"q-1", fee_yen * quotes.back().copies, 50 * quotes.back().copies, pages});
  }
  if (what == "issue") return issue(call, visit);
  if (what == "checkpoints") return countersign(call);
  if (what.starts_with("settlements?since=")) {
    api::Settlements out;
    const auto now = std::chrono::system_clock::to_time_t(timers_.wall());
    for (const api::Settlement& each : settlements)
      out.settlements.push_back({each.document, each.outcome, each.charged_yen, now});
    if (change_settlements) change_settlements(out);
    return answer(call, out);
  }
  if (what == "settle") settlements.push_back(*decode<api::Settlement>(call.body, Dialect::json));
  if (what == "feedback")
    ratings.push_back(decode<api::Feedback>(call.body, Dialect::json)->satisfaction);
  if (what == "notice") notices.push_back(*decode<api::Notice>(call.body, Dialect::json));
  return answer(call, api::Settled{});
}

HttpAnswer SealingGateway::help(const HttpCall& call) {
  if (call.target == "/v1/help/sessions") return grant(call);
  if (call.target != "/v1/help/badges") return record_help(call);
  const auto now = std::chrono::system_clock::to_time_t(timers_.wall());
  desk::SignedBadges out{encode(desk::BadgeList{now, now + badges_last_s, badges}), {}};
  out.signature = sign(desk::badges_message(out.list));
  if (change_badges) change_badges(out);
  return answer(call, out);
}

HttpAnswer SealingGateway::grant(const HttpCall& call) {
  asked.push_back(*decode<desk::HelpAsk>(call.body, Dialect::json));
  for (const desk::Badge& badge : badges) {
    if (badge.badge_sha256 != asked.back().badge_sha256) continue;
    HttpAnswer out = answer(call, desk::HelpGranted{badge.helper, badge.role, 30});
    out.status = 201;
    return out;
  }
  HttpAnswer out = answer(call, api::ApiError{api::Refusal::not_registered, "no such badge"});
  out.status = 403;
  return out;
}

HttpAnswer SealingGateway::record_help(const HttpCall& call) {
  const auto record = *decode<desk::HelpRecord>(call.body, Dialect::json);
  const std::string prefix = "/v1/help/sessions/";
  ++help_records_sent;
  const auto [known, first] = record_keys_.emplace(call.id, call.body);
  if (first) help_records.emplace_back(call.target.substr(prefix.size(), 36), record);
  if (known->second == call.body) return answer(call, api::Settled{});
  HttpAnswer out = answer(call, api::ApiError{api::Refusal::conflict, "same key, another body"});
  out.status = 422;
  return out;
}

HttpAnswer SealingGateway::count_flow(const HttpCall& call) {
  ++flows_sent;
  const auto [known, first] = record_keys_.emplace(call.id, call.body);
  if (!first) return answer(call, api::Settled{});
  flows.push_back(*decode<numbers::FlowReport>(call.body, Dialect::json));
  flow_keys.push_back(call.id);
  return answer(call, api::Settled{});
}

HttpAnswer SealingGateway::countersign(const HttpCall& call) {
  const auto sent = decode<api::SignedCheckpoint>(call.body, Dialect::json);
  checkpoints.push_back(*sent);
  const auto checkpoint = api::read_checkpoint(sent->checkpoint);
  const api::Receipt receipt{1, checkpoint->kiosk, sha256(sent->checkpoint), checkpoint->last,
                             1'795'000'000};
  api::CountersignedCheckpoint out{sent->checkpoint, sent->signature, encode(receipt), {}};
  out.receipt_signature = sign(api::receipt_message(out.receipt));
  if (change_receipt) change_receipt(out);
  return answer(call, out);
}

HttpAnswer SealingGateway::issue(const HttpCall& call, const std::string& visit) {
  const Visit& known = visits_[visit];
  api::SealedDocument document;
  document.pdf = to_bytes(as_bytes("%PDF of " + visit));
  api::Seal seal;
  seal.kiosk = "kiosk-001";
  seal.visit = visit;
  seal.nonce = known.nonce;
  seal.card_certificate_sha256 = known.card_sha256;
  seal.kind = known.quote.kind;
  seal.copies = known.quote.copies;
  seal.amount_yen = fee_yen * known.quote.copies;
  seal.pages = pages;
  seal.document = "D-" + visit.substr(0, 8);
  seal.pdf_sha256 = sha256(document.pdf);
  if (change_seal) change_seal(seal);
  document.seal = encode(seal);
  document.signature = sign_seal(document.seal);
  if (change_document) change_document(document);
  return answer(call, document);
}

api::Identified SealingGateway::identified(const std::string& visit) {
  api::Identified out;
  out.nonce = visits_[visit].nonce;
  out.self = {"p-1", "葛󠄂城　花子", "世帯主"};
  out.household = {out.self, {"p-2", "葛󠄂城　太郎", "夫"}};
  out.offers = {{api::Kind::residence,
                 fee_yen,
                 fee_yen + 50,
                 {},
                 {"persons", "relationship", "domicile"},
                 {}},
                {api::Kind::seal, fee_yen, fee_yen + 50, api::Refusal::not_available, {}, {}},
                {api::Kind::tax, fee_yen, fee_yen + 50, {}, {"year"}, {2026, 2025}}};
  if (change_identified) change_identified(out);
  return out;
}

// The screen and its resident.

void ScriptedFront::show(const Screen& screen) {
  if (!same_question(now, screen)) presses_.clear();
  now = screen;
  shown.push_back(screen);
  if (on_show) on_show(screen);
}

Task<std::string> ScriptedFront::pressed() {
  struct Count {
    int& n;
    explicit Count(int& counter) : n(counter) { ++n; }
    ~Count() { --n; }
  };
  const Count count(waiting_);
  while (presses_.empty()) co_await arrived_.wait();
  std::string control = std::move(presses_.front());
  presses_.pop_front();
  co_return control;
}

bool ScriptedFront::press(const std::string& control) {
  const Control* found = find_control(now, control);
  if (found == nullptr || !found->enabled) return false;
  presses_.push_back(control);
  arrived_.ring();
  return true;
}

bool ScriptedFront::saw(const std::string& name) const { return last(name) != nullptr; }

const Screen* ScriptedFront::last(const std::string& name) const {
  const auto found =
      std::find_if(shown.rbegin(), shown.rend(), [&](const Screen& s) { return s.name == name; });
  return found == shown.rend() ? nullptr : &*found;
}

}  // namespace madoguchi::test
