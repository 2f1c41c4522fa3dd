#pragma once
// What became of a visit that a power cut interrupted, for the resident who may still stand there:
// which of the few ends it came to, and its words for the screens between visits and for the slip.
// No name, and no value that belongs to a person beyond yen. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/certificate/printing.h"
#include "firmware/message/screen.h"
#include "firmware/message/slip.h"
#include "firmware/payment/charge.h"
#include "firmware/visit/desk.h"
#include "firmware/visit/records.h"

namespace madoguchi::visit {

struct Aftermath {
  std::string visit;
  Became became = Became::nothing_moved;
  std::int64_t yen = 0;       ///< paid or given back; 0 for a free certificate
  Timers::Wall kept_until{};  ///< of paper_kept
  std::string reference;      ///< what staff need; of unresolved

  bool operator==(const Aftermath&) const = default;
};

/// Of a charge at rest; leaves out `visit`. `owed`: until when the paper is kept.
Aftermath aftermath_of(const payment::ChargeRecord& charge, const certificate::PrintRecord& print,
                       const std::optional<Owed>& owed);

/// For the welcome screen, in place of its ordinary lead: to whom, and what to do next.
std::vector<Text> welcome_lead(const Aftermath& aftermath, Timers::Wall now);
/// For a screen on which nobody can do anything: what became of the money, and no more.
Text reassurance(const Aftermath& aftermath);
/// The slip's advice for paper that is not out yet; other slips say it all by the charge.
void advise(Slip& slip, const Aftermath& aftermath, const Settings& settings);

}  // namespace madoguchi::visit
