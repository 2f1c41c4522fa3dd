#pragma once
// Messages of nexo Retailer Sale-to-POI 3.0 as JSON, the part that a kiosk needs. Pure: no I/O, no
// clock.
//
// Sent strictly: what the schema demands is there, in the types that it demands. Received
// leniently: terminals' own vendors send numbers as strings, ServiceIDs of 12 characters, and leave
// parts out; what matters is checked by hal/terminal/payment_verdict.h, the rest is not looked at.
// Card data of a reply is never read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"

namespace madoguchi::nexo {

enum class Category {
  login,
  logout,
  diagnosis,
  payment,
  abort,
  transaction_status,
  reversal,
  get_totals,
  reconciliation
};
constexpr int categories = 9;
/// As in MessageCategory: "TransactionStatus".
std::string_view name_of(Category category);

/// MessageHeader without what is constant (ProtocolVersion, MessageClass, MessageType).
struct Header {
  Category category = Category::diagnosis;
  std::string service_id;  ///< 1-10 letters and digits, unique for 48 h per POIID
  std::string sale_id;
  std::string poi_id;
};

/// Names an earlier message. MessageCategory is left out, as the schema allows: a ServiceID is
/// unique over all categories, and a kiosk that was just restarted must not guess.
struct MessageReference {
  std::string service_id;
  std::string sale_id;
};

/// POITransactionID.
struct PoiTransaction {
  std::string id;
  std::string time_stamp;  ///< ISO 8601, as the terminal wrote it; empty when it wrote none

  /// Both in one text, for Approved::terminal_sale: "id@time_stamp".
  [[nodiscard]] std::string key() const;
  static PoiTransaction from_key(std::string_view key);
};

// Times are ISO 8601 with offset. Amounts are yen, which has no decimals.
struct LoginRequest {
  std::string date_time;
  std::string software_version;
};
struct LogoutRequest {};
struct DiagnosisRequest {};
struct PaymentRequest {
  std::string transaction;  ///< SaleTransactionID
  std::string time_stamp;
  std::int64_t amount_yen = 0;
};
struct AbortRequest {
  MessageReference payment;
};
struct TransactionStatusRequest {
  MessageReference earlier;
};
struct ReversalRequest {
  std::string transaction;
  std::string time_stamp;
  PoiTransaction original;
  std::int64_t amount_yen = 0;
};
/// Sums of one SaleID since the last reconciliation.
struct GetTotalsRequest {
  std::string sale_id;
};
/// ReconciliationType SaleReconciliation: ends the period.
struct ReconciliationRequest {};
using Request = std::variant<LoginRequest, LogoutRequest, DiagnosisRequest, PaymentRequest,
                             AbortRequest, TransactionStatusRequest, ReversalRequest,
                             GetTotalsRequest, ReconciliationRequest>;
Category category_of(const Request& request);

/// {"SaleToPOIRequest":{...}}; the header's category is the request's. Errors: invalid, for what
/// the schema forbids.
Result<Bytes> encode(const Header& header, const Request& request);

enum class Outcome { success, partial, failure };
enum class ErrorCondition {
  none,
  aborted,
  busy,
  cancel,
  device_out,
  in_progress,
  inserted_card,
  invalid_card,
  logged_out,
  message_format,
  not_allowed,
  not_found,
  payment_restriction,
  refusal,
  unavailable_device,
  unavailable_service,
  unreachable_host,
  wrong_pin,
  other,  ///< a failure with a condition that the schema does not know, or none
};
std::string_view name_of(ErrorCondition condition);

struct Response {
  Outcome outcome = Outcome::failure;
  ErrorCondition condition = ErrorCondition::none;
  std::string message;  ///< the message part of AdditionalResponse, without anything that looks
                        ///< like a card number
  /// AdditionalResponse has unconfirmedTouch=true: the card left too early
  /// (hal/terminal/README.md).
  bool unconfirmed_touch = false;
};

struct PaymentReply {
  Response response;
  std::string transaction;                 ///< SaleTransactionID; empty when left out
  std::optional<PoiTransaction> poi;       ///< POITransactionID
  std::optional<std::int64_t> amount_yen;  ///< AuthorizedAmount
  std::string currency;                    ///< empty when left out
  std::string brand;                       ///< PaymentBrand, else PaymentInstrumentType
  std::string approval_code;
};
struct ReversalReply {
  Response response;
  std::optional<PoiTransaction> poi;
  std::optional<std::int64_t> amount_yen;  ///< ReversedAmount
};
/// LoginResponse, LogoutResponse, DiagnosisResponse.
struct PoiReply {
  Response response;
  std::string global_status;  ///< "OK", "Busy", "Maintenance", "Unreachable"; empty when left out
  std::string model;
};
struct StatusReply {
  /// The message that is asked about, as the terminal once answered it (RepeatedMessageResponse).
  struct Repeated {
    MessageReference reference;  ///< from its MessageHeader
    std::variant<PaymentReply, ReversalReply> reply;
  };
  Response response;
  std::optional<MessageReference> about;
  std::optional<Repeated> repeated;
};
/// GetTotalsResponse, ReconciliationResponse.
struct TotalsReply {
  struct Sum {
    std::string sale_id;  ///< empty when left out
    std::string type;     ///< TransactionType: "Debit", "ReverseDebit" ...
    std::int64_t count = 0;
    std::int64_t yen = 0;
  };
  Response response;
  std::string period;  ///< POIReconciliationID
  std::vector<Sum> sums;
};
/// EventNotification "Reject": the terminal could not take the message.
struct Rejected {
  std::string details;
};

struct Reply {
  Header header;  ///< its category is meaningless for Rejected
  std::variant<PoiReply, PaymentReply, ReversalReply, StatusReply, TotalsReply, Rejected> body;
};

constexpr std::size_t max_reply = 256u << 10;

/// Reads {"SaleToPOIResponse":{...}} of at most max_reply bytes. Errors: protocol, with what is
/// wrong and where.
Result<Reply> decode(ByteView json);

}  // namespace madoguchi::nexo
