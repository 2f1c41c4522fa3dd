// Whatever a server gives as a revocation list or as the signed time, and as pins: none is ever
// believed without a signature, which a fuzzer does not find.
#include <cstdlib>
#include <string>

#include "firmware/crypto/signature.h"
#include "firmware/link/revocation_list.h"
#include "firmware/link/spki_pin.h"
#include "firmware/link/time_floor.h"

using namespace madoguchi;

namespace {

// Public halves of a throwaway CA and of a throwaway seal; their private ones are gone.
constexpr std::string_view ca =
#include "tests/fuzz/crl/ca.inc"
    ;
constexpr std::string_view seal =
#include "tests/fuzz/crl/seal.inc"
    ;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto list = RevocationList::parse(input, as_bytes(ca));
  // Only the list in the corpus is the CA's: it names one certificate.
  if (list.ok() && list->size() != 1) std::abort();
  static const TimeFloor::WallClock lowest{};
  static TimeFloor floor(std::move(*P256PublicKey::from_pem(as_bytes(seal))), "", lowest);
  if (floor.take(input).ok()) std::abort();
  if (floor.at_least(lowest) != lowest) std::abort();
  const std::string text = as_text(input);
  std::vector<std::string> pins{text.substr(0, text.find('\n'))};
  if (text.find('\n') != std::string::npos) pins.push_back(text.substr(text.find('\n') + 1));
  const auto read = parse_pins(pins);
  if (read.ok() && read->size() != 2) std::abort();
  return 0;
}
