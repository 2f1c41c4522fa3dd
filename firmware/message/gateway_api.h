#pragma once
// The gateway's API for kiosks: JSON over HTTP/1.1 over mutual TLS 1.3. The kiosk is who its client
// certificate says (subject CN). Every POST carries "Idempotency-Key: <uuid>"; a repeat gets the
// first answer, byte for byte; the same key with another body is 422.
//
//   POST /v1/visits                     VisitOpen       -> 201 VisitOpened
//   POST /v1/visits/{visit}/identify    Identify        -> 200 Identified
//   POST /v1/visits/{visit}/quote       QuoteRequest    -> 200 Quote
//   POST /v1/visits/{visit}/issue       IssueRequest    -> 200 SealedDocument
//   POST /v1/visits/{visit}/settle      Settlement      -> 200 Settled
//   POST /v1/visits/{visit}/feedback    Feedback        -> 200 Settled
//   POST /v1/visits/{visit}/notice      Notice          -> 200 Settled
//   GET  /v1/settlements?since=SECONDS                  -> 200 Settlements
//   GET  /v1/health                                     -> 200 GatewayHealth
//
// Errors: 4xx and 5xx with ApiError. 400 malformed, 401 signature or chain, 403 refused by rule,
// 404 unknown visit, 409 out of order, 410 expired, 413 too large, 415 not JSON, 422 impossible,
// 503 later.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/message/codec.h"

