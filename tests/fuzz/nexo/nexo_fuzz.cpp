// Whatever a terminal sends: decoding gives a reply or an error, and no verdict on it is Approved
// for another amount.
#include <cstdlib>

#include "hal/terminal/nexo.h"
#include "hal/terminal/payment_verdict.h"

using namespace madoguchi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto reply = nexo::decode({data, size});
  if (!reply.ok()) return 0;
  const SaleReference sale{"KIOSK-001", "PAYMENT001", "visit-7"};
  constexpr std::int64_t fee = 300;
  if (const auto* payment = std::get_if<nexo::PaymentReply>(&reply->body)) {
    const auto outcome = nexo::judge_payment(*payment, sale, fee);
    const auto* approved = std::get_if<Approved>(&outcome);
    if (approved != nullptr && approved->amount_yen != fee) std::abort();
  }
  if (const auto* status = std::get_if<nexo::StatusReply>(&reply->body)) {
    (void)nexo::judge_status(*status, sale);
  }
  if (const auto* reversal = std::get_if<nexo::ReversalReply>(&reply->body)) {
    (void)nexo::judge_reversal(*reversal, fee);
  }
  return 0;
}
