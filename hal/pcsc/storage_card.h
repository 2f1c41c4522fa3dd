#pragma once
// Cards that speak no APDUs, behind a contact-less PC/SC reader: the reader answers for them (PC/SC
// part 3, 3.1.3.2.3). Pure.

#include <optional>
#include <string>

#include "firmware/base/bytes.h"

namespace madoguchi {

/// "felica" or "iso14443a" for the ATR that a reader makes up for such a card: the RID of PC/SC and
/// the card's standard stand in it. Nothing for any other card.
std::optional<std::string> storage_card_kind(ByteView atr);

}  // namespace madoguchi
