// The receiving half of nexo.h.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "firmware/message/codec.h"
#include "hal/terminal/nexo.h"

namespace madoguchi::nexo {
namespace {

constexpr std::size_t max_text = 256;
constexpr std::size_t max_detail = 120;
// No fee of a kiosk comes near; what is above is a terminal's mistake.
constexpr double max_amount = 1e12;

Error malformed(std::string_view what) {
  return {Errc::protocol, "nexo.decode", std::string(what)};
}

/// The member of an object, or null when there is none (or when it is no object).
const Json& member(const Json& object, const char* name) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

/// A text, or a number where a text should be; empty when it is neither or too long to be an
/// identifier.
std::string text(const Json& value) {
  if (value.is_number_integer()) return value.dump();
  if (!value.is_string()) return {};
  const auto& content = value.get_ref<const std::string&>();
  return content.size() <= max_text ? content : std::string();
}

/// Yen as 500, 500.0, "500" or "500.00"; absent when there is none. Errors: protocol.
Result<std::optional<std::int64_t>> amount(const Json& value, const char* what) {
  if (value.is_null()) return std::optional<std::int64_t>();
  double yen = -1;
  if (value.is_number()) {
    yen = value.get<double>();
  } else if (value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, yen, std::chars_format::fixed);
    if (parsed.ec != std::errc() || parsed.ptr != end) yen = -1;
  }
  if (!(yen >= 0 && yen <= max_amount) || yen != std::floor(yen)) {
    return malformed(std::string(what) + " is not an amount of yen");
  }
  return std::optional(static_cast<std::int64_t>(yen));
}

ErrorCondition condition_of(const std::string& name) {
  for (int i = 1; i < static_cast<int>(ErrorCondition::other); ++i) {
    const auto condition = static_cast<ErrorCondition>(i);
    if (name == name_of(condition)) return condition;
  }
  return ErrorCondition::other;
}

/// Text for maintainers' logs: short, printable, and with nothing that could be a card number.
std::string harmless(std::string_view raw) {
  std::string out;
  for (const char c : raw.substr(0, max_detail)) {
    out += c >= ' ' && c <= '~' ? c : ' ';
  }
  for (std::size_t i = 0; i < out.size();) {
    std::size_t end = i;
    while (end < out.size() && out[end] >= '0' && out[end] <= '9') ++end;
    if (end - i >= 6)
      std::fill(out.begin() + static_cast<long>(i), out.begin() + static_cast<long>(end), '*');
    i = end + 1;
  }
  return out;
}

/// AdditionalResponse is a query string ("message=...&refusalReason=...") that may also hold the
/// cardholder's name and parts of the card number: only the two keys that speak of the failure are
/// read.
std::string failure_text(const std::string& additional) {
  std::string out;
  for (std::size_t begin = 0; begin < additional.size();) {
    const std::size_t end = std::min(additional.find('&', begin), additional.size());
    const std::string_view part = std::string_view(additional).substr(begin, end - begin);
    for (const std::string_view key : {"message=", "refusalReason="}) {
      if (part.starts_with(key))
        out += (out.empty() ? "" : "; ") + std::string(part.substr(key.size()));
    }
    begin = end + 1;
  }
  std::string decoded;
  for (std::size_t i = 0; i < out.size(); ++i) {
    unsigned code = 0;
    const bool escaped =
        out[i] == '%' && i + 2 < out.size() &&
        std::from_chars(out.data() + i + 1, out.data() + i + 3, code, 16).ptr == out.data() + i + 3;
    decoded += escaped ? static_cast<char>(code) : out[i] == '+' ? ' ' : out[i];
    if (escaped) i += 2;
  }
  return harmless(decoded);
}

Result<Response> read_response(const Json& body) {
  const Json& response = member(body, "Response");
  const std::string result = text(member(response, "Result"));
  Response out;
  if (result == "Success") {
    out.outcome = Outcome::success;
  } else if (result == "Partial") {
    out.outcome = Outcome::partial;
  } else if (result == "Failure") {
    out.outcome = Outcome::failure;
    out.condition = condition_of(text(member(response, "ErrorCondition")));
  } else {
    return malformed("Response.Result is none of Success, Partial, Failure");
  }
  const Json& additional = member(response, "AdditionalResponse");
  if (additional.is_string()) {
    const auto& query = additional.get_ref<const std::string&>();
    out.message = failure_text(query);
    out.unconfirmed_touch =
        ("&" + query + "&").find("&unconfirmedTouch=true&") != std::string::npos;
  }
  return out;
}

std::optional<PoiTransaction> read_poi(const Json& body) {
  const Json& transaction = member(member(body, "POIData"), "POITransactionID");
  PoiTransaction out{text(member(transaction, "TransactionID")),
                     text(member(transaction, "TimeStamp"))};
  if (out.id.empty()) return std::nullopt;
  return out;
}

Result<PaymentReply> read_payment(const Json& body) {
  auto response = read_response(body);
  if (!response.ok()) return response.error();
  PaymentReply out;
  out.response = std::move(*response);
  out.transaction =
      text(member(member(member(body, "SaleData"), "SaleTransactionID"), "TransactionID"));
  out.poi = read_poi(body);
  const Json& result = member(body, "PaymentResult");
  const Json& amounts = member(result, "AmountsResp");
  auto authorized = amount(member(amounts, "AuthorizedAmount"), "AuthorizedAmount");
  if (!authorized.ok()) return authorized.error();
  out.amount_yen = *authorized;
  out.currency = text(member(amounts, "Currency"));
  const Json& instrument = member(result, "PaymentInstrumentData");
  out.brand = text(member(member(instrument, "CardData"), "PaymentBrand"));
  if (out.brand.empty()) out.brand = text(member(instrument, "PaymentInstrumentType"));
  out.approval_code = text(member(member(result, "PaymentAcquirerData"), "ApprovalCode"));
  return out;
}

Result<ReversalReply> read_reversal(const Json& body) {
  auto response = read_response(body);
  if (!response.ok()) return response.error();
  auto reversed = amount(member(body, "ReversedAmount"), "ReversedAmount");
  if (!reversed.ok()) return reversed.error();
  return ReversalReply{std::move(*response), read_poi(body), *reversed};
}

MessageReference read_reference(const Json& object) {
  return {text(member(object, "ServiceID")), text(member(object, "SaleID"))};
}

Result<StatusReply> read_status(const Json& body) {
  auto response = read_response(body);
  if (!response.ok()) return response.error();
  StatusReply out;
  out.response = std::move(*response);
  if (const Json& about = member(body, "MessageReference"); about.is_object())
    out.about = read_reference(about);
  const Json& repeated = member(body, "RepeatedMessageResponse");
  if (!repeated.is_object()) return out;
  const Json& content = member(repeated, "RepeatedResponseMessageBody");
  const MessageReference reference = read_reference(member(repeated, "MessageHeader"));
  if (const Json& payment = member(content, "PaymentResponse"); payment.is_object()) {
    auto reply = read_payment(payment);
    if (!reply.ok()) return reply.error();
    out.repeated = {reference, std::move(*reply)};
  } else if (const Json& reversal = member(content, "ReversalResponse"); reversal.is_object()) {
    auto reply = read_reversal(reversal);
    if (!reply.ok()) return reply.error();
    out.repeated = {reference, std::move(*reply)};
  } else {
    return malformed("RepeatedResponseMessageBody holds neither a payment nor a reversal");
  }
  return out;
}

Result<PoiReply> read_poi_reply(const Json& body) {
  auto response = read_response(body);
  if (!response.ok()) return response.error();
  PoiReply out;
  out.response = std::move(*response);
  const Json& system = member(body, "POISystemData");
  const Json& status = member(body, "POIStatus").is_object() ? member(body, "POIStatus")
                                                             : member(system, "POIStatus");
  out.global_status = harmless(text(member(status, "GlobalStatus")));
  const Json& software = member(system, "POISoftware");
  out.model = harmless(text(member(software, "ManufacturerID")) + " " +
                       text(member(software, "ApplicationName")));
  if (out.model == " ") out.model.clear();
  return out;
}

/// TransactionCount; a number, or a text of one.
Result<std::int64_t> count(const Json& value) {
  auto number = amount(value, "TransactionCount");
  if (!number.ok()) return number.error();
  return number->value_or(0);
}

Result<TotalsReply> read_totals(const Json& body) {
  auto response = read_response(body);
  if (!response.ok()) return response.error();
  TotalsReply out;
  out.response = std::move(*response);
  out.period = harmless(text(member(body, "POIReconciliationID")));
  for (const Json& totals : member(body, "TransactionTotals")) {
    const std::string currency = text(member(totals, "PaymentCurrency"));
    if (!currency.empty() && currency != "JPY") return malformed("totals that are not in yen");
    for (const Json& each : member(totals, "PaymentTotals")) {
      const auto times = count(member(each, "TransactionCount"));
      if (!times.ok()) return times.error();
      const auto yen = amount(member(each, "TransactionAmount"), "TransactionAmount");
      if (!yen.ok()) return yen.error();
      out.sums.push_back({text(member(totals, "SaleID")), text(member(each, "TransactionType")),
                          *times, yen->value_or(0)});
    }
  }
  return out;
}

std::optional<Category> category_named(const std::string& name) {
  for (int i = 0; i < categories; ++i) {
    if (name == name_of(static_cast<Category>(i))) return static_cast<Category>(i);
  }
  return std::nullopt;
}

/// Puts the result of one of the readers above into the reply.
template <class T>
Result<Reply> with_body(Header header, Result<T> body) {
  if (!body.ok()) return body.error();
  return Reply{std::move(header), std::move(*body)};
}

Result<Reply> read_reply(Header header, const Json& message) {
  const std::string name = std::string(name_of(header.category)) + "Response";
  const Json& body = member(message, name.c_str());
  if (!body.is_object()) return malformed("there is no " + name);
  switch (header.category) {
    case Category::payment:
      return with_body(std::move(header), read_payment(body));
    case Category::reversal:
      return with_body(std::move(header), read_reversal(body));
    case Category::transaction_status:
      return with_body(std::move(header), read_status(body));
    case Category::get_totals:
    case Category::reconciliation:
      return with_body(std::move(header), read_totals(body));
    case Category::login:
    case Category::logout:
    case Category::diagnosis:
    case Category::abort:
      break;
  }
  return with_body(std::move(header), read_poi_reply(body));
}

}  // namespace

