#include "tools/gateway/live_hub.h"

#include <algorithm>
#include <utility>

#include "firmware/base/log.h"

namespace madoguchi::gateway {
namespace {

/// One that says to nobody is never called.
template <class Callback, class... Arguments>
void call(const Callback& callback, const Arguments&... arguments) {
  if (callback) callback(arguments...);
}

}  // namespace

struct LiveHub::State {
  explicit State(Timers& clock) : timers(clock) {}

  struct Session {
    LiveSession view;
    std::optional<desk::Mirror> mirror;
    std::int64_t order = 0;      ///< of what is pointed at; 0: nothing
    std::uint64_t pointing = 0;  ///< the watch that has pointed
  };
  struct Kiosk {
    std::uint64_t number = 0;  ///< of the presence
    KioskEnd end;
    desk::Pulse pulse;
    std::optional<Session> session;
  };
  struct Eye {
    std::string session;  ///< empty: it sees the overview
    std::function<void()> changed;
    SessionEye eye;
  };

  void take(const std::string& kiosk, const desk::SessionBegan& began);
  void take(const std::string& kiosk, const desk::Mirror& mirror);
  void take(const std::string& kiosk, const desk::Pointed& pointed);
  void take(const std::string& kiosk, const desk::SessionOver& over);
  void take(const std::string& kiosk, const desk::Pulse& pulse);
  void take(const std::string& kiosk, const consult::Said& said);

  Kiosk* holder_of(const std::string& session);
  Session* own_session(const std::string& kiosk, const std::string& session);
  /// The kiosk of the session that the watch is for, if that runs.
  Kiosk* watched(std::uint64_t watch);
  void drop_session(Kiosk& kiosk);
  void gone(const std::string& session);
  void answer(std::uint64_t watch, const desk::Pointed& pointed);
  void forget_pointing(Session& session);
  void changed();
  /// Those that see this session, or the overview when it is empty. Callbacks may end watches.
  template <class Do>
  void for_each(const std::string& session, Do what);

