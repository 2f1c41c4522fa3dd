// kioskctl: the command line.

#include "firmware/base/command_line.h"
#include "tools/kioskctl/commands.h"

namespace {

using namespace madoguchi;

/// --journal of a subcommand.
void add_journal(CLI::App& command, std::string& journal) {
  command.add_option("--journal", journal, "journal.sqlite: the live file or a copy")
      ->required()
      ->check(CLI::ExistingFile);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What a kiosk's journal says. Reads only.", "kioskctl");
  app.set_version_flag("--version", std::string("kioskctl ") + MADOGUCHI_VERSION);
  app.require_subcommand(1);

  kioskctl::AuditOptions audit;
  CLI::App* audits = app.add_subcommand("audit", "Whether the journal is what the kiosk wrote");
  audits->require_subcommand(1);
  CLI::App* verify = audits->add_subcommand(
      "verify",
      "Checks every entry's hash, the checkpoints' signatures and the gateway's "
      "countersignatures.\n"
      "Prints 'ok: ...' and exits with 0, or names the first bad entry and exits with 1.");
  add_journal(*verify, audit.journal);
  verify->add_option("--kiosk-key", audit.kiosk_key, "public half of the kiosk's audit key (PEM)")
      ->required()
      ->check(CLI::ExistingFile);
  verify
      ->add_option("--gateway-key", audit.gateway_key,
                   "public half of the gateway's seal key (PEM)")
      ->check(CLI::ExistingFile);
  verify
      ->add_option(
          "--expect", audit.expect,
          "the gateway's latest checkpoint (JSON of GET /v1/checkpoints/latest): notices a "
          "journal that ends too early")
      ->check(CLI::ExistingFile);

  std::string file;
  std::string visit;
  CLI::App* journals = app.add_subcommand("journal", "What happened in the visits");
  journals->require_subcommand(1);
  CLI::App* visits = journals->add_subcommand("visits", "One line for each visit, oldest first");
  add_journal(*visits, file);
  CLI::App* show = journals->add_subcommand("show", "Every entry of one visit");
  show->add_option("visit", visit, "the visit's UUID")->required();
  add_journal(*show, file);

  kioskctl::TicketOptions tickets;
  CLI::App* ticket_list = app.add_subcommand(
      "tickets",
      "What the kiosk has handed to staff, oldest first: unresolved sales, papers of which nobody\n"
      "knows, refused settlements; with who does what and the number to look for at the terminal.");
  add_journal(*ticket_list, tickets.journal);
  ticket_list->add_flag("--json", tickets.json, "an array for programs");
  ticket_list->add_option("--lang", tickets.language, "language of the words (default: en)")
      ->check(CLI::IsMember({"ja", "en"}));

  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  if (verify->parsed()) return kioskctl::verify_audit(audit);
  if (visits->parsed()) return kioskctl::list_visits(file);
  if (ticket_list->parsed()) return kioskctl::list_tickets(tickets);
  return kioskctl::show_visit(file, visit);
}
