#pragma once
// What a power cut, a silent printer or a silent gateway left open is brought to an end here. Each
// open visit ends in one of four ways: nothing had moved; the money goes back; the paper is kept
// for the card that paid it; or staff get a ticket.

#include <optional>
#include <string>

#include "firmware/base/task.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

/// What the journal says of one visit that has not ended: the last record of each kind.
struct OpenVisit {
  std::string id;
  bool is_help = false;  ///< a help session and no visit (help_records.h)
  std::optional<DocumentRecord> document;
  std::optional<payment::ChargeRecord> charge;
  std::optional<certificate::PrintRecord> print;
  std::optional<Owed> owed;
  std::optional<SettledRecord> settled;
  std::optional<Ticket> ticket;
};

/// Leads every open visit on, as far as terminal, printer and gateway answer now; what is missing
/// waits for the next call. Loop thread, between visits. Gives whether somebody's paper is owed.
Task<bool> recover(Desk& desk);

/// The visit whose paper is owed to this card, while its time is not over.
std::optional<OpenVisit> owed_to(Desk& desk, ByteView card_sha256);

}  // namespace madoguchi::visit
