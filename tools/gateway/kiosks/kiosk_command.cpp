#include "tools/gateway/kiosks/kiosk_command.h"

#include <cstdio>
#include <ctime>

#include <openssl/rand.h>
#include <qrencode.h>

#include "firmware/base/command_line.h"
#include "firmware/message/enrol_ticket.h"
#include "tools/gateway/kiosks/kiosk_identities.h"
#include "tools/gateway/local_time.h"
#include "tools/gateway/options.h"

namespace madoguchi::gateway {
namespace {

constexpr std::int64_t hour_s = 3600;
constexpr int revocation_list_days = 7;
constexpr int quiet_zone = 2;

int fail(const std::string& where, const std::string& what) {
  (void)std::fprintf(stderr, "gateway: %s: %s\n", where.c_str(), what.c_str());
  return 2;
}
int fail(const Error& error) { return fail(error.where, error.what); }

std::string shown_time(std::int64_t at_s) {
  return local_time(std::chrono::system_clock::from_time_t(at_s)).iso8601();
}

/// Every letter as likely as any other.
std::string random_code() {
  std::string code;
  while (code.size() < enrol_code_size) {
    unsigned char byte = 0;
    if (RAND_bytes(&byte, 1) != 1) std::abort();
    constexpr std::size_t letters = enrol_code_letters.size();
    if (byte < 256 / letters * letters) code += enrol_code_letters[byte % letters];
  }
  return code;
}

/// Two rows of the code in one line of half blocks, dark on the terminal's light or the other way.
void draw(const std::string& text) {
  QRcode* const code = QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M);
  if (code == nullptr) return;
  const int width = code->width;
  const auto dark = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < width && (code->data[y * width + x] & 1) != 0;
  };
  for (int y = -quiet_zone; y < width + quiet_zone; y += 2) {
    for (int x = -quiet_zone; x < width + quiet_zone; ++x) {
      const bool upper = dark(x, y);
      const bool lower = dark(x, y + 1);
      (void)std::fputs(upper ? (lower ? " " : "\u2584") : (lower ? "\u2580" : "\u2588"), stdout);
    }
    (void)std::fputc('\n', stdout);
  }
  QRcode_free(code);
}

/// The gateway's own options, from what the command does not know itself.
std::variant<Options, ExitNow> options_of(const CLI::App& app) {
  std::vector<std::string> words = app.remaining();
  std::vector<const char*> argv{"gateway"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return read_options(static_cast<int>(argv.size()), argv.data());
}

Result<KioskRegister> open_register(const Options& options) {
  if (auto zone = set_time_zone(options.time_zone); !zone) return zone.error();
  auto database = Database::open(options.database);
  if (!database) return database.error();
  return KioskRegister::open(std::move(*database));
}

struct WantedCode {
  std::string site;
  std::string kiosk;
  int hours = 24;
  bool drawn = false;
};

int make_code(const Options& options, const WantedCode& wanted) {
  if (!is_site_name(wanted.site)) return fail("--site", "is 1 to 48 letters, digits and dashes");
  if (!wanted.kiosk.empty() && !is_site_name(wanted.kiosk))
    return fail("--kiosk", "is 1 to 48 letters, digits and dashes");
  if (options.kiosk_ca_key.empty())
    return fail("--kiosk-ca-key", "is missing: the kiosks' CA issues the certificate");
  if (options.enrol_url.empty() || options.gateway_ca.empty())
    return fail("--enrol-url, --gateway-ca", "are missing: the code names where it is good");
  const auto authority = KioskAuthority::load(options.kiosk_ca, options.kiosk_ca_key);
  if (!authority) return fail(authority.error());
  const auto pin = pin_of_certificate(options.gateway_ca);
  if (!pin) return fail(pin.error());
  auto kiosks = open_register(options);
  if (!kiosks) return fail(kiosks.error());
  const std::int64_t now = std::time(nullptr);
  const std::int64_t until = now + wanted.hours * hour_s;
  const std::string code = random_code();
  const auto kiosk =
      kiosks->add_code(hmac_of_code(*authority, code), wanted.site, wanted.kiosk, now, until);
  if (!kiosk) return fail(kiosk.error());
  const EnrolTicket ticket{options.enrol_url, *pin, code, wanted.site};
  if (wanted.drawn) draw(ticket.text());
  (void)std::printf("code  %s\nkiosk %s\nsite  %s\nuntil %s\nqr    %s\n",
                    shown_enrol_code(code).c_str(), kiosk->c_str(), wanted.site.c_str(),
                    shown_time(until).c_str(), ticket.text().c_str());
  return 0;
}

int list(KioskRegister& kiosks) {
  const auto entries = kiosks.entries();
  if (!entries) return fail(entries.error());
  for (const KioskEntry& one : *entries) {
    const std::string state = one.revoked_s == 0 ? "good until " + shown_time(one.until_s)
                                                 : one.reason + " " + shown_time(one.revoked_s);
    (void)std::printf("%s\t%s\t%s\t%s\n", one.kiosk.c_str(), one.site.c_str(), one.serial.c_str(),
                      state.c_str());
  }
  return 0;
}

int revoke(KioskRegister& kiosks, const std::string& kiosk, const std::string& reason) {
  const auto revoked = kiosks.revoke(kiosk, reason, std::time(nullptr));
  if (!revoked) return fail(revoked.error());
  (void)std::printf("%s is revoked (%d certificates)\n", kiosk.c_str(), *revoked);
  return 0;
}

int write_list(KioskRegister& kiosks, const Options& options) {
  if (options.kiosk_ca_key.empty())
    return fail("--kiosk-ca-key", "is missing: the kiosks' CA signs the list");
  const auto authority = KioskAuthority::load(options.kiosk_ca, options.kiosk_ca_key);
  if (!authority) return fail(authority.error());
  const auto entries = kiosks.entries();
  if (!entries) return fail(entries.error());
  std::vector<RevokedSerial> revoked;
  for (const KioskEntry& one : *entries)
    if (one.revoked_s != 0) revoked.push_back({one.serial, one.revoked_s});
  const std::int64_t now = std::time(nullptr);
  const auto list =
      authority->revocation_list(revoked, now, now, revocation_list_days * 24 * hour_s);
  if (!list) return fail(list.error());
  (void)std::fputs(list->c_str(), stdout);
  return 0;
}

}  // namespace

