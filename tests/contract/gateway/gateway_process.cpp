#include "tests/contract/gateway/gateway_process.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <signal.h>

#include "firmware/base/file.h"
#include "tests/postgresql_server.h"
#include "tools/gateway/database/database.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* catalogue = R"toml(
[city]
name = "豊中市"
name_latin = "TOYONAKA CITY"
mayor = "豊中市長"
seal = "豊中市長之印"
)toml";

std::string kind_table(std::string_view kind, int fee, int window_fee, std::string_view days) {
  return "[[kind]]\nkind = \"" + std::string(kind) +
         "\"\nname_ja = \"証明書\"\nname_en = \"Certificate\"\nfee_yen = " + std::to_string(fee) +
         "\nwindow_fee_yen = " + std::to_string(window_fee) + "\nhours = \"00:00-24:00\"\n" +
         std::string(days);
}

void run(const std::string& command) {
  CHECK_TEXT(std::system(command.c_str()) == 0, command.c_str());
}

}  // namespace

SharedCity& SharedCity::get() {
  static SharedCity city;
  return city;
}

SharedCity::SharedCity() {
  const std::string pki_tool = MADOGUCHI_SOURCE_DIR "/tools/pki ";
  run(pki_tool + directory_.path("pki") + " && " + pki_tool + directory_.path("pki") +
      " --kiosk kiosk-002");
  directory_.put("card-ca.pem", authority_.pem());
  for (const int number : {1,  2,  4,  5,  6,  7,  8,  9,  10, 13, 14, 18, 20, 21, 22,
                           24, 25, 26, 27, 28, 29, 30, 36, 42, 44, 45, 48, 49, 50}) {
    std::string resident = std::to_string(number);
    resident.insert(0, 4 - resident.size(), '0');
    resident.insert(0, "toyonaka-");
    cards_.emplace(resident, authority_.issue({.name = resident}));
  }
  write_residents();
  // Everything is open at all hours, so that the tests do not hang on the clock; the family
  // register is always shut.
  std::string kinds;
  for (const char* kind : {"seal", "residence", "residence_matter", "tax", "family_address"}) {
    kinds += kind_table(kind, 200, 300, "");
  }
  directory_.put("catalogue.toml",
                 catalogue + kinds + kind_table("family_register", 350, 450, "days = []\n"));
  directory_.put(
      "gateway.toml",
      "tls-certificate = \"pki/gateway.pem\"\ntls-key = \"pki/gateway.key\"\nkiosk-ca = "
      "\"pki/kiosk-ca.pem\"\n"
      "card-ca = \"card-ca.pem\"\nseal-key = \"pki/seal.key\"\nsign-key = \"pki/document.key\"\n"
      "sign-certificate = \"pki/document.pem\"\nresidents = \"residents.json\"\ncatalogue = "
      "\"catalogue.toml\"\n"
      "listen = \"127.0.0.1:0\"\npublic-listen = \"127.0.0.1:0\"\n"
      "public-url = \"https://verify.madoguchi.test\"\n");
}

std::string SharedCity::kiosk(int number) {
  std::string name = std::to_string(number);
  name.insert(0, name.size() < 3 ? 3 - name.size() : 0, '0');
  name.insert(0, "kiosk-");
  if (!std::filesystem::exists(pki(name + ".pem"))) {
    const CardAuthority kiosk_ca(pki("kiosk-ca.pem"), pki("kiosk-ca.key"));
    const Card made =
        kiosk_ca.issue({.name = name, .extended_key_usage = "clientAuth", .ec_key = true});
    directory_.put("pki/" + name + ".key", made.key_pem());
    directory_.put("pki/" + name + ".pem", made.certificate_pem());
  }
  return name;
}

void SharedCity::write_residents() {
  const auto file =
      read_file(MADOGUCHI_SOURCE_DIR "/tools/gateway/residents/toyonaka-fictional.json");
  CHECK(file.ok());
  Json residents = Json::parse(file->begin(), file->end());
  for (Json& resident : residents) {
    const auto card = cards_.find(resident["id"].get<std::string>());
    if (card != cards_.end()) {
      resident["auth_certificate_sha256"] = to_hex(sha256(card->second.certificate));
    }
  }
  directory_.put("residents.json", residents.dump());
}

GatewayProcess::GatewayProcess(std::vector<std::string> more, std::string database)
    : more_(std::move(more)),
      database_(database.empty() ? fresh_database(directory_.path("gateway.sqlite"))
                                 : std::move(database)) {
  start();
}

GatewayProcess::~GatewayProcess() {
  // A crash after the last answer, or a sanitizer's report, shows in the status only. CppUTest
  // counts no failure here, after the test: the whole program ends.
  if (stop() == 0) return;
  (void)std::fprintf(stderr, "the gateway did not end well:\n%s\n", log().c_str());
  std::abort();
}