Result<Reply> decode(ByteView json) {
  if (json.size() > max_reply) return malformed("the reply is too large");
  auto document = parse_document(json, Dialect::json);
  if (!document.ok()) return malformed("the reply is no JSON: " + document.error().what);
  // A rejection comes as a notification, which is a request by its wrapper.
  const Json& notification = member(member(*document, "SaleToPOIRequest"), "EventNotification");
  if (notification.is_object()) {
    const std::string event = text(member(notification, "EventToNotify"));
    if (event != "Reject") return malformed("an event that was not asked for");
    return Reply{{}, Rejected{harmless(text(member(notification, "EventDetails")))}};
  }
  const Json& message = member(*document, "SaleToPOIResponse");
  const Json& head = member(message, "MessageHeader");
  if (!head.is_object()) return malformed("there is no SaleToPOIResponse with a MessageHeader");
  const auto category = category_named(text(member(head, "MessageCategory")));
  if (!category) return malformed("MessageCategory is not one that was sent");
  if (text(member(head, "MessageType")) != "Response")
    return malformed("MessageType is not Response");
  Header header{*category, text(member(head, "ServiceID")), text(member(head, "SaleID")),
                text(member(head, "POIID"))};
  return read_reply(std::move(header), message);
}

}  // namespace madoguchi::nexo
