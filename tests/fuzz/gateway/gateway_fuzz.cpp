// What kiosks and phones send. The first byte chooses the parser, the rest is its input: the bodies
// of the API (JSON), the card's certificate and signature (DER), the path and query of the public
// page, the seal (CBOR).

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "firmware/base/asio.h"
#include "firmware/base/file.h"
#include "tests/fuzz/round_trip.h"
#include "tools/gateway/card_trust.h"
#include "tools/gateway/seal.h"
#include "tools/gateway/verify_page.h"

using namespace madoguchi;

namespace {

// A throwaway CA, so that trust is a real one.
constexpr std::string_view authority = R"(-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIUIufSTz4DbABYEQzPs3desENnTA4wCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHRnV6eiBDQTAeFw0yNjExMjIwMzAzMjNaFw00NjExMTcwMzAz
MjNaMBIxEDAOBgNVBAMMB0Z1enogQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATaLZ4nsmdOZNE3Xn5xNb4+glPw4HHx3tJPuqDL/lm+pjYbsEF6BMKpSOY8rGvo
hb3NMh6QIEKDLWOouqWT+23Jo2MwYTAdBgNVHQ4EFgQUeClQ0FkL9b8YbT2sGoy7
EuHCSCgwHwYDVR0jBBgwFoAUeClQ0FkL9b8YbT2sGoy7EuHCSCgwDwYDVR0TAQH/
BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwCgYIKoZIzj0EAwIDSAAwRQIgHKKtOpY5
GjxCMzNlKlbxRc5xJyXLOyeuuhnx+7DkOv0CIQDthy+Ju9Bskki86WRpeCstYy7V
YbotvgbX5D0mpgqLvQ==
-----END CERTIFICATE-----
)";

std::string scratch(std::string_view name) {
  return "/tmp/fuzz_gateway." + std::to_string(getpid()) + "." + std::string(name);
}

/// Certificate and signature are the two halves.
void identify(ByteView bytes) {
  static const gateway::CardTrust trust = [] {
    const std::string file = scratch("ca.pem");
    if (!write_file(file, as_bytes(authority))) std::abort();
    auto loaded = gateway::CardTrust::load(file, "");
    unlink(file.c_str());
    if (!loaded) std::abort();
    return std::move(*loaded);
  }();
  const std::size_t half = bytes.size() > 256 ? bytes.size() - 256 : bytes.size();
  const auto verdict =
      trust.identify(bytes.first(half), bytes.subspan(half), api::identify_message(Bytes(32)),
                     std::chrono::system_clock::now());
  if (std::holds_alternative<Bytes>(verdict)) std::abort();  // nobody can sign here
}

/// No number is known here: every answer is "unknown" or a page that is not there.
void verify(ByteView target) {
  struct Side {
    gateway::Store store = std::move(*gateway::Store::open(":memory:"));
    gateway::Catalogue catalogue;
    gateway::VerifyPage page{store, catalogue};
  };
  static Side side;
  asio::io_context loop;
  int status = 0;
  asio::co_spawn(
      loop,
      [](std::string text, int& out) -> Task<void> {
        gateway::Request request;
        request.method = "GET";
        request.target = std::move(text);
        const gateway::Answer answer = co_await side.page.handle(std::move(request));
        out = answer.status;
        if (as_text(answer.body).find("<script") != std::string::npos) std::abort();
      }(as_text(target), status),
      asio::detached);
  loop.run();
  if (status != 200 && status != 404) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView rest(data + 1, size - 1);
  switch (data[0] % 10) {
    case 0:
      round_trip<api::VisitOpen>(rest, Dialect::json);
      break;
    case 1:
      round_trip<api::Identify>(rest, Dialect::json);
      break;
    case 2:
      round_trip<api::QuoteRequest>(rest, Dialect::json);
      break;
    case 3:
      round_trip<api::IssueRequest>(rest, Dialect::json);
      break;
    case 4:
      round_trip<api::Settlement>(rest, Dialect::json);
      break;
    case 5:
      round_trip<api::Feedback>(rest, Dialect::json);
      break;
    case 6:
      round_trip<api::Seal>(rest, Dialect::cbor);
      break;
    case 7:
      identify(rest);
      break;
    case 8:
      verify(rest);
      break;
    default:
      (void)gateway::raw_p256_signature(rest);
      break;
  }
  return 0;
}
