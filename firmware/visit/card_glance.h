#pragma once
// Looking at a My Number card without its PIN: which card it is, not whose.

#include <string>

#include "firmware/visit/ask.h"

namespace madoguchi::visit {

/// Waits until the resident takes the card, if one lies there; gives up after a while.
Task<void> give_card_back(Desk& desk, Dialogue& dialogue);

/// What stands for the card at the city's bookings (queue::is_card_digest): a digest of the
/// certificate of its authentication key, which names nobody. The card is given back. Errors: those
/// of MyNumberCard::read_auth_certificate.
Task<Result<std::string>> digest_of_card(Desk& desk, Dialogue& dialogue, CardInField in_field);

}  // namespace madoguchi::visit
