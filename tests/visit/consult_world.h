#pragma once
// The other side of a consultation: the city with one desk, and kiosk-call with its worker. Both
// keep their own books, and answer as soon as a test's turn comes.

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/visit/companion.h"
#include "tests/visit/rig.h"

namespace madoguchi::test {

/// kiosk-call: what it was told, and what a worker of it answers.
class CallWorker final : public visit::CallSeat {
 public:
  void say(const KioskToCall& message) override;
  void listen_with(Listener listener) override { listener_ = std::move(listener); }
  [[nodiscard]] const std::optional<CallReady>& ready() const override { return ready_; }

  /// Says this; nothing of it changes by itself.
  void emit(CallToKiosk message);
  void become_ready(std::int64_t worker, bool camera = true, bool microphone = true);
  void vanish();
  /// One round of answers to what was said since the last.
  void answer();

  bool connects = true;  ///< an answer brings pictures and sound
  bool sends_offer = true;
  std::vector<KioskToCall> told;
  std::vector<StartCall> started;
  /// As the last messages say.
  bool microphone = false;
  bool camera = false;
  bool held = false;
  bool previewing = false;

  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> out;
    for (const KioskToCall& each : told) {
      if (const auto* found = std::get_if<T>(&each)) out.push_back(*found);
    }
    return out;
  }

 private:
  Listener listener_;
  std::optional<CallReady> ready_;
  std::deque<CallToKiosk> answers_;
};

class DoorOfBooth final : public BoothSwitch {
 public:
  [[nodiscard]] bool closed() const override { return closed_; }
  Task<void> changed() override;
  void set(bool closed);

 private:
  bool closed_ = false;
  bool told_ = false;
  Wakeup moved_;
};

/// The gateway and its staff. `ready` desks answer at once.
class ConsultCity {
 public:
  explicit ConsultCity(SealingGateway& gateway) : gateway_(gateway) {}

  HttpAnswer answer(const HttpCall& call);
  /// Its waiting room, where times are booked.
  HttpAnswer queue(const HttpCall& call);
  /// Reacts to what the kiosk has said.
  void react();
  void tell(consult::ToKiosk what);
  /// Everything that the kiosk has said of this kind.
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> out;
    for (const desk::LiveFromKiosk& each : gateway_.said) {
      const auto* said = std::get_if<consult::Said>(&each);
      const auto* found = said == nullptr ? nullptr : std::get_if<T>(&said->what);
      if (found != nullptr) out.push_back(*found);
    }
    return out;
  }

  std::vector<consult::TopicNow> topics;
  bool somebody_answers = true;
  bool answers_offers = true;
  bool relay_gone = false;
  std::optional<api::Refusal> refuse_ask;
  std::string desk = "豊中市役所 くらし相談";
  Bytes pdf;
  std::optional<consult::FormVerdict> form_verdict =
      consult::FormVerdict::good;  ///< nothing: says nothing
  std::string call;                ///< of the last Ask
  std::vector<consult::Ask> asks;
  std::vector<queue::Slot> free_calls;  ///< times for a call about anything in general
  std::vector<std::string> booked;      ///< slots
  int relays = 0;
  std::vector<consult::Record> records;

 private:
  SealingGateway& gateway_;
  std::size_t reacted_ = 0;
};

}  // namespace madoguchi::test
