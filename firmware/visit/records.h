#pragma once
// What the visit writes into the journal, beside payment::ChargeRecord: enough to finish or undo it
// after a power cut, and nothing personal.

#include <cstdint>
#include <string>

#include "firmware/certificate/envelope.h"
#include "firmware/message/codec.h"
#include "firmware/message/gateway_api.h"
#include "firmware/payment/charge.h"

namespace madoguchi::visit {

/// Kinds of journal entries.
namespace entry {
inline constexpr const char* began = "began";
inline constexpr const char* document = "document";
inline constexpr const char* charge = "charge";
inline constexpr const char* print = "print";
inline constexpr const char* ended = "ended";
}  // namespace entry

struct Began {
  std::string service;
};
MADOGUCHI_DESCRIBE(Began, service)

/// A sealed document is in hand; it can be voided or settled by its number.
struct DocumentRecord {
  std::string document;
  std::int64_t amount_yen = 0;
  std::int32_t sheets = 0;  ///< of all copies
};
MADOGUCHI_DESCRIBE(DocumentRecord, document, amount_yen, sheets)

inline DocumentRecord record_of(const certificate::PrintableDocument& document) {
  return {document.number(), document.amount_yen(), document.sheets()};
}

enum class PrintState {
  submitting,  ///< the job was or is about to be handed to the printer
  completed,   ///< the printer said so
  failed,      ///< it will not come out any more
};
MADOGUCHI_ENUM(PrintState, submitting, completed, failed)

struct PrintRecord {
  PrintState state = PrintState::submitting;
  std::int32_t pages = 0;  ///< that came out
};
MADOGUCHI_DESCRIBE(PrintRecord, state, pages)

struct Ended {
  std::string outcome;
};
MADOGUCHI_DESCRIBE(Ended, outcome)

/// What the gateway is told in the end. A document is issued only when it was paid (or free) and
/// printed.
inline api::Settlement settlement_of(const DocumentRecord& document,
                                     const payment::ChargeRecord& charge,
                                     const PrintRecord& print) {
  api::Settlement out;
  out.document = document.document;
  out.charged_yen = charge.net_yen();
  out.sale = charge.terminal_sale;
  out.pages_printed = print.pages;
  const bool paid = document.amount_yen == 0 || charge.state == payment::State::charged;
  if (charge.state == payment::State::unresolved) {
    out.outcome = api::Outcome::unresolved;
  } else if (paid && print.state == PrintState::completed) {
    out.outcome = api::Outcome::issued;
  } else {
    out.outcome = api::Outcome::voided;
  }
  return out;
}

}  // namespace madoguchi::visit
