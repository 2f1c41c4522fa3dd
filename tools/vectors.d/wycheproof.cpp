#include "tools/vectors.d/wycheproof.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "firmware/crypto/cipher.h"
#include "firmware/crypto/hash.h"
#include "firmware/crypto/key_derivation.h"
#include "tools/vectors.d/vector_file.h"

namespace madoguchi::vectors {
namespace {

constexpr std::int64_t most_rounds = 10'000;

bool is_valid(Fields& test) { return test.text("result") == "valid"; }

Verdict run_hmac_sha256(Fields& group, Fields& test) {
  const auto bits = group.number("tagSize");
  Bytes code = hmac_sha256(test.hex("key"), test.hex("msg"));
  if (bits < 8 || bits > 256 || bits % 8 != 0) return {false, "a tag that is no whole bytes"};
  code.resize(static_cast<std::size_t>(bits) / 8);
  const Bytes tag = test.hex("tag");
  const bool same = tag.size() == code.size() && equal_constant_time(code, tag);
  return {same == is_valid(test)};
}

Verdict run_aes_cbc(Fields& group, Fields& test) {
  if (group.number("keySize") != 256) return {false, "the wrapper has AES-256 only"};
  const Bytes key = test.hex("key");
  const Bytes iv = test.hex("iv");
  const Bytes message = test.hex("msg");
  const Bytes encrypted = test.hex("ct");
  const auto plain = aes256_cbc_decrypt(key, iv, encrypted);
  if (!is_valid(test)) return {!plain.ok()};
  const auto again = aes256_cbc_encrypt(key, iv, message);
  const bool both = plain.ok() && *plain == message && again.ok() && *again == encrypted;
  return {both};
}

Verdict run_pbkdf2(Fields&, Fields& test) {
  const auto rounds = test.number("iterationCount");
  const auto size = test.number("dkLen");
  if (rounds > most_rounds) return {false, "more than 10,000 rounds"};
  if (rounds < 1 || size < 1 || size > static_cast<std::int64_t>(Secret::max_size))
    return {false, "a size that the wrapper's contract excludes"};
  const Secret derived =
      pbkdf2_hmac_sha1(test.hex("password"), test.hex("salt"), static_cast<unsigned>(rounds),
                       static_cast<std::size_t>(size));
  const Bytes expected = test.hex("dk");
  const bool same = to_hex(derived.reveal()) == to_hex(expected);
  return {same == is_valid(test)};
}

using Run = Verdict (*)(Fields& group, Fields& test);

struct Runner {
  Run run = nullptr;
  bool in_tls = false;  ///< not by a wrapper of ours
  bool judges_acceptable = false;
};

Runner runner_of_ecdsa(Fields& group) {
  const std::string type = group.text("type");
  const std::string hash = group.text("sha");
  const std::string curve = group.text_in("publicKey", "curve");
  const bool plain = type == "EcdsaP1363Verify";
  if (!plain && type != "EcdsaVerify") return {};
  if (curve == "secp256r1" && hash == "SHA-256") return {run_ecdsa_p256};
  if (curve == "secp384r1" && hash == "SHA-384" && !plain) return {run_ecdsa_p384, true};
  return {};
}

Runner runner_of(const std::string& algorithm, Fields& group) {
  if (algorithm == "HMACSHA256") return {run_hmac_sha256};
  if (algorithm == "AES-CBC-PKCS5") return {run_aes_cbc};
  if (algorithm == "PBKDF2-HMACSHA1") return {run_pbkdf2};
  if (algorithm == "AES-GCM") return {run_aes_gcm, true};
  if (algorithm == "CHACHA20-POLY1305") return {run_chacha20_poly1305, true};
  if (algorithm == "ECDSA") return runner_of_ecdsa(group);
  if (algorithm != "ECDH" && algorithm != "XDH") return {};
  const std::string type = group.text("type");
  const std::string curve = group.text("curve");
  if (type == "EcdhTest" && (curve == "secp256r1" || curve == "secp384r1"))
    return {run_ecdh, true, true};
  if (type == "XdhComp" && curve == "curve25519") return {run_x25519, true, true};
  return {};
}

// Why there is nothing to run it through.
std::string why_nothing(const std::string& algorithm) {
  if (algorithm == "HKDF-SHA-256" || algorithm == "HKDF-SHA-384")
    return algorithm + ": no wrapper; Mbed TLS's TLS 1.3 derives with functions of its own";
  if (algorithm == "ECDSA" || algorithm == "ECDH" || algorithm == "XDH")
    return algorithm + " on other curves, with other hashes or in other forms: not used";
  if (algorithm.starts_with("RSA"))
    return algorithm + ": no wrapper, no kiosk accepts RSA from the network";
  return algorithm + ": no wrapper, not used";
}

}  // namespace

Status run_wycheproof_file(const std::string& name, const Json& document,
                           WycheproofOutcome& outcome) {
  Fields file(document, name);
  const std::string algorithm = file.text("algorithm");
  const Json& groups = file.list("testGroups");
  if (Status good = file.status(); !good) return good;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Fields group(groups[g], name + ".testGroups[" + std::to_string(g) + "]");
    const Runner runner = runner_of(algorithm, group);
    const Json& tests = group.list("tests");
    if (Status good = group.status(); !good && runner.run != nullptr) return good;
    for (std::size_t t = 0; t < tests.size(); ++t) {
      ++outcome.tests;
      if (runner.run == nullptr) {
        ++outcome.skipped[why_nothing(algorithm)];
        continue;
      }
      Fields test(tests[t],
                  name + ".testGroups[" + std::to_string(g) + "].tests[" + std::to_string(t) + "]");
      const std::string result = test.text("result");
      if (result != "valid" && result != "invalid" && result != "acceptable")
        test.wrong("result", "is not known");
      if (result == "acceptable" && !runner.judges_acceptable) {
        ++outcome.skipped["acceptable either way"];
        continue;
      }
      const Verdict verdict = runner.run(group, test);
      if (Status good = test.status(); !good) return good;
      if (Status good = group.status(); !good) return good;
      if (!verdict.skipped.empty()) {
        ++outcome.skipped[algorithm + ": " + verdict.skipped];
      } else if (verdict.passed) {
        ++outcome.passed;
        if (runner.in_tls) ++outcome.in_tls[algorithm];
      } else {
        outcome.failed.push_back(name + ": tcId " + std::to_string(test.number("tcId")) + ", " +
                                 result + ": " + test.text("comment"));
      }
    }
  }
  return {};
}

