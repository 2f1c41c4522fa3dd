#include "firmware/payment/reconciliation.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace madoguchi::payment {
namespace {

using Yen = std::optional<std::int64_t>;

struct Words {
  Disagreement what;
  Owner owner;
  std::string_view title;
  std::string_view todo;
};

constexpr auto words = std::to_array<Words>({
    {Disagreement::unresolved, Owner::window_staff, "結果が分からない支払い", ""},
    {Disagreement::terminal_differs, Owner::accounting, "決済端末と金額が違います",
     "決済端末の取引一覧で、この番号の取引を確かめてください。"
     "端末の額が多いときは差額を返金し、少ないときは会計担当が扱いを決めてください。"},
    {Disagreement::terminal_silent, Owner::window_staff, "決済端末がこの取引を答えません",
     "決済端末の取引一覧で、この番号の取引と金額を確かめてください。"},
    {Disagreement::gateway_differs, Owner::accounting, "市の台帳と金額が違います",
     "決済端末の額を正として、市の台帳を直してください。"},
    {Disagreement::gateway_missing, Owner::accounting, "市の台帳にありません",
     "通信が戻るとキオスクが自動で届けます。翌日も残っているときは、市の台帳に記入してください。"},
    {Disagreement::kiosk_missing, Owner::accounting, "キオスクの記録にありません",
     "証明書番号をもとに、市の台帳の記入が正しいか確かめてください。"},
    {Disagreement::sums_differ, Owner::accounting, "キオスクと決済端末の合計が違います",
     "決済端末の取引一覧と照らし合わせ、キオスクの記録にない取引を探してください。"
     "係員が端末を直接操作した取引や、前日に締めた取引が原因のことがあります。"},
    {Disagreement::no_terminal, Owner::window_staff, "決済端末の合計を取得できませんでした",
     "決済端末の電源と配線を確かめ、端末で日計を印刷して、キオスクの合計と比べてください。"},
    {Disagreement::no_gateway, Owner::accounting, "市の台帳を取得できませんでした",
     "通信が戻ったあと、市の台帳の合計とキオスクの合計を比べてください。"},
});

const Words& words_for(Disagreement what) {
  return *std::find_if(words.begin(), words.end(), [&](const Words& w) { return w.what == what; });
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
    const Words& said = words_for(what);
    Finding finding;
    finding.what = what;
    finding.owner = said.owner;
    finding.todo = said.todo;
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

std::string yen(const Yen& amount) {
  if (!amount) return "不明";
  std::string digits = std::to_string(*amount < 0 ? -*amount : *amount);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return (*amount < 0 ? "-" : "") + digits + "円";
}

std::string line(std::string_view label, const std::string& value) {
  return "  " + std::string(label) + "：" + value + "\n";
}

std::string described(const Finding& finding, std::size_t number) {
  std::string out =
      "\n" + std::to_string(number) + ". " + std::string(words_for(finding.what).title) + "\n";
  if (!finding.document.empty()) out += line("証明書番号", finding.document);
  if (!finding.service_id.empty()) out += line("決済の番号", finding.service_id);
  if (!finding.brand.empty()) out += line("支払い方法", finding.brand);
  if (!finding.document.empty() || finding.what == Disagreement::sums_differ) {
    out += line("キオスク", yen(finding.kiosk_yen));
    out += line("決済端末", yen(finding.terminal_yen));
    if (!finding.document.empty()) out += line("市の台帳", yen(finding.gateway_yen));
  }
  return out + line("担当", name_of(finding.owner)) + line("すること", finding.todo);
}

}  // namespace

DayReport reconcile(const DayLedgers& ledgers) { return Comparison(ledgers).run(); }

std::string report_text(const DayReport& report) {
  std::string out = "日次の照合　" + report.date + "　" + report.kiosk + "\n\n";
  out += report.agrees() ? "結果：一致しました。することはありません。\n"
                         : "結果：確認が必要なものが" + std::to_string(report.findings.size()) +
                               "件あります。\n";
  out += "\n支払いの手続き：" + std::to_string(report.sales) + "件\n合計\n";
  out += line("キオスク", yen(report.kiosk_yen));
  out += line("決済端末", yen(report.terminal_yen));
  out += line("市の台帳", yen(report.gateway_yen));
  std::size_t number = 0;
  for (const Finding& finding : report.findings) out += described(finding, ++number);
  if (!report.corrected_later.empty()) {
    out += "\n参考：カードの処理が途中で終わり、電子マネーの会社が後日残高を訂正する支払い\n";
    for (const std::string& document : report.corrected_later) out += line("証明書番号", document);
  }
  return out;
}

}  // namespace madoguchi::payment
