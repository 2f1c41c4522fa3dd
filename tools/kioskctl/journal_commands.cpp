// The commands that read a journal's file, with or without a kiosk around it.

#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/commands.h"

namespace madoguchi::kioskctl {
namespace {

/// --journal of a command.
void add_journal(CLI::App& command, std::string& journal) {
  command.add_option("--journal", journal, "journal.sqlite: the live file or a copy")
      ->required()
      ->check(CLI::ExistingFile);
}

void add_audit(CommandTable& table) {
  const auto audit = std::make_shared<AuditOptions>();  // shared with the action, which runs later
  CLI::App* audits = table.add(nullptr, "audit", "Whether the journal is what the kiosk wrote");
  CLI::App* verify = table.add(audits, "verify",
                               "Checks every entry's hash, the checkpoints' signatures and the "
                               "gateway's countersignatures.\n"
                               "Prints 'ok: ...' and exits with 0, or names the first bad entry "
                               "and exits with 1.");
  add_journal(*verify, audit->journal);
  verify->add_option("--kiosk-key", audit->kiosk_key, "public half of the kiosk's audit key (PEM)")
      ->required()
      ->check(CLI::ExistingFile);
  verify
      ->add_option("--gateway-key", audit->gateway_key,
                   "public half of the gateway's seal key (PEM)")
      ->check(CLI::ExistingFile);
  verify
      ->add_option(
          "--expect", audit->expect,
          "the gateway's latest checkpoint (JSON of GET /v1/checkpoints/latest): notices a "
          "journal that ends too early")
      ->check(CLI::ExistingFile);
  table.runs(verify, [audit] { return verify_audit(*audit); });
}

void add_visits(CommandTable& table) {
  struct Named {
    std::string file;
    std::string visit;
  };
  const auto named = std::make_shared<Named>();  // shared with the actions, which run later
  CLI::App* journals = table.add(nullptr, "journal", "What happened in the visits");
  CLI::App* visits = table.add(journals, "visits", "One line for each visit, oldest first");
  add_journal(*visits, named->file);
  table.runs(visits, [named] { return list_visits(named->file); });
  CLI::App* show = table.add(journals, "show", "Every entry of one visit");
  show->add_option("visit", named->visit, "the visit's UUID")->required();
  add_journal(*show, named->file);
  table.runs(show, [named] { return show_visit(named->file, named->visit); });
}

void add_tickets(CommandTable& table) {
  const auto tickets = std::make_shared<TicketOptions>();  // shared with the action
  CLI::App* list = table.add(
      nullptr, "tickets",
      "What the kiosk has handed to staff, oldest first: unresolved sales, papers of which nobody\n"
      "knows, refused settlements; with who does what and the number to look for at the terminal.");
  add_journal(*list, tickets->journal);
  list->add_flag("--json", tickets->json, "an array for programs");
  list->add_option("--lang", tickets->language, "language of the words (default: en)")
      ->check(CLI::IsMember({"ja", "en"}));
  table.runs(list, [tickets] { return list_tickets(*tickets); });
}

}  // namespace

void add_journal_commands(CommandTable& table) {
  add_audit(table);
  add_visits(table);
  add_tickets(table);
}

}  // namespace madoguchi::kioskctl
