#pragma once
// Runs Project Wycheproof's files through the wrappers of firmware/crypto, the only cryptography
// that the firmware calls itself, and what TLS 1.3 and X.509 need through Mbed TLS as they do.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/result.h"
#include "firmware/message/codec.h"

namespace madoguchi::vectors {

struct WycheproofOutcome {
  std::size_t tests = 0;
  std::size_t passed = 0;
  std::map<std::string, std::size_t> skipped;  ///< reason -> how many tests
  std::map<std::string, std::size_t> in_tls;   ///< of the passed, not by our wrappers: algorithm
  std::vector<std::string> failed;             ///< "file: tcId 3 ..."
  std::vector<std::string> unknown;            ///< files that are no vectors that we know
};

/// One file's tests, added to the outcome. Errc::protocol when a field is not what the schema says.
Status run_wycheproof_file(const std::string& name, const Json& document,
                           WycheproofOutcome& outcome);

/// Every *.json of the directory, in order of their names.
Result<WycheproofOutcome> run_wycheproof(const std::string& directory);

/// Prints the line of counts, the reasons and what failed; gives the exit code.
int report(const WycheproofOutcome& outcome);

// One test each: whether our wrapper says what the vector says, or nothing when it is not for us.
struct Verdict {
  bool passed = false;
  std::string skipped{};  ///< why; empty: it ran
};
class Fields;
Verdict run_ecdsa_p256(Fields& group, Fields& test);
// What Mbed TLS does for TLS 1.3 and X.509, as those call it. Those that agree on a key also judge
// what is "acceptable".
Verdict run_aes_gcm(Fields& group, Fields& test);
Verdict run_chacha20_poly1305(Fields& group, Fields& test);
Verdict run_ecdh(Fields& group, Fields& test);
Verdict run_x25519(Fields& group, Fields& test);
Verdict run_ecdsa_p384(Fields& group, Fields& test);
/// A bit string in DER, as Ecdsa-Sig-Value, as r || s of 32 bytes each; nothing when it is not the
/// one right encoding of two numbers that fit.
std::optional<Bytes> r_and_s(ByteView der);

}  // namespace madoguchi::vectors
