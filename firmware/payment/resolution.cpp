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
  std::string_view todo;
};

constexpr auto rows = std::to_array<Row>({
    {Unresolved::payment_unknown, Owner::window_staff, false,
     "決済端末の取引一覧（または端末の控え）で、この番号の取引を確かめてください。"
     "売上があれば取り消し、来庁者に返金したことを伝えてください。なければ、請求しないことを伝えて"
     "ください。"},
    {Unresolved::interrupted_tap, Owner::accounting, false,
     "カードの処理が途中で終わり、端末の回答が電子マネーの決まりと合いません。"
     "決済会社にこの番号の取引を照会し、引き落としがあれば返金してください。"},
    {Unresolved::reversal_unknown, Owner::window_staff, true,
     "決済端末の取引一覧で、この番号の取消を確かめてください。"
     "取り消されていなければ、元の売上を端末で取り消してください。証明書は渡っていません。"},
    {Unresolved::reversal_refused, Owner::accounting, true,
     "決済端末が取消を断りました。証明書は渡っていません。"
     "決済会社に元の売上の取消を依頼するか、振込で返金してください。"},
    {Unresolved::reversal_misbooked, Owner::accounting, true,
     "受け取った額と違う額が取り消されました。証明書は渡っていません。"
     "決済会社に照会し、差額を返金または請求してください。"},
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
          "money.unknown", std::string(row->todo)};
}

std::string name_of(Owner owner) {
  return owner == Owner::window_staff ? "窓口の係員" : "会計担当";
}

}  // namespace madoguchi::payment
