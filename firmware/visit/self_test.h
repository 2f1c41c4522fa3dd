#pragma once
// Whether everything that a visit needs works now: one coroutine, one result, for kioskctl, the
// service screen, the first start, the morning slip and the verdict over an update.
//
// It needs the devices for itself: run it as a chore of Upkeep (firmware/visit/upkeep.h), or before
// anybody is received. Every part has a deadline of its own (self_test.cpp), all together less than
// self_test_takes. Nothing is charged, printed or recorded. Loop thread; cancelling it leaves the
// devices usable.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/message/self_test_report.h"
#include "firmware/visit/desk.h"

namespace madoguchi::visit {

/// The longest that a self-test can take.
inline constexpr std::chrono::seconds self_test_takes{90};

/// The glass itself, beside the screens that are shown on it. Implemented by the front of kioskd.
class ScreenProbe {
 public:
  virtual ~ScreenProbe() = default;
  /// Ends when the screen has drawn a frame that was asked for now. Waits without limit; throws
  /// when cancelled. Errors: gone.
  virtual Task<Status> frame() = 0;
  /// All of the glass becomes a grid that lights up where a finger reaches it, until the next
  /// screen is shown.
  virtual void watch_touch(std::int32_t columns, std::int32_t rows) = 0;
  /// The next cell that a finger has reached, row by row from the top left, each once. Waits
  /// without limit; throws when cancelled.
  virtual Task<std::int32_t> touched() = 0;
};

/// What is tested. nullptr: this kiosk has none, or (journal) it is not open.
struct SelfTestBench {
  Timers& timers;
  const FaultBoard& faults;
  ScreenProbe* screen = nullptr;
  CardReader* reader = nullptr;
  Printer* printer = nullptr;
  PaymentTerminal* terminal = nullptr;
  ReceiptPrinter* receipt = nullptr;
  Link* link = nullptr;
  CallSeat* call = nullptr;
  Journal* journal = nullptr;
  std::string state_dir;                    ///< the journal's file system
  const P256PublicKey* seal_key = nullptr;  ///< the gateway's: it signs the time
};

Task<SelfTestReport> self_test(SelfTestBench bench);

/// Every code that a result of this part can have; each has words.
std::vector<std::string_view> codes_of(Part part);
/// What the part is called, for people: "Card reader".
Text part_name(Part part);
/// What was found and what to do about it, in one or two short sentences.
Text advice(const PartResult& result);
/// The same for one language, "ja" or "en".
std::string part_name_in(std::string_view language, Part part);
std::string advice_in(std::string_view language, const PartResult& result);

}  // namespace madoguchi::visit
