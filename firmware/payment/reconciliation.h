#pragma once
// The end of the day: three ledgers, kept by three programs, held against each other. Pure.
//
// A sale is known by its certificate's number and the payment's ServiceID. "Yen" is always what the
// resident has paid in the end, after reversals; nothing where that ledger cannot say.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/payment/resolution.h"
#include "hal/api/payment_terminal.h"

namespace madoguchi::payment {

/// One sale of the kiosk's journal, with what the terminal's TransactionStatus said of it.
struct DaySale {
  std::string document;
  ChargeRecord charge;  ///< idle: a free certificate
  bool ended = true;    ///< the visit is over; an open one is not compared
  std::optional<std::int64_t> terminal_yen;
};

/// One settlement of the gateway's ledger; of several for a document the last counts.
struct DaySettlement {
  std::string document;
  bool unresolved = false;
  std::int64_t yen = 0;
  bool of_this_period = true;  ///< false: it may belong to a sale before it
};

struct DayLedgers {
  std::vector<DaySale> sales;                             ///< of the period, by the journal
  TerminalTotals kiosk;                                   ///< what the journal says was booked
  std::optional<TerminalTotals> terminal;                 ///< nothing: not reachable
  std::optional<std::vector<DaySettlement>> settlements;  ///< nothing: not reachable
};

enum class Disagreement {
  unresolved,        ///< the kiosk itself does not know
  terminal_differs,  ///< the terminal booked something else
  terminal_silent,   ///< the terminal gave no clear answer about this sale
  gateway_differs,   ///< the city's ledger has another amount
  gateway_missing,   ///< the city's ledger does not have it
  kiosk_missing,     ///< the city's ledger has it, the kiosk does not
  sums_differ,       ///< the sums of kiosk and terminal; no sale explains it
  no_terminal,       ///< nothing to compare with
  no_gateway,
};
MADOGUCHI_ENUM(Disagreement, unresolved, terminal_differs, terminal_silent, gateway_differs,
               gateway_missing, kiosk_missing, sums_differ, no_terminal, no_gateway)

struct Finding {
  Disagreement what = Disagreement::unresolved;
  std::string document;    ///< empty: of no single sale
  std::string service_id;  ///< to look for at the terminal
  std::string brand;
  std::optional<std::int64_t> kiosk_yen;
  std::optional<std::int64_t> terminal_yen;
  std::optional<std::int64_t> gateway_yen;
  Owner owner = Owner::window_staff;
  std::string todo;  ///< a key of ui/strings/staff
};
MADOGUCHI_DESCRIBE(Finding, what, document, service_id, brand, kiosk_yen, terminal_yen, gateway_yen,
                   owner, todo)

struct DaySums {
  std::int64_t payments = 0;
  std::int64_t payments_yen = 0;
  std::int64_t reversals = 0;
  std::int64_t reversals_yen = 0;
};
MADOGUCHI_DESCRIBE(DaySums, payments, payments_yen, reversals, reversals_yen)

struct DayReport {
  std::string kiosk;
  std::string date;        ///< local, "2026-11-22"
  std::int64_t sales = 0;  ///< payments that were begun, whatever became of them
  DaySums kiosk_sums;
  std::optional<DaySums> terminal_sums;
  std::int64_t kiosk_yen = 0;  ///< payments less reversals
  std::optional<std::int64_t> terminal_yen;
  std::optional<std::int64_t> gateway_yen;
  std::vector<Finding> findings;
  /// Sales whose card left too early and that count all the same: the brand corrects the balance.
  std::vector<std::string> corrected_later;

  [[nodiscard]] bool agrees() const { return findings.empty(); }
};
MADOGUCHI_DESCRIBE(DayReport, kiosk, date, sales, kiosk_sums, terminal_sums, kiosk_yen,
                   terminal_yen, gateway_yen, findings, corrected_later)

/// `kiosk` and `date` are the caller's to fill in.
DayReport reconcile(const DayLedgers& ledgers);

}  // namespace madoguchi::payment
