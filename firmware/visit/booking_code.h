#pragma once
// Asking for the code of a booking: held before the code reader, or typed.

#include <string>

#include "firmware/visit/ask.h"

namespace madoguchi::visit {

struct BookingCode {
  enum class How {
    given,
    unknown,  ///< what was shown or typed is no code
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
