#include "tests/system/two_gateways/two_gateways.h"

#include <ctime>

#include <unistd.h>

#include "tools/gateway/staff/staff_accounts.h"
#include "tools/gateway/staff/staff_sessions.h"

namespace madoguchi::gateway {

TwoGateways::Login TwoGateways::log_in(const std::string& name) const {
  const std::int64_t now = std::time(nullptr);
  auto accounts = StaffAccounts::open(database_);
  auto sessions = StaffSessions::open(database_);
  CHECK(accounts.ok() && sessions.ok());
  StaffAccount account;
  account.name = name;
  account.role = StaffRole::staff;
  account.password = "x";  // nobody logs in with it
  account.totp_secret = to_bytes(as_bytes("x"));
  CHECK(accounts->add(account, now).ok());
  const auto added = accounts->find(name);
  CHECK(added.ok() && added->has_value());
  const auto token = sessions->begin((*added)->id, now);
  CHECK(token.ok());
  const auto session = sessions->find(*token, now);
  CHECK(session.ok() && session->has_value());
  return {std::string(session_cookie) + "=" + *token, (*session)->csrf()};
}

DeskPage::DeskPage(const GatewayProcess& gateway, TwoGateways::Login login, std::string desk)
    : client_(gateway.console_address(),
              {.ca = SharedCity::get().pki("gateway-ca.pem"), .protocol = "http/1.1"}),
      login_(std::move(login)),
      desk_(std::move(desk)) {
  CHECK(client_.connected());
  seen_ = at_desk(ask<QueueView>("GET", "/console/api/queue", ""));
}

QueueDone DeskPage::next() {
  for (;;) {
    QueueDone done = press(seen_);
    seen_ = at_desk(done.view);
    if (done.outcome != QueueOutcome::changed) return done;
    ++overtaken_;
  }
}

QueueDone DeskPage::press(const std::string& seen) {
  return ask<QueueDone>("POST", "/console/api/queue/next",
                        as_text(encode(DeskAct{desk_, seen}, Dialect::json)));
}

template <class T>
T DeskPage::ask(const std::string& method, const std::string& path, const std::string& body) {
  const std::string request = request_text(method, path,
                                           {{"Content-Type", "application/json"},
                                            {"Origin", "https://gateway"},
                                            {"Cookie", login_.cookie},
                                            {"X-CSRF-Token", login_.csrf}},
                                           body);
  CHECK(client_.send(request));
  const auto reply = client_.receive();
  CHECK(reply.has_value());
  return Kiosk::expect<T>(*reply, 200);
}

std::string DeskPage::at_desk(const QueueView& view) const {
  for (const DeskSeen& desk : view.desks) {
    if (desk.desk == desk_) return desk.current ? desk.current->ticket : "";
  }
  FAIL("the page shows no such desk");
  return {};
}

KioskAtBoth::KioskAtBoth(TwoGateways& gateways, const std::string& name)
    : first_(std::make_unique<TlsClient>(gateways.first().kiosk_address(), kiosk_settings(name))),
      second_(
          std::make_unique<TlsClient>(gateways.second().kiosk_address(), kiosk_settings(name))) {
  CHECK(first_->connected() && second_->connected());
}

HttpReply KioskAtBoth::repeat(TlsClient& client, const std::string& request) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    auto reply = client.receive();
    CHECK(reply.has_value());
    if (reply->status != 503) return *reply;
    ::usleep(100'000);  // Retry-After is in seconds; a kiosk would wait longer
    CHECK(client.send(request));
  }
  FAIL("503 again and again");
  return {};
}

KioskAtBoth::Replies KioskAtBoth::post(const std::string& target, const std::string& json,
                                       const std::string& key_at_first,
                                       const std::string& key_at_second) {
  const auto request = [&](const std::string& key) {
    return request_text("POST", target,
                        {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}, json);
  };
  const std::string one = request(key_at_first);
  const std::string other = request(key_at_second);
  CHECK(first_->send(one));
  CHECK(second_->send(other));
  Replies replies;
  replies.first = repeat(*first_, one);
  replies.second = repeat(*second_, other);
  return replies;
}

}  // namespace madoguchi::gateway
