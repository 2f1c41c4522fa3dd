#pragma once
// A consultation by video: topic, consent, oneself on the screen, the waiting room, the call, and a
// tap at its end (docs/consultation-kiosk.md). It costs nothing, needs no card, and the resident
// ends it with one press from any of its screens. Camera and microphone open only after the
// consent.
//
// Loop thread, between certificate visits. What it says of a call is firmware/consult's.

#include <deque>
#include <optional>
#include <string>

#include "firmware/base/wakeup.h"
#include "firmware/consult/conversation.h"
#include "firmware/consult/typing.h"
#include "firmware/visit/ask.h"
#include "firmware/visit/gateway.h"
#include "firmware/visit/screens_consult.h"

namespace madoguchi::visit {

class ConsultVisit {
 public:
  /// Needs Desk::consult. `bookable`: a time can be booked at this kiosk instead.
  ConsultVisit(Desk& desk, Dialogue& dialogue, bool bookable);
  ~ConsultVisit();
  ConsultVisit(const ConsultVisit&) = delete;
  ConsultVisit& operator=(const ConsultVisit&) = delete;

  /// From the choice of a topic until the resident is done or has walked away. True: somebody is
  /// still there, as far as is known.
  Task<bool> run();
  /// The resident wants to book a time.
  [[nodiscard]] bool wants_booking() const { return wants_booking_; }
  /// ... for this; nothing: none was chosen.
  [[nodiscard]] const std::optional<consult::Topic>& topic() const { return topic_; }

 private:
  enum class Way { forward, back, gone };

  // Before the call.
  Task<std::optional<consult::TopicNow>> choose_topic();
  Task<void> type_booking();
  Task<Way> prepare(consult::TopicNow topic);
  Task<Way> close_the_booth();
  Task<Way> see_oneself();
  Task<void> say_nobody(consult::TopicNow topic);
  Task<void> refuse(ConsultNo why);
  Task<void> refuse(const GatewayFailure& failure);

  // The call. These run side by side until talk() ends.
  Task<void> call(consult::TopicNow topic);
  Task<void> talk();
  Task<void> connect();
  Task<std::optional<consult::RelayPass>> ask_for_relay(std::int64_t connection);
  Task<void> print_papers();
  Task<void> watch_booth();

  Task<void> wait_a_turn();
  Task<void> talk_a_turn();
  void press(const std::string& control);
  void press_key(const std::string& key);
  void answer_paper(bool yes);
  Task<void> print(consult::PaperOffered paper);
  /// What the city says of the signature.
  Task<SignedForm> verdict(std::string paper);
  Task<void> sign(consult::PaperOffered form);
  Task<void> see_card_off();
  Task<void> finish();
  void begin_record();
  void keep_record();

  /// Says what the conversation has to say.
  void flush();
  /// The same when something came from outside: the screen may have to change, too.
  void changed();
  [[nodiscard]] Watch news();
  [[nodiscard]] Timers::Monotonic now() const { return desk_.timers.now(); }

  Desk& desk_;
  Dialogue& dialogue_;
  const ConsultRoom& room_;
  const bool bookable_;
  const std::string id_;
  Gateway gateway_;
  std::string booking_;
  std::optional<consult::Topic> topic_;  ///< that was chosen last
  bool private_ = false;                 ///< the topic needs the booth

  std::optional<consult::Conversation> conversation_;
  consult::Line line_;
  CallView view_;
  Wakeup news_;     ///< the screen may have to change
  Wakeup work_;     ///< a connection may have to be made
  Wakeup papers_;   ///< something is to be printed
  Wakeup printed_;  ///< ... or was
  std::deque<consult::PaperOffered> to_print_;
  std::optional<consult::PaperOffered> to_sign_;
  bool printing_ = false;

  consult::Record record_;
  bool recorded_ = false;  ///< the journal has it
  Timers::Monotonic asked_at_{};
  std::optional<Timers::Monotonic> answered_at_;
  Timers::Monotonic pressed_at_{};

  bool card_used_ = false;  ///< for a form
  bool left_ = false;       ///< nobody is there any more
  bool done_ = false;       ///< back to the first screen
  bool wants_booking_ = false;
};

}  // namespace madoguchi::visit
