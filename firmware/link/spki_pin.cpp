#include "firmware/link/spki_pin.h"

#include <algorithm>

#include "firmware/crypto/hash.h"

namespace madoguchi {

Result<std::vector<SpkiPin>> parse_pins(const std::vector<std::string>& texts) {
  std::vector<SpkiPin> pins;
  const auto wrong = [](const std::string& what) { return Error{Errc::invalid, "pins", what}; };
  for (const std::string& text : texts) {
    const auto bytes = from_base64(text);
    if (!bytes || bytes->size() != SpkiPin().size())
      return wrong("\"" + text + "\" is not the base64 of a SHA-256 (44 characters)");
    SpkiPin pin{};
    std::copy(bytes->begin(), bytes->end(), pin.begin());
    if (std::find(pins.begin(), pins.end(), pin) != pins.end())
      return wrong("\"" + text + "\" stands twice");
    pins.push_back(pin);
  }
  if (pins.size() == 1)
    return wrong("one pin alone: add the pin of a backup key that is kept off line");
  return pins;
}

SpkiPin pin_of(ByteView subject_public_key_info) {
  const Bytes digest = sha256(subject_public_key_info);
  SpkiPin pin{};
  std::copy(digest.begin(), digest.end(), pin.begin());
  return pin;
}

}  // namespace madoguchi
