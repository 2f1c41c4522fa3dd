#pragma once
// What an interrupted tap (処理未了: the card left the terminal before it was done) means, by
// brand. A table; pure. For the slip that the resident gets, and for whoever resolves the sale.

#include <span>
#include <string>
#include <string_view>

namespace madoguchi::payment {

enum class InterruptedTap {
  open_until_confirmed,  ///< no sale until a later touch confirms it
  sold_then_corrected,   ///< counts as sold and is corrected later
  not_sold,              ///< no sale
  ask_terminal,          ///< cards and codes that are settled online, and unknown brands
};

struct BrandRule {
  std::string_view brand;  ///< as residents know it: "Edy"
  InterruptedTap interrupted = InterruptedTap::ask_terminal;
};

/// Every brand with a rule of its own.
std::span<const BrandRule> brand_rules();
/// The rule for a brand as a terminal writes it ("Rakuten Edy", "QUICPAY+", "Suica"); letters'
/// case, blanks and signs do not matter. A brand that is not in the table: `ask_terminal`, with an
/// empty name.
BrandRule rule_for(std::string_view brand);

/// Keys of ui/strings: the brands of a rule, and what it means to the resident.
std::string brands_key(InterruptedTap rule);
std::string meaning_key(InterruptedTap rule);

}  // namespace madoguchi::payment
