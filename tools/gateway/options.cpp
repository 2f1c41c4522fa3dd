#include "tools/gateway/options.h"

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>

#include <toml++/toml.h>

#include "firmware/base/command_line.h"
#include "tools/gateway/database/database.h"

namespace madoguchi::gateway {
namespace {

constexpr std::size_t longest_public_url = 120;  // with number and token it must fit the QR code

struct OptionRow {
  const char* name;
  std::string Options::* value;
  enum { plain, number, file, optional_file } kind;
  const char* help;
};

constexpr OptionRow rows[] = {
    {"listen", &Options::listen, OptionRow::plain,
     "HOST:PORT of the kiosks' API (TLS 1.3, client certificate)"},
    {"public-listen", &Options::public_listen, OptionRow::plain,
     "HOST:PORT of the page that the QR code leads to"},
    {"public-url", &Options::public_url, OptionRow::plain,
     "base of the URL in the QR code, as the world reaches it"},
    {"console-listen", &Options::console_listen, OptionRow::plain,
     "HOST:PORT of the staff console"},
    {"console-dir", &Options::console_dir, OptionRow::optional_file,
     "folder of the console's built files; without it there is no console"},
    {"tls-certificate", &Options::tls_certificate, OptionRow::file, "PEM chain of this server"},
    {"tls-key", &Options::tls_key, OptionRow::file, "PEM key of this server"},
    {"kiosk-ca", &Options::kiosk_ca, OptionRow::file,
     "PEM of the CA that issues the kiosks' certificates"},
    {"kiosk-crl", &Options::kiosk_crl, OptionRow::optional_file, "PEM CRL of that CA"},
    {"kiosk-ca-key", &Options::kiosk_ca_key, OptionRow::optional_file,
     "PEM key of that CA, to enrol kiosks and to renew their certificates"},
    {"kiosk-days", &Options::kiosk_days, OptionRow::number, "life of a kiosk's certificate"},
    {"kiosk-url", &Options::kiosk_url, OptionRow::plain,
     "base of the kiosks' API as kiosks reach it, told to them when they are enrolled"},
    {"enrol-listen", &Options::enrol_listen, OptionRow::plain,
     "HOST:PORT where kiosks come with their code (TLS 1.3, no client certificate)"},
    {"enrol-url", &Options::enrol_url, OptionRow::plain,
     "base of that as kiosks reach it, for the QR codes of enrol-code"},
    {"gateway-ca", &Options::gateway_ca, OptionRow::optional_file,
     "PEM of the CA that issued tls-certificate, for kiosks that are enrolled"},
    {"crl", &Options::crl, OptionRow::optional_file,
     "CRL of the CA that issued tls-certificate: kiosks ask for it"},
    {"card-ca", &Options::card_ca, OptionRow::file, "PEM of the CAs whose cards are trusted"},
    {"card-crl", &Options::card_crl, OptionRow::optional_file, "PEM CRLs of those CAs"},
    {"seal-key", &Options::seal_key, OptionRow::file,
     "PEM key (EC P-256) that seals documents for kiosks"},
    {"audit-keys", &Options::audit_keys, OptionRow::optional_file,
     "folder of the kiosks' audit keys: KIOSK.pem, the public half"},
    {"badges", &Options::badges, OptionRow::optional_file,
     "TOML file of the helpers' badges, registered at start"},
    {"lessons-dir", &Options::lessons_dir, OptionRow::optional_file,
     "folder of the lessons, to repeat them at home; without it there are none"},
    {"sign-key", &Options::sign_key, OptionRow::file, "PEM key that signs the PDFs"},
    {"sign-certificate", &Options::sign_certificate, OptionRow::file, "PEM chain of that key"},
    {"residents", &Options::residents, OptionRow::file, "JSON file of the residents"},
    {"catalogue", &Options::catalogue, OptionRow::file, "TOML file of kinds, fees and hours"},
    {"queue", &Options::queue, OptionRow::optional_file,
     "TOML file of the waiting room: topics, desks, slots (queue.toml)"},
    {"updates", &Options::updates, OptionRow::optional_file,
     "TOML file of the kiosks' updates, beside their bundles (docs/update.md)"},
    {"consult", &Options::consult, OptionRow::optional_file,
     "TOML file of the consultations by video: topics, desks (consult.toml)"},
    {"relay-secret", &Options::relay_secret, OptionRow::optional_file,
     "file of the media relay's shared secret (coturn: static-auth-secret)"},
    {"relay-urls", &Options::relay_urls, OptionRow::plain,
     "turns: URLs of the relay for the staff's browsers, with blanks between"},
    {"database", &Options::database, OptionRow::optional_file,
     "SQLite file, made if it is not there, or postgresql://user@host:port/name"},
    {"time-zone", &Options::time_zone, OptionRow::plain, "IANA name of the city's time zone"},
    {"most-connections", &Options::most_connections, OptionRow::number,
     "of kiosks at once; as many more may be live"},
    {"upkeep-every", &Options::upkeep_every, OptionRow::number,
     "seconds between removing what is too old and publishing what is due"},
    {"municipal-code", &Options::municipal_code, OptionRow::plain,
     "six digits of the city (全国地方公共団体コード), in the open data"},
    {"prefecture", &Options::prefecture, OptionRow::plain, "its prefecture's name"},
    {"smallest-count", &Options::smallest_count, OptionRow::plain,
     "smaller counts are not published; 3 or more"},
    {"numbers-days", &Options::numbers_days, OptionRow::plain,
     "how long counts and help records are kept; 400 or more"},
    {"satisfaction-target", &Options::satisfaction_target, OptionRow::plain,
     "percent of 4 and 5 that the city aims at; empty: none"},
};

std::string relative_to(const std::string& file, const std::string& path) {
  return path.empty() || is_database_url(path)
             ? path
             : (std::filesystem::path(file).parent_path() / path).string();
}

/// Takes from the file what the command line does not say.
Status read_file_into(Options& options, const std::string& path,
                      const std::set<std::string>& said) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    return Error{Errc::invalid, path + ":" + std::to_string(error.source().begin.line),
                 std::string(error.description())};
  }
  for (const auto& [key, node] : table) {
    const std::string where = path + ":" + std::to_string(node.source().begin.line);
    const auto* row = std::find_if(std::begin(rows), std::end(rows),
                                   [&](const OptionRow& one) { return one.name == key.str(); });
    if (row == std::end(rows)) {
      return Error{Errc::invalid, where, "'" + std::string(key.str()) + "' is not an option"};
    }
    const bool number = row->kind == OptionRow::number;
    if (number ? !node.is_integer() : !node.is_string()) {
      return Error{Errc::invalid, where,
                   std::string(key.str()) + " must be a " + (number ? "number" : "text")};
    }
    if (said.contains(row->name)) continue;
    const std::string text =
        number ? std::to_string(node.as_integer()->get()) : node.as_string()->get();
    const bool path_like = row->kind == OptionRow::file || row->kind == OptionRow::optional_file;
    options.*(row->value) = path_like ? relative_to(path, text) : text;
  }
  return {};
}

