#include "firmware/crypto/signature.h"
#include "tools/vectors.d/vector_file.h"
#include "tools/vectors.d/wycheproof.h"

namespace madoguchi::vectors {
namespace {

// One INTEGER of a DER signature as 32 bytes; nothing if it is not in its one right form or does
// not fit.
std::optional<Bytes> take_integer(ByteView& der) {
  if (der.size() < 2 || der[0] != 0x02 || der[1] == 0 || der[1] > 33 || der.size() < 2u + der[1])
    return std::nullopt;
  ByteView digits = der.subspan(2, der[1]);
  der = der.subspan(2u + der[1]);
  if (digits[0] >= 0x80) return std::nullopt;
  if (digits[0] == 0 && digits.size() > 1) {
    if (digits[1] < 0x80) return std::nullopt;
    digits = digits.subspan(1);
  }
  if (digits.size() > 32) return std::nullopt;
  Bytes number(32 - digits.size(), 0);
  number.insert(number.end(), digits.begin(), digits.end());
  return number;
}

}  // namespace

// The vectors' signatures are DER, ours are r || s: what is not proper DER has no such form.
std::optional<Bytes> r_and_s(ByteView der) {
  if (der.size() < 2 || der[0] != 0x30 || der[1] != der.size() - 2) return std::nullopt;
  der = der.subspan(2);
  auto r = take_integer(der);
  const auto s = r ? take_integer(der) : std::nullopt;
  if (!s || !der.empty()) return std::nullopt;
  r->insert(r->end(), s->begin(), s->end());
  return r;
}

Verdict run_ecdsa_p256(Fields& group, Fields& test) {
  const std::string pem = group.text("publicKeyPem");
  const auto key = P256PublicKey::from_pem(as_bytes(pem));
  const Bytes given = test.hex("sig");
  const bool plain = group.text("type") == "EcdsaP1363Verify";
  const auto signature = plain ? std::optional(given) : r_and_s(given);
  const bool accepted = key.ok() && signature && key->verify(test.hex("msg"), *signature).ok();
  return {accepted == (test.text("result") == "valid")};
}

}  // namespace madoguchi::vectors
