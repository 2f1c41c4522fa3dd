#pragma once
// The world around a visit: a card, a terminal, a printer and a gateway that keep their own books,
// so that a test can compare what the kiosk believes with what really happened. In virtual time,
// one thread.

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/base/asio.h"
#include "firmware/base/wakeup.h"
#include "firmware/crypto/signature.h"
#include "firmware/message/audit_api.h"
#include "firmware/message/gateway_api.h"
#include "firmware/message/numbers_api.h"
#include "firmware/visit/desk.h"
#include "tools/emulators/card/card_model.h"

namespace madoguchi::test {

/// A waiting place that a test can open.
class Signal {
 public:
  Task<void> wait();
  void ring();

 private:
  std::vector<std::shared_ptr<asio::steady_timer>>
      waiting_;  // shared with waiters that may be cancelled
};

class ScriptedReader final : public CardReader {
 public:
  explicit ScriptedReader(emulator::CardModel& card) : card_(&card) {}
  Task<Result<CardInField>> wait_for_card() override;
  Task<Result<ResponseApdu>> transmit(Secret command) override;
  Task<Result<void>> wait_for_removal() override;
  Task<void> release() override;

  void insert();
  void pull();
  /// Lays a badge down instead of the card.
  void insert_badge(BadgeNumber badge);
  /// The card that is inserted next.
  void lay_out(emulator::CardModel& card) { card_ = &card; }
  bool inserted = false;
  int pull_after = -1;  ///< pulls the card in the middle of the nth coming APDU
  int apdus = 0;
  int verifies_with_data = 0;

 private:
  emulator::CardModel* card_;
  std::optional<BadgeNumber> badge_;
  Signal changed_;
};

/// Number 3's.
BadgeNumber volunteers_badge();

class LedgerTerminal final : public PaymentTerminal {
 public:
  explicit LedgerTerminal(Timers& timers) : timers_(timers) {}
  Task<Result<TerminalState>> login() override;
  Task<Result<TerminalState>> diagnose() override;
  Task<PaymentOutcome> pay(const SaleReference& reference, std::int64_t amount_yen) override;
  Task<Result<void>> abort(const SaleReference& payment, const std::string& service_id) override;
  Task<StatusOutcome> status(const SaleReference& earlier, const std::string& service_id) override;
  Task<ReversalOutcome> reverse(const SaleReference& reference, const std::string& terminal_sale,
                                std::int64_t amount_yen) override;
  Task<Result<TerminalTotals>> totals() override;
  Task<Result<TerminalTotals>> close_period() override;
  /// A sale that no kiosk asked for.
  void book_by_hand(std::int64_t yen) { book({"", "HAND", ""}, yen); }
  bool lose_close = false;  ///< close_period() does nothing
  int periods_closed = 0;

  enum class Mode {
    approve,
    decline,
    lose_reply,
    lose_request,
    book_wrong_amount,
    never_tap,
    interrupted,       ///< the card leaves too early, and the terminal sells nothing
    interrupted_sold,  ///< ... and the terminal calls it a sale
    gone
  };
  Mode mode = Mode::approve;
  std::string brand = "iD";  ///< of the card that taps
  bool lose_reversal_reply = false;
  bool refuse_reversal = false;
  std::int64_t reversal_amount_told = 0;  ///< by status() about a reversal; 0: not told
  int statuses_in_progress = 0;           ///< how many times status says "in progress" first
  bool status_dead = false;               ///< status gives no answer

  /// The kiosk lost its power while a payment was pending: the resident taps all the same.
  void tap_after_power_cut();
  /// ... or walks away, and the terminal gives up waiting.
  void nobody_taps() { pending_.reset(); }
  /// What residents have really paid.
  [[nodiscard]] std::int64_t net_yen() const;
  int payments_sent = 0;
  int reversals_sent = 0;
  struct Sale {
    std::string transaction;  ///< the kiosk's name for what was sold
    std::int64_t booked = 0;
    bool reversed = false;
  };
  /// By the terminal's own number.
  [[nodiscard]] const std::map<std::string, Sale>& sales() const { return sales_; }

 private:
  std::string book(const SaleReference& reference, std::int64_t yen);

  Timers& timers_;
  TerminalTotals closed_;  // the sums of all periods that ended
  std::optional<std::pair<SaleReference, std::int64_t>> pending_;
  std::map<std::string, Sale> sales_;                 // by terminal sale
  std::map<std::string, std::string> by_service_id_;  // payment or reversal -> terminal sale
  bool stop_asked_ = false;
  Signal aborted_;
};

class TrayPrinter final : public Printer {
 public:
  explicit TrayPrinter(Timers& timers) : timers_(timers) {}
  Task<Result<PrinterState>> state() override;
  Task<Result<void>> validate(const PrintJob& job) override;
  Task<Result<std::int32_t>> submit(const PrintJob& job) override;
  Task<Result<std::int32_t>> find(const std::string& name) override;
  Task<JobProgress> follow(std::int32_t job,
                           std::function<void(const JobProgress&)> on_change) override;
  Task<Result<void>> cancel(std::int32_t job) override;

  PrinterTrouble idle_trouble = PrinterTrouble::none;  ///< before a job
  PrinterTrouble job_trouble = PrinterTrouble::none;   ///< in mid-job
  bool trouble_clears = false;                         ///< after 20 s
  bool refuse_job = false;
  bool lose_reply = false;    ///< of submit, the job is there
  bool lose_request = false;  ///< of submit, the job is not there
  bool abort_job = false;
  bool vanish = false;  ///< follow ends with unknown
  bool refuse_validate = false;

