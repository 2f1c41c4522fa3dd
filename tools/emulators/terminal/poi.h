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
#include "tools/emulators/terminal/ledger.h"
#include "tools/emulators/terminal/messages.h"

namespace madoguchi::emulator {

struct PoiSettings {
  std::string poi_id;  ///< other POIIDs are rejected; empty: any is taken
  std::optional<std::chrono::milliseconds> auto_tap;
  std::chrono::milliseconds tap_limit{60'000};
};

/// What goes back on the wire.
struct Answer {
  enum class Fate { send, send_twice, close, stall };
  Fate fate = Fate::send;
  std::string body;
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
  struct Mode {
    std::string name = "approve";
    std::int64_t number = 0;
    bool always = false;
  };
  struct OpenPayment;

  Task<Answer> payment(const Request& request);
  Task<void> wait_for_tap(OpenPayment& open);
  Answer transact(const Request& request, const PaymentOrder& order, OpenPayment& open);
  Answer fail_payment(const Request& request, const PaymentOrder& order,
                      const std::string& condition, const std::string& additional);
  Answer reversal(const Request& request);
  Json status(const Request& request);
  Json poi_status(const Request& request);
  void abort(const Request& request);
  bool tap(const std::string& brand);
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
  int in_progress_answers_ = 0;
  OpenPayment* open_ = nullptr;  // lives in the coroutine of its payment
};

}  // namespace madoguchi::emulator
