#include "firmware/link/certificate_request.h"

#include <algorithm>

#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "firmware/crypto/hash.h"
#include "firmware/crypto/psa.h"
#include "firmware/link/chain_check.h"
#include "firmware/link/der.h"

namespace madoguchi {
namespace {

constexpr std::size_t point_size = 65;
constexpr std::size_t longest_name = 64;
constexpr int set_of = 0x31;
constexpr int utf8_string = 0x0c;
constexpr int context_0 = 0xa0;
constexpr std::chrono::minutes slow_clock{30};

// id-ecPublicKey, prime256v1 (RFC 5480, 2.1), ecdsa-with-SHA256 (RFC 5758, 3.2), id-at-commonName.
constexpr std::uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr std::uint8_t prime256v1[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::uint8_t ecdsa_with_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
constexpr std::uint8_t common_name_oid[] = {0x55, 0x04, 0x03};

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes bit_string(ByteView content) {
  Bytes bits{0};  // no unused ones
  bits.insert(bits.end(), content.begin(), content.end());
  return der::element(der::bit_string, bits);
}

Bytes oid(ByteView content) { return der::element(der::object_identifier, content); }
Bytes sequence(std::initializer_list<Bytes> parts) {
  return der::element(der::sequence, joined(parts));
}

Bytes subject_of(std::string_view common_name) {
  const Bytes name = der::element(utf8_string, as_bytes(common_name));
  const Bytes attribute = sequence({oid(common_name_oid), name});
  return sequence({der::element(set_of, attribute)});
}

struct Chain {
  mbedtls_x509_crt certificate;
  Chain() { mbedtls_x509_crt_init(&certificate); }
  ~Chain() { mbedtls_x509_crt_free(&certificate); }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  bool parse(std::string pem) {
    crypto::ensure_psa();
    pem.push_back('\0');  // by which Mbed TLS recognises PEM
    return mbedtls_x509_crt_parse(&certificate, reinterpret_cast<const unsigned char*>(pem.data()),
                                  pem.size()) == 0;
  }
};

std::string common_name_of(const mbedtls_x509_name& subject) {
  std::string name;
  for (const mbedtls_x509_name* at = &subject; at != nullptr; at = at->next) {
    const ByteView what{at->oid.p, at->oid.len};
    if (!std::equal(what.begin(), what.end(), std::begin(common_name_oid),
                    std::end(common_name_oid))) {
      continue;
    }
    if (!name.empty()) return {};  // two are none
    name.assign(reinterpret_cast<const char*>(at->val.p), at->val.len);
  }
  return name;
}

/// The uncompressed point at the end of the SubjectPublicKeyInfo.
Bytes point_of(const mbedtls_x509_crt& certificate) {
  const bool on_p256 = mbedtls_pk_get_type(&certificate.pk) == MBEDTLS_PK_ECKEY &&
                       mbedtls_pk_get_bitlen(&certificate.pk) == 256;
  const ByteView info{certificate.pk_raw.p, certificate.pk_raw.len};
  if (!on_p256 || info.size() < point_size || info[info.size() - point_size] != 4) return {};
  return to_bytes(info.last(point_size));
}

bool is_kiosk_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

KioskCertificate described(const mbedtls_x509_crt& certificate) {
  return {common_name_of(certificate.subject), der::time_of(certificate.valid_from),
          der::time_of(certificate.valid_to), point_of(certificate)};
}

/// What Mbed TLS says of the signature, but not of the time, which it reads from the system.
bool is_issued_by(mbedtls_x509_crt& certificate, mbedtls_x509_crt& issuer) {
  std::uint32_t flags = 0;
  (void)mbedtls_x509_crt_verify_with_profile(&certificate, &issuer, nullptr, &certificate_profile(),
                                             nullptr, &flags, nullptr, nullptr);
  constexpr std::uint32_t of_time = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
  return (flags & ~of_time) == 0;
}

}  // namespace

Result<Bytes> certificate_request(ByteView point, std::string_view common_name,
                                  const DigestSigner& sign) {
  if (point.size() != point_size || point[0] != 4 || common_name.size() > longest_name)
    return Error{Errc::invalid, "enrol.request", "the key is no uncompressed point of P-256"};
  const Bytes version = der::element(der::integer, Bytes{0});
  const Bytes key = sequence({sequence({oid(ec_public_key), oid(prime256v1)}), bit_string(point)});
  const Bytes no_attributes = der::element(context_0, {});
  const Bytes info = sequence({version, subject_of(common_name), key, no_attributes});
  const auto signature = sign(sha256(info));
  if (!signature) return signature.error();
  return sequence(
      {info, sequence({oid(ecdsa_with_sha256)}), bit_string(der::ecdsa_signature_of(*signature))});
}

Result<KioskCertificate> read_certificate(const std::string& pem) {
  Chain chain;
  if (!chain.parse(pem)) return Error{Errc::invalid, "enrol.certificate", "is not one in PEM"};
  return described(chain.certificate);
}

Result<KioskCertificate> check_certificate(const std::string& pem, const std::string& issuer_pem,
                                           ByteView point, Timers::Wall now) {
  const auto wrong = [](const char* what) {
    return Error{Errc::integrity, "enrol.certificate", what};
  };
  Chain chain;
  Chain issuer;
  if (!chain.parse(pem)) return wrong("the gateway's answer holds no certificate");
  if (!issuer.parse(issuer_pem)) return wrong("the gateway's answer names no issuer");
  mbedtls_x509_crt& certificate = chain.certificate;
  KioskCertificate out = described(certificate);
  if (out.point.empty() ||
      !std::equal(out.point.begin(), out.point.end(), point.begin(), point.end()))
    return wrong("the certificate is for another key");
  if (!is_kiosk_name(out.kiosk)) return wrong("the certificate's CN is no kiosk's");
  if (certificate.MBEDTLS_PRIVATE(ca_istrue) != 0) return wrong("the certificate is a CA's");
  const bool for_clients =
      mbedtls_x509_crt_check_extended_key_usage(&certificate, MBEDTLS_OID_CLIENT_AUTH,
                                                MBEDTLS_OID_SIZE(MBEDTLS_OID_CLIENT_AUTH)) == 0 &&
      certificate.ext_key_usage.buf.p != nullptr && certificate.ext_key_usage.next == nullptr;
  if (!for_clients) return wrong("the certificate is not one for clientAuth alone");
  if (!is_issued_by(certificate, issuer.certificate))
    return wrong("the certificate is not signed by the issuer beside it");
  if (out.from > now + slow_clock || out.until <= now)
    return wrong("the certificate is not valid now");
  return out;
}

}  // namespace madoguchi
