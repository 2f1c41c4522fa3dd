#include "firmware/link/remote_key.h"

#include <algorithm>
#include <cstring>

#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>

#include "firmware/base/log.h"
#include "firmware/link/der.h"
#include "firmware/message/keys_client.h"

// Mbed TLS 3.6 has no public way to a key of somebody else's on both releases of Debian: the one of
// Debian 13 is built without MBEDTLS_PSA_CRYPTO_SE_C and without a driver. What a key is to it is a
// table of functions, whose shape is no secret of the library but not promised either: it is the
// one of every 3.6, which is a long-term release, and asked for below.
#if MBEDTLS_VERSION_MAJOR != 3 || MBEDTLS_VERSION_MINOR != 6
#error "remote_key.cpp knows the keys of Mbed TLS 3.6 only"
#endif

extern "C" {

struct mbedtls_pk_info_t {
  mbedtls_pk_type_t type;
  const char* name;
  std::size_t (*bits)(mbedtls_pk_context*);
  int (*can_do)(mbedtls_pk_type_t);
  int (*verify)(mbedtls_pk_context*, mbedtls_md_type_t, const unsigned char*, std::size_t,
                const unsigned char*, std::size_t);
  int (*sign)(mbedtls_pk_context*, mbedtls_md_type_t, const unsigned char*, std::size_t,
              unsigned char*, std::size_t, std::size_t*,
              int (*)(void*, unsigned char*, std::size_t), void*);
#if defined(MBEDTLS_ECDSA_C) && defined(MBEDTLS_ECP_RESTARTABLE)
  void (*verify_in_parts)();
  void (*sign_in_parts)();
#endif
  void (*decrypt)();
  void (*encrypt)();
  void (*check_pair)();
  void* (*make)();
  void (*free)(void*);
#if defined(MBEDTLS_ECDSA_C) && defined(MBEDTLS_ECP_RESTARTABLE)
  void* (*make_parts)();
  void (*free_parts)(void*);
#endif
  void (*debug)(mbedtls_pk_context*, mbedtls_pk_debug_item*);
};

}  // extern "C"

namespace madoguchi {
namespace {

constexpr std::size_t key_bits = 256;
constexpr std::size_t number_size = 32;
// SEQUENCE of two INTEGERs of at most 33 bytes.
constexpr std::size_t longest_signature = 2 + 2 * (2 + number_size + 1);

int can_do(mbedtls_pk_type_t type) {
  return type == MBEDTLS_PK_ECKEY || type == MBEDTLS_PK_ECDSA ? 1 : 0;
}

std::size_t bits(mbedtls_pk_context*) { return key_bits; }
void keep(void*) {}

int sign(mbedtls_pk_context* key, mbedtls_md_type_t digest_of, const unsigned char* digest,
         std::size_t digest_size, unsigned char* signature, std::size_t room, std::size_t* size,
         int (*)(void*, unsigned char*, std::size_t), void*) {
  if (digest_of != MBEDTLS_MD_SHA256 || digest_size != keys::digest_size ||
      room < longest_signature)
    return MBEDTLS_ERR_PK_BAD_INPUT_DATA;
  const auto* const client = static_cast<const KeysClient*>(key->MBEDTLS_PRIVATE(pk_ctx));
  const auto raw = client->sign({digest, digest_size});
  if (!raw) {
    log_event(Event::identity_trouble, {{"what", "sign"}, {"why", raw.error().text()}});
    return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
  }
  const Bytes der = der::ecdsa_signature_of(*raw);
  std::copy(der.begin(), der.end(), signature);
  *size = der.size();
  return 0;
}

}  // namespace

struct RemoteKey::State {
  explicit State(std::string socket) : client(std::move(socket)) {
    table.type = MBEDTLS_PK_ECKEY;
    table.name = "kiosk-keys";
    table.bits = bits;
    table.can_do = can_do;
    table.sign = sign;
    table.free = keep;
    context.MBEDTLS_PRIVATE(pk_info) = &table;
    context.MBEDTLS_PRIVATE(pk_ctx) = &client;
  }

  KeysClient client;
  mbedtls_pk_info_t table{};
  mbedtls_pk_context context{};
};

RemoteKey::RemoteKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
RemoteKey::~RemoteKey() = default;

mbedtls_pk_context& RemoteKey::context() { return state_->context; }

Result<std::unique_ptr<RemoteKey>> RemoteKey::create(std::string keys_socket) {
  // The library that is loaded may be newer than its headers; its own keys tell what they are.
  const mbedtls_pk_info_t* const its_own = mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY);
  const bool known = (mbedtls_version_get_number() >> 16) == 0x0306 && its_own != nullptr &&
                     its_own->type == MBEDTLS_PK_ECKEY && std::strcmp(its_own->name, "EC") == 0 &&
                     its_own->can_do(MBEDTLS_PK_ECDSA) == 1 && its_own->can_do(MBEDTLS_PK_RSA) == 0;
  if (!known)
    return Error{Errc::unsupported, "tls.key", "this Mbed TLS is not 3.6: no key of kiosk-keys"};
  return std::unique_ptr<RemoteKey>(new RemoteKey(std::make_unique<State>(std::move(keys_socket))));
}

}  // namespace madoguchi
