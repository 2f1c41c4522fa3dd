#pragma once
// What the visit writes into the journal, beside payment::ChargeRecord and
// certificate::PrintRecord: enough to finish or undo it after a power cut, and nothing personal.

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/certificate/envelope.h"
#include "firmware/certificate/printing.h"
#include "firmware/message/codec.h"
#include "firmware/message/gateway_api.h"
#include "firmware/payment/charge.h"
#include "hal/api/printer.h"

namespace madoguchi::visit {

/// Kinds of journal entries.
namespace entry {
inline constexpr const char* began = "began";
inline constexpr const char* document = "document";
inline constexpr const char* charge = "charge";
inline constexpr const char* print = "print";
inline constexpr const char* owed = "owed";
inline constexpr const char* settled = "settled";
inline constexpr const char* ticket = "ticket";
inline constexpr const char* slip = "slip";
inline constexpr const char* told = "told";
inline constexpr const char* help = "help";        ///< desk::HelpRecord, of a session and no visit
inline constexpr const char* flow = "flow";        ///< numbers::FlowReport, of no visit
inline constexpr const char* consult = "consult";  ///< consult::Record, of a call and no visit
inline constexpr const char* consult_paper = "consult_paper";  ///< ConsultPaperRecord, of no visit
inline constexpr const char* queue = "queue";  ///< queue::TicketRecord, of a ticket and no visit
inline constexpr const char* ended = "ended";
}  // namespace entry

struct Began {
  std::string service;
  std::optional<std::string> language{};  ///< the resident's; nothing in journals of older versions
};
MADOGUCHI_DESCRIBE(Began, service, language)

/// A sealed document is in hand. By its number it can be voided or settled; by `request` and
/// `quote` the gateway gives it again, byte for byte; and the rest is what its seal must say, but
/// for the card, which has to be on the reader again.
struct DocumentRecord {
  std::string document;
  std::int64_t amount_yen = 0;
  std::int32_t pages = 0;  ///< of one copy
  std::int32_t copies = 0;
  api::Kind kind = api::Kind::residence;
  std::string quote;
  std::string request;  ///< Idempotency-Key of the issue request
  Bytes nonce;
  Bytes card_tag;  ///< card_tag_of(nonce, card): not linkable to another visit
  std::optional<std::string> language{};  ///< of a slip that recovery prints; as in Began

  [[nodiscard]] std::int32_t sheets() const { return pages * copies; }
};
MADOGUCHI_DESCRIBE(DocumentRecord, document, amount_yen, pages, copies, kind, quote, request, nonce,
                   card_tag, language)

/// The printer's job, but for the bytes.
PrintJob job_of(const DocumentRecord& document);

/// SHA-256 over the visit's nonce and the hash of the card's certificate.
Bytes card_tag_of(ByteView nonce, ByteView card_sha256);

/// The resident has paid, the power failed, nothing came out: until then the paper is offered to
/// the same card, afterwards the money goes back.
struct Owed {
  std::int64_t until_ms = 0;  ///< since 1970
};
MADOGUCHI_DESCRIBE(Owed, until_ms)

/// The gateway has recorded the settlement.
struct SettledRecord {
  api::Outcome outcome = api::Outcome::voided;
};
MADOGUCHI_DESCRIBE(SettledRecord, outcome)

/// What the kiosk cannot bring to an end by itself: staff own it from here on.
struct Ticket {
  api::Concern concern = api::Concern::sale_unresolved;
  std::string document;  ///< empty when none
  std::string sale;      ///< the ServiceID that the resident was told; empty when none
};
MADOGUCHI_DESCRIBE(Ticket, concern, document, sale)

/// What became of a visit's money and paper. What weighs more stands later.
enum class Became {
  nothing_moved,
  paper_out,      ///< it came out, and is paid (or free)
  given_back,     ///< paid, and the money went back
  paper_kept,     ///< paid; the paper is kept for the card
  paper_unknown,  ///< paid; the printer is silent, and the paper may still come out
  unresolved,     ///< staff find out, with the reference
};
MADOGUCHI_ENUM(Became, nothing_moved, paper_out, given_back, paper_kept, paper_unknown, unresolved)

/// Of the kind `slip`: a slip that says so has come out of the receipt printer. Of the kind `told`:
/// the resident has read so on the last screen of a visit that must stay open.
struct Said {
  Became became = Became::nothing_moved;
};
MADOGUCHI_DESCRIBE(Said, became)

struct Ended {
  std::string outcome;
};
MADOGUCHI_DESCRIBE(Ended, outcome)

/// What the gateway is told in the end. A document is issued only when it was paid (or free) and
/// printed.
api::Settlement settlement_of(const DocumentRecord& document, const payment::ChargeRecord& charge,
                              const certificate::PrintRecord& print);

}  // namespace madoguchi::visit
