// x509-limbo's chains through our check. None that RFC 5280 or the CA/Browser profile refuses may
// pass. Some that they allow are refused, because our profile is narrower (no RSA, no wildcards, no
// name constraints, P-256 and P-384 only); how many is written down here, so that a change shows.
// The cases stand beside the checkout (MADOGUCHI_VECTORS says where else); without them the test
// says so and passes.
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <CppUTest/TestHarness.h>

#include "firmware/base/file.h"
#include "firmware/link/chain_check.h"
#include "firmware/message/codec.h"

namespace madoguchi {
namespace {

Bytes der_of(const Json& pem) {
  const auto& text = pem.get_ref<const std::string&>();
  const std::size_t begin = text.find('\n') + 1;
  std::string base64 = text.substr(begin, text.find("-----END") - begin);
  std::erase(base64, '\n');
  return from_base64(base64).value_or({});
}

std::vector<Bytes> ders_of(const Json& pems) {
  std::vector<Bytes> out;
  for (const Json& pem : pems) out.push_back(der_of(pem));
  return out;
}

WallClock time_of(const Json& test) {
  std::tm utc{};
  const std::string text = test["validation_time"].is_string()
                               ? test["validation_time"].get<std::string>()
                               : "2024-06-01T00:00:00";
  CHECK_TEXT(strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &utc) != nullptr, text.c_str());
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

Status verify(const Json& test) {
  ServerName server{"", false};
  if (test["expected_peer_name"].is_object()) {
    server = {test["expected_peer_name"]["value"].get<std::string>(),
              test["expected_peer_name"]["kind"] == "IP"};
  }
  return verify_server_chain(der_of(test["peer_certificate"]),
                             ders_of(test["untrusted_intermediates"]),
                             ders_of(test["trusted_certs"]), server, time_of(test));
}

}  // namespace

TEST_GROUP(Limbo){};

TEST(Limbo, no_chain_that_is_wrong_passes) {
  const char* const elsewhere = std::getenv("MADOGUCHI_VECTORS");
  const std::string folder =
      elsewhere != nullptr ? elsewhere : MADOGUCHI_SOURCE_DIR "/../shared/vectors";
  const auto content = read_file(folder + "/x509-limbo/limbo.json");
  if (!content) {
    std::printf("skipped: no vectors at %s\n", folder.c_str());
    return;
  }
  const auto document = parse_document(*content, Dialect::json);
  const bool verbose = std::getenv("MADOGUCHI_VERBOSE") != nullptr;
  int wrong = 0;
  int narrower = 0;
  for (const Json& test : (*document)["testcases"]) {
    if (test["max_chain_depth"].is_number()) continue;  // ours is fixed
    const Status status = verify(test);
    const bool expected = test["expected_result"] == "SUCCESS";
    const auto& id = test["id"].get_ref<const std::string&>();
    if (status.ok() && !expected) {
      ++wrong;
      std::printf("accepted: %s\n", id.c_str());
    }
    if (!status.ok() && expected) {
      ++narrower;
      if (verbose) std::printf("refused: %s: %s\n", id.c_str(), status.error().what.c_str());
    }
  }
  LONGS_EQUAL(0, wrong);
  LONGS_EQUAL(29, narrower);
}

}  // namespace madoguchi
