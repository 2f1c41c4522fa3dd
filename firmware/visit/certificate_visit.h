#pragma once
// The certificate visit: a resident taps a card, chooses a certificate, pays and takes it along.

#include <optional>
#include <string>

#include "firmware/certificate/envelope.h"
#include "firmware/identity/my_number_card.h"
#include "firmware/visit/account.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/ending.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/records.h"
#include "firmware/visit/recovery.h"
#include "firmware/visit/report.h"
#include "firmware/visit/retrieving.h"
#include "firmware/visit/screens.h"
#include "firmware/visit/slip.h"

namespace madoguchi::visit {

/// One visit, made for one resident and dropped with everything it learned. Every step returns
/// whether the visit goes on; when it does not, `ending_` and `money_` say why and what became of
/// the money.
class CertificateVisit {
 public:
  CertificateVisit(Desk& desk, Dialogue& dialogue);

  /// The whole visit, from the card to the goodbye. Loop thread. Do not cancel: ask the resident or
  /// cut the power.
  Task<Report> run();
  /// After run(): nobody is received while somebody's card or paper lies there. Apart, because what
  /// was forgotten must not keep the report from those who watch the kiosk.
  Task<void> clear_the_desk();
  /// After run().
  [[nodiscard]] Ending ending() const { return ending_; }

 private:
  Task<bool> begin();
  // certificate_visit.cpp: who is it?
  Task<bool> ask_for_card(std::optional<Result<CardInField>>& in_field);
  Task<bool> read_card();
  Task<bool> enter_pin();
  Task<std::optional<Secret>> type_pin(int tries_left);
  Task<bool> identify();
  // choose.cpp: what shall it be?
  Task<bool> choose();
  enum class Page { kind, options, review, done, ended };
  Task<Page> choose_kind();
  Task<Page> choose_options();
  Task<Page> review();
  void apply_option(const std::string& control);
  // money_and_paper.cpp: pay and print.
  Task<bool> obtain();
  Task<bool> prepare();
  Task<bool> take_up(const OpenVisit& owed);
  Task<bool> open_document();
  Task<bool> printer_is_ready();
  [[nodiscard]] PrintJob job() const;
  Task<bool> pay();
  payment::Cashier cashier();
  Task<void> stop_on_request(payment::Cashier& cashier);
  Task<bool> print();
  Task<void> give_back();
  bool paper_lost();
  bool unresolved(std::int64_t yen);
  Task<void> settle();
  void close_account();
  // certificate_visit.cpp: the end.
  Task<void> give_slip();
  Task<void> take_and_thank();
  Task<void> take();
  Task<void> thank();
  Task<void> explain();
  Task<void> until_taken();
  Report finish();

  /// Sets the ending; for `co_return end(...)` in the steps.
  bool end(Ending ending);
  bool end(const GatewayFailure& failure);
  bool end(const Error& card_error);
  /// True when the reply does not end the visit.
  bool goes_on(const Reply& reply);
  Watch card_removal();

  Desk& desk_;
  Dialogue& dialogue_;
  const std::string id_;
  Gateway gateway_;
  /// Where money and paper are recorded: this visit, or the one whose paper is still owed.
  std::optional<Account> account_;

  std::optional<identity::MyNumberCard> card_;
  int tries_left_ = 0;
  Bytes nonce_;
  Bytes auth_certificate_;
  Bytes card_sha256_;
  api::Identified who_;
  Choice choice_;
  api::Quote quote_;
  DocumentRecord record_;
  std::optional<certificate::PrintableDocument> document_;
  payment::ChargeRecord charge_;
  certificate::PrintRecord print_;
  Retrieving retrieving_ = Retrieving::presented;
  SlipGiven slip_ = SlipGiven::none;
  std::vector<Became> slips_;  ///< that the resident holds already
  std::optional<Owed> owed_;   ///< of the visit that is taken up
  bool settled_ = false;       ///< nothing is left to do, so the visit may end in the journal

  Ending ending_ = Ending::issued;
  std::string ended_at_;  ///< the first screen of all at which end() was called
  MoneySaid money_;
};

}  // namespace madoguchi::visit
