#pragma once
// A cashless payment terminal. Implemented by hal/terminal (nexo Sale-to-POI). Names map to
// UnifiedPOS CAT: pay = AuthorizeSales, reverse = AuthorizeVoid, status = the recovery that CAT
// leaves to the vendor.
//
// Thread: every function is called and resumes on the loop thread. `abort` and `status` may be
// called while `pay` is pending. Cancelling the await of `pay` does NOT cancel the payment: it
// makes its outcome unknown.

#include <cstdint>
#include <string>
#include <variant>

#include "firmware/base/result.h"
#include "firmware/base/task.h"

namespace madoguchi {

/// Identifies one request for ever. The caller makes it durable before it is sent.
struct SaleReference {
  std::string sale_id;      ///< of this kiosk, stable: "KIOSK-001"
  std::string service_id;   ///< 1-10 letters and digits, unique for 48 h per terminal
  std::string transaction;  ///< the visit's sale, the same in payment and reversal
  bool operator==(const SaleReference&) const = default;
};

struct Approved {
  std::int64_t amount_yen = 0;
  std::string brand;          ///< "iD", "QUICPay", "WAON", "credit" ...
  std::string terminal_sale;  ///< POITransactionID: the key for a reversal
  std::string approval_code;
  /// The card left before it had confirmed (処理未了), and the terminal calls it a sale. Whether it
  /// may is the brand's rule (firmware/payment/brand_rules.h).
  bool unconfirmed_touch = false;
};
struct Declined {
  enum class Reason {
    refused,
    cancelled,
    aborted,
    timeout_no_tap,
    terminal_busy,
    wrong_amount,
    interrupted,  ///< the card left before it had confirmed; `brand` says whose rule counts
    other
  };
  Reason reason = Reason::other;
  std::string detail;   ///< for maintainers
  std::string brand{};  ///< for interrupted; empty when the terminal did not say
};
/// Whether money moved is not known. Ask status(); never pay again, never reverse on a guess.
struct Unknown {
  std::string why;
};
using PaymentOutcome = std::variant<Approved, Declined, Unknown>;

struct NotFound {};    ///< the terminal never processed this reference: nothing was charged
struct InProgress {};  ///< ask again later
using StatusOutcome = std::variant<Approved, Declined, NotFound, InProgress, Unknown>;

struct Reversed {
  std::string terminal_sale;
};
using ReversalOutcome = std::variant<Reversed, Declined, Unknown>;

struct TerminalState {
  bool ready = false;
  std::string model;
  std::string detail;
};

/// Sums of what the terminal has booked for this kiosk in its current period.
struct TerminalTotals {
  std::string period;  ///< the terminal's number of it; empty when it has none
  std::int64_t payments = 0;
  std::int64_t payments_yen = 0;
  std::int64_t reversals = 0;
  std::int64_t reversals_yen = 0;
  bool operator==(const TerminalTotals&) const = default;
};

class PaymentTerminal {
 public:
  virtual ~PaymentTerminal() = default;

  /// Once at start and after the terminal was gone.
  virtual Task<Result<TerminalState>> login() = 0;
  /// Whether a payment could be made now. Errors: gone, timeout, protocol.
  virtual Task<Result<TerminalState>> diagnose() = 0;

  /// Asks for a payment and waits for the resident's tap, at most `patience` of the implementation
  /// (120 s). A reply that is lost, late, malformed, replayed or for another amount than asked
  /// gives Unknown.
  virtual Task<PaymentOutcome> pay(const SaleReference& reference, std::int64_t amount_yen) = 0;
  /// Asks the terminal to stop waiting for a tap. The payment's own outcome still counts.
  virtual Task<Result<void>> abort(const SaleReference& payment, const std::string& service_id) = 0;
  /// What became of an earlier payment or reversal. `service_id` is this request's own.
  virtual Task<StatusOutcome> status(const SaleReference& earlier,
                                     const std::string& service_id) = 0;
  /// Gives the money of an approved payment back. `reference` is new; `terminal_sale` is
  /// Approved's.
  virtual Task<ReversalOutcome> reverse(const SaleReference& reference,
                                        const std::string& terminal_sale,
                                        std::int64_t amount_yen) = 0;

  /// The sums of the current period; changes nothing. Errors: gone, timeout, protocol, refused;
  /// unsupported, which is what a terminal without sums need not override.
  virtual Task<Result<TerminalTotals>> totals();
  /// Ends the period; the next one begins with nothing. Gives the sums of the one that ended. When
  /// the reply is lost, `totals` tells by its period whether it has. Errors as above.
  virtual Task<Result<TerminalTotals>> close_period();
};

}  // namespace madoguchi
