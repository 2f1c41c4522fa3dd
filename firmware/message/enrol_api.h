#pragma once
// How a kiosk gets, keeps and gives back its identity: JSON over HTTP/1.1.
//
//   POST /v1/enrol             EnrolAsk  -> 200 Enrolled     on the gateway's enrolment side:
//   TLS 1.3,
//                                                           the gateway's certificate only
//   POST /v1/identity/renew    RenewAsk  -> 200 Renewed      as the kiosk itself: mutual TLS 1.3
//   POST /v1/identity/retire   RetireAsk -> 200 Retired      the same; the certificate is revoked
//
// Errors are 4xx and 5xx with EnrolError. The same code asked for again with the same key gets the
// same certificate for a day: an answer that is lost is no code that is lost.

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/message/codec.h"

namespace madoguchi::api {

inline constexpr std::string_view enrol_path = "/v1/enrol";
inline constexpr std::string_view renew_path = "/v1/identity/renew";
inline constexpr std::string_view retire_path = "/v1/identity/retire";

enum class EnrolRefusal {
  malformed,
  unknown_code,
  used_code,
  expired_code,
  wrong_site,
  too_many_tries,  ///< with Retry-After, seconds
  bad_request,     ///< the certificate signing request is not one of a key on P-256, self-signed
  revoked,
  not_enrolled,  ///< the certificate was not issued here, or its key is another one
  not_offered,   ///< this gateway issues no certificates
  internal,
};
MADOGUCHI_ENUM(EnrolRefusal, malformed, unknown_code, used_code, expired_code, wrong_site,
               too_many_tries, bad_request, revoked, not_enrolled, not_offered, internal)

struct EnrolError {
  EnrolRefusal code = EnrolRefusal::internal;
  std::string message;  ///< English, for maintainers
};
MADOGUCHI_DESCRIBE(EnrolError, code, message)

struct EnrolAsk {
  std::string code;                 ///< one-time; blanks, dashes and case do not count
  Bytes csr;                        ///< PKCS #10 in DER, of the kiosk's key; its subject is ignored
  std::optional<std::string> site;  ///< what the kiosk believes
};
MADOGUCHI_DESCRIBE(EnrolAsk, code, csr, site)

struct Enrolled {
  std::string kiosk;        ///< its id: the certificate's CN
  std::string site;         ///< as the code says
  std::string url;          ///< where the kiosks' API is: "https://gateway.example:8443"
  std::string certificate;  ///< PEM, the kiosk's
  std::string issuer;       ///< PEM, the CA that issued it
  std::string seal_key;     ///< PEM, public: papers, badges and the time are signed with it
};
MADOGUCHI_DESCRIBE(Enrolled, kiosk, site, url, certificate, issuer, seal_key)

struct RenewAsk {
  Bytes csr;  ///< of the same key
};
MADOGUCHI_DESCRIBE(RenewAsk, csr)

struct Renewed {
  std::string certificate;  ///< PEM
  std::string issuer;       ///< PEM
  std::string seal_key;     ///< as Enrolled
};
MADOGUCHI_DESCRIBE(Renewed, certificate, issuer, seal_key)

struct RetireAsk {
  std::string reason;  ///< for the gateway's list: "decommissioned"
};
MADOGUCHI_DESCRIBE(RetireAsk, reason)

struct Retired {
  bool revoked = true;
};
MADOGUCHI_DESCRIBE(Retired, revoked)

}  // namespace madoguchi::api
