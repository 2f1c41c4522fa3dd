#pragma once
// What a power cut, a silent printer or a silent gateway left open is brought to an end here. Each
// open visit ends in one of four ways: nothing had moved; the money goes back; the paper is kept
// for the card that paid it; or staff get a ticket.
//
// The resident may still stand there: recovery says what became of it (Aftermath, for the screens)
// and prints the slip that the power cut kept back. A slip is recorded after it came out, so that a
// cut in between costs a second one that says the same, and never the only one. Each outcome has
// one: who holds "charged" and gets the money back afterwards gets a slip that says so. A receipt
// printer that cannot print is asked again for as long as the visit stays open, and is not waited
// for.

#include <optional>
#include <string>
#include <vector>

#include "firmware/base/task.h"
#include "firmware/visit/aftermath.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

/// What the journal says of one visit that has not ended: the last record of each kind.
struct OpenVisit {
  std::string id;
  bool is_record = false;  ///< an anonymous record and no visit (outbox.h)
  std::optional<Began> began;
  std::optional<DocumentRecord> document;
  std::optional<payment::ChargeRecord> charge;
  std::optional<certificate::PrintRecord> print;
  std::optional<Owed> owed;
  std::optional<SettledRecord> settled;
  std::optional<Ticket> ticket;
  std::optional<Said> told;
  std::vector<Became> slips;  ///< every one that came out

  [[nodiscard]] std::string language() const;
};

struct Recovered {
  bool paper_owed = false;  ///< somebody's paper is kept for the card
  /// Of the visits that were open, oldest first, but for those whose resident knows already.
  std::vector<Aftermath> aftermaths;
};

/// Leads every open visit on, as far as terminal, printer and gateway answer now; what is missing
/// waits for the next call. Loop thread, between visits.
Task<Recovered> recover(Desk& desk);

/// Right after a start: the language of the resident whose visit was interrupted last; nothing when
/// none was.
std::optional<std::string> interrupted_language(Desk& desk);

/// The visit whose paper is owed to this card, while its time is not over.
std::optional<OpenVisit> owed_to(Desk& desk, ByteView card_sha256);

}  // namespace madoguchi::visit
