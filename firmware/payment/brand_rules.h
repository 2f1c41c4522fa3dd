#pragma once
// What a tap that was interrupted (処理未了) means, per brand. Pure data: the terminal tells that a
// card left its field before it had confirmed; whether that is a sale is the brand's own rule. What
// the terminal books must agree with it, else the outcome is unknown (firmware/payment/cashier.h).

#include <string>
#include <string_view>

#include "firmware/message/codec.h"

namespace madoguchi::payment {

enum class InterruptedTap {
  no_sale_until_retouch,     ///< Edy, WAON, transit IC: only a later touch makes it a sale
  sold_and_corrected_later,  ///< nanaco: counts as sold; the brand corrects the balance later
  no_sale,                   ///< iD, QUICPay
  status_decides,            ///< everything else, such as credit and QR: TransactionStatus tells
};
MADOGUCHI_ENUM(InterruptedTap, no_sale_until_retouch, sold_and_corrected_later, no_sale,
               status_decides)

/// `brand` as the terminal writes it ("WAON", "Suica", "交通系IC", "VISA" ...), in any case of
/// Latin letters.
InterruptedTap interrupted_tap_rule(std::string_view brand);

/// Words of ui/strings. For a resident's slip whose tap was interrupted: "slip.brand.<rule>".
std::string slip_key(InterruptedTap rule);
/// For a slip that must name every brand: the brands of a rule, and what it means.
std::string brands_key(InterruptedTap rule);
std::string meaning_key(InterruptedTap rule);

}  // namespace madoguchi::payment
