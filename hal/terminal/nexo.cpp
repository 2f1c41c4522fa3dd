#include "hal/terminal/nexo.h"

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/message/codec.h"

namespace madoguchi::nexo {
namespace {

Json transaction_json(const std::string& id, const std::string& time_stamp) {
  Json out{{"TransactionID", id}};
  if (!time_stamp.empty()) out["TimeStamp"] = time_stamp;
  return out;
}

Json body_of(const LoginRequest& login) {
  return {{"DateTime", login.date_time},
          {"OperatorLanguage", "ja"},
          {"SaleSoftware",
           {{"ManufacturerID", "Madoguchi"},
            {"ApplicationName", "kioskd"},
            {"SoftwareVersion", login.software_version},
            {"CertificationCode", "none"}}}};
}

Json body_of(const LogoutRequest&) { return Json::object(); }

Json body_of(const DiagnosisRequest&) { return {{"HostDiagnosisFlag", false}}; }

Json body_of(const PaymentRequest& payment) {
  return {{"SaleData",
           {{"SaleTransactionID", transaction_json(payment.transaction, payment.time_stamp)}}},
          {"PaymentTransaction",
           {{"AmountsReq", {{"Currency", "JPY"}, {"RequestedAmount", payment.amount_yen}}}}}};
}

Json reference_json(const MessageReference& reference) {
  return {{"SaleID", reference.sale_id}, {"ServiceID", reference.service_id}};
}

Json body_of(const AbortRequest& abort) {
  return {{"AbortReason", "MerchantAbort"}, {"MessageReference", reference_json(abort.payment)}};
}

Json body_of(const TransactionStatusRequest& status) {
  return {{"ReceiptReprintFlag", false}, {"MessageReference", reference_json(status.earlier)}};
}

Json body_of(const GetTotalsRequest& totals) {
  return {{"TotalDetails", {"SaleID"}}, {"TotalFilter", {{"SaleID", totals.sale_id}}}};
}

Json body_of(const ReconciliationRequest&) {
  return {{"ReconciliationType", "SaleReconciliation"}};
}

Json body_of(const ReversalRequest& reversal) {
  return {{"ReversalReason", "MerchantCancel"},
          {"ReversedAmount", reversal.amount_yen},
          {"SaleData",
           {{"SaleTransactionID", transaction_json(reversal.transaction, reversal.time_stamp)}}},
          {"OriginalPOITransaction",
           {{"POITransactionID",
             transaction_json(reversal.original.id, reversal.original.time_stamp)}}}};
}

bool is_service_id(std::string_view id) {
  return !id.empty() && id.size() <= 10 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

bool is_name(std::string_view name) { return !name.empty() && name.size() <= 128 && is_utf8(name); }

Error invalid(std::string_view what) { return {Errc::invalid, "nexo.encode", std::string(what)}; }

Status check(const MessageReference& reference) {
  if (!is_service_id(reference.service_id)) return invalid("MessageReference.ServiceID");
  if (!is_name(reference.sale_id)) return invalid("MessageReference.SaleID");
  return {};
}

Status check(const LoginRequest& login) {
  if (!is_name(login.date_time)) return invalid("DateTime");
  if (!is_name(login.software_version)) return invalid("SoftwareVersion");
  return {};
}
Status check(const LogoutRequest&) { return {}; }
Status check(const DiagnosisRequest&) { return {}; }
Status check(const PaymentRequest& payment) {
  if (!is_name(payment.transaction)) return invalid("SaleTransactionID");
  if (!is_name(payment.time_stamp)) return invalid("SaleTransactionID.TimeStamp");
  if (payment.amount_yen <= 0) return invalid("RequestedAmount is not positive");
  return {};
}
Status check(const AbortRequest& abort) { return check(abort.payment); }
Status check(const TransactionStatusRequest& status) { return check(status.earlier); }
Status check(const GetTotalsRequest& totals) {
  if (!is_name(totals.sale_id)) return invalid("TotalFilter.SaleID");
  return {};
}
Status check(const ReconciliationRequest&) { return {}; }
Status check(const ReversalRequest& reversal) {
  if (!is_name(reversal.transaction)) return invalid("SaleTransactionID");
  if (!is_name(reversal.original.id)) return invalid("OriginalPOITransaction.POITransactionID");
  if (reversal.amount_yen <= 0) return invalid("ReversedAmount is not positive");
  return {};
}

}  // namespace

std::string_view name_of(Category category) {
  constexpr std::array<std::string_view, categories> names{
      "Login",    "Logout",    "Diagnosis",     "Payment", "Abort", "TransactionStatus",
      "Reversal", "GetTotals", "Reconciliation"};
  return names[static_cast<std::size_t>(category)];
}

std::string_view name_of(ErrorCondition condition) {
  constexpr std::array<std::string_view, 19> names{"",
                                                   "Aborted",
                                                   "Busy",
                                                   "Cancel",
                                                   "DeviceOut",
                                                   "InProgress",
                                                   "InsertedCard",
                                                   "InvalidCard",
                                                   "LoggedOut",
                                                   "MessageFormat",
                                                   "NotAllowed",
                                                   "NotFound",
                                                   "PaymentRestriction",
                                                   "Refusal",
                                                   "UnavailableDevice",
                                                   "UnavailableService",
                                                   "UnreachableHost",
                                                   "WrongPIN",
                                                   "other"};
  return names[static_cast<std::size_t>(condition)];
}

std::string PoiTransaction::key() const { return time_stamp.empty() ? id : id + "@" + time_stamp; }

PoiTransaction PoiTransaction::from_key(std::string_view key) {
  const std::size_t at = key.rfind('@');
  if (at == std::string_view::npos) return {std::string(key), {}};
  return {std::string(key.substr(0, at)), std::string(key.substr(at + 1))};
}

Category category_of(const Request& request) {
  static_assert(categories == std::variant_size_v<Request>);
  return static_cast<Category>(request.index());  // both lists are in the same order
}

Result<Bytes> encode(const Header& header, const Request& request) {
  if (!is_service_id(header.service_id)) return invalid("ServiceID is not 1-10 letters and digits");
  if (!is_name(header.sale_id)) return invalid("SaleID");
  if (!is_name(header.poi_id)) return invalid("POIID");
  const Status good = std::visit([](const auto& body) { return check(body); }, request);
  if (!good.ok()) return good.error();
  const std::string category(name_of(category_of(request)));
  const Json message{{"SaleToPOIRequest",
                      {{"MessageHeader",
                        {{"ProtocolVersion", "3.0"},
                         {"MessageClass", "Service"},
                         {"MessageCategory", category},
                         {"MessageType", "Request"},
                         {"ServiceID", header.service_id},
                         {"SaleID", header.sale_id},
                         {"POIID", header.poi_id}}},
                       {category + "Request",
                        std::visit([](const auto& body) { return body_of(body); }, request)}}}};
  return to_bytes(as_bytes(message.dump()));
}

}  // namespace madoguchi::nexo
