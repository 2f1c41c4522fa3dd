#include "tools/emulators/terminal/poi.h"

#include <exception>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/bytes.h"
#include "tools/emulators/command_lines.h"
#include "tools/emulators/terminal/open_payment.h"

namespace madoguchi::emulator {
namespace {

std::string label(const Request& request) {
  std::string out = request.category;
  out[0] = static_cast<char>(out[0] + ('a' - 'A'));
  return out + " " + request.service_id;
}

std::string yen(std::int64_t amount) { return std::to_string(amount) + " yen"; }

}  // namespace

Poi::Poi(Timers& timers, Ledger ledger, PoiSettings settings)
    : timers_(timers), ledger_(std::move(ledger)), settings_(std::move(settings)) {}

Poi::~Poi() = default;

Task<Answer> Poi::handle(std::string text) {
  std::string wrong;
  if (settings_.security) {
    try {
      text = settings_.security->unwrap(text);
    } catch (const std::exception& error) {
      wrong = error.what();
    }
  }
  if (!wrong.empty()) {
    tell("rejected: " + wrong);
    co_return Answer{Answer::Fate::send, rejection(wrong).dump()};
  }
  Answer out = co_await answer(std::move(text));
  if (settings_.security && !out.body.empty())
    out.body = settings_.security->wrap(out.body, out.spoil);
  if (out.half) out.body.resize(out.body.size() / 2);
  co_return out;
}

Task<Answer> Poi::answer(std::string text) {
  Request request;
  std::string wrong;
  try {
    request = read_request(text);
    if (!settings_.poi_id.empty() && request.poi_id != settings_.poi_id)
      wrong = "POIID is not mine";
    if (request.category == "Payment") read_payment(request.body);
    if (request.category == "Reversal") read_reversal(request.body);
    if (request.category == "Reconciliation") request.body.at("ReconciliationType");
    if (request.category == "Abort" || request.category == "TransactionStatus")
      read_reference(request.body);
  } catch (const std::exception& error) {
    wrong = error.what();
  }
  if (!wrong.empty()) {
    tell("rejected: " + wrong);
    co_return Answer{Answer::Fate::send, rejection(wrong).dump()};
  }
  if (request.category == "Payment" && mode_.name == "drop-request") {
    take_mode();
    tell(label(request) + " request dropped");
    co_return Answer{Answer::Fate::close, {}};
  }
  if (!ledger_.use(request.poi_id, request.service_id)) {
    tell(label(request) + " refused: ServiceID was used before");
    const Json refused{{"Response", response("NotAllowed", "message=ServiceID was used before")}};
    co_return Answer{Answer::Fate::send, reply_to(request, refused).dump()};
  }
  if (request.category == "Payment") co_return co_await payment(request);
  if (request.category == "Reversal") co_return reversal(request);
  if (request.category == "Abort") {
    abort(request);
    co_return Answer{};  // nexo: no reply but the payment's own
  }
  const Json body = request.category == "TransactionStatus" ? status(request) : poi_status(request);
  co_return Answer{Answer::Fate::send, reply_to(request, body).dump()};
}

Entry Poi::new_entry(const Request& request, const std::string& transaction,
                     std::int64_t asked_yen) const {
  Entry entry;
  entry.kind = request.category;
  entry.poi_id = request.poi_id;
  entry.sale_id = request.sale_id;
  entry.service_id = request.service_id;
  entry.transaction = transaction;
  entry.asked_yen = asked_yen;
  entry.poi_transaction = "T" + to_hex(random_bytes(6));
  entry.time_stamp = time_stamp_now();
  entry.period = ledger_.period();
  return entry;
}

Task<Answer> Poi::payment(const Request& request) {
  const PaymentOrder order = read_payment(request.body);
  OpenPayment open(co_await asio::this_coro::executor);
  if (open_ != nullptr) {
    co_return conclude(request, order, open, End{"Busy", "message=Another payment waits"});
  }
  open.mode = take_mode();
  open.unlike = std::exchange(unlike_, std::nullopt);
  if (!logged_in_.contains(request.sale_id)) {
    co_return conclude(request, order, open, End{"LoggedOut", "message=Log in first"});
  }
  if (open.mode.name == "busy") co_return conclude(request, order, open, End{"Busy", ""});
  if (open.mode.name == "cancel") {
    co_return conclude(request, order, open, End{"Cancel", "message=Shopper%20cancelled"});
  }
  open.service_id = request.service_id;
  open.sale_id = request.sale_id;
  open_ = &open;
  tell(label(request) + " waiting " + yen(order.amount_yen));
  co_await wait_for_tap(open);
  const Answer answer = conclude(request, order, open, transact(order, open));
  open_ = nullptr;
  if (open.mode.name == "delay")
    co_await timers_.sleep(std::chrono::milliseconds(open.mode.number));
  co_return answer;
}

Task<void> Poi::wait_for_tap(OpenPayment& open) {
  const auto limit =
      settings_.auto_tap ? std::min(*settings_.auto_tap, settings_.tap_limit) : settings_.tap_limit;
  open.woken.expires_after(limit);
  const auto [error] = co_await open.woken.async_wait(as_tuple_await);
  const bool nobody_came = !error && !open.aborted && !open.brand;
  if (nobody_came && settings_.auto_tap) open.brand = settings_.brand;
  if (!open.interrupted || open.aborted) co_return;
  const Unfinished rule = open.unfinished();
  if (rule != Unfinished::asks_again && rule != Unfinished::books) co_return;
  tell("payment " + open.service_id + " touch again");
  open.woken.expires_after(settings_.retouch_limit);
  co_await open.woken.async_wait(as_tuple_await);
}

Poi::End Poi::unfinished(const PaymentOrder& order, const OpenPayment& open) {
  static constexpr const char* words = "message=Touch%20not%20confirmed&unconfirmedTouch=true";
  switch (open.unfinished()) {
    case Unfinished::books:
      return {"charged", words, order.amount_yen};
    case Unfinished::asks_host:
      return {"pending", words};
    case Unfinished::asks_again:
    case Unfinished::drops:
      break;
  }
  return {open.aborted ? "Aborted" : "Cancel", words};
}

// Everything after the wait. What a card has begun comes before an Abort that crossed it.
Poi::End Poi::transact(const PaymentOrder& order, const OpenPayment& open) const {
  if (open.interrupted && !open.retouched) return unfinished(order, open);
  if (open.aborted) return {"Aborted", "message=Aborted%20by%20the%20sale%20system"};
  if (!open.brand) return {"Cancel", "message=Timeout"};
  if (open.mode.name == "decline") {
    return {"Refusal", "message=Declined&refusalReason=Not%20enough%20balance"};
  }
  End end{"charged", "", order.amount_yen};
  if (open.mode.name == "wrong-amount")
    end.moved_yen = open.mode.number > 0 ? open.mode.number : order.amount_yen + 1;
  if (open.mode.name == "partial") end.moved_yen = (order.amount_yen + 1) / 2;
  return end;
}

// The money moves and is in the ledger before any reply is made.
Answer Poi::conclude(const Request& request, const PaymentOrder& order, const OpenPayment& open,
                     const End& end) {
  const std::string before =
      ledger_.last_payment() == nullptr ? "" : ledger_.last_payment()->reply.dump();
  Entry entry = new_entry(request, order.transaction, order.amount_yen);
  entry.brand = open.brand.value_or("");
  entry.state = end.state;
  entry.moved_yen = end.moved_yen;
  entry.unconfirmed = open.interrupted && !open.retouched;
  std::string condition = end.state;
  if (end.state == "charged") condition = open.mode.name == "partial" ? "Partial" : "";
  if (end.state == "pending") condition = "InProgress";
  Json body = payment_body(entry, order, condition, end.additional);
  if (open.mode.name == "wrong-currency" && end.moved_yen > 0)
    body["PaymentResult"]["AmountsResp"]["Currency"] = "USD";
  entry.reply = reply_to(request, body);
  tell(label(request) + " " +
       (end.moved_yen > 0 ? "charged " + yen(end.moved_yen) + " " + entry.brand
                          : "failed " + end.state));
  Answer out = misbehave(open.mode, entry.reply, before);
  ledger_.record(std::move(entry));
  return out;
}

// The host has said what became of a payment, or an Abort withdrew it before it did.
void Poi::settle_pending(const Entry& pending, bool charged) {
  Entry entry = pending;
  Json& body = entry.reply["SaleToPOIResponse"]["PaymentResponse"];
  entry.state = charged ? "charged" : "Aborted";
  entry.unconfirmed = false;
  entry.moved_yen = charged ? entry.asked_yen : 0;
  body["Response"] = response(charged ? "" : "Aborted");
  if (charged) {
    body["PaymentResult"]["AmountsResp"] = {{"Currency", "JPY"},
                                            {"AuthorizedAmount", entry.moved_yen}};
  }
  tell("payment " + entry.service_id +
       (charged ? " charged " + yen(entry.moved_yen) + " " : " failed ") +
       (charged ? entry.brand : entry.state));
  ledger_.record(std::move(entry));
}

Answer Poi::reversal(const Request& request) {
  const ReversalOrder order = read_reversal(request.body);
  const Entry* payment = ledger_.payment(order.original);
  std::string condition;
  std::string additional;
  if (!logged_in_.contains(request.sale_id)) {
    condition = "LoggedOut";
  } else if (std::exchange(refuse_reversal_, false)) {
    condition = "Refusal";
    additional = "message=Refused%20by%20the%20acquirer";
  } else if (payment == nullptr || payment->time_stamp != order.original_time ||
             payment->moved_yen == 0) {
    condition = "NotFound";
  } else if (ledger_.is_reversed(order.original)) {
    condition = "Refusal";
    additional = "message=Already%20reversed";
  } else if (order.amount_yen.value_or(payment->moved_yen) != payment->moved_yen) {
    condition = "Refusal";
    additional = "message=Only%20the%20whole%20amount";
  }
  Entry entry = new_entry(request, order.transaction, order.amount_yen.value_or(0));
  entry.reversed_transaction = order.original;
  entry.state = condition.empty() ? "reversed" : condition;
  Json body{{"Response", response(condition, additional)},
            {"POIData",
             {{"POITransactionID",
               {{"TransactionID", entry.poi_transaction}, {"TimeStamp", entry.time_stamp}}}}},
            {"OriginalPOITransaction", request.body.at("OriginalPOITransaction")}};
  if (condition.empty()) {
    entry.moved_yen = payment->moved_yen;
    entry.brand = payment->brand;
    body["ReversedAmount"] = entry.moved_yen;
  }
  entry.reply = reply_to(request, body);
  tell(label(request) + " " +
       (condition.empty() ? "reversed " + yen(entry.moved_yen) : "failed " + condition));
  Answer answer{Answer::Fate::send, entry.reply.dump()};
  ledger_.record(std::move(entry));
  if (std::exchange(lose_reversal_reply_, false)) return {Answer::Fate::close, {}};
  return answer;
}

Json Poi::status(const Request& request) {
  const Reference about = read_reference(request.body);
  const Entry* entry = ledger_.message(about.service_id, about.sale_id);
  if (entry != nullptr && !about.category.empty() && about.category != entry->kind) entry = nullptr;
  const bool waits =
      open_ != nullptr && open_->service_id == about.service_id && open_->sale_id == about.sale_id;
  std::string condition;
  const bool pending = entry != nullptr && entry->state == "pending";
  if (waits || pending || in_progress_answers_ > 0) {
    condition = "InProgress";
    if (in_progress_answers_ > 0) --in_progress_answers_;
  } else if (entry == nullptr) {
    condition = "NotFound";
  }
  tell(label(request) + " about " + about.service_id + " " +
       (condition.empty() ? "known" : condition));
  Json body{{"Response", response(condition)},
            {"MessageReference", request.body.at("MessageReference")}};
  if (condition.empty()) {
    const Json& then = entry->reply.at("SaleToPOIResponse");
    const std::string name = entry->kind + "Response";
    body["RepeatedMessageResponse"] = {{"MessageHeader", then.at("MessageHeader")},
                                       {"RepeatedResponseMessageBody", {{name, then.at(name)}}}};
  }
  return body;
}

Json Poi::reconciliation(const Request& request) {
  if (request.body.at("ReconciliationType") != "SaleReconciliation" || open_ != nullptr) {
    return {{"Response", response("NotAllowed", "message=Not%20now%20or%20not%20this%20type")},
            {"ReconciliationType", request.body.at("ReconciliationType")}};
  }
  const Json body{{"Response", response("")},
                  {"ReconciliationType", "SaleReconciliation"},
                  {"POIReconciliationID", ledger_.period()},
                  {"TransactionTotals", ledger_.totals("")}};
  ledger_.next_period();
  return body;
}

// Login, Logout, Diagnosis and GetTotals.
Json Poi::poi_status(const Request& request) {
  tell(label(request));
  const Json state{{"GlobalStatus", open_ == nullptr ? "OK" : "Busy"}};
  if (request.category == "Login") {
    logged_in_.insert(request.sale_id);
    return {{"Response", response("")},
            {"POISystemData",
             {{"DateTime", time_stamp_now()},
              {"POISoftware",
               {{"ManufacturerID", "Madoguchi"},
                {"ApplicationName", "emulator-terminal"},
                {"SoftwareVersion", MADOGUCHI_VERSION},
                {"CertificationCode", "none"}}},
              {"POIStatus", state}}}};
  }
  if (request.category == "Logout") {
    logged_in_.erase(request.sale_id);
    return {{"Response", response("")}};
  }
  if (request.category == "GetTotals") {
    const Json filter = request.body.value("TotalFilter", Json::object());
    return {{"Response", response("")},
            {"POIReconciliationID", ledger_.period()},
            {"TransactionTotals", ledger_.totals(filter.value("SaleID", ""))}};
  }
  if (request.category == "Reconciliation") return reconciliation(request);
  if (request.category == "Diagnosis") return {{"Response", response("")}, {"POIStatus", state}};
  return {{"Response", response("UnavailableService", "message=Not%20on%20this%20terminal")}};
}

void Poi::abort(const Request& request) {
  const Reference about = read_reference(request.body);
  const bool found =
      open_ != nullptr && open_->service_id == about.service_id && open_->sale_id == about.sale_id;
  const Entry* pending = ledger_.pending();
  const bool withdrawn = !found && pending != nullptr && pending->service_id == about.service_id &&
                         pending->sale_id == about.sale_id;
  tell(label(request) + " about " + about.service_id + (found || withdrawn ? "" : " too late"));
  if (withdrawn) settle_pending(*pending, false);
  if (!found) return;
  open_->aborted = true;
  open_->woken.cancel();
}

}  // namespace madoguchi::emulator
