#pragma once
// Asking for the code of a booking: held before the code reader, typed, or known by the My Number
// card that the booking is tied to.

#include <string>

#include "firmware/visit/ask.h"

namespace madoguchi::visit {

struct BookingCode {
  enum class How {
    given,
    unknown,       ///< what was shown or typed is no code
    unknown_card,  ///< no booking is tied to the card, or it is no My Number card
    back,
    left,   ///< nobody is there any more, or the resident has cancelled
    ended,  ///< the resident is done
  };
  How how = How::back;
  std::string code;  ///< the eight digits, when given
  bool typed = false;
};

Task<BookingCode> ask_booking_code(Desk& desk, Dialogue& dialogue);

}  // namespace madoguchi::visit
