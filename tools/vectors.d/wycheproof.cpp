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
  if (rounds > most_rounds) return {false, "more than 10,000 rounds: it would take minutes"};
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

Run wrapper_of(const std::string& algorithm, Fields& group) {
  if (algorithm == "HMACSHA256") return run_hmac_sha256;
  if (algorithm == "AES-CBC-PKCS5") return run_aes_cbc;
  if (algorithm == "PBKDF2-HMACSHA1") return run_pbkdf2;
  if (algorithm != "ECDSA" || group.text("sha") != "SHA-256") return nullptr;
  const std::string type = group.text("type");
  const bool verifies = type == "EcdsaVerify" || type == "EcdsaP1363Verify";
  return verifies && group.text_in("publicKey", "curve") == "secp256r1" ? run_ecdsa_p256 : nullptr;
}

// Why there is no wrapper: the firmware itself never calls this primitive.
std::string why_no_wrapper(const std::string& algorithm) {
  for (const char* const in_tls :
       {"AES-GCM", "CHACHA20-POLY1305", "ECDH", "XDH", "HKDF-SHA-256", "HKDF-SHA-384"}) {
    if (algorithm == in_tls) return algorithm + ": no wrapper, used inside Mbed TLS's TLS 1.3 only";
  }
  if (algorithm == "ECDSA")
    return "ECDSA on other curves or hashes: no wrapper; P-384 is used inside Mbed TLS only";
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
    const Run run = wrapper_of(algorithm, group);
    const Json& tests = group.list("tests");
    if (Status good = group.status(); !good && run != nullptr) return good;
    for (std::size_t t = 0; t < tests.size(); ++t) {
      ++outcome.tests;
      if (run == nullptr) {
        ++outcome.skipped[why_no_wrapper(algorithm)];
        continue;
      }
      Fields test(tests[t],
                  name + ".testGroups[" + std::to_string(g) + "].tests[" + std::to_string(t) + "]");
      const std::string result = test.text("result");
      if (result != "valid" && result != "invalid" && result != "acceptable")
        test.wrong("result", "is not known");
      if (result == "acceptable") {
        ++outcome.skipped["acceptable either way"];
        continue;
      }
      const Verdict verdict = run(group, test);
      if (Status good = test.status(); !good) return good;
      if (Status good = group.status(); !good) return good;
      if (!verdict.skipped.empty()) {
        ++outcome.skipped[algorithm + ": " + verdict.skipped];
      } else if (verdict.passed) {
        ++outcome.passed;
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
  for (const auto& [why, count] : outcome.skipped)
    std::printf("skipped %zu: %s\n", count, why.c_str());
  for (const std::string& file : outcome.unknown)
    std::printf("skipped file %s: no test vectors that are known here\n", file.c_str());
  for (const std::string& one : outcome.failed) std::printf("failed %s\n", one.c_str());
  return outcome.failed.empty() ? 0 : 1;
}

}  // namespace madoguchi::vectors
