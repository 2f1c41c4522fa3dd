// Whatever a medium's provision.toml says, with a last line that is right: it is refused with
// words, or what it says comes back from the kiosk.toml into which it is written.
#include <cstdlib>
#include <string>

#include "firmware/apps/kioskd/setup_papers.h"
#include "firmware/base/toml.h"
#include "firmware/crypto/hash.h"
#include "firmware/visit/service_hours.h"

using namespace madoguchi;

namespace {

void comes_back(const std::string& key, const std::string& value) {
  const std::string before =
      "# of the image\n[kiosk]\nstate_dir = \"/data\"\n[card]\nreader = \"nfc\"\n";
  const std::string text = with_value(before, "kiosk", key, value);
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed || parsed["card"]["reader"].value_or<std::string>("") != "nfc") std::abort();
  std::string expected;
  for (const char c : value)
    if (static_cast<unsigned char>(c) >= ' ' && c != 0x7f) expected += c;
  if (parsed["kiosk"][key].value_or<std::string>("") != expected) std::abort();
  if (with_value(text, "kiosk", key, value) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  std::string text(as_text(ByteView(data, size)));
  (void)parse_provision("as it is", text);
  if (!text.ends_with('\n')) text += '\n';
  text += "sha256 = \"" + to_hex(sha256(as_bytes(text))) + "\"\n";
  const auto provision = parse_provision("with its sum", text);
  if (!provision) {
    if (provision.error().text().empty()) std::abort();
    return 0;
  }
  if (provision->id.empty() || provision->enrol_code.empty()) std::abort();
  if (provision->language != "ja" && provision->language != "en") std::abort();
  const std::string& hours = provision->service_hours;
  if (!hours.empty() && !visit::ServiceHours::parse(hours, "Asia/Tokyo")) std::abort();
  comes_back("id", provision->id);
  comes_back("site", provision->site);
  if (!hours.empty()) comes_back("service_hours", hours);
  return 0;
}
