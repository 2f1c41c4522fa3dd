#include "firmware/payment/reconciliation.h"

#include <algorithm>
#include <map>
#include <set>

namespace madoguchi::payment {
namespace {

using Yen = std::optional<std::int64_t>;

/// Whose finding it is, unless the sale's own resolution says so.
Owner owner_of(Disagreement what) {
  const bool at_the_terminal = what == Disagreement::unresolved ||
                               what == Disagreement::terminal_silent ||
                               what == Disagreement::no_terminal;
  return at_the_terminal ? Owner::window_staff : Owner::accounting;
}

DaySums sums_of(const TerminalTotals& totals) {
  return {totals.payments, totals.payments_yen, totals.reversals, totals.reversals_yen};
}

/// What the resident has paid, as the journal has it; nothing when it is not settled.
Yen paid(const ChargeRecord& charge) {
  switch (charge.state) {
    case State::idle:
    case State::not_charged:
    case State::charged:
    case State::reversed:
      return charge.net_yen();
    default:
      return std::nullopt;
  }
}

class Comparison {
 public:
  explicit Comparison(const DayLedgers& ledgers) : ledgers_(ledgers) {
    if (!ledgers.settlements) return;
    for (const DaySettlement& each : *ledgers.settlements) settled_[each.document] = each;
  }

  DayReport run() {
    report_.kiosk_sums = sums_of(ledgers_.kiosk);
    report_.kiosk_yen = ledgers_.kiosk.payments_yen - ledgers_.kiosk.reversals_yen;
    if (!ledgers_.terminal) add(Disagreement::no_terminal);
    if (!ledgers_.settlements) add(Disagreement::no_gateway);
    for (const DaySale& sale : ledgers_.sales) compare(sale);
    if (ledgers_.settlements) look_at_the_rest();
    if (ledgers_.terminal) compare_sums(*ledgers_.terminal);
    return std::move(report_);
  }

 private:
  Finding& add(Disagreement what) {
    Finding finding;
    finding.what = what;
    finding.owner = owner_of(what);
    finding.todo = "todo." + std::string(codec::enum_name(what));
    report_.findings.push_back(std::move(finding));
    return report_.findings.back();
  }

  /// A finding about one sale, with all three figures.
  Finding& add(Disagreement what, const DaySale& sale, Yen gateway_yen) {
    Finding& finding = add(what);
    finding.document = sale.document;
    finding.service_id = sale.charge.payment_service_id;
    finding.brand = sale.charge.brand;
    finding.kiosk_yen = paid(sale.charge);
    finding.terminal_yen = sale.terminal_yen;
    finding.gateway_yen = gateway_yen;
    return finding;
  }

  void compare(const DaySale& sale) {
    const bool asked = sale.charge.state != State::idle;
    known_.insert(sale.document);
    report_.sales += asked ? 1 : 0;
    if (!sale.ended) return;
    if (sale.charge.state == State::charged && sale.charge.interrupted_tap)
      report_.corrected_later.push_back(sale.document);
    const auto settled = settled_.find(sale.document);
    const bool in_city = settled != settled_.end();
    const Yen city = in_city && !settled->second.unresolved ? Yen(settled->second.yen) : Yen();
    const Yen own = paid(sale.charge);
    if (!own) {
      const Resolution resolution = resolution_of(sale.charge);
      Finding& finding = add(Disagreement::unresolved, sale, city);
      finding.owner = resolution.owner;
      finding.todo = resolution.todo;
      finding.service_id = resolution.service_id;
      return;
    }
    if (asked && ledgers_.terminal && !sale.terminal_yen) {
      add(Disagreement::terminal_silent, sale, city);
    } else if (asked && ledgers_.terminal && sale.terminal_yen != own) {
      add(Disagreement::terminal_differs, sale, city);
    }
    if (!ledgers_.settlements) return;
    if (!in_city) {
      add(Disagreement::gateway_missing, sale, city);
    } else if (city != own) {
      add(Disagreement::gateway_differs, sale, city);
    }
  }

  /// What only the city's ledger has.
  void look_at_the_rest() {
    std::int64_t sum = 0;
    for (const auto& [document, settlement] : settled_) {
      if (known_.contains(document) || settlement.of_this_period) sum += settlement.yen;
      if (known_.contains(document) || !settlement.of_this_period) continue;
      Finding& finding = add(Disagreement::kiosk_missing);
      finding.document = document;
      finding.gateway_yen = settlement.yen;
    }
    report_.gateway_yen = sum;
  }

  void compare_sums(const TerminalTotals& terminal) {
    report_.terminal_sums = sums_of(terminal);
    report_.terminal_yen = terminal.payments_yen - terminal.reversals_yen;
    const TerminalTotals& own = ledgers_.kiosk;
    const bool same =
        own.payments == terminal.payments && own.payments_yen == terminal.payments_yen &&
        own.reversals == terminal.reversals && own.reversals_yen == terminal.reversals_yen;
    // A sale that is unresolved or differs explains the sums: it is said once.
    const bool explained =
        std::any_of(report_.findings.begin(), report_.findings.end(), [](const Finding& each) {
          return each.what == Disagreement::unresolved ||
                 each.what == Disagreement::terminal_differs ||
                 each.what == Disagreement::terminal_silent;
        });
    if (same || explained) return;
    Finding& finding = add(Disagreement::sums_differ);
    finding.kiosk_yen = report_.kiosk_yen;
    finding.terminal_yen = report_.terminal_yen;
  }

  const DayLedgers& ledgers_;
  std::map<std::string, DaySettlement> settled_;
  std::set<std::string> known_;
  DayReport report_;
};

}  // namespace

DayReport reconcile(const DayLedgers& ledgers) { return Comparison(ledgers).run(); }

}  // namespace madoguchi::payment
