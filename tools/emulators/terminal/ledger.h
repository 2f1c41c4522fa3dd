#pragma once
// What the terminal's acquirer would know: every payment and reversal, and every ServiceID that was
// used. It is the independent witness of the tests: nothing of the kiosk's code is in it. As a file
// it is one JSON object a line.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "firmware/base/result.h"

namespace madoguchi::emulator {

using Json = nlohmann::ordered_json;

struct Entry {
  std::string kind;  ///< MessageCategory: "Payment" or "Reversal"
  std::string poi_id;
  std::string sale_id;
  std::string service_id;
  std::string transaction;  ///< SaleTransactionID
  std::int64_t asked_yen = 0;
  std::int64_t moved_yen = 0;  ///< charged or given back; 0: nothing
  /// "charged", "reversed", "pending" (only the host knows yet), or the ErrorCondition. A later
  /// line of the same ServiceID replaces the earlier one.
  std::string state;
  std::string brand;
  bool unconfirmed = false;          ///< the card left before it had confirmed
  std::string poi_transaction;       ///< this entry's POITransactionID
  std::string reversed_transaction;  ///< of a reversal: the payment's POITransactionID
  std::string time_stamp;
  int period = 0;  ///< POIReconciliationID
  Json reply;      ///< the whole reply, to be repeated by TransactionStatus
};

class Ledger {
 public:
  /// With an empty path nothing outlives the program. Errors: io, protocol (a line that is no
  /// entry).
  static Result<Ledger> open(const std::string& path);

  /// Appends, and is on the disk before it returns.
  void record(Entry entry);
  /// Marks a ServiceID as used; false when it was used within 48 hours by this POIID.
  bool use(const std::string& poi_id, const std::string& service_id);

  [[nodiscard]] const Entry* message(const std::string& service_id,
                                     const std::string& sale_id) const;
  [[nodiscard]] const Entry* payment(const std::string& poi_transaction) const;
  [[nodiscard]] bool is_reversed(const std::string& poi_transaction) const;
  [[nodiscard]] const Entry* last_payment() const;
  /// The last payment that waits for its host, if any does.
  [[nodiscard]] const Entry* pending() const;
  [[nodiscard]] int period() const { return period_; }
  void next_period();
  /// TransactionTotals of the current period; an empty SaleID: of all.
  [[nodiscard]] Json totals(const std::string& sale_id) const;
  /// {"charged_yen":...,"reversed_yen":...,"net_yen":...,"entries":[...]}, without the replies.
  [[nodiscard]] Json summary() const;

 private:
  void append(const Json& line);

  std::string path_;
  std::vector<Entry> entries_;
  int period_ = 1000;
  std::map<std::pair<std::string, std::string>, std::int64_t> used_;  // seconds since 1970
};

}  // namespace madoguchi::emulator
