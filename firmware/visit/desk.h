#pragma once
// What a visit works with. Everything is borrowed and outlives the visit.

#include <chrono>
#include <optional>
#include <string>

#include "firmware/base/fault.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"
#include "firmware/crypto/signature.h"
#include "firmware/journal/journal.h"
#include "firmware/lesson/shelf.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/link_protocol.h"
#include "firmware/message/screen.h"
#include "firmware/message/sheet.h"
#include "firmware/message/slip.h"
#include "firmware/payment/cashier.h"
#include "firmware/visit/call_seat.h"
#include "firmware/visit/service_hours.h"
#include "firmware/visit/update_seat.h"
#include "hal/api/card_reader.h"
#include "hal/api/code_reader.h"
#include "hal/api/payment_terminal.h"
#include "hal/api/printer.h"
#include "hal/api/receipt_printer.h"

namespace madoguchi::visit {

class Companion;
struct ServiceRoom;

/// Where the resident sees and presses. Loop thread only.
class Front {
 public:
  virtual ~Front() = default;
  virtual void show(const Screen& screen) = 0;
  /// The id of the next enabled control that is pressed on the screen shown last.
  virtual Task<std::string> pressed() = 0;
};

/// The way to the gateway: kiosk-link.
class Link {
 public:
  virtual ~Link() = default;
  [[nodiscard]] virtual bool up() const = 0;
  /// Always answers, at the latest shortly after the call's deadline.
  virtual Task<HttpAnswer> call(HttpCall call) = 0;

  // The live channel (firmware/message/desk_api.h). It may be away at any time, for any time.

  [[nodiscard]] virtual bool live() const = 0;
  /// Ends when live() has changed since the last call ended. Up means a new connection, which knows
  /// nothing: say SessionBegan and Mirror again. One caller at a time; throws when cancelled.
  virtual Task<void> live_changed() = 0;
  /// Dropped while live() is false, or if it is larger than desk::most_live_bytes.
  virtual void say(const desk::LiveFromKiosk& message) = 0;
  /// The next message, checked by its description only: whether it is about the running session is
  /// for the caller to see. What nobody hears is dropped with its connection. One caller at a time;
  /// throws when cancelled.
  virtual Task<desk::LiveToKiosk> heard() = 0;
};

/// Who has the words and fonts for slips: kiosk-ui (adr/0010).
class SlipTypesetter {
 public:
  virtual ~SlipTypesetter() = default;
  /// A well-formed picture for the receipt printer. Waits without limit. Errors: invalid (it cannot
  /// be drawn), gone.
  virtual Task<Result<Raster>> set(Slip slip) = 0;
};

/// Who has them for the sheets of lessons: kiosk-ui too (adr/0018).
class SheetTypesetter {
 public:
  virtual ~SheetTypesetter() = default;
  /// One A4 page as PDF. Waits without limit. Errors: invalid (it cannot be drawn), gone.
  virtual Task<Result<Bytes>> set(Sheet sheet) = 0;
};

struct Settings {
  std::string kiosk_id;
  std::string sale_id;  ///< of this kiosk at the payment terminal
  /// How long and how often an unknown outcome is asked for.
  std::chrono::seconds status_patience{60};
  std::chrono::milliseconds not_found_settles{5'000};
  ServiceHours hours;
  std::chrono::seconds patience{90};          ///< without a press, then the question "still there?"
  std::chrono::seconds last_call{30};         ///< to answer it
  std::chrono::seconds ending_shown{30};      ///< how long an ending stays without a press
  std::chrono::seconds printer_patience{60};  ///< for somebody to mend the printer in mid-job
  std::chrono::minutes reprint_window{10};    ///< how long paid paper is kept for its card
  std::string day_end_dir;                    ///< for the daily reports; empty: nowhere
  bool queue = false;                         ///< tickets and bookings, if the city has them
  std::string queue_file;  ///< what is known of the waiting room, for offline hours; empty: nowhere
  std::string badges_file;      ///< the signed list of volunteers' badges; empty: nowhere
  std::string report_file;      ///< where each visit's report goes; empty: nowhere
  std::string language = "ja";  ///< of the kiosk: what residents see first
  std::string site;             ///< where it stands, as set up; empty: not known
  /// Minutes after midnight, local time, at which the morning slip is due; nothing: never.
  std::optional<int> morning;
  std::string phone;        ///< where residents ask while the kiosk cannot serve; empty: none
  std::string lessons_url;  ///< the pages of the lessons, without a slash at the end; empty: none

  [[nodiscard]] payment::CashierSettings cashier() const {
    payment::CashierSettings out;
    out.sale_id = sale_id;
    out.status_patience = status_patience;
    out.not_found_settles = not_found_settles;
    return out;
  }
};

struct Desk {
  Timers& timers;
  Front& front;
  Link& link;
  CardReader& reader;
  PaymentTerminal& terminal;
  Printer& printer;
  Journal& journal;
  FaultBoard& faults;
  const P256PublicKey& seal_key;
  const Settings& settings;
  // Both or neither: a kiosk without a receipt printer gives no slips.
  ReceiptPrinter* receipt_printer = nullptr;
  SlipTypesetter* typesetter = nullptr;
  /// The same as `front`, where help is offered; else a volunteer's badge means nothing.
  Companion* companion = nullptr;
  /// Nothing, or none in it: no lessons are offered.
  const lesson::Shelf* lessons = nullptr;
  /// Without it no sheets are printed.
  SheetTypesetter* sheets = nullptr;
  /// nullptr: codes are typed.
  CodeReader* code_reader = nullptr;
  /// nullptr: no consultation is offered.
  const ConsultRoom* consult = nullptr;
  /// nullptr: no service screen, no morning slip, and no test at the end of setting up.
  const ServiceRoom* service = nullptr;
  /// nullptr: nothing updates this machine.
  UpdateSeat* update = nullptr;
};

}  // namespace madoguchi::visit
