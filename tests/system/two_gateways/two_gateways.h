#pragma once
// Two gateway processes on one PostgreSQL, and kiosks that reach both: a rig in which whatever the
// gateway's API does can be asked of both at the same moment.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/contract/gateway/gateway_process.h"
#include "tests/postgresql_server.h"
#include "tools/gateway/staff/queue_console_api.h"

namespace madoguchi::gateway {

class TwoGateways {
 public:
  /// `more` are options of both beside those of the city.
  explicit TwoGateways(const std::vector<std::string>& more = {})
      : database_(shared_postgresql_server().make_database()),
        first_(std::make_unique<GatewayProcess>(more, database_)),
        second_(std::make_unique<GatewayProcess>(more, database_)) {}
  GatewayProcess& first() { return *first_; }
  GatewayProcess& second() { return *second_; }
  /// The cookie and CSRF token of a member of the staff who is logged in; good at both.
  struct Login {
    std::string cookie;
    std::string csrf;
  };
  Login log_in(const std::string& name) const;
  /// One number from their database.
  std::int64_t ask_database(const std::string& sql) const { return first_->ask_database(sql); }

 private:
  std::string database_;
  std::unique_ptr<GatewayProcess> first_;
  std::unique_ptr<GatewayProcess> second_;
};

/// A page of the console at one of the gateways, in which somebody serves a desk.
class DeskPage {
 public:
  DeskPage(const GatewayProcess& gateway, TwoGateways::Login login, std::string desk);
  /// Ends whom the desk serves and calls the next one.
  QueueDone next();
  /// How often next() found that another page had been faster.
  [[nodiscard]] int overtaken() const { return overtaken_; }

 private:
  template <class T>
  T ask(const std::string& method, const std::string& path, const std::string& body);
  QueueDone press(const std::string& seen);
  [[nodiscard]] std::string at_desk(const QueueView& view) const;

  TlsClient client_;
  TwoGateways::Login login_;
  std::string desk_;
  std::string seen_;  ///< ticket that the page shows at the desk
  int overtaken_ = 0;
};

/// One kiosk with a connection to either gateway.
class KioskAtBoth {
 public:
  KioskAtBoth(TwoGateways& gateways, const std::string& name);

  struct Replies {
    HttpReply first;
    HttpReply second;
    [[nodiscard]] bool same() const {
      return first.status == second.status && first.body == second.body;
    }
  };
  /// The same request at both at the same moment, each with its key. What is 503 is repeated at
  /// that gateway, as a kiosk does.
  Replies post(const std::string& target, const std::string& json, const std::string& key_at_first,
               const std::string& key_at_second);
  /// With one key: the answers must be the same, byte for byte, and of this status.
  template <class T, class Body>
  T post_once(const std::string& target, const Body& body, int status = 200) {
    const std::string key = random_uuid();
    const Replies replies = post(target, as_text(encode(body, Dialect::json)), key, key);
    CHECK_TEXT(replies.same(), (replies.first.body + "\n" + replies.second.body).c_str());
    return Kiosk::expect<T>(replies.first, status);
  }

 private:
  static HttpReply repeat(TlsClient& client, const std::string& request);

  std::unique_ptr<TlsClient> first_;
  std::unique_ptr<TlsClient> second_;
};

}  // namespace madoguchi::gateway