namespace madoguchi::api {

/// Why a resident or a document is refused. The kiosk has a sentence for each; none reveals more
/// than it must.
enum class Refusal {
  malformed,  ///< the request itself is wrong: our bug
  too_large,
  out_of_order,  ///< such as a quote before identify
  expired,       ///< the visit is over
  unknown_visit,
  signature_invalid,  ///< the card's signature does not verify over the nonce
  card_untrusted,     ///< the card's certificate does not chain to the CA, is expired or revoked
  not_registered,     ///< nobody in this city has this card
  protected_person,   ///< 支援措置: never said to the resident in so many words
  moved_out,
  deceased,
  under_age,      ///< under 15
  not_available,  ///< this kind does not exist for this person (no seal registered, domicile
                  ///< elsewhere)
  glyph_missing,  ///< a name cannot be drawn correctly
  too_long,       ///< a name or address does not fit the form
  closed,         ///< outside the hours of this kind
  conflict,       ///< the same key with another content
  internal,
};
MADOGUCHI_ENUM(Refusal, malformed, too_large, out_of_order, expired, unknown_visit,
               signature_invalid, card_untrusted, not_registered, protected_person, moved_out,
               deceased, under_age, not_available, glyph_missing, too_long, closed, conflict,
               internal)

struct ApiError {
  Refusal code = Refusal::internal;
  std::string message;  ///< English, for maintainers: what, where; no personal data
};
MADOGUCHI_DESCRIBE(ApiError, code, message)

/// The kinds of certificates. Names, fees, validity and office hours are the gateway's
/// configuration.
enum class Kind {
  residence,         ///< 住民票の写し
  residence_matter,  ///< 住民票記載事項証明
  seal,              ///< 印鑑登録証明
  tax,               ///< 所得・課税証明
  family_address,    ///< 戸籍の附票
  family_register,   ///< 戸籍全部事項
};
MADOGUCHI_ENUM(Kind, residence, residence_matter, seal, tax, family_address, family_register)

struct VisitOpen {
  std::string visit;  ///< UUID made by the kiosk
};
MADOGUCHI_DESCRIBE(VisitOpen, visit)

struct VisitOpened {
  Bytes nonce;  ///< 32 bytes; the card signs identify_message(nonce)
  std::int64_t expires_in_s = 0;
};
MADOGUCHI_DESCRIBE(VisitOpened, nonce, expires_in_s)

struct Identify {
  Bytes auth_certificate;  ///< DER
  Bytes signature;         ///< RSASSA-PKCS1-v1_5 with SHA-256 over identify_message(nonce)
};
MADOGUCHI_DESCRIBE(Identify, auth_certificate, signature)

struct Person {
  std::string id;            ///< the gateway's, meaningless elsewhere
  std::string name;          ///< with variation selectors
  std::string relationship;  ///< 続柄 as written on the certificate: "世帯主", "妻", "子"
};
MADOGUCHI_DESCRIBE(Person, id, name, relationship)

struct Offer {
  Kind kind = Kind::residence;
  std::int64_t fee_yen = 0;            ///< for one copy, with a card
  std::int64_t window_fee_yen = 0;     ///< at the window, to show the discount
  std::optional<Refusal> unavailable;  ///< why this person cannot have this kind here and now
  std::vector<std::string> options;    ///< which of QuoteRequest's options apply: "persons",
                                       ///< "relationship", "domicile", "year"
  std::vector<std::int32_t> years;     ///< tax years to choose from
};
MADOGUCHI_DESCRIBE(Offer, kind, fee_yen, window_fee_yen, unavailable, options, years)

struct Identified {
  Person self;
  std::vector<Person> household;  ///< everybody on the same 住民票, the card's holder included
  std::vector<Offer> offers;      ///< in the catalogue's order
  Bytes nonce;  ///< the visit's: a kiosk shows no answer that was meant for another visit
};
MADOGUCHI_DESCRIBE(Identified, self, household, offers, nonce)

struct QuoteRequest {
  Kind kind = Kind::residence;
  std::int32_t copies = 1;           ///< 1-10
  std::vector<std::string> persons;  ///< ids of the household; empty means all (世帯全員)
  bool show_relationship = false;    ///< 続柄・世帯主
  bool show_domicile = false;        ///< 本籍・筆頭者
  std::optional<std::int32_t> year;  ///< for tax
};
MADOGUCHI_DESCRIBE(QuoteRequest, kind, copies, persons, show_relationship, show_domicile, year)

/// What it will cost. The gateway has laid the document out already: a missing glyph is refused
/// here, before any fee.
struct Quote {
  std::string quote;
  std::int64_t fee_yen = 0;       ///< for all copies
  std::int64_t discount_yen = 0;  ///< how much less than at the window, for all copies
  std::int32_t pages = 0;         ///< of one copy
};
MADOGUCHI_DESCRIBE(Quote, quote, fee_yen, discount_yen, pages)

struct IssueRequest {
  std::string quote;
};
MADOGUCHI_DESCRIBE(IssueRequest, quote)

/// What the gateway seals. The kiosk prints only what matches all of it (the right-person rule).
struct Seal {
  std::int32_t version = 1;
  std::string kiosk;  ///< CN of the kiosk that asked
  std::string visit;
  Bytes nonce;
  Bytes card_certificate_sha256;
  Kind kind = Kind::residence;
  std::int32_t copies = 0;
  std::int64_t amount_yen = 0;
  std::int32_t pages = 0;  ///< of one copy
  std::string document;    ///< number of the document, as in its QR code
  Bytes pdf_sha256;
};
MADOGUCHI_DESCRIBE(Seal, version, kiosk, visit, nonce, card_certificate_sha256, kind, copies,
                   amount_yen, pages, document, pdf_sha256)

/// The envelope. The seal travels as the bytes that were signed, so that nobody re-encodes it.
struct SealedDocument {
  Bytes seal;       ///< Seal as CBOR
  Bytes signature;  ///< ECDSA P-256 with SHA-256 over "madoguchi seal 1\0" and the seal's bytes, 64
                    ///< bytes r || s
  Bytes pdf;        ///< one copy; the kiosk prints it `copies` times
};
MADOGUCHI_DESCRIBE(SealedDocument, seal, signature, pdf)

enum class Outcome {
  issued,      ///< paid (or free) and printed completely
  voided,      ///< nothing was charged, or it was reversed
  unresolved,  ///< staff must look
};
MADOGUCHI_ENUM(Outcome, issued, voided, unresolved)

struct Settlement {
  std::string document;
  Outcome outcome = Outcome::voided;
  std::int64_t charged_yen = 0;  ///< what stays charged after a reversal
  std::string sale;              ///< the terminal's transaction id; empty when none
  std::int32_t pages_printed = 0;
};
MADOGUCHI_DESCRIBE(Settlement, document, outcome, charged_yen, sale, pages_printed)

struct Feedback {
  std::int32_t satisfaction = 0;  ///< 1 (bad) to 5 (good)
};
MADOGUCHI_DESCRIBE(Feedback, satisfaction)

/// What staff must see to at the kiosk, now.
enum class Concern {
  card_left,           ///< a resident's card stayed on the reader
  paper_left,          ///< a resident's certificate stayed in the tray
  sale_unresolved,     ///< whether money moved is not known
  paper_unknown,       ///< the printer fell silent; a certificate may still come out
  settlement_refused,  ///< the gateway and the kiosk do not agree about a document
};
MADOGUCHI_ENUM(Concern, card_left, paper_left, sale_unresolved, paper_unknown, settlement_refused)

struct Notice {
  Concern concern = Concern::paper_left;
};
MADOGUCHI_DESCRIBE(Notice, concern)

/// One line of the gateway's fee ledger.
struct SettlementLine {
  std::string document;
  Outcome outcome = Outcome::voided;
  std::int64_t charged_yen = 0;
  std::int64_t at = 0;  ///< seconds since 1970, by the gateway's clock
};
MADOGUCHI_DESCRIBE(SettlementLine, document, outcome, charged_yen, at)

/// What this kiosk has settled since then, oldest first; at most the last 31 days.
struct Settlements {
  std::vector<SettlementLine> settlements;
};
MADOGUCHI_DESCRIBE(Settlements, settlements)

struct Settled {
  bool recorded = true;
};
MADOGUCHI_DESCRIBE(Settled, recorded)

struct GatewayHealth {
  std::string city;
  std::string time;  ///< ISO 8601 with offset
};
MADOGUCHI_DESCRIBE(GatewayHealth, city, time)

/// What the card signs: a fixed context before the nonce, so that the signature is good for nothing
/// else.
inline Bytes identify_message(ByteView nonce) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi identify 1\0", 21)));
  message.insert(message.end(), nonce.begin(), nonce.end());
  return message;
}
/// What the gateway's seal key signs.
inline Bytes seal_message(ByteView seal) {
  Bytes message = to_bytes(as_bytes(std::string_view("madoguchi seal 1\0", 17)));
  message.insert(message.end(), seal.begin(), seal.end());
  return message;
}

}  // namespace madoguchi::api