  Timers& timers;
  std::map<std::string, Kiosk> kiosks;
  std::map<std::uint64_t, Eye> eyes;
  std::function<void(const std::string&, const consult::Said&)> consultations;
  std::uint64_t numbers = 0;
  std::int64_t last_order = 0;
};

LiveHub::LiveHub(Timers& timers) : state_(std::make_unique<State>(timers)) {}
LiveHub::~LiveHub() = default;

// ---- for a kiosk's connection ----

LiveHub::Presence::Presence(LiveHub& hub, std::string kiosk, std::uint64_t number)
    : hub_(&hub), kiosk_(std::move(kiosk)), number_(number) {}

LiveHub::Presence::Presence(Presence&& other) noexcept
    : hub_(std::exchange(other.hub_, nullptr)),
      kiosk_(std::move(other.kiosk_)),
      number_(other.number_) {}

LiveHub::Presence::~Presence() {
  if (hub_ == nullptr) return;
  State& state = *hub_->state_;
  const auto found = state.kiosks.find(kiosk_);
  if (found == state.kiosks.end() || found->second.number != number_) return;  // it was replaced
  const State::Kiosk last = std::move(found->second);
  state.kiosks.erase(found);
  if (last.session) state.gone(last.session->view.session);
  state.changed();
}

void LiveHub::Presence::heard(const desk::LiveFromKiosk& message) {
  State& state = *hub_->state_;
  const auto found = state.kiosks.find(kiosk_);
  if (found == state.kiosks.end() || found->second.number != number_) return;  // it was replaced
  std::visit([&](const auto& what) { state.take(kiosk_, what); }, message);
}

void LiveHub::consult_with(std::function<void(const std::string&, const consult::Said&)> heard) {
  state_->consultations = std::move(heard);
}

bool LiveHub::tell(const std::string& kiosk, const consult::Told& told) {
  const auto found = state_->kiosks.find(kiosk);
  if (found == state_->kiosks.end()) return false;
  call(found->second.end.say, desk::LiveToKiosk(told));
  return true;
}

void LiveHub::State::take(const std::string& kiosk, const consult::Said& said) {
  call(consultations, kiosk, said);
}

LiveHub::Presence LiveHub::arrive(const std::string& kiosk, KioskEnd end) {
  State& state = *state_;
  const std::uint64_t number = ++state.numbers;
  State::Kiosk& place = state.kiosks[kiosk];
  const State::Kiosk before = std::exchange(place, State::Kiosk{number, std::move(end), {}, {}});
  if (before.number != 0) {
    log_event(Event::gateway_live, {{"kiosk", kiosk}, {"replaced", "a second connection came"}});
    call(before.end.replaced);
  }
  if (before.session) state.gone(before.session->view.session);
  state.changed();
  return Presence(*this, kiosk, number);
}

void LiveHub::State::take(const std::string& kiosk, const desk::SessionBegan& began) {
  const Kiosk* holder = holder_of(began.session);
  Kiosk& own = kiosks.at(kiosk);
  if (began.session.empty() || (holder != nullptr && holder != &own)) {
    return log_event(Event::gateway_refused,
                     {{"kiosk", kiosk}, {"what", "a session that is another kiosk's"}});
  }
  if (own.session && own.session->view.session != began.session) drop_session(own);
  if (!own.session) own.session.emplace();
  own.session->view = {.session = began.session,
                       .kiosk = kiosk,
                       .helper = began.helper,
                       .language = began.language,
                       .ends_at = timers.wall() + std::chrono::seconds(std::clamp<std::int64_t>(
                                                      began.ends_in_s, 0, 24 * 3600))};
  changed();
}

void LiveHub::State::take(const std::string& kiosk, const desk::Mirror& mirror) {
  Session* session = own_session(kiosk, mirror.session);
  if (session == nullptr) return;
  session->mirror = mirror;
  for_each(mirror.session, [&](const Eye& eye) { call(eye.eye.mirror, mirror); });
}

void LiveHub::State::take(const std::string& kiosk, const desk::Pointed& pointed) {
  Session* session = own_session(kiosk, pointed.session);
  if (session == nullptr || session->order != pointed.order) return;  // replaced meanwhile
  const std::uint64_t pointing = session->pointing;
  if (!pointed.shown) session->order = 0;
  answer(pointing, pointed);
}

void LiveHub::State::take(const std::string& kiosk, const desk::SessionOver& over) {
  if (own_session(kiosk, over.session) != nullptr) drop_session(kiosks.at(kiosk));
}

void LiveHub::State::take(const std::string& kiosk, const desk::Pulse& pulse) {
  kiosks.at(kiosk).pulse = pulse;
  changed();
}

LiveHub::State::Kiosk* LiveHub::State::holder_of(const std::string& session) {
  for (auto& [id, kiosk] : kiosks) {
    if (kiosk.session && kiosk.session->view.session == session) return &kiosk;
  }
  return nullptr;
}

LiveHub::State::Session* LiveHub::State::own_session(const std::string& kiosk,
                                                     const std::string& session) {
  Kiosk& own = kiosks.at(kiosk);
  if (own.session && own.session->view.session == session) return &*own.session;
  log_event(Event::gateway_refused,
            {{"kiosk", kiosk}, {"what", "a message about a session that does not run there"}});
  return nullptr;
}

void LiveHub::State::drop_session(Kiosk& kiosk) {
  const std::string session = kiosk.session->view.session;
  kiosk.session.reset();
  gone(session);
  changed();
}

void LiveHub::State::gone(const std::string& session) {
  for_each(session, [](const Eye& eye) { call(eye.eye.gone); });
}

void LiveHub::State::changed() {
  for_each("", [](const Eye& eye) { call(eye.changed); });
}

template <class Do>
void LiveHub::State::for_each(const std::string& session, Do what) {
  std::vector<std::uint64_t> numbers_now;
  for (const auto& [number, eye] : eyes) {
    if (eye.session == session) numbers_now.push_back(number);
  }
  for (const std::uint64_t number : numbers_now) {
    const auto found = eyes.find(number);
    if (found == eyes.end()) continue;
    const Eye eye = found->second;  // a copy: the callback may end its own watch
    what(eye);
  }
}

// ---- for watchers ----

std::vector<LiveKiosk> LiveHub::kiosks() const {
  std::vector<LiveKiosk> out;
  for (const auto& [id, kiosk] : state_->kiosks) {
    out.push_back({id, kiosk.pulse, kiosk.session ? kiosk.session->view.session : ""});
  }
  return out;
}

std::vector<LiveSession> LiveHub::sessions() const {
  std::vector<LiveSession> out;
  for (const auto& [id, kiosk] : state_->kiosks) {
    if (kiosk.session) out.push_back(kiosk.session->view);
  }
  return out;
}

std::optional<LiveSession> LiveHub::session(const std::string& id) const {
  const State::Kiosk* holder = state_->holder_of(id);
  if (holder == nullptr) return std::nullopt;
  return holder->session->view;
}

LiveHub::Watch::Watch(Watch&& other) noexcept
    : hub_(std::exchange(other.hub_, nullptr)), number_(other.number_) {}

LiveHub::Watch::~Watch() {
  if (hub_ != nullptr) hub_->state_->eyes.erase(number_);
}

LiveHub::Watch LiveHub::watch_all(std::function<void()> changed) {
  const std::uint64_t number = ++state_->numbers;
  state_->eyes[number] = {"", std::move(changed), {}};
  return Watch(*this, number);
}

LiveHub::Watch LiveHub::watch_session(const std::string& session, SessionEye eye) {
  const std::uint64_t number = ++state_->numbers;
  const auto mirror_to = eye.mirror;
  state_->eyes[number] = {session, {}, std::move(eye)};
  Watch watch(*this, number);
  const State::Kiosk* holder = state_->holder_of(session);
  if (holder != nullptr && holder->session->mirror) {
    const desk::Mirror mirror = *holder->session->mirror;
    call(mirror_to, mirror);
  }
  return watch;
}

LiveHub::State::Kiosk* LiveHub::State::watched(std::uint64_t watch) {
  const auto eye = eyes.find(watch);
  if (eye == eyes.end() || eye->second.session.empty()) return nullptr;
  return holder_of(eye->second.session);
}

void LiveHub::State::answer(std::uint64_t watch, const desk::Pointed& pointed) {
  const auto found = eyes.find(watch);
  if (found == eyes.end()) return;  // who asked has gone
  const auto told = found->second.eye.pointed;
  call(told, pointed);
}

/// Whoever pointed before is told that it is not shown any more; the kiosk will not say so.
void LiveHub::State::forget_pointing(Session& session) {
  if (session.order == 0) return;
  const desk::Pointed replaced{session.view.session, std::exchange(session.order, 0), false};
  answer(session.pointing, replaced);
}

bool LiveHub::point(const Watch& watch, std::int64_t number, const std::string& control,
                    desk::Phrase phrase) {
  State::Kiosk* kiosk = state_->watched(watch.number_);
  if (kiosk == nullptr) return false;
  const std::string session = kiosk->session->view.session;
  state_->forget_pointing(*kiosk->session);
  kiosk = state_->holder_of(session);  // it may be another world after the callback
  if (kiosk == nullptr) return false;
  // Not from 1: a kiosk that has lived through a restart of the gateway must see it go up.
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               state_->timers.wall().time_since_epoch())
                               .count();
  state_->last_order = std::max(state_->last_order + 1, now);
  kiosk->session->order = state_->last_order;
  kiosk->session->pointing = watch.number_;
  const auto say = kiosk->end.say;
  const desk::LiveToKiosk message =
      desk::PointAt{session, state_->last_order, number, control, phrase};
  call(say, message);
  return true;
}

bool LiveHub::point_away(const Watch& watch) {
  State::Kiosk* kiosk = state_->watched(watch.number_);
  if (kiosk == nullptr) return false;
  const desk::LiveToKiosk message = desk::PointAway{kiosk->session->view.session};
  const auto say = kiosk->end.say;
  state_->forget_pointing(*kiosk->session);
  call(say, message);
  return true;
}

bool LiveHub::end_session(const Watch& watch, std::optional<desk::HelpTopic> topic,
                          desk::HelpOutcome outcome) {
  State::Kiosk* kiosk = state_->watched(watch.number_);
  if (kiosk == nullptr) return false;
  const desk::LiveToKiosk message = desk::EndSession{kiosk->session->view.session, topic, outcome};
  const auto say = kiosk->end.say;
  call(say, message);
  return true;
}

}  // namespace madoguchi::gateway
