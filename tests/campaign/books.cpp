#include "tests/campaign/books.h"

#include <algorithm>
#include <map>
#include <optional>

namespace madoguchi::campaign {
namespace {

/// Everything about one visit of one kiosk.
struct Account {
  const Stay* stay = nullptr;
  const Entry* entry = nullptr;
  std::vector<const Record*> records;
  std::vector<const Paper*> papers;  ///< that came out
  std::int64_t kept_yen = 0;
  int kept_sales = 0;
};

class Audit {
 public:
  explicit Audit(const Books& books) : books_(books) {}

  std::vector<Mismatch> run() {
    for (const Stay& stay : books_.stays) {
      by_number_[stay.number] = &stay;
      if (stay.strangers > 0)
        tell(stay.number, "a screen named somebody who is a stranger to " + stay.resident);
      if (!stay.visit.empty()) of(stay.kiosk, stay.visit).stay = &stay;
    }
    for (const Entry& entry : books_.journal) of(entry.kiosk, entry.visit).entry = &entry;
    for (const Record& record : books_.records) {
      of(record.kiosk, record.visit).records.push_back(&record);
      by_document_[record.document] = &record;
    }
    for (const Sale& sale : books_.sales) check(sale);
    for (const Paper& paper : books_.papers) check(paper);
    for (const auto& [key, account] : accounts_) check(key.second, account);
    return std::move(found_);
  }

 private:
  Account& of(const std::string& kiosk, const std::string& visit) {
    return accounts_[{kiosk, visit}];
  }

  void tell(int stay, std::string what) { found_.push_back({stay, std::move(what)}); }

  void check(const Sale& sale) {
    Account& account = of(sale.kiosk, sale.visit);
    account.kept_yen += sale.kept_yen;
    account.kept_sales += sale.kept_yen != 0;
    if (sale.stay == 0) tell(0, "visit " + sale.visit + ": a payment while nobody stood there");
  }

  void check(const Paper& paper) {
    const std::string name = "document " + paper.document;
    const auto record = by_document_.find(paper.document);
    if (record == by_document_.end() || record->second->kiosk != paper.kiosk)
      return tell(paper.stay, name + ": the gateway gave it to another kiosk, or nobody");
    if (paper.stay == 0) return tell(0, name + ": handed to the printer while nobody stood there");
    const Stay& who = *by_number_.at(paper.stay);
    if (paper.whose != who.resident)
      tell(paper.stay, name + ": is " + paper.whose + "'s, and " + who.resident + " stood there");
    Account& account = of(paper.kiosk, record->second->visit);
    if (account.stay != nullptr && paper.wish != account.stay->wish)
      tell(paper.stay, name + ": says " + paper.wish + ", asked for was " + account.stay->wish);
    if (paper.came_out) account.papers.push_back(&paper);
  }

  void check(const std::string& visit, const Account& account) {
    const int stay = account.stay == nullptr ? 0 : account.stay->number;
    const bool ticket = account.entry != nullptr && account.entry->ticket;
    if (account.entry == nullptr) tell(stay, "visit " + visit + ": not in the kiosk's journal");
    if (account.entry != nullptr && account.entry->open)
      tell(stay, "visit " + visit + ": stays open in the journal");
    if (account.kept_sales > 1) tell(stay, "visit " + visit + ": charged twice");
    if (account.papers.size() > 1) tell(stay, "visit " + visit + ": printed twice");
    if (account.kept_yen > 0 && account.papers.empty() && !ticket)
      tell(stay, "visit " + visit + ": charged, and no paper");
    const std::int64_t agreed = account.stay == nullptr ? 0 : account.stay->agreed_yen;
    if (account.kept_yen > 0 && account.kept_yen != agreed && !ticket)
      tell(stay, "visit " + visit + ": charged " + std::to_string(account.kept_yen) +
                     " yen, agreed to were " + std::to_string(agreed));
    for (const Record* record : account.records) check(*record, account, stay, ticket);
  }

  void check(const Record& record, const Account& account, int stay, bool ticket) {
    const bool mine = account.entry != nullptr && account.entry->document == record.document;
    const std::string name = "document " + record.document + ": " + record.state;
    const bool out = !account.papers.empty();
    if (record.state == "issued") {
      if (account.kept_yen != record.due_yen || record.charged_yen != record.due_yen)
        tell(stay, name + ", and the terminal kept " + std::to_string(account.kept_yen) + " of " +
                       std::to_string(record.due_yen) + " yen");
      if (!out) tell(stay, name + ", and nothing came out");
    } else if (record.state == "voided") {
      if (account.kept_yen != 0 && !ticket) tell(stay, name + ", and money stays charged");
    } else if (record.state == "prepared") {
      // Refused by the kiosk, which does not even know its number; or staff were told.
      if (mine && !ticket) tell(stay, name + ", and the kiosk has ended the visit");
      if (account.kept_yen != 0 && !ticket) tell(stay, name + ", and money stays charged");
    } else if (!ticket) {
      tell(stay, name + ", and staff have no ticket");
    }
  }

  const Books& books_;
  std::map<std::pair<std::string, std::string>, Account> accounts_;
  std::map<int, const Stay*> by_number_;
  std::map<std::string, const Record*> by_document_;
  std::vector<Mismatch> found_;
};

}  // namespace

std::vector<Mismatch> compare(const Books& books) { return Audit(books).run(); }

std::string wish_of(const std::string& kind, std::vector<std::string> persons, int copies) {
  std::sort(persons.begin(), persons.end());
  std::string text = kind + " of";
  for (const std::string& person : persons) text += " " + person;
  return text + " x" + std::to_string(copies);
}

}  // namespace madoguchi::campaign
