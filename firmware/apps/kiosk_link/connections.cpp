#include "firmware/apps/kiosk_link/connections.h"

#include <fcntl.h>

#include "firmware/base/asio.h"
#include "firmware/message/desk_api.h"

namespace madoguchi {

Result<std::unique_ptr<Connections>> Connections::open(const asio::any_io_executor& loop,
                                                       Timers& timers, ConnectionSettings settings,
                                                       const Relay::Sink& to_kiosk,
                                                       const Random& random) {
  std::unique_ptr<Connections> made(new Connections(timers));
  HttpServer& server = settings.server;
  auto trust = ServerTrust::open(settings.trust);
  if (!trust) return trust.error();
  made->trust_ = std::move(*trust);
  server.trust.trust = made->trust_.get();
  const WebSocketServer live_server{
      server.url, server.tls, desk::live_path, desk::live_subprotocol, {}, server.trust};
  auto client = HttpClient::create(timers, server);
  if (!client) return client.error();
  made->client_ = std::move(*client);
  auto live_client = WebSocketClient::create(timers, live_server);
  if (!live_client) return live_client.error();
  made->live_client_ = std::move(*live_client);
  made->tester_.emplace(timers, server, to_kiosk);
  server.trust.fetches_it = true;
  auto trust_client = HttpClient::create(timers, server);
  if (!trust_client) return trust_client.error();
  made->trust_client_ = std::move(*trust_client);
  made->relay_.emplace(timers, *made->client_, to_kiosk, random);
  made->live_.emplace(timers, *made->live_client_, to_kiosk, random);
  made->refresh_.emplace(timers, *made->trust_client_, *made->trust_);
  if (settings.relay) {
    RelayFront& front = *settings.relay;
    // What is known of the gateway's CA says nothing about another one.
    if (front.tls.ca == server.tls.ca) front.trust.trust = made->trust_.get();
    auto pump = RelayPump::create(timers, front, random);
    if (!pump) return pump.error();
    made->pump_ = std::move(*pump);
  }
  if (settings.ddi) {
    Status opened = made->open_updates(loop, *settings.ddi, server, to_kiosk, random);
    if (!opened) return opened.error();
  }
  return made;
}

Status Connections::open_updates(const asio::any_io_executor& loop, const DdiConfiguration& ddi,
                                 const HttpServer& gateway, const Relay::Sink& to_kiosk,
                                 const Random& random) {
  DdiConfiguration configuration = ddi;
  if (configuration.server == DdiConfiguration::gateway) configuration.server = gateway.url;
  const bool own_ca = configuration.tls.ca == gateway.tls.ca;
  auto made = UpdateLine::create(loop, timers_, configuration,
                                 TrustUse{own_ca ? trust_.get() : nullptr}, to_kiosk, random);
  if (!made) return made.error();
  updates_ = std::move(*made);
  return {};
}

// kiosk-call may be gone, or there may be none: nothing else ends with it.
Task<void> Connections::carry_calls(int call_fd) {
  // The pump owns what it is given; the next connections need it again.
  if (pump_ != nullptr && call_fd >= 0) co_await pump_->run(::fcntl(call_fd, F_DUPFD_CLOEXEC, 0));
  for (;;) co_await timers_.sleep(std::chrono::hours(1));
}

Task<void> Connections::look_for_updates() {
  if (updates_ != nullptr) co_await updates_->run();
  for (;;) co_await timers_.sleep(std::chrono::hours(1));
}

Task<void> Connections::run(int call_fd) {
  (void)co_await (relay_->run() || live_->run() || refresh_->run() || tester_->run() ||
                  carry_calls(call_fd) || look_for_updates());
}

void Connections::handle(KioskToLink message) {
  if (auto* say = std::get_if<LiveSay>(&message)) return live_->say(std::move(*say));
  if (auto* test = std::get_if<TestConnection>(&message)) return tester_->ask(std::move(*test));
  if (updates_ != nullptr && updates_->handle(message)) return;
  relay_->handle(std::move(message));
}

}  // namespace madoguchi
