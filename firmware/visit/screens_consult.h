#pragma once
// The screens of a consultation by video. Pure functions; every word is a key of ui/strings.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "firmware/consult/conversation.h"
#include "firmware/message/screen.h"

namespace madoguchi::visit {

/// Adds the way to it to the welcome screen.
void offer_consultation(Screen& welcome);

/// `booking`: the code that was shown or typed; empty: none. Then topics that are for bookings only
/// can be chosen.
Screen consult_topics_screen(const std::vector<consult::TopicNow>& topics,
                             const std::string& booking);
Screen consult_asking_screen();
Screen consult_booth_screen();
/// Before camera and microphone open.
Screen consult_consent_screen(consult::Topic topic);
Screen consult_preview_screen(bool camera, bool microphone);
/// `bookable`: a time can be booked instead.
Screen consult_waiting_screen(const consult::Conversation& call, bool bookable);

/// What the screen of a call shows beside the conversation.
struct CallView {
  bool keyboard = false;   ///< is open
  std::string typed;       ///< the resident's line
  bool asks_paper = true;  ///< an offered paper is asked for here
  enum class Paper { none, printing, printed, failed };
  Paper paper = Paper::none;  ///< the last one that was wanted
};
Screen consult_call_screen(const consult::Conversation& call, const CallView& view);

/// Before a form is signed with the card.
Screen consult_sign_screen(const std::string& title);
Screen consult_checking_screen();
/// `refused`: signed, but the city did not confirm it.
enum class SignedForm { done, not_done, refused };
Screen consult_signed_screen(SignedForm form);
Screen consult_printing_screen();

/// It is over. `bookable`: a time for another call can be booked.
Screen consult_over_screen(consult::Outcome outcome, bool bookable);
Screen consult_satisfaction_screen();

/// A topic within its hours at whose desk nobody sits. `bookable`: a time can be booked instead.
Screen consult_nobody_screen(const consult::TopicNow& topic, bool bookable);

/// Why there is none.
enum class ConsultNo {
  no_answer,
  closed,
  not_for_a_call,  ///< the booking is for something else
  unknown_code,
  too_early,
  too_late,  ///< nobody came in time: the no-show's words
};
Screen consult_no_screen(ConsultNo why, bool bookable);

}  // namespace madoguchi::visit
