#include "tools/emulators/terminal/ledger.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <tuple>

namespace madoguchi::emulator {
namespace {

constexpr std::int64_t unique_seconds = 48 * 3600;

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Json to_json(const Entry& entry) {
  Json out{{"kind", entry.kind},
           {"poi_id", entry.poi_id},
           {"sale_id", entry.sale_id},
           {"service_id", entry.service_id},
           {"transaction", entry.transaction},
           {"asked_yen", entry.asked_yen},
           {"moved_yen", entry.moved_yen},
           {"state", entry.state},
           {"brand", entry.brand},
           {"poi_transaction", entry.poi_transaction}};
  if (entry.unconfirmed) out["unconfirmed"] = true;
  if (!entry.reversed_transaction.empty()) out["reversed_transaction"] = entry.reversed_transaction;
  out["time_stamp"] = entry.time_stamp;
  out["period"] = entry.period;
  return out;
}

Entry from_json(const Json& line) {
  Entry entry;
  line.at("kind").get_to(entry.kind);
  line.at("poi_id").get_to(entry.poi_id);
  line.at("sale_id").get_to(entry.sale_id);
  line.at("service_id").get_to(entry.service_id);
  line.at("transaction").get_to(entry.transaction);
  line.at("asked_yen").get_to(entry.asked_yen);
  line.at("moved_yen").get_to(entry.moved_yen);
  line.at("state").get_to(entry.state);
  line.at("brand").get_to(entry.brand);
  line.at("poi_transaction").get_to(entry.poi_transaction);
  entry.unconfirmed = line.value("unconfirmed", false);
  entry.reversed_transaction = line.value("reversed_transaction", "");
  line.at("time_stamp").get_to(entry.time_stamp);
  entry.period = line.value("period", 0);
  entry.reply = line.at("reply");
  return entry;
}

}  // namespace

Result<Ledger> Ledger::open(const std::string& path) {
  Ledger ledger;
  ledger.path_ = path;
  if (path.empty()) return ledger;
  std::ifstream file(path);
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    try {
      const Json line = Json::parse(text);
      if (line.contains("used")) {
        ledger.used_[{line.at("used").at(0), line.at("used").at(1)}] = line.at("at");
      } else if (line.contains("begins")) {
        ledger.period_ = line.at("begins");
      } else {
        ledger.entries_.push_back(from_json(line));
      }
    } catch (const Json::exception& error) {
      return Error{Errc::protocol, "ledger",
                   path + ":" + std::to_string(number) + ": " + error.what()};
    }
  }
  file.close();
  if (!std::ofstream(path, std::ios::app)) {
    return Error{Errc::io, "ledger", path + ": cannot be written"};
  }
  return ledger;
}

void Ledger::append(const Json& line) {
  if (path_.empty()) return;
  std::ofstream file(path_, std::ios::app);
  if (!(file << line.dump() << std::endl)) {
    (void)std::fprintf(stderr, "emulator-terminal: %s cannot be written\n", path_.c_str());
    std::abort();  // a terminal without its ledger must not take money
  }
}

void Ledger::record(Entry entry) {
  Json line = to_json(entry);
  line["reply"] = entry.reply;
  append(line);
  entries_.push_back(std::move(entry));
}

bool Ledger::use(const std::string& poi_id, const std::string& service_id) {
  const std::int64_t now = seconds_now();
  const auto [place, fresh] = used_.try_emplace({poi_id, service_id}, now);
  if (!fresh && now - place->second < unique_seconds) return false;
  place->second = now;
  append({{"used", {poi_id, service_id}}, {"at", now}});
  return true;
}

const Entry* Ledger::message(const std::string& service_id, const std::string& sale_id) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->service_id == service_id && entry->sale_id == sale_id) return &*entry;
  }
  return nullptr;
}

const Entry* Ledger::payment(const std::string& poi_transaction) const {
  // The newest line: the host may have said since what became of a pending payment.
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->kind == "Payment" && entry->poi_transaction == poi_transaction) return &*entry;
  }
  return nullptr;
}

bool Ledger::is_reversed(const std::string& poi_transaction) const {
  for (const Entry& entry : entries_) {
    if (entry.moved_yen > 0 && entry.reversed_transaction == poi_transaction) return true;
  }
  return false;
}

const Entry* Ledger::last_payment() const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->kind == "Payment") return &*entry;
  }
  return nullptr;
}

const Entry* Ledger::pending() const {
  const Entry* last = last_payment();
  return last != nullptr && last->state == "pending" ? last : nullptr;
}

void Ledger::next_period() { append({{"begins", ++period_}}); }

Json Ledger::totals(const std::string& sale_id) const {
  struct Sum {
    std::int64_t count = 0;
    std::int64_t yen = 0;
  };
  std::map<std::tuple<std::string, std::string, std::string>, Sum> sums;  // SaleID, brand, type
  for (const Entry& entry : entries_) {
    if (entry.period != period_ || entry.moved_yen == 0) continue;
    if (!sale_id.empty() && entry.sale_id != sale_id) continue;
    Sum& sum =
        sums[{entry.sale_id, entry.brand, entry.kind == "Payment" ? "Debit" : "ReverseDebit"}];
    ++sum.count;
    sum.yen += entry.moved_yen;
  }
  Json out = Json::array();
  for (const auto& [key, sum] : sums) {
    const auto& [sale, brand, type] = key;
    out.push_back({{"PaymentInstrumentType", "Card"},
                   {"CardBrand", brand},
                   {"PaymentCurrency", "JPY"},
                   {"SaleID", sale},
                   {"PaymentTotals",
                    {{{"TransactionType", type},
                      {"TransactionCount", sum.count},
                      {"TransactionAmount", sum.yen}}}}});
  }
  return out;
}

Json Ledger::summary() const {
  std::int64_t charged = 0;
  std::int64_t reversed = 0;
  Json entries = Json::array();
  for (const Entry& entry : entries_) {
    (entry.kind == "Payment" ? charged : reversed) += entry.moved_yen;
    entries.push_back(to_json(entry));
  }
  return {{"charged_yen", charged},
          {"reversed_yen", reversed},
          {"net_yen", charged - reversed},
          {"entries", entries}};
}

}  // namespace madoguchi::emulator