Result<WycheproofOutcome> run_wycheproof(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (error) return Error{Errc::not_found, directory, error.message()};
  if (files.empty()) return Error{Errc::not_found, directory, "holds no *.json"};
  std::sort(files.begin(), files.end());
  WycheproofOutcome outcome;
  for (const auto& path : files) {
    const auto document = read_json(path.string());
    if (!document) return document.error();
    const bool known = document->is_object() && document->contains("algorithm") &&
                       document->contains("testGroups");
    if (!known) {
      outcome.unknown.push_back(path.filename().string());
      continue;
    }
    if (Status ran = run_wycheproof_file(path.filename().string(), *document, outcome); !ran)
      return ran.error();
  }
  return outcome;
}

int report(const WycheproofOutcome& outcome) {
  std::size_t skipped = 0;
  for (const auto& [why, count] : outcome.skipped) skipped += count;
  std::printf("tests %zu, passed %zu, skipped %zu\n", outcome.tests, outcome.passed, skipped);
  for (const auto& [algorithm, count] : outcome.in_tls)
    std::printf(
        "of the passed %zu: %s, not by a wrapper but as Mbed TLS's TLS 1.3 and X.509 use it\n",
        count, algorithm.c_str());
  for (const auto& [why, count] : outcome.skipped)
    std::printf("skipped %zu: %s\n", count, why.c_str());
  for (const std::string& file : outcome.unknown)
    std::printf("skipped file %s: no test vectors that are known here\n", file.c_str());
  for (const std::string& one : outcome.failed) std::printf("failed %s\n", one.c_str());
  return outcome.failed.empty() ? 0 : 1;
}

}  // namespace madoguchi::vectors
