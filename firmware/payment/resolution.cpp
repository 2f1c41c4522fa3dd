#include "firmware/payment/resolution.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace madoguchi::payment {
namespace {

struct Row {
  Unresolved why;
  Owner owner;
  bool by_reversal;  ///< the reversal's ServiceID is the one to look for
};

constexpr auto rows = std::to_array<Row>({
    {Unresolved::payment_unknown, Owner::window_staff, false},
    {Unresolved::interrupted_tap, Owner::accounting, false},
    {Unresolved::reversal_unknown, Owner::window_staff, true},
    {Unresolved::reversal_refused, Owner::accounting, true},
    {Unresolved::reversal_misbooked, Owner::accounting, true},
});

}  // namespace

Unresolved why_unresolved(State before, Event event, const ChargeRecord& record) {
  const bool of_reversal = before == State::reversing || before == State::checking_reversal;
  if (!of_reversal) {
    return record.interrupted_tap ? Unresolved::interrupted_tap : Unresolved::payment_unknown;
  }
  if (event == Event::declined) return Unresolved::reversal_refused;
  if (event == Event::misbooked) return Unresolved::reversal_misbooked;
  return Unresolved::reversal_unknown;
}

Resolution resolution_of(const ChargeRecord& record) {
  // Journals of older versions do not say why: the payment's number leads to all of it.
  const Unresolved why = record.why_unresolved.value_or(Unresolved::payment_unknown);
  const auto* row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.why == why; });
  assert(row != rows.end());
  return {why, row->owner,
          row->by_reversal ? record.reversal_service_id : record.payment_service_id,
          "money.unknown", "todo." + std::string(codec::enum_name(why))};
}

}  // namespace madoguchi::payment