  struct Job {
    std::string name;
    Bytes pdf;
    std::int32_t sheets = 0;
    JobState state = JobState::pending;
  };
  std::vector<Job> jobs;
  /// Sheets of jobs that came out whole.
  [[nodiscard]] std::int32_t sheets_out() const;

 private:
  static std::int32_t sheets_of(const Job& job);
  Timers& timers_;
};

/// A gateway at the end of the link: checks the order of requests, seals documents with a real key.
class SealingGateway final : public visit::Link {
 public:
  explicit SealingGateway(Timers& timers);
  ~SealingGateway() override;
  [[nodiscard]] bool up() const override { return is_up; }
  Task<HttpAnswer> call(HttpCall call) override;
  [[nodiscard]] bool live() const override { return is_live_; }
  Task<void> live_changed() override;
  void say(const desk::LiveFromKiosk& message) override;
  Task<desk::LiveToKiosk> heard() override;

  /// The live channel comes or goes; it is away at first.
  void set_live(bool live);
  /// A live message to the kiosk.
  void tell(desk::LiveToKiosk message);

  [[nodiscard]] P256PublicKey seal_key() const;
  /// Signs with the gateway's key, any message and a seal; for what a test forges.
  [[nodiscard]] Bytes sign(ByteView message) const;
  [[nodiscard]] Bytes sign_seal(ByteView seal) const;

  bool is_up = true;
  std::string dead_at;  ///< "visits", "identify", ...: no answer from there on
  std::map<std::string, api::Refusal> refuse;  ///< by request
  std::function<void(api::Identified&)> change_identified;
  std::function<void(api::Seal&)> change_seal;  ///< before it is signed
  std::function<void(api::SealedDocument&)> change_document;
  std::function<void(api::CountersignedCheckpoint&)> change_receipt;
  std::int64_t fee_yen = 250;
  std::int32_t pages = 1;
  std::vector<std::string> requests;  ///< in order
  std::vector<api::Settlement> settlements;
  std::function<void(api::Settlements&)> change_settlements;  ///< before they are told
  std::vector<api::QuoteRequest> quotes;
  std::vector<std::int32_t> ratings;
  std::vector<api::SignedCheckpoint> checkpoints;
  Bytes card_certificate;  ///< of the last resident
  std::vector<api::Notice> notices;
  std::vector<desk::LiveFromKiosk> said;  ///< while it was live

  // The help desk.
  std::vector<desk::Badge> badges;  ///< that are registered
  std::int64_t badges_last_s = 7 * 24 * 3600;
  std::function<void(desk::SignedBadges&)> change_badges;  ///< before they are told
  std::vector<desk::HelpAsk> asked;
  /// By session, as often as they were recorded; a repeat with the same key counts once.
  std::vector<std::pair<std::string, desk::HelpRecord>> help_records;
  int help_records_sent = 0;  ///< repeats included
  bool lose_record_answer = false;

  // Numbers: each report once, whatever is repeated with its key.
  std::vector<numbers::FlowReport> flows;
  std::vector<std::string> flow_keys;  ///< of `flows`
  int flows_sent = 0;                  ///< repeats included
  bool lose_flow_answer = false;
  std::string everything_sent;  ///< targets and bodies of all calls
  /// What is below /v1/queue; without it there is no waiting room.
  std::function<HttpAnswer(const HttpCall&)> queue;
  /// The same below /v1/consultations.
  std::function<HttpAnswer(const HttpCall&)> consultations;

 private:
  struct Key;
  struct Visit {
    Bytes nonce;
    Bytes card_sha256;
    api::QuoteRequest quote;
  };
  template <class T>
  static HttpAnswer answer(const HttpCall& call, const T& body);
  HttpAnswer reply(const HttpCall& call, const std::string& what, const std::string& visit);
  HttpAnswer issue(const HttpCall& call, const std::string& visit);
  HttpAnswer countersign(const HttpCall& call);
  HttpAnswer help(const HttpCall& call);
  HttpAnswer grant(const HttpCall& call);
  HttpAnswer record_help(const HttpCall& call);
  HttpAnswer count_flow(const HttpCall& call);
  api::Identified identified(const std::string& visit);

  Timers& timers_;
  std::unique_ptr<Key> key_;
  std::map<std::string, Visit> visits_;
  bool is_live_ = false;
  Wakeup live_changed_;
  std::deque<desk::LiveToKiosk> untold_;
  Wakeup told_;
  std::map<std::string, Bytes> record_keys_;  ///< Idempotency-Key -> body
};

class ScriptedFront final : public visit::Front {
 public:
  void show(const Screen& screen) override;
  Task<std::string> pressed() override;

  /// Presses an enabled control of the screen shown now; false when there is no such control.
  bool press(const std::string& control);
  [[nodiscard]] bool waiting() const { return waiting_ > 0; }

  std::function<void(const Screen&)> on_show;
  Screen now;
  std::vector<Screen> shown;
  [[nodiscard]] bool saw(const std::string& name) const;
  [[nodiscard]] const Screen* last(const std::string& name) const;

 private:
  std::deque<std::string> presses_;
  Signal arrived_;
  int waiting_ = 0;
};

}  // namespace madoguchi::test
