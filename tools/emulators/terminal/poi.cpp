#include "tools/emulators/terminal/poi.h"

#include <array>
#include <exception>
#include <sstream>
#include <utility>

#include "firmware/base/asio.h"
#include "firmware/base/bytes.h"
#include "tools/emulators/command_lines.h"

namespace madoguchi::emulator {
namespace {

constexpr const char* default_brand = "QUICPay";

std::string label(const Request& request) {
  std::string out = request.category;
  out[0] = static_cast<char>(out[0] + ('a' - 'A'));
  return out + " " + request.service_id;
}

std::string yen(std::int64_t amount) { return std::to_string(amount) + " yen"; }

}  // namespace

struct Poi::OpenPayment {
  explicit OpenPayment(const asio::any_io_executor& loop) : woken(loop) {}
  std::string service_id;
  std::string sale_id;
  Mode mode;
  asio::steady_timer woken;
  std::optional<std::string> brand;  // tapped with
  bool aborted = false;
};

Poi::Poi(Timers& timers, Ledger ledger, PoiSettings settings)
    : timers_(timers), ledger_(std::move(ledger)), settings_(std::move(settings)) {}

Poi::~Poi() = default;

Task<Answer> Poi::handle(std::string text) {
  Request request;
  std::string wrong;
  try {
    request = read_request(text);
    if (!settings_.poi_id.empty() && request.poi_id != settings_.poi_id)
      wrong = "POIID is not mine";
    if (request.category == "Payment") read_payment(request.body);
    if (request.category == "Reversal") read_reversal(request.body);
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
  return entry;
}

Answer Poi::fail_payment(const Request& request, const PaymentOrder& order,
                         const std::string& condition, const std::string& additional) {
  Entry entry = new_entry(request, order.transaction, order.amount_yen);
  entry.state = condition;
  entry.reply = reply_to(request, payment_body(entry, order, condition, additional));
  Answer answer{Answer::Fate::send, entry.reply.dump()};
  ledger_.record(std::move(entry));
  tell(label(request) + " failed " + condition);
  return answer;
}

Task<Answer> Poi::payment(const Request& request) {
  const PaymentOrder order = read_payment(request.body);
  if (open_ != nullptr) {
    co_return fail_payment(request, order, "Busy", "message=Another payment waits");
  }
  OpenPayment open(co_await asio::this_coro::executor);
  open.mode = take_mode();
  if (!logged_in_.contains(request.sale_id)) {
    co_return fail_payment(request, order, "LoggedOut", "message=Log in first");
  }
  if (open.mode.name == "busy") co_return fail_payment(request, order, "Busy", "");
  if (open.mode.name == "cancel") {
    co_return fail_payment(request, order, "Cancel", "message=Shopper%20cancelled");
  }
  open.service_id = request.service_id;
  open.sale_id = request.sale_id;
  open_ = &open;
  tell(label(request) + " waiting " + yen(order.amount_yen));
  co_await wait_for_tap(open);
  const Answer answer = transact(request, order, open);
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
  if (nobody_came && settings_.auto_tap) open.brand = default_brand;
}

// Everything after the wait: the money moves and is in the ledger before any reply is made.
Answer Poi::transact(const Request& request, const PaymentOrder& order, OpenPayment& open) {
  const std::string& mode = open.mode.name;
  if (open.aborted)
    return fail_payment(request, order, "Aborted", "message=Aborted%20by%20the%20sale%20system");
  if (!open.brand) return fail_payment(request, order, "Cancel", "message=Timeout");
  if (mode == "decline") {
    return fail_payment(request, order, "Refusal",
                        "message=Declined&refusalReason=Not%20enough%20balance");
  }
  const std::string replayed =
      ledger_.last_payment() == nullptr ? "" : ledger_.last_payment()->reply.dump();
  Entry entry = new_entry(request, order.transaction, order.amount_yen);
  entry.brand = *open.brand;
  entry.state = "charged";
  entry.moved_yen = order.amount_yen;
  if (mode == "wrong-amount")
    entry.moved_yen = open.mode.number > 0 ? open.mode.number : order.amount_yen + 1;
  if (mode == "partial") entry.moved_yen = (order.amount_yen + 1) / 2;
  entry.reply =
      reply_to(request, payment_body(entry, order, mode == "partial" ? "Partial" : "", ""));
  std::string text = entry.reply.dump();
  tell(label(request) + " charged " + yen(entry.moved_yen) + " " + entry.brand);
  ledger_.record(std::move(entry));
  if (mode == "drop-reply") return {Answer::Fate::close, {}};
  if (mode == "stall") return {Answer::Fate::stall, {}};
  if (mode == "double-reply") return {Answer::Fate::send_twice, text};
  if (mode == "malformed") return {Answer::Fate::send, text.substr(0, text.size() / 2)};
  if (mode == "replay" && !replayed.empty()) return {Answer::Fate::send, replayed};
  return {Answer::Fate::send, text};
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
  if (waits || in_progress_answers_ > 0) {
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

// Login, Logout and Diagnosis.
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
  if (request.category == "Diagnosis") return {{"Response", response("")}, {"POIStatus", state}};
  return {{"Response", response("UnavailableService", "message=Not%20on%20this%20terminal")}};
}

void Poi::abort(const Request& request) {
  const Reference about = read_reference(request.body);
  const bool found =
      open_ != nullptr && open_->service_id == about.service_id && open_->sale_id == about.sale_id;
  tell(label(request) + " about " + about.service_id + (found ? "" : " too late"));
  if (!found) return;
  open_->aborted = true;
  open_->woken.cancel();
}

bool Poi::tap(const std::string& brand) {
  if (open_ == nullptr || open_->brand || open_->aborted) {
    tell("nothing to tap for");
    return true;
  }
  open_->brand = brand.empty() ? default_brand : brand;
  open_->woken.cancel();
  return true;
}

Poi::Mode Poi::take_mode() {
  Mode mode = mode_;
  if (!mode_.always) mode_ = {};
  return mode;
}

bool Poi::set_mode(std::istream& words) {
  static constexpr std::array names{
      "approve", "decline", "delay",  "drop-reply",   "drop-request", "stall", "wrong-amount",
      "partial", "busy",    "cancel", "double-reply", "malformed",    "replay"};
  Mode mode;
  words >> mode.name;
  for (std::string word; words >> word;) {
    if (word == "always") {
      mode.always = true;
    } else if (word.find_first_not_of("0123456789") == std::string::npos && word.size() < 10) {
      mode.number = std::stoll(word);
    } else {
      return false;
    }
  }
  if (mode.name == "reversal-refused") {
    refuse_reversal_ = true;
  } else if (mode.name == "reversal-drop-reply") {
    lose_reversal_reply_ = true;
  } else if (mode.name == "status-in-progress") {
    in_progress_answers_ = static_cast<int>(mode.number);
  } else if (std::find(names.begin(), names.end(), mode.name) != names.end()) {
    mode_ = mode;
  } else {
    return false;
  }
  tell("mode " + mode.name);
  return true;
}

bool Poi::command(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  words >> verb;
  if (verb == "mode") return set_mode(words);
  if (verb == "ledger") {
    tell(ledger_.summary().dump());
    return true;
  }
  std::string brand;
  words >> brand;
  return verb == "tap" && tap(brand);
}

const char* Poi::usage() {
  return "tap [BRAND] | ledger | mode gone|back | mode approve|decline|delay "
         "MS|drop-reply|drop-request|stall|"
         "wrong-amount [YEN]|partial|busy|cancel|double-reply|malformed|replay [always] | "
         "mode reversal-refused|reversal-drop-reply|status-in-progress N";
}

}  // namespace madoguchi::emulator