/// Whether it is one from 1 to `most`.
bool is_number(const std::string& text, std::size_t most) {
  std::size_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && end == text.data() + text.size() && number >= 1 && number <= most;
}

Status check(Options& options) {
  for (const OptionRow& row : rows) {
    if (row.kind == OptionRow::file && (options.*(row.value)).empty()) {
      return Error{Errc::invalid, std::string("--") + row.name, "is missing"};
    }
  }
  std::string& url = options.public_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  if (!url.empty() && !url.starts_with("https://")) {
    return Error{Errc::invalid, "--public-url", "must begin with https://"};
  }
  if (url.size() > longest_public_url)
    return Error{Errc::invalid, "--public-url", "is longer than 120 characters"};
  if (!is_number(options.most_connections, 50'000))
    return Error{Errc::invalid, "--most-connections", "is a number from 1 to 50000"};
  if (!is_number(options.kiosk_days, 1200))
    return Error{Errc::invalid, "--kiosk-days", "is a number from 1 to 1200"};
  for (const std::string& address : {options.kiosk_url, options.enrol_url}) {
    if (!address.empty() && !address.starts_with("https://"))
      return Error{Errc::invalid, "--kiosk-url, --enrol-url", "must begin with https://"};
  }
  if (!options.enrol_listen.empty() && (options.kiosk_ca_key.empty() || options.gateway_ca.empty()))
    return Error{Errc::invalid, "--enrol-listen", "needs --kiosk-ca-key and --gateway-ca"};
  if (!is_number(options.upkeep_every, 3600))
    return Error{Errc::invalid, "--upkeep-every", "is a number from 1 to 3600"};
  return {};
}

}  // namespace

std::variant<Options, ExitNow> read_options(int argc, const char* const* argv) {
  Options parsed;
  CLI::App app(
      "The gateway between certificate kiosks and the city: visits, documents, fees, verification.",
      "gateway");
  std::string file;
  app.set_version_flag("--version", "gateway " MADOGUCHI_VERSION);
  app.add_option("--config", file, "TOML file whose keys are the options below without the dashes");
  std::map<std::string, CLI::Option*> options;
  for (const OptionRow& row : rows) {
    options[row.name] = app.add_option(std::string("--") + row.name, parsed.*(row.value), row.help)
                            ->capture_default_str();
  }
  if (const auto code = exit_after_parsing(app, argc, argv)) return ExitNow{*code};
  std::set<std::string> said;
  for (const auto& [name, option] : options) {
    if (option->count() > 0) said.insert(name);
  }
  Status good = file.empty() ? Status() : read_file_into(parsed, file, said);
  if (good) good = check(parsed);
  if (!good) {
    (void)std::fprintf(stderr, "gateway: %s: %s\n", good.error().where.c_str(),
                       good.error().what.c_str());
    return ExitNow{2};
  }
  return parsed;
}

}  // namespace madoguchi::gateway
