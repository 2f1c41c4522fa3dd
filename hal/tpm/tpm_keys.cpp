#include "hal/tpm/tpm_keys.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/random.h>
#include <unistd.h>

#include "firmware/base/file.h"
#include "firmware/base/secret.h"
#include "hal/tpm/tpm_counter.h"

namespace madoguchi::tpm {
namespace {

// In the range that the owner gives out (TCG's registry of reserved handles, 2.3).
constexpr TPM2_HANDLE key_handle = 0x81004d47;

constexpr std::size_t auth_size = 32;
constexpr std::size_t coordinate_size = 32;
constexpr std::size_t point_size = 1 + 2 * coordinate_size;

Error foreign(const char* why) {
  return {Errc::integrity, "tpm.key", std::string(why) + "; erase and enrol again"};
}

constexpr TPMT_SYM_DEF no_cipher{.algorithm = TPM2_ALG_NULL, .keyBits = {}, .mode = {}};
constexpr TPMT_SYM_DEF session_cipher{
    .algorithm = TPM2_ALG_AES, .keyBits = {.aes = 128}, .mode = {.aes = TPM2_ALG_CFB}};

/// The storage key of the TCG's provisioning guidance (ECC P-256): the same at every start.
TPM2B_PUBLIC storage_template() {
  TPM2B_PUBLIC out{};
  TPMT_PUBLIC& area = out.publicArea;
  area.type = TPM2_ALG_ECC;
  area.nameAlg = TPM2_ALG_SHA256;
  area.objectAttributes = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT | TPMA_OBJECT_FIXEDTPM |
                          TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                          TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
  TPMS_ECC_PARMS& ecc = area.parameters.eccDetail;
  ecc.symmetric.algorithm = TPM2_ALG_AES;
  ecc.symmetric.keyBits.aes = 128;
  ecc.symmetric.mode.aes = TPM2_ALG_CFB;
  ecc.scheme.scheme = TPM2_ALG_NULL;
  ecc.curveID = TPM2_ECC_NIST_P256;
  ecc.kdf.scheme = TPM2_ALG_NULL;
  return out;
}

/// A signing key that never leaves: fixed to this TPM and its parent, made from the TPM's own
/// randomness.
TPM2B_PUBLIC key_template() {
  TPM2B_PUBLIC out{};
  TPMT_PUBLIC& area = out.publicArea;
  area.type = TPM2_ALG_ECC;
  area.nameAlg = TPM2_ALG_SHA256;
  area.objectAttributes = TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_FIXEDTPM |
                          TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                          TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;
  TPMS_ECC_PARMS& ecc = area.parameters.eccDetail;
  ecc.symmetric.algorithm = TPM2_ALG_NULL;
  ecc.scheme.scheme = TPM2_ALG_ECDSA;
  ecc.scheme.details.ecdsa.hashAlg = TPM2_ALG_SHA256;
  ecc.curveID = TPM2_ECC_NIST_P256;
  ecc.kdf.scheme = TPM2_ALG_NULL;
  return out;
}

/// Left-padded to 32 bytes; false when it is no number of that size.
bool append_number(Bytes& out, const TPM2B_ECC_PARAMETER& number) {
  if (number.size > coordinate_size) return false;
  out.insert(out.end(), coordinate_size - number.size, 0);
  out.insert(out.end(), number.buffer, number.buffer + number.size);
  return true;
}

Status start_session(Connection& tpm, ESYS_TR salted_for, const TPMT_SYM_DEF& cipher,
                     Transient& into) {
  const TSS2_RC code = Esys_StartAuthSession(tpm.esys(), salted_for, ESYS_TR_NONE, ESYS_TR_NONE,
                                             ESYS_TR_NONE, ESYS_TR_NONE, nullptr, TPM2_SE_HMAC,
                                             &cipher, TPM2_ALG_SHA256, &into.handle);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.session");
  return {};
}

bool fill_with_randomness(TPM2B_AUTH& auth) {
  auth.size = auth_size;
  return getrandom(auth.buffer, auth_size, 0) == static_cast<ssize_t>(auth_size);
}

}  // namespace

Result<Connection*> TpmKeys::connection() {
  if (std::exchange(broken_, false)) connection_.reset();
  if (connection_ == nullptr) {
    auto opened = Connection::open(tcti_);
    if (!opened) return opened.error();
    connection_ = std::move(*opened);
  }
  return connection_.get();
}

void TpmKeys::look_at(const Error& error) {
  broken_ = broken_ || error.code == Errc::gone || error.code == Errc::io;
}

template <class T>
Result<T> TpmKeys::told(Result<T> result) {
  if (!result) look_at(result.error());
  return result;
}

Result<std::optional<TpmKeys::Record>> TpmKeys::record() const {
  auto content = read_file(folder_ + "/tpm.key", 4096);
  if (!content && content.error().code == Errc::not_found) return std::optional<Record>();
  if (!content) return content.error();
  if (content->size() != auth_size + point_size)
    return foreign("the file beside the TPM's key is damaged");
  Record record;
  record.auth.size = auth_size;
  std::copy_n(content->begin(), auth_size, record.auth.buffer);
  record.point.assign(content->begin() + auth_size, content->end());
  wipe(content->data(), content->size());
  return std::optional<Record>(std::move(record));
}

Status TpmKeys::keep(const Record& record) const {
  Bytes content(record.auth.buffer, record.auth.buffer + auth_size);
  content.insert(content.end(), record.point.begin(), record.point.end());
  const Status written = write_file(folder_ + "/tpm.key", content);
  wipe(content.data(), content.size());
  return written;
}

Result<Bytes> TpmKeys::point_of(Connection& tpm, ESYS_TR key) const {
  TPM2B_PUBLIC* raw = nullptr;
  TPM2B_NAME* name = nullptr;
  TPM2B_NAME* qualified = nullptr;
  const TSS2_RC code = Esys_ReadPublic(tpm.esys(), key, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                       &raw, &name, &qualified);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.public");
  const Owned<TPM2B_PUBLIC> all(raw);
  const Owned<TPM2B_NAME> unused(name);
  const Owned<TPM2B_NAME> unused_too(qualified);
  const TPMT_PUBLIC& area = all->publicArea;
  Bytes point{4};
  const bool right =
      area.type == TPM2_ALG_ECC && area.parameters.eccDetail.curveID == TPM2_ECC_NIST_P256 &&
      append_number(point, area.unique.ecc.x) && append_number(point, area.unique.ecc.y);
  if (!right) return foreign("the TPM holds another kind of key where the kiosk's belongs");
  return point;
}

Status TpmKeys::find_own(Connection& tpm, Persistent& key, Record& own) const {
  auto kept = record();
  if (!kept) return kept.error();
  const auto found = key.find(key_handle);
  if (!found) return found.error();
  if (!*found && !*kept) return Error{Errc::not_found, "tpm.key", "the kiosk has no key yet"};
  if (!*found)
    return foreign(
        "the TPM has no key for this disk: it was cleared, or the disk is of another board");
  if (!*kept) return foreign("the TPM has a key, but of another disk");
  const auto point = point_of(tpm, key.handle);
  if (!point) return point.error();
  if (*point != (*kept)->point) return foreign("the TPM's key is of another disk");
  own = std::move(**kept);
  return {};
}

Result<KeyVault::State> TpmKeys::state() {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  auto maker = told((*tpm)->maker());
  if (!maker) return maker.error();
  KeyVault::State state{.is_tpm = true, .maker = std::move(*maker)};
  Persistent key(**tpm);
  Record own;
  const Status found = find_own(**tpm, key, own);
  if (found) {
    const Bytes digest(32, 0x4d);
    const auto tried = sign_with(**tpm, key, own, digest);
    state.has_key = tried.ok();
    if (!tried) state.trouble = tried.error().text();
  } else if (found.error().code != Errc::not_found) {
    state.trouble = found.error().text();
  }
  return state;
}

Status TpmKeys::own_key(Connection& tpm, Persistent& key, Record& own) {
  Status found = find_own(tpm, key, own);
  if (!found) look_at(found.error());
  return found;
}

Result<Bytes> TpmKeys::public_half() {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  Persistent key(**tpm);
  Record own;
  if (Status found = own_key(**tpm, key, own); !found) return found.error();
  return own.point;
}

Result<Bytes> TpmKeys::sign(ByteView digest) {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  Persistent key(**tpm);
  Record own;
  if (Status found = own_key(**tpm, key, own); !found) return found.error();
  return told(sign_with(**tpm, key, own, digest));
}

Result<Bytes> TpmKeys::sign_with(Connection& tpm, const Persistent& key, const Record& own,
                                 ByteView digest) const {
  TSS2_RC code = Esys_TR_SetAuth(tpm.esys(), key.handle, &own.auth);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.sign");
  Transient session(tpm);
  if (Status started = start_session(tpm, ESYS_TR_NONE, no_cipher, session); !started)
    return started.error();
  TPM2B_DIGEST what{};
  what.size = static_cast<UINT16>(digest.size());
  std::copy(digest.begin(), digest.end(), what.buffer);
  TPMT_SIG_SCHEME scheme{};
  scheme.scheme = TPM2_ALG_ECDSA;
  scheme.details.ecdsa.hashAlg = TPM2_ALG_SHA256;
  TPMT_TK_HASHCHECK no_ticket{};
  no_ticket.tag = TPM2_ST_HASHCHECK;
  no_ticket.hierarchy = TPM2_RH_NULL;
  TPMT_SIGNATURE* raw = nullptr;
  code = Esys_Sign(tpm.esys(), key.handle, session.handle, ESYS_TR_NONE, ESYS_TR_NONE, &what,
                   &scheme, &no_ticket, &raw);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.sign");
  const Owned<TPMT_SIGNATURE> signature(raw);
  Bytes out;
  if (!append_number(out, signature->signature.ecdsa.signatureR) ||
      !append_number(out, signature->signature.ecdsa.signatureS)) {
    return Error{Errc::protocol, "tpm.sign", "the TPM's signature is too long"};
  }
  return out;
}

Status TpmKeys::make_storage_key(Connection& tpm, Transient& into) const {
  const TPM2B_SENSITIVE_CREATE no_secret{};
  const TPM2B_PUBLIC shape = storage_template();
  const TPM2B_DATA no_data{};
  const TPML_PCR_SELECTION no_pcrs{};
  const TSS2_RC code = Esys_CreatePrimary(
      tpm.esys(), ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &no_secret,
      &shape, &no_data, &no_pcrs, &into.handle, nullptr, nullptr, nullptr, nullptr);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.storage_key");
  return {};
}

Result<Bytes> TpmKeys::make_key() {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  auto kept = record();
  if (!kept) return kept.error();
  Persistent key(**tpm);
  const auto found = told(key.find(key_handle));
  if (!found) return found.error();
  if (*found && *kept) {
    const auto point = told(point_of(**tpm, key.handle));
    if (!point) return point.error();
    if (*point == (*kept)->point) return point;
    return foreign("the TPM's key is of another disk");
  }
  if (*found) {
    // Without its file nobody can ever use it: the disk is new.
    if (Status gone = evict(**tpm, key_handle); !gone) return gone.error();
  }
  return told(create(**tpm));
}

Result<Bytes> TpmKeys::create(Connection& tpm) {
  Transient storage_key(tpm);
  if (Status made = make_storage_key(tpm, storage_key); !made) return made.error();
  Record own;
  if (!fill_with_randomness(own.auth))
    return Error{Errc::io, "tpm.create", "the kernel gives no randomness"};
  Transient session(tpm);
  if (Status started = start_session(tpm, storage_key.handle, session_cipher, session); !started)
    return started.error();
  // The first parameter, in which the value travels, is encrypted.
  Esys_TRSess_SetAttributes(tpm.esys(), session.handle, TPMA_SESSION_DECRYPT, TPMA_SESSION_DECRYPT);
  TPM2B_SENSITIVE_CREATE secret{};
  secret.sensitive.userAuth = own.auth;
  const TPM2B_PUBLIC shape = key_template();
  const TPM2B_DATA no_data{};
  const TPML_PCR_SELECTION no_pcrs{};
  TPM2B_PRIVATE* raw_private = nullptr;
  TPM2B_PUBLIC* raw_public = nullptr;
  TSS2_RC code = Esys_Create(tpm.esys(), storage_key.handle, session.handle, ESYS_TR_NONE,
                             ESYS_TR_NONE, &secret, &shape, &no_data, &no_pcrs, &raw_private,
                             &raw_public, nullptr, nullptr, nullptr);
  wipe(&secret, sizeof secret);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.create");
  const Owned<TPM2B_PRIVATE> sealed(raw_private);
  const Owned<TPM2B_PUBLIC> open(raw_public);
  Transient key(tpm);
  code = Esys_Load(tpm.esys(), storage_key.handle, session.handle, ESYS_TR_NONE, ESYS_TR_NONE,
                   sealed.get(), open.get(), &key.handle);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.load");
  const auto point = point_of(tpm, key.handle);
  if (!point) return point.error();
  own.point = *point;
  // First the file: a key without it could never be used, a file without a key is written anew.
  if (Status written = keep(own); !written) return written.error();
  Persistent persistent(tpm);
  code = Esys_EvictControl(tpm.esys(), ESYS_TR_RH_OWNER, key.handle, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                           ESYS_TR_NONE, key_handle, &persistent.handle);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.keep");
  return *point;
}

Status TpmKeys::erase() {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  Status done = evict(**tpm, key_handle);
  if (done) done = erase_counter(**tpm);
  if (!done) {
    look_at(done.error());
    return done;
  }
  if (::unlink((folder_ + "/tpm.key").c_str()) != 0 && errno != ENOENT)
    return Error{Errc::io, "tpm.erase", folder_ + "/tpm.key: " + std::strerror(errno)};
  return {};
}

Result<std::int64_t> TpmKeys::counter() {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  return told(read_counter(**tpm));
}

Result<std::int64_t> TpmKeys::raise_counter(std::int64_t to, std::int64_t most_steps) {
  auto tpm = connection();
  if (!tpm) return tpm.error();
  return told(tpm::raise_counter(**tpm, to, most_steps));
}

Status evict(Connection& tpm, TPM2_HANDLE at) {
  Persistent key(tpm);
  const auto found = key.find(at);
  if (!found) return found.error();
  if (!*found) return {};
  ESYS_TR none = ESYS_TR_NONE;
  const TSS2_RC code = Esys_EvictControl(tpm.esys(), ESYS_TR_RH_OWNER, key.handle, ESYS_TR_PASSWORD,
                                         ESYS_TR_NONE, ESYS_TR_NONE, at, &none);
  if (code != TSS2_RC_SUCCESS) return error_of(code, "tpm.evict");
  key.handle = ESYS_TR_NONE;  // ESAPI has forgotten it
  return {};
}

}  // namespace madoguchi::tpm
