#include "tools/gateway/staff/live_desk.h"

#include <algorithm>
#include <set>

#include "firmware/base/asio.h"
#include "firmware/base/log.h"
#include "tools/gateway/staff/console_answers.h"
#include "tools/gateway/web_socket.h"

namespace madoguchi::gateway {
namespace {

constexpr std::string_view subprotocol = "madoguchi-console-1";
constexpr Timers::Duration peek_every{30'000};

bool same(const KioskNews& a, const KioskNews& b) {
  return a.connected == b.connected && a.serving == b.serving && a.faults == b.faults;
}

bool same(const LiveSession& a, const LiveSession& b) {
  return a.kiosk == b.kiosk && a.helper == b.helper && a.language == b.language &&
         a.ends_at == b.ends_at;
}

}  // namespace

LiveDesk::LiveDesk(LiveHub& hub, Timers& timers, HelpSight sight,
                   std::function<void(const LiveToConsole&)> say)
    : hub_(hub),
      timers_(timers),
      sight_(std::move(sight)),
      say_(std::move(say)),
      overview_(hub.watch_all([this] { tell_news(); })) {
  tell_news();
}

void LiveDesk::serve_calls(Consultations& consultations, Consultations::Who who) {
  seat_.emplace(consultations.arrive(std::move(who), [this](const ConsultNews& news) {
    std::visit([this](const auto& one) { say_(one); }, news);
  }));
}

void LiveDesk::heard(const LiveFromConsole& message) {
  std::visit([this](const auto& order) { take(order); }, message);
}

void LiveDesk::tell_news() {
  tell_kiosks();
  tell_sessions();
}

void LiveDesk::tell_kiosks() {
  std::set<std::string> connected;
  for (const LiveKiosk& kiosk : hub_.kiosks()) {
    connected.insert(kiosk.kiosk);
    const KioskNews news{kiosk.kiosk, true, kiosk.pulse.serving, kiosk.pulse.faults};
    const auto told = kiosks_.find(kiosk.kiosk);
    if (told != kiosks_.end() && same(told->second, news)) continue;
    kiosks_[kiosk.kiosk] = news;
    say_(news);
  }
  for (auto& [id, told] : kiosks_) {
    if (!told.connected || connected.contains(id)) continue;
    told = {id, false, false, {}};
    say_(told);
  }
}

void LiveDesk::tell_sessions() {
  std::map<std::string, LiveSession> now;
  for (const LiveSession& session : hub_.sessions()) {
    if (sight_.covers(session)) now[session.session] = session;
  }
  for (const auto& [id, told] : sessions_) {
    if (!now.contains(id)) say_(SessionGone{id});
  }
  for (const auto& [id, session] : now) {
    const auto told = sessions_.find(id);
    if (told != sessions_.end() && same(told->second, session)) continue;
    const auto left =
        std::chrono::ceil<std::chrono::seconds>(session.ends_at - timers_.wall()).count();
    say_(SessionNews{id, session.kiosk, session.helper, session.language,
                     std::max<std::int64_t>(left, 0)});
  }
  sessions_ = std::move(now);
}

bool LiveDesk::sees_watched() const {
  const auto session = hub_.session(watched_id_);
  return session && sight_.covers(*session);
}

void LiveDesk::take(const WatchSession& order) {
  watched_.reset();
  watched_id_ = order.session;
  if (order.session.empty()) return;
  LiveHub::SessionEye eye;
  eye.mirror = [this](const desk::Mirror& mirror) {
    if (sees_watched()) say_(mirror);
  };
  eye.pointed = [this](const desk::Pointed& pointed) { say_(pointed); };
  watched_.emplace(hub_.watch_session(order.session, std::move(eye)));
}

// A session that is over meanwhile takes no orders; that it is gone was said already.

void LiveDesk::take(const Point& order) {
  if (watched_ && sees_watched())
    (void)hub_.point(*watched_, order.number, order.control, order.phrase);
}

void LiveDesk::take(const PointNowhere&) {
  if (watched_ && sees_watched()) (void)hub_.point_away(*watched_);
}

void LiveDesk::take(const EndHelp& order) {
  if (watched_ && sees_watched()) (void)hub_.end_session(*watched_, order.topic, order.outcome);
}

namespace {

Task<void> obey(LiveDesk& desk, WebSocket& socket) {
  for (;;) {
    const Result<std::string> text = co_await socket.receive();
    if (!text) co_return;
    const auto message = decode<LiveFromConsole>(as_bytes(*text), Dialect::json);
    if (message) {
      desk.heard(*message);
    } else {
      log_event(Event::message_refused, {{"what", "console"}, {"error", message.error().text()}});
    }
  }
}

/// Whoever is logged out, disabled or long away sees nothing more, and whoever may see something
/// else from now on begins anew.
Task<void> close_after(const LiveDeskParts& parts, const std::string& token, const HelpSight& sight,
                       WebSocket& socket) {
  for (;;) {
    co_await parts.timers.sleep(peek_every);
    const auto now = std::chrono::system_clock::to_time_t(parts.timers.wall());
    const auto session = parts.sessions.peek(token, now);
    if (!session) {
      log_event(Event::gateway_refused, {{"what", session.error().text()}});
      continue;
    }
    if (!*session) {
      socket.close(CloseCode::refused);
      continue;
    }
    const auto now_sees = parts.sight(**session);
    if (!now_sees) {
      log_event(Event::gateway_refused, {{"what", now_sees.error().text()}});
    } else if (*now_sees != sight) {
      socket.close(CloseCode::refused);
    }
  }
}

Task<void> talk(LiveDeskParts parts, std::string token, HelpSight sight, Consultations::Who who,
                WebSocket& socket) {
  LiveDesk desk(parts.hub, parts.timers, sight, [&socket](const LiveToConsole& message) {
    socket.say(as_text(encode(message, Dialect::json)));
  });
  if (parts.consultations != nullptr) desk.serve_calls(*parts.consultations, std::move(who));
  co_await (obey(desk, socket) || close_after(parts, token, sight, socket));
}

}  // namespace

Answer accept_live_desk(LiveDeskParts parts, const Request& request, const StaffSession& who) {
  const auto sight = parts.sight(who);
  if (!sight) return broken(sight.error());
  WebSocketLimits limits;
  limits.most_message = desk::most_live_bytes;
  return accept_web_socket(
      request, subprotocol,
      [parts, token = who.token, sight = *sight, name = who.name, role = who.role](
          WebSocket& socket) { return talk(parts, token, sight, {name, role}, socket); },
      limits);
}

}  // namespace madoguchi::gateway
