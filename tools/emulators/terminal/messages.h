#pragma once
// nexo Sale-to-POI messages as the terminal reads and writes them. Read strictly by the schema,
// because a kiosk that sends what the schema forbids must not pass its tests.

#include <cstdint>
#include <optional>
#include <string>

#include "tools/emulators/terminal/ledger.h"

namespace madoguchi::emulator {

/// A request whose header is good.
struct Request {
  std::string category;  ///< MessageCategory
  std::string service_id;
  std::string sale_id;
  std::string poi_id;
  Json body;  ///< the <category>Request object
};

/// Throws Json::exception or std::invalid_argument, with what the schema does not allow.
Request read_request(const std::string& text);

struct PaymentOrder {
  std::string transaction;
  std::string transaction_time;
  std::int64_t amount_yen = 0;
};
PaymentOrder read_payment(const Json& body);

struct ReversalOrder {
  std::string transaction;
  std::string original;  ///< POITransactionID.TransactionID of the payment
  std::string original_time;
  std::optional<std::int64_t> amount_yen;  ///< absent: all of it
};
ReversalOrder read_reversal(const Json& body);

struct Reference {
  std::string service_id;
  std::string sale_id;
  std::string category;  ///< empty when left out
};
Reference read_reference(const Json& body);

/// {"Result":...}; an empty condition is success, "Partial" is Partial, anything else the
/// ErrorCondition of a failure.
Json response(const std::string& condition, const std::string& additional = {});

/// The whole reply: header and <category>Response.
Json reply_to(const Request& request, const Json& body);
/// EventNotification "Reject" for what could not be read.
Json rejection(const std::string& why);

/// PaymentResponse of an entry; an empty condition is success.
Json payment_body(const Entry& entry, const PaymentOrder& order, const std::string& condition,
                  const std::string& additional);

/// ISO 8601 in UTC, with milliseconds.
std::string time_stamp_now();

}  // namespace madoguchi::emulator
