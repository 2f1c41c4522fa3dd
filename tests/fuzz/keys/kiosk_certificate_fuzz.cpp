// The certificate that a gateway sends to a kiosk, and its issuer beside it: refused or read.
#include <string>

#include "firmware/link/certificate_request.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = text.find('|');
  const std::string issuer = middle == std::string::npos ? text : text.substr(middle + 1);
  (void)read_certificate(text.substr(0, middle));
  const Bytes point(65, 4);
  (void)check_certificate(text.substr(0, middle), issuer, point, {});
  return 0;
}
