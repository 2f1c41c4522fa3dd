#pragma once
// What the gateway remembers: visits, documents, the fee ledger, answers for repeated requests,
// satisfaction.
//
// The right-person rule: nothing is shared between visits, so every statement about a visit is
// keyed by the kiosk and the visit. Loop thread only. Errors: as database.h says.
//
// Several gateways may share the database. What changes a visit or a document does so only if it is
// still as it was read; otherwise Errc::cancelled, and who decided must decide anew.
//
// Personal data: a visit keeps the hash of the card's certificate and the chosen persons' ids for a
// day; answers that name people are emptied as soon as no repeat can need them. Documents and the
// ledger hold nobody's name.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/bytes.h"
#include "firmware/base/result.h"
#include "firmware/message/gateway_api.h"
#include "tools/gateway/database/database.h"
#include "tools/gateway/visit_state.h"

namespace madoguchi::gateway {

/// Seconds since 1970.
using UnixTime = std::int64_t;

struct Visit {
  std::string kiosk;
  std::string id;  ///< the kiosk's UUID
  VisitState state = VisitState::opened;
  Bytes nonce;
  UnixTime opened = 0;
  Bytes card_sha256;    ///< once identified
  std::string quote;    ///< id of the last quote
  Bytes quote_request;  ///< api::QuoteRequest as CBOR
  std::int64_t fee_yen = 0;
  std::int32_t pages = 0;
  std::string document;  ///< number of the last document
  bool rated = false;
  std::int64_t revision = 0;  ///< goes up with every update
};

struct Document {
  std::string number;
  std::string kiosk;
  std::string visit;
  api::Kind kind = api::Kind::residence;
  DocumentState state = DocumentState::prepared;
  std::string token;      ///< the `h` of the QR code's URL
  std::string issued_on;  ///< 交付年月日, "2026-11-22"
  std::int32_t copies = 0;
  std::int64_t amount_yen = 0;
  Bytes pdf_sha256;
  UnixTime prepared = 0;
};

/// One line for each settlement: what the terminal took, or did not.
struct LedgerLine {
  std::string document;
  std::string kiosk;
  api::Outcome outcome = api::Outcome::voided;
  std::int64_t due_yen = 0;
  std::int64_t charged_yen = 0;
  std::string sale;
  std::int32_t pages_printed = 0;
  UnixTime at = 0;
};

/// Something that staff must see to at a kiosk.
struct StaffNotice {
  std::string kiosk;
  std::string visit;
  api::Concern concern = api::Concern::paper_left;
  UnixTime at = 0;
};

/// The answer that a request got the first time.
struct StoredAnswer {
  std::string kiosk;
  std::string key;  ///< Idempotency-Key
  Bytes request_sha256;
  std::string visit;
  int status = 0;
  Bytes body;
  bool emptied = false;  ///< the body is not kept any more
  UnixTime at = 0;
  UnixTime keep_until = 0;        ///< when the body is emptied
  bool until_settlement = false;  ///< emptied as well when the visit's document is settled
};

class Store {
 public:
  /// Opens or creates the database and brings its tables to this version. A newer one is
  /// Errc::unsupported.
  static Result<Store> open(const std::string& where);

  Result<Transaction> begin() { return Transaction::begin(database_); }
  /// For tables that other files own (help_desk.cpp) and that change in the same transactions.
  Database& database() { return database_; }

  Result<std::optional<Visit>> visit(const std::string& kiosk, const std::string& id);
  Status add(const Visit& visit);
  /// The visit as it was read and then changed.
  Status update(const Visit& visit);

  /// The document of this visit of this kiosk.
  Result<std::optional<Document>> document(const std::string& kiosk, const std::string& visit,
                                           const std::string& number);
  /// For the public page only: by its number, whoever issued it.
  Result<std::optional<Document>> published(const std::string& number);
  Status add(const Document& document);
  /// The document as it was read.
  Status set_state(const Document& document, DocumentState state);

  Status add(const LedgerLine& line);
  /// Of one kiosk, oldest first.
  Result<std::vector<LedgerLine>> ledger(const std::string& kiosk, UnixTime since);
  Status add(const StaffNotice& notice);
  Status add_rating(const std::string& kiosk, const std::string& date, std::int32_t satisfaction);

  Result<std::optional<StoredAnswer>> answer(const std::string& kiosk, const std::string& key);
  Status add(const StoredAnswer& answer);
  /// Empties the answers that carried the visit's documents.
  Status forget_documents(const std::string& kiosk, const std::string& visit);

  /// Removes what is too old: see the constants in store.cpp. To be called now and then.
  Status tidy(UnixTime now);

 private:
  explicit Store(Database database) : database_(std::move(database)) {}
  Status changed_one() const;
  Database database_;
};

}  // namespace madoguchi::gateway
