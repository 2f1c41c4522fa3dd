// Who the kiosk is: enrol, renew, erase.

#include <cstdio>

#include "firmware/message/enrol_ticket.h"
#include "tools/kioskctl/command_table.h"
#include "tools/kioskctl/control_client.h"
#include "tools/kioskctl/printed.h"

namespace madoguchi::kioskctl {
namespace {

using namespace std::chrono_literals;

// kioskd gives kiosk-link two and a half minutes.
constexpr auto patience = 240s;

int tell(const Connection& connection, control::Command command) {
  int code = all_well;
  const auto told =
      ask_kiosk_for<control::IdentityTold>(connection.socket, std::move(command), patience, code);
  if (!told) return code;
  if (connection.json) {
    std::printf("%s\n", to_json(*told).dump(2).c_str());
  } else if (told->result == EnrolResult::done) {
    const IdentityState& identity = told->identity;
    const std::string who = identity.kiosk.empty() ? "" : ", " + identity.kiosk;
    std::printf("%s%s\n", std::string(codec::enum_name(identity.standing)).c_str(),
                printable(who).c_str());
    if (!identity.trouble.empty())
      (void)std::fprintf(stderr, "kioskctl: %s\n", printable(identity.trouble).c_str());
  } else {
    (void)std::fprintf(stderr, "kioskctl: %s: %s\n",
                       std::string(codec::enum_name(told->result)).c_str(),
                       printable(told->detail).c_str());
  }
  if (told->result == EnrolResult::busy) return busy;
  return told->result == EnrolResult::done ? all_well : not_done;
}

struct Wanted {
  std::string code;
  std::string qr;
  std::string site;
  bool yes = false;
};

int enrol(const Connection& connection, const Wanted& wanted) {
  control::EnrolAsk ask;
  if (!wanted.qr.empty()) {
    const auto ticket = EnrolTicket::parse(wanted.qr);
    if (!ticket) {
      (void)std::fprintf(stderr, "kioskctl: --qr: %s\n", ticket.error().what.c_str());
      return wrong_use;
    }
    ask = {ticket->code, {}, ticket->url, ticket->ca_pin};
    if (!ticket->site.empty()) ask.site = ticket->site;
  } else {
    const auto code = plain_enrol_code(wanted.code);
    if (!code) {
      (void)std::fprintf(stderr, "kioskctl: --code: %s\n", code.error().what.c_str());
      return wrong_use;
    }
    ask.code = *code;
  }
  if (!wanted.site.empty()) ask.site = wanted.site;
  return tell(connection, std::move(ask));
}

int erase(const Connection& connection, const Wanted& wanted) {
  if (!wanted.yes) {
    (void)std::fprintf(stderr,
                       "kioskctl: erase: the kiosk's key and certificate go for good: say --yes\n");
    return wrong_use;
  }
  return tell(connection, control::EraseAsk{});
}

}  // namespace

void add_identity_commands(CommandTable& table) {
  static Wanted wanted;
  CLI::App* const enrolling =
      table.add(nullptr, "enrol", "Makes this machine a kiosk of the city, with a one-time code");
  auto* const code =
      enrolling->add_option("--code", wanted.code, "The ten characters that staff gave");
  auto* const qr =
      enrolling->add_option("--qr", wanted.qr, "The line that the QR code holds, instead");
  enrolling->add_option("--site", wanted.site,
                        "Where the kiosk stands; a code for another place is refused");
  code->excludes(qr);
  enrolling->require_option(1, 0);
  CLI::App* const renewing = table.add(nullptr, "renew", "Asks for a newer certificate now");
  CLI::App* const erasing =
      table.add(nullptr, "erase",
                "Makes this machine nobody's: certificate, key and counter go, and on a kiosk's "
                "own disk all data; it then starts as a new one");
  erasing->add_flag("--yes", wanted.yes, "Yes, for good");
  Connection& to_enrol = table.connects(enrolling);
  Connection& to_renew = table.connects(renewing);
  Connection& to_erase = table.connects(erasing);
  table.runs(enrolling, [&to_enrol] { return enrol(to_enrol, wanted); });
  table.runs(renewing, [&to_renew] { return tell(to_renew, control::RenewAsk{}); });
  table.runs(erasing, [&to_erase] { return erase(to_erase, wanted); });
}

}  // namespace madoguchi::kioskctl
