// Whatever a QR code held before the kiosk's reader, and whatever somebody typed: a ticket or an
// error, and a ticket written again is the same ticket.
#include <cstdlib>

#include "firmware/message/enrol_ticket.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto ticket = EnrolTicket::parse(text)) {
    const auto again = EnrolTicket::parse(ticket->text());
    if (!again || again->url != ticket->url || again->code != ticket->code ||
        again->ca_pin != ticket->ca_pin || again->site != ticket->site) {
      std::abort();
    }
  }
  if (const auto plain = plain_enrol_code(text)) {
    const auto again = plain_enrol_code(shown_enrol_code(*plain));
    if (!again || *again != *plain) std::abort();
  }
  return 0;
}