int enrol_code_command(int argc, const char* const* argv) {
  WantedCode wanted;
  CLI::App app(
      "Makes a one-time code that enrols one kiosk. The gateway's own options follow: --config "
      "FILE.",
      "gateway enrol-code");
  app.allow_extras();
  app.add_option("--site", wanted.site, "where the kiosk is to stand: letters, digits, dashes")
      ->required();
  app.add_option("--kiosk", wanted.kiosk,
                 "its id, for one that is there already; without it the site's next: SITE-N");
  app.add_option("--hours", wanted.hours, "how long the code is good")
      ->check(CLI::Range(1, 24 * 30))
      ->capture_default_str();
  app.add_flag("--draw", wanted.drawn, "draw the QR code on the terminal, too");
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  const auto options = options_of(app);
  if (const auto* exit_now = std::get_if<ExitNow>(&options)) return exit_now->code;
  return make_code(std::get<Options>(options), wanted);
}

int kiosks_command(int argc, const char* const* argv) {
  CLI::App app("The kiosks on the register. The gateway's own options follow: --config FILE.",
               "gateway kiosks");
  app.require_subcommand(1);
  std::string kiosk;
  std::string reason = "revoked by staff";
  CLI::App* listing = app.add_subcommand("list", "one line a certificate");
  CLI::App* revoking = app.add_subcommand("revoke", "lets a kiosk in no more");
  revoking->add_option("KIOSK", kiosk, "its id")->required();
  revoking->add_option("--reason", reason, "for the list")->capture_default_str();
  CLI::App* writing = app.add_subcommand("crl", "the CA's revocation list on standard output, PEM");
  for (CLI::App* one : {listing, revoking, writing}) one->allow_extras();
  if (const auto code = exit_after_parsing(app, argc, argv)) return *code;
  CLI::App* const chosen = app.get_subcommands().front();
  const auto options = options_of(*chosen);
  if (const auto* exit_now = std::get_if<ExitNow>(&options)) return exit_now->code;
  auto kiosks = open_register(std::get<Options>(options));
  if (!kiosks) return fail(kiosks.error());
  if (chosen == listing) return list(*kiosks);
  if (chosen == writing) return write_list(*kiosks, std::get<Options>(options));
  return revoke(*kiosks, kiosk, reason);
}

}  // namespace madoguchi::gateway
