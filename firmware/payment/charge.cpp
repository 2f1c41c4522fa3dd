#include "firmware/payment/charge.h"

namespace madoguchi::payment {

std::optional<Step> step(State state, Event event) {
  using enum State;
  using enum Action;
  switch (state) {
    case idle:
      switch (event) {
        case Event::pay:
          return Step{paying, send_payment};
        case Event::resumed:
          return Step{not_charged, none};
        default:
          return std::nullopt;
      }
    case paying:
      switch (event) {
        case Event::confirmed:
          return Step{charged, none};
        case Event::misbooked:
          return Step{reversing, send_reversal};
        case Event::declined:
          return Step{not_charged, none};
        case Event::no_answer:
          return Step{checking, ask_status};
        case Event::resumed:
          return Step{checking, ask_status};
        default:
          return std::nullopt;
      }
    case checking:
      switch (event) {
        case Event::confirmed:
          return Step{charged, none};
        case Event::misbooked:
          return Step{reversing, send_reversal};
        case Event::declined:
          return Step{not_charged, none};
        case Event::not_found:
          return Step{not_charged, none};
        case Event::in_progress:
          return Step{checking, wait_and_ask};
        case Event::no_answer:
          return Step{checking, wait_and_ask};
        case Event::gave_up:
          return Step{unresolved, call_staff};
        case Event::resumed:
          return Step{checking, ask_status};
        default:
          return std::nullopt;
      }
    case charged:
      switch (event) {
        case Event::reverse:
          return Step{reversing, send_reversal};
        case Event::resumed:
          return Step{charged, none};
        default:
          return std::nullopt;
      }
    case reversing:
      switch (event) {
        case Event::confirmed:
          return Step{reversed, none};
        case Event::declined:
          return Step{unresolved, call_staff};
        case Event::no_answer:
          return Step{checking_reversal, ask_status};
        case Event::resumed:
          return Step{checking_reversal, ask_status};
        default:
          return std::nullopt;
      }
    case checking_reversal:
      switch (event) {
        case Event::confirmed:
          return Step{reversed, none};
        case Event::declined:
          return Step{unresolved, call_staff};
        case Event::not_found:
          return Step{reversing, send_reversal};
        case Event::in_progress:
          return Step{checking_reversal, wait_and_ask};
        case Event::no_answer:
          return Step{checking_reversal, wait_and_ask};
        case Event::gave_up:
          return Step{unresolved, call_staff};
        case Event::resumed:
          return Step{checking_reversal, ask_status};
        default:
          return std::nullopt;
      }
    case not_charged:
    case reversed:
    case unresolved:
      return event == Event::resumed ? std::optional(Step{state, none}) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace madoguchi::payment