void GatewayProcess::start() {
  // Its log goes to a file: tests look into it, and it stays out of the tests' own output.
  std::string command = "exec " + ChildProcess::program("gateway") + " --config " +
                        SharedCity::get().settings_file() + " --database " + database_;
  for (const auto& word : more_) command += " " + word;
  command += " 2>>" + directory_.path("log");
  process_ = std::make_unique<ChildProcess>(std::vector<std::string>{"/bin/sh", "-c", command});
  const std::string line = process_->wait_for("ready ");
  const auto value = [&](const std::string& name) {
    const auto at = line.find(name);
    if (at == std::string::npos) return std::string();
    const auto from = at + name.size();
    return line.substr(from, line.find(' ', from) - from);
  };
  kiosk_address_ = value("kiosk=");
  public_address_ = value("public=");
  console_address_ = value("console=");
  enrol_address_ = value("enrol=");
}

int GatewayProcess::stop() {
  if (process_->pid() > 0) ::kill(process_->pid(), SIGTERM);
  return process_->end();
}

void GatewayProcess::restart_after_power_cut() {
  process_->kill();
  start();
}

std::string GatewayProcess::log() const {
  const auto content = read_file(directory_.path("log"));
  CHECK(content.ok());
  return as_text(*content);
}

std::int64_t GatewayProcess::ask_database(const std::string& sql) const {
  auto opened = Database::open(database());
  CHECK(opened.ok());
  const auto number = opened->one(sql.c_str(), [](const Statement& row) { return row.integer(0); });
  if (!number) FAIL(number.error().text().c_str());
  return number->value_or(-1);
}

TlsClientSettings kiosk_settings(const std::string& name) {
  const SharedCity& city = SharedCity::get();
  return {.ca = city.pki("gateway-ca.pem"),
          .certificate = city.pki(name + ".pem"),
          .key = city.pki(name + ".key"),
          .protocol = "http/1.1"};
}

Kiosk::Kiosk(const GatewayProcess& gateway, const std::string& name)
    : client_(std::make_unique<TlsClient>(gateway.kiosk_address(), kiosk_settings(name))) {
  CHECK(client_->connected());
}

HttpReply Kiosk::post_json(const std::string& target, const std::string& json,
                           const std::string& key) {
  CHECK(client_->send(request_text(
      "POST", target, {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}, json)));
  auto reply = client_->receive();
  CHECK(reply.has_value());
  return *reply;
}

HttpReply Kiosk::get(const std::string& target) {
  CHECK(client_->send(request_text("GET", target)));
  auto reply = client_->receive();
  CHECK(reply.has_value());
  return *reply;
}

void Kiosk::refused(const HttpReply& reply, int status, api::Refusal code) {
  LONGS_EQUAL_TEXT(status, reply.status, reply.body.c_str());
  STRCMP_EQUAL("application/json", reply.headers.at("content-type").c_str());
  const auto error = decode<api::ApiError>(as_bytes(reply.body), Dialect::json);
  if (!error) FAIL(error.error().text().c_str());
  STRCMP_EQUAL(std::string(codec::enum_name(code)).c_str(),
               std::string(codec::enum_name(error->code)).c_str());
  CHECK(!error->message.empty());
}

void Kiosk::open() {
  nonce = expect<api::VisitOpened>(post("/v1/visits", api::VisitOpen{visit}), 201).nonce;
}

api::Identify Kiosk::signed_by(const Card& card) const {
  return {.auth_certificate = card.certificate,
          .signature = card.sign(api::identify_message(nonce))};
}

api::Identified Kiosk::identify(const std::string& resident) {
  return expect<api::Identified>(
      post(path("identify"), signed_by(SharedCity::get().card_of(resident))));
}

api::Quote Kiosk::quote(const api::QuoteRequest& request) {
  return expect<api::Quote>(post(path("quote"), request));
}

api::SealedDocument Kiosk::issue(const std::string& quote) {
  return expect<api::SealedDocument>(post(path("issue"), api::IssueRequest{quote}));
}

void Kiosk::settle(const std::string& document, api::Outcome outcome, std::int64_t charged_yen) {
  const api::Settlement settlement{.document = document,
                                   .outcome = outcome,
                                   .charged_yen = charged_yen,
                                   .sale = "sale-1",
                                   .pages_printed = 1};
  CHECK(expect<api::Settled>(post(path("settle"), settlement)).recorded);
}

std::string Kiosk::document_of(const std::string& resident) {
  open();
  identify(resident);
  const auto quoted = quote({});
  const auto seal = decode<api::Seal>(issue(quoted.quote).seal);
  CHECK(seal.ok());
  return seal->document;
}

}  // namespace madoguchi::gateway
