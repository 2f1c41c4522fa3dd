#pragma once
// Who is live (firmware/message/desk_api.h): the kiosks that are connected, the help session that
// runs on each, the newest screen of it. In memory only. Watchers see sessions and point; the hub
// brings what a kiosk answers back to the one who pointed.
//
// It knows no socket: whoever has one says what came and is called for what must go. Loop thread
// only. Callbacks are called from within arrive(), heard(), point() and destructors; they may end
// watches, their own too.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/timers.h"
#include "firmware/message/desk_api.h"

namespace madoguchi::gateway {

/// A kiosk that is connected now.
struct LiveKiosk {
  std::string kiosk;
  desk::Pulse pulse;
  std::string session;  ///< the one that runs; empty: none
};

struct LiveSession {
  std::string session;
  std::string kiosk;
  std::string helper;
  std::string language;
  Timers::Wall ends_at;
};

class LiveHub {
 public:
  explicit LiveHub(Timers& timers);
  ~LiveHub();
  LiveHub(const LiveHub&) = delete;
  LiveHub& operator=(const LiveHub&) = delete;

  // ---- for a kiosk's connection ----

  struct KioskEnd {
    std::function<void(const desk::LiveToKiosk&)> say;
    std::function<void()> replaced;  ///< the same kiosk has come again: end this connection
  };
  /// A kiosk is connected as long as this lives. Must not outlive the hub.
  class Presence {
   public:
    Presence(Presence&& other) noexcept;
    Presence& operator=(Presence&&) = delete;
    ~Presence();

    /// What came from the kiosk. What is about a session that is not its own is dropped and logged.
    void heard(const desk::LiveFromKiosk& message);

   private:
    friend class LiveHub;
    Presence(LiveHub& hub, std::string kiosk, std::uint64_t number);
    LiveHub* hub_;
    std::string kiosk_;
    std::uint64_t number_;
  };
  /// Takes the place of an earlier connection of this kiosk, whose session is forgotten.
  Presence arrive(const std::string& kiosk, KioskEnd end);

  // ---- for consultations (consult_api.h) ----

  /// Who hears what kiosks say of their calls; set once, before any kiosk arrives.
  void consult_with(std::function<void(const std::string& kiosk, const consult::Said&)> heard);
  /// False: the kiosk is not connected here.
  bool tell(const std::string& kiosk, const consult::Told& told);

  // ---- for watchers ----

  [[nodiscard]] std::vector<LiveKiosk> kiosks() const;
  [[nodiscard]] std::vector<LiveSession> sessions() const;
  [[nodiscard]] std::optional<LiveSession> session(const std::string& id) const;

  /// A watch ends with the object. Must not outlive the hub.
  class Watch {
   public:
    Watch(Watch&& other) noexcept;
    Watch& operator=(Watch&&) = delete;
    ~Watch();

   private:
    friend class LiveHub;
    Watch(LiveHub& hub, std::uint64_t number) : hub_(&hub), number_(number) {}
    LiveHub* hub_;
    std::uint64_t number_;
  };
  /// Called whenever kiosks() or sessions() gives something else than before.
  [[nodiscard]] Watch watch_all(std::function<void()> changed);

  struct SessionEye {
    std::function<void(const desk::Mirror&)> mirror;
    /// About what this watch has pointed at, any number of times; `shown` false is the last one.
    std::function<void(const desk::Pointed&)> pointed;
    /// It is over, or its kiosk is away for now: then mirror() may be called again.
    std::function<void()> gone;
  };
  /// The newest mirror, if there is one, comes at once. The session need not run (yet).
  [[nodiscard]] Watch watch_session(const std::string& session, SessionEye eye);

  /// A ring around a control of the screen `number` of the session that the watch is for; an empty
  /// control: only the phrase. It replaces what anybody has pointed at in this session before.
  /// False: the session does not run.
  bool point(const Watch& watch, std::int64_t number, const std::string& control,
             desk::Phrase phrase);
  /// Takes away what is pointed at. False: the session does not run.
  bool point_away(const Watch& watch);
  /// Asks the kiosk to end the session; what it was about is as desk::EndSession has it. False: it
  /// does not run.
  bool end_session(const Watch& watch, std::optional<desk::HelpTopic> topic,
                   desk::HelpOutcome outcome);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace madoguchi::gateway
