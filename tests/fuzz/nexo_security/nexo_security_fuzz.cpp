// Whatever a terminal sends as a protected message: opening it gives the plain message or an error.
// And what one end protects, the other opens to the same bytes or, when the message's own header is
// no header, not at all.
#include <cstdlib>

#include "hal/terminal/message_security.h"
#include "hal/terminal/nexo.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const nexo::MessageSecurity security = [] {
    nexo::TerminalKey key;
    key.identifier = "fuzz";
    key.version = 1;
    key.passphrase = Secret(as_bytes("a passphrase for seeds"));
    return nexo::MessageSecurity(key);
  }();
  const ByteView message{data, size};
  if (const auto plain = security.open(message); plain.ok()) (void)nexo::decode(*plain);
  const auto sealed = security.protect(message);
  if (!sealed.ok()) return 0;
  const auto opened = security.open(*sealed);
  if (opened.ok() && *opened != to_bytes(message)) std::abort();
  return 0;
}
