#include "tools/gateway/checkpoints.h"

#include <algorithm>

#include <openssl/ec.h>

#include "firmware/base/log.h"
#include "tools/gateway/openssl.h"

namespace madoguchi::gateway {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE IF NOT EXISTS checkpoints (
  kiosk TEXT NOT NULL, key_sha256 BLOB NOT NULL, last INTEGER NOT NULL, checkpoint BLOB NOT NULL,
  signature BLOB NOT NULL, receipt BLOB NOT NULL, receipt_signature BLOB NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (kiosk, key_sha256, last)) WITHOUT ROWID;
)sql";

using SignaturePtr = std::unique_ptr<ECDSA_SIG, OpensslRelease<ECDSA_SIG_free>>;

/// The name of a file, and of nothing above its folder.
bool is_file_name(const std::string& kiosk) {
  return !kiosk.empty() && kiosk.size() <= 64 && kiosk.front() != '.' &&
         std::all_of(kiosk.begin(), kiosk.end(), [](unsigned char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

KeyPtr public_key(const std::string& pem) {
  const BioPtr bio = read_only_bio(as_bytes(pem));
  KeyPtr key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return key;
}

/// 64 bytes r || s as DER.
Bytes der_signature(ByteView raw) {
  BIGNUM* r = BN_bin2bn(raw.data(), 32, nullptr);
  BIGNUM* s = BN_bin2bn(raw.data() + 32, 32, nullptr);
  const SignaturePtr signature(ECDSA_SIG_new());
  ECDSA_SIG_set0(signature.get(), r, s);
  std::uint8_t* out = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &out);
  Bytes der(out, out + std::max(size, 0));
  OPENSSL_free(out);
  return der;
}

bool is_signed_by(EVP_PKEY* key, const api::SignedCheckpoint& body) {
  if (body.signature.size() != 64) return false;
  const Bytes message = api::checkpoint_message(body.checkpoint);
  const Bytes der = der_signature(body.signature);
  const DigestPtr digest(EVP_MD_CTX_new());
  const bool right =
      EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(digest.get(), der.data(), der.size(), message.data(), message.size()) == 1;
  ERR_clear_error();
  return right;
}

Refused conflict(std::string what) { return {api::Refusal::conflict, std::move(what), 409}; }

std::string range(const api::Checkpoint& checkpoint) {
  return std::to_string(checkpoint.first) + "-" + std::to_string(checkpoint.last);
}

Answer broken(const Error& error) {
  log_event(Event::gateway_refused, {{"what", error.text()}});
  return refusal({api::Refusal::internal, "the gateway could not look into its checkpoints"});
}

}  // namespace

Result<Checkpoints> Checkpoints::open(const std::string& path, std::string keys, SealKey seal_key) {
  auto database = Database::open(path);
  if (!database) return database.error();
  return open(std::move(*database), std::move(keys), std::move(seal_key));
}

Result<Checkpoints> Checkpoints::open(Database database, std::string keys, SealKey seal_key) {
  if (auto made = database.script(table); !made) return made.error();
  return Checkpoints(std::move(database), std::move(keys), std::move(seal_key));
}

Verdict<Checkpoints::Series> Checkpoints::series_of(const std::string& kiosk) const {
  const Refused unknown{api::Refusal::not_available,
                        "no audit key is registered for this kiosk: see audit-keys"};
  if (keys_.empty() || !is_file_name(kiosk)) return unknown;
  const auto pem = read_file(keys_ + "/" + kiosk + ".pem", 64u << 10);
  if (!pem) return unknown;
  Series series{kiosk, as_text(*pem), {}};
  const KeyPtr key = public_key(series.key_pem);
  if (!key)
    return Refused{api::Refusal::not_available, "the registered audit key is no public key"};
  std::uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  series.key_sha256 = sha256({der, static_cast<std::size_t>(std::max(size, 0))});
  OPENSSL_free(der);
  return series;
}

Result<std::optional<api::CountersignedCheckpoint>> Checkpoints::find(const Series& series,
                                                                      std::int64_t last) {
  return database_.one(
      "SELECT checkpoint, signature, receipt, receipt_signature FROM checkpoints WHERE kiosk = ? "
      "AND key_sha256 = ? AND (last = ? OR ? = 0) ORDER BY last DESC LIMIT 1",
      [](const Statement& row) {
        return api::CountersignedCheckpoint{row.blob(0), row.blob(1), row.blob(2), row.blob(3)};
      },
      series.kiosk, series.key_sha256, last, last);
}

Result<std::optional<Refused>> Checkpoints::out_of_place(const Series& series,
                                                         const api::Checkpoint& next) {
  const auto row = find(series, 0);
  if (!row) return row.error();
  if (!*row) {
    if (next.first == 1) return std::optional<Refused>();
    return std::optional(conflict("gap: " + range(next) + " came, but nothing is held before it"));
  }
  const auto held = api::read_checkpoint((*row)->checkpoint);
  if (!held) return held.error();
  const std::string came = range(next) + " came, the last one held is " + range(*held);
  if (next.first > held->last + 1) return std::optional(conflict("gap: " + came));
  if (next.first <= held->last)
    return std::optional(conflict("rewind: " + came + "; was the journal put back from a copy?"));
  if (next.previous != held->head)
    return std::optional(
        conflict("fork: " + came + ", and what lies before is not what was countersigned"));
  return std::optional<Refused>();
}

Result<api::CountersignedCheckpoint> Checkpoints::keep(const Series& series,
                                                       const api::Checkpoint& checkpoint,
                                                       const api::SignedCheckpoint& body,
                                                       std::int64_t now_s) {
  const api::Receipt receipt{1, series.kiosk, sha256(body.checkpoint), checkpoint.last, now_s};
  api::CountersignedCheckpoint out{body.checkpoint, body.signature, encode(receipt), {}};
  auto signature = seal_key_.sign(api::receipt_message(out.receipt));
  if (!signature) return signature.error();
  out.receipt_signature = std::move(*signature);
  const Status added = database_.run(
      "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?, ?, ?, ?)", series.kiosk, series.key_sha256,
      checkpoint.last, out.checkpoint, out.signature, out.receipt, out.receipt_signature, now_s);
  if (!added) return added.error();
  return out;
}

Answer Checkpoints::take(const std::string& kiosk, ByteView json, std::int64_t now_s) {
  const auto body = decode<api::SignedCheckpoint>(json, Dialect::json);
  if (!body)
    return refusal({api::Refusal::malformed, body.error().where + " " + body.error().what});
  const auto checkpoint = api::read_checkpoint(body->checkpoint);
  if (!checkpoint)
    return refusal({api::Refusal::malformed, "the checkpoint " + checkpoint.error().what});
  const auto known = series_of(kiosk);
  if (const auto* refused = std::get_if<Refused>(&known)) return refusal(*refused);
  const Series& series = std::get<Series>(known);
  if (checkpoint->kiosk != kiosk || !is_signed_by(public_key(series.key_pem).get(), *body)) {
    return refusal({api::Refusal::signature_invalid,
                    "the checkpoint is not signed by this kiosk's registered audit key"});
  }
  // Alone from what is held to what is kept: two gateways must not let a journal fork.
  auto transaction = Transaction::begin(database_);
  if (!transaction) return broken(transaction.error());
  const auto earlier = find(series, checkpoint->last);
  if (!earlier) return broken(earlier.error());
  if (*earlier && (*earlier)->checkpoint == body->checkpoint) return json_answer(200, **earlier);
  const auto wrong = out_of_place(series, *checkpoint);
  if (!wrong) return broken(wrong.error());
  if (*wrong) {
    log_event(Event::gateway_refused, {{"kiosk", kiosk}, {"what", (*wrong)->message}});
    return refusal(**wrong);
  }
  const auto kept = keep(series, *checkpoint, *body, now_s);
  if (!kept) return broken(kept.error());
  if (auto done = transaction->commit(); !done) return broken(done.error());
  return json_answer(200, *kept);
}

Answer Checkpoints::latest(const std::string& kiosk) {
  const auto known = series_of(kiosk);
  if (const auto* refused = std::get_if<Refused>(&known)) return refusal(*refused);
  const auto row = find(std::get<Series>(known), 0);
  if (!row) return broken(row.error());
  if (!*row)
    return refusal({api::Refusal::not_available, "no checkpoint of this kiosk is held yet", 404});
  return json_answer(200, **row);
}

}  // namespace madoguchi::gateway
