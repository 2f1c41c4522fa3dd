#pragma once
// What a terminal's reply means for money. Pure: this is where "never approved by mistake, never
// declined by mistake" is decided, so it is tested case by case.
//
// Approved needs everything: the right message, the right sale, the right amount in yen, and the
// key for a reversal. Declined needs a reply that cannot be of a payment that went through. All
// else is Unknown, and the way out of Unknown is status().

#include <cstdint>
#include <string>

#include "hal/api/payment_terminal.h"
#include "hal/terminal/nexo.h"

namespace madoguchi::nexo {

/// What is wrong with the header of a reply to `sent`; empty when nothing is.
std::string mismatch(const Header& sent, const Header& received);

/// The reply to a Payment. Partial and any other amount than asked are Unknown: money moved, and
/// status() tells how much, which is what a reversal needs. So are failures that may speak of
/// another message (a ServiceID that was used before: NotAllowed, MessageFormat, InProgress) and
/// failures that carry an approval.
PaymentOutcome judge_payment(const PaymentReply& reply, const SaleReference& sent,
                             std::int64_t amount_yen);

/// The reply to a TransactionStatus about `earlier`. Approved gives the amount that the terminal
/// booked, which may not be the amount that was asked for: the caller compares. About a reversal,
/// Approved means that it went through.
StatusOutcome judge_status(const StatusReply& reply, const SaleReference& earlier);

/// The reply to a Reversal.
ReversalOutcome judge_reversal(const ReversalReply& reply, std::int64_t amount_yen);

}  // namespace madoguchi::nexo
