#pragma once
// The terminal itself (nexo's POI system): takes requests, waits for taps, keeps the ledger,
// misbehaves when told to.
//
// Thread: the loop's.

#include <chrono>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>

#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "tools/emulators/terminal/brands.h"
#include "tools/emulators/terminal/ledger.h"
#include "tools/emulators/terminal/messages.h"
#include "tools/emulators/terminal/misbehaviour.h"
#include "tools/emulators/terminal/security.h"

namespace madoguchi::emulator {

struct PoiSettings {
  std::string poi_id;  ///< other POIIDs are rejected; empty: any is taken
  std::optional<std::chrono::milliseconds> auto_tap;
  std::chrono::milliseconds tap_limit{60'000};
  std::chrono::milliseconds retouch_limit{20'000};
  std::string brand = "QUICPay";     ///< of the card that is tapped with when nothing is said
  std::optional<Security> security;  ///< without: messages travel plain
};

class Poi {
 public:
  Poi(Timers& timers, Ledger ledger, PoiSettings settings);
  ~Poi();

  /// Does one request. A payment goes on after its connection has dropped, as on a real terminal.
  Task<Answer> handle(std::string text);

  /// A command line; false when it is not understood. "gone" and "back" are the server's.
  bool command(const std::string& line);
  static const char* usage();

 private:
  struct OpenPayment;
  /// How a payment ended, before it is written down.
  struct End {
    std::string state;       ///< "charged", "pending", or the ErrorCondition
    std::string additional;  ///< AdditionalResponse
    std::int64_t moved_yen = 0;
  };

  Task<Answer> answer(std::string text);
  Task<Answer> payment(const Request& request);
  Task<void> wait_for_tap(OpenPayment& open);
  [[nodiscard]] End transact(const PaymentOrder& order, const OpenPayment& open) const;
  [[nodiscard]] static End unfinished(const PaymentOrder& order, const OpenPayment& open);
  Answer conclude(const Request& request, const PaymentOrder& order, const OpenPayment& open,
                  const End& end);
  void settle_pending(const Entry& pending, bool charged);
  Answer reversal(const Request& request);
  Json status(const Request& request);
  Json poi_status(const Request& request);
  Json reconciliation(const Request& request);
  void abort(const Request& request);
  bool tap(const std::string& brand, bool interrupted);
  bool retouch();
  bool set_mode(std::istream& words);
  Mode take_mode();
  [[nodiscard]] Entry new_entry(const Request& request, const std::string& transaction,
                                std::int64_t asked_yen) const;

  Timers& timers_;
  Ledger ledger_;
  PoiSettings settings_;
  std::set<std::string> logged_in_;  // SaleIDs
  Mode mode_;
  bool refuse_reversal_ = false;
  bool lose_reversal_reply_ = false;
  std::optional<Unfinished> unlike_;  // of the next payment, should its tap be interrupted
  int in_progress_answers_ = 0;
  OpenPayment* open_ = nullptr;  // lives in the coroutine of its payment
};

}  // namespace madoguchi::emulator
