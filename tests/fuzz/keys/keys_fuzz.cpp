// What comes over kiosk-keys' socket, what it answers, and what the gateway answers to an
// enrolment: decoding gives a message or an error, and what was decoded comes back the same.
#include "firmware/message/enrol_api.h"
#include "firmware/message/keys_protocol.h"
#include "tests/fuzz/round_trip.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  round_trip<ToKeys>(bytes, Dialect::cbor);
  round_trip<FromKeys>(bytes, Dialect::cbor);
  round_trip<api::EnrolAsk>(bytes, Dialect::json);
  round_trip<api::Enrolled>(bytes, Dialect::json);
  round_trip<api::Renewed>(bytes, Dialect::json);
  round_trip<api::EnrolError>(bytes, Dialect::json);
  return 0;
}
