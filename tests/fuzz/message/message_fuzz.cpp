// Whatever another process or the gateway sends: decoding gives a message or an error; a message
// that was decoded is encoded, and comes back the same.
#include <cstdlib>

#include "firmware/message/call_protocol.h"
#include "firmware/message/control_protocol.h"
#include "firmware/message/desk_api.h"
#include "firmware/message/gateway_api.h"
#include "firmware/message/link_protocol.h"
#include "firmware/message/queue_api.h"
#include "firmware/message/ui_protocol.h"
#include "tests/fuzz/round_trip.h"

using namespace madoguchi;

namespace {

template <class... T>
void check_all(ByteView bytes) {
  (round_trip<T>(bytes, Dialect::cbor), ...);
  (round_trip<T>(bytes, Dialect::json), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_all<KioskToLink, LinkToKiosk, KioskToUi, UiToKiosk, api::ApiError, api::VisitOpened,
            api::Identify, api::Identified, api::QuoteRequest, api::Quote, api::Seal,
            api::SealedDocument, api::Settlement, api::GatewayHealth, desk::HelpGranted,
            desk::SignedBadges, desk::BadgeList, queue::Status, queue::Slots, queue::TicketGiven,
            queue::Booking, queue::CheckedIn, desk::LiveFromKiosk, desk::LiveToKiosk,
            consult::Topics, consult::Standing, consult::RelayPass, consult::Paper, KioskToCall,
            CallToKiosk, control::Ask, control::Tell>({data, size});
  return 0;
}
