#include <cstdio>
#include <map>
#include <optional>
#include <vector>

#include "firmware/journal/reader.h"
#include "firmware/message/codec.h"
#include "firmware/payment/resolution.h"
#include "firmware/payment/staff_words.h"
#include "firmware/visit/records.h"
#include "tools/kioskctl/commands.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using payment::Owner;

/// One line of the list, as --json gives it.
struct TicketLine {
  std::string at;  ///< in the time zone of whoever looks (TZ)
  std::string visit;
  api::Concern concern = api::Concern::sale_unresolved;
  std::string document;   ///< the certificate's number; empty when none
  std::string reference;  ///< the number to look for at the terminal; empty when none
  Owner owner = Owner::window_staff;
  std::string todo;       ///< a key of ui/strings/staff, and ...
  std::string todo_text;  ///< ... its words
  bool visit_ended = false;
};
MADOGUCHI_DESCRIBE(TicketLine, at, visit, concern, document, reference, owner, todo, todo_text,
                   visit_ended)

struct Found {
  visit::Ticket ticket;
  std::int64_t at_ms = 0;
  std::string visit;
};

struct Visits {
  std::vector<Found> tickets;                            ///< oldest first
  std::map<std::string, payment::ChargeRecord> charges;  ///< the last of each visit
  std::map<std::string, bool> ended;

  void take(const journal::StoredEntry& entry) {
    if (entry.kind == visit::entry::ended) ended[entry.visit] = true;
    if (!entry.body) return;
    const ByteView body = as_bytes(*entry.body);
    if (entry.kind == visit::entry::charge) {
      if (auto charge = decode<payment::ChargeRecord>(body, Dialect::json))
        charges[entry.visit] = std::move(*charge);
    } else if (entry.kind == visit::entry::ticket) {
      if (auto ticket = decode<visit::Ticket>(body, Dialect::json))
        tickets.push_back({std::move(*ticket), entry.at_ms, entry.visit});
    }
  }
};

TicketLine line_of(const Found& found, const Visits& visits, const std::string& language) {
  TicketLine line;
  line.at = time_text(found.at_ms);
  line.visit = found.visit;
  line.concern = found.ticket.concern;
  line.document = found.ticket.document;
  line.reference = found.ticket.sale;
  line.visit_ended = visits.ended.contains(found.visit);
  line.todo = "todo." + std::string(codec::enum_name(line.concern));
  if (line.concern == api::Concern::settlement_refused) line.owner = Owner::accounting;
  if (line.concern == api::Concern::sale_unresolved) {
    const auto charge = visits.charges.find(found.visit);
    const payment::Resolution resolution = payment::resolution_of(
        charge == visits.charges.end() ? payment::ChargeRecord() : charge->second);
    line.owner = resolution.owner;
    line.todo = resolution.todo;
    if (!resolution.service_id.empty()) line.reference = resolution.service_id;
  }
  line.todo_text = payment::staff_words(language, line.todo);
  return line;
}

void print(const TicketLine& line, std::size_t number, const std::string& language) {
  const auto word = [&](const std::string& key) { return payment::staff_words(language, key); };
  const auto field = [&](const char* label, const std::string& value) {
    if (!value.empty()) std::printf("   %s: %s\n", word(label).c_str(), printable(value).c_str());
  };
  std::printf("%zu. %s\n", number,
              word("ticket." + std::string(codec::enum_name(line.concern))).c_str());
  field("label.at", line.at);
  field("label.visit", line.visit);
  field("label.document", line.document);
  field("label.service_id", line.reference);
  field("label.owner", word("owner." + std::string(codec::enum_name(line.owner))));
  field("label.todo", line.todo_text);
  field("label.state", word(line.visit_ended ? "state.ended" : "state.open"));
}

}  // namespace

int list_tickets(const TicketOptions& options) {
  Visits visits;
  const int code =
      each_entry(options.journal, [&](const journal::StoredEntry& entry) { visits.take(entry); });
  if (code != 0) return code;
  Json all = Json::array();
  std::size_t number = 0;
  for (const Found& found : visits.tickets) {
    const TicketLine line = line_of(found, visits, options.language);
    if (options.json) {
      all.push_back(to_json(line));
    } else {
      print(line, ++number, options.language);
    }
  }
  if (options.json) {
    std::printf("%s\n", all.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  } else if (visits.tickets.empty()) {
    std::printf("%s\n", payment::staff_words(options.language, "tickets.none").c_str());
  }
  return 0;
}

}  // namespace madoguchi::kioskctl
