#pragma once
// The real gateway with a throwaway city: keys of tools/pki, cards made here, the fictional
// residents with those cards.

#include <memory>
#include <string>

#include <CppUTest/TestHarness.h>

#include "firmware/message/gateway_api.h"
#include "tests/child_process.h"
#include "tests/contract/gateway/tls_client.h"
#include "tests/unit/gateway/card_maker.h"

namespace madoguchi::gateway {

/// What all tests share, made once: it takes a second.
class SharedCity {
 public:
  static SharedCity& get();

  /// A file of tools/pki, which was run for kiosk-001 and kiosk-002.
  [[nodiscard]] std::string pki(const std::string& name) const {
    return directory_.path("pki/" + name);
  }
  /// "kiosk-003": of any number; its certificate is made when it is first asked for.
  std::string kiosk(int number);
  /// A card that the resident ("toyonaka-0001") has, by the residents' file.
  [[nodiscard]] const Card& card_of(const std::string& resident) const {
    return cards_.at(resident);
  }
  [[nodiscard]] const CardAuthority& authority() const { return authority_; }
  [[nodiscard]] const OwnFolder& directory() const { return directory_; }
  [[nodiscard]] std::string settings_file() const { return directory_.path("gateway.toml"); }

 private:
  SharedCity();
  void write_residents();

  OwnFolder directory_;
  CardAuthority authority_{"Madoguchi card CA"};
  std::map<std::string, Card> cards_;
};

class GatewayProcess {
 public:
  /// `more` are options beside those of the city. `database`: one that others have, too; empty: its
  /// own.
  explicit GatewayProcess(std::vector<std::string> more = {}, std::string database = {});
  ~GatewayProcess();

  [[nodiscard]] const std::string& kiosk_address() const { return kiosk_address_; }
  [[nodiscard]] const std::string& public_address() const { return public_address_; }
  /// Empty without --console-dir.
  [[nodiscard]] const std::string& console_address() const { return console_address_; }
  /// Empty without --enrol-listen.
  [[nodiscard]] const std::string& enrol_address() const { return enrol_address_; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  /// SIGTERM; gives the exit status.
  int stop();
  /// As after a power cut: killed, then started again with the same database.
  void restart_after_power_cut();
  /// Everything it has logged.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const std::string& database() const { return database_; }
  /// One number from its database.
  [[nodiscard]] std::int64_t ask_database(const std::string& sql) const;

 private:
  void start();

  OwnFolder directory_;
  std::vector<std::string> more_;
  std::string database_;
  std::unique_ptr<ChildProcess> process_;
  std::string kiosk_address_;
  std::string public_address_;
  std::string console_address_;
  std::string enrol_address_;
};

/// A kiosk's side of the API: one kept connection.
class Kiosk {
 public:
  Kiosk(const GatewayProcess& gateway, const std::string& name = "kiosk-001");

  HttpReply post_json(const std::string& target, const std::string& json,
                      const std::string& key = random_uuid());
  HttpReply get(const std::string& target);
  template <class Body>
  HttpReply post(const std::string& target, const Body& body,
                 const std::string& key = random_uuid()) {
    return post_json(target, as_text(encode(body, Dialect::json)), key);
  }
  /// Reads the answer, or fails the test with the gateway's words.
  template <class T>
  static T expect(const HttpReply& reply, int status = 200) {
    LONGS_EQUAL_TEXT(status, reply.status, reply.body.c_str());
    auto read = decode<T>(as_bytes(reply.body), Dialect::json);
    if (!read) FAIL(read.error().text().c_str());
    return std::move(*read);
  }
  /// The refusal must be this one, as ApiError.
  static void refused(const HttpReply& reply, int status, api::Refusal code);

  // The steps of a visit, each expected to succeed.
  std::string path(const std::string& step) const { return "/v1/visits/" + visit + "/" + step; }
  void open();
  api::Identify signed_by(const Card& card) const;
  api::Identified identify(const std::string& resident);
  api::Quote quote(const api::QuoteRequest& request);
  api::SealedDocument issue(const std::string& quote);
  void settle(const std::string& document, api::Outcome outcome, std::int64_t charged_yen);
  /// open, identify, quote and issue of one 住民票; gives its number.
  std::string document_of(const std::string& resident);

  std::string visit = random_uuid();
  Bytes nonce;

 private:
  std::unique_ptr<TlsClient> client_;
};

TlsClientSettings kiosk_settings(const std::string& name);

}  // namespace madoguchi::gateway
