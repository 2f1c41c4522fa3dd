#include "tools/emulators/terminal/messages.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <ctime>
#include <stdexcept>

namespace madoguchi::emulator {
namespace {

void demand(bool condition, const std::string& what) {
  if (!condition) throw std::invalid_argument(what);
}

std::string name(const Json& object, const char* key) {
  const Json& value = object.at(key);
  demand(value.is_string() && !value.get_ref<const std::string&>().empty(),
         std::string(key) + " must be a text");
  return value.get<std::string>();
}

// Yen: the schema's number, and no decimals.
std::int64_t yen(const Json& object, const char* key) {
  const Json& value = object.at(key);
  demand(value.is_number_integer() && value.get<std::int64_t>() > 0,
         std::string(key) + " must be a positive number of yen");
  return value.get<std::int64_t>();
}

bool is_service_id(const std::string& id) {
  return !id.empty() && id.size() <= 10 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

}  // namespace

Request read_request(const std::string& text) {
  const Json message = Json::parse(text).at("SaleToPOIRequest");
  const Json& header = message.at("MessageHeader");
  demand(name(header, "ProtocolVersion") == "3.0", "ProtocolVersion must be 3.0");
  demand(name(header, "MessageClass") == "Service", "MessageClass must be Service");
  demand(name(header, "MessageType") == "Request", "MessageType must be Request");
  Request request{name(header, "MessageCategory"),
                  name(header, "ServiceID"),
                  name(header, "SaleID"),
                  name(header, "POIID"),
                  {}};
  demand(is_service_id(request.service_id), "ServiceID must be 1-10 letters and digits");
  request.body = message.at(request.category + "Request");
  demand(request.body.is_object(), request.category + "Request must be an object");
  return request;
}

PaymentOrder read_payment(const Json& body) {
  const Json& sale = body.at("SaleData").at("SaleTransactionID");
  const Json& amounts = body.at("PaymentTransaction").at("AmountsReq");
  demand(name(amounts, "Currency") == "JPY", "Currency must be JPY");
  return {name(sale, "TransactionID"), name(sale, "TimeStamp"), yen(amounts, "RequestedAmount")};
}

ReversalOrder read_reversal(const Json& body) {
  const Json& original = body.at("OriginalPOITransaction").at("POITransactionID");
  name(body, "ReversalReason");
  ReversalOrder order{name(body.at("SaleData").at("SaleTransactionID"), "TransactionID"),
                      name(original, "TransactionID"), name(original, "TimeStamp"), std::nullopt};
  if (body.contains("ReversedAmount")) order.amount_yen = yen(body, "ReversedAmount");
  return order;
}

Reference read_reference(const Json& body) {
  const Json& reference = body.at("MessageReference");
  return {
      name(reference, "ServiceID"), name(reference, "SaleID"),
      reference.contains("MessageCategory") ? name(reference, "MessageCategory") : std::string()};
}

Json response(const std::string& condition, const std::string& additional) {
  Json out;
  if (condition.empty() || condition == "Partial") {
    out["Result"] = condition.empty() ? "Success" : condition;
  } else {
    out["Result"] = "Failure";
    out["ErrorCondition"] = condition;
  }
  if (!additional.empty()) out["AdditionalResponse"] = additional;
  return out;
}

Json reply_to(const Request& request, const Json& body) {
  return {{"SaleToPOIResponse",
           {{"MessageHeader",
             {{"ProtocolVersion", "3.0"},
              {"MessageClass", "Service"},
              {"MessageCategory", request.category},
              {"MessageType", "Response"},
              {"ServiceID", request.service_id},
              {"SaleID", request.sale_id},
              {"POIID", request.poi_id}}},
            {request.category + "Response", body}}}};
}

Json rejection(const std::string& why) {
  return {
      {"SaleToPOIRequest",
       {{"MessageHeader",
         {{"ProtocolVersion", "3.0"},
          {"MessageClass", "Event"},
          {"MessageCategory", "Event"},
          {"MessageType", "Notification"},
          {"SaleID", "unknown"},
          {"POIID", "unknown"}}},
        {"EventNotification",
         {{"TimeStamp", time_stamp_now()}, {"EventToNotify", "Reject"}, {"EventDetails", why}}}}}};
}

Json payment_body(const Entry& entry, const PaymentOrder& order, const std::string& condition,
                  const std::string& additional) {
  Json body{{"Response", response(condition, additional)},
            {"SaleData",
             {{"SaleTransactionID",
               {{"TransactionID", order.transaction}, {"TimeStamp", order.transaction_time}}}}},
            {"POIData",
             {{"POITransactionID",
               {{"TransactionID", entry.poi_transaction}, {"TimeStamp", entry.time_stamp}}},
              {"POIReconciliationID", entry.period}}}};
  if (entry.brand.empty()) return body;
  Json& result = body["PaymentResult"];
  result = {{"PaymentType", "Normal"},
            {"PaymentInstrumentData",
             {{"PaymentInstrumentType", "Card"},
              {"CardData", {{"PaymentBrand", entry.brand}, {"EntryMode", {"Contactless"}}}}}}};
  if (entry.moved_yen > 0) {
    result["AmountsResp"] = {{"Currency", "JPY"}, {"AuthorizedAmount", entry.moved_yen}};
    result["OnlineFlag"] = true;
    result["PaymentAcquirerData"] = {{"MerchantID", "CITY"},
                                     {"AcquirerPOIID", entry.poi_id},
                                     {"ApprovalCode", "A" + entry.service_id}};
  }
  return body;
}

std::string time_stamp_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(milliseconds));
  return text;
}

}  // namespace madoguchi::emulator
