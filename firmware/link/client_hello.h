#pragma once
// A look at our own ClientHello on its way out. Mbed TLS 3.6 follows a HelloRetryRequest to any
// group that it was built with, whether it was offered or not (RFC 8446, 4.2.8 wants the end); on
// Debian 13 that is more than the policy has. Internal to firmware/link and its tools. Any thread.

#include <cstdint>
#include <optional>

#include "firmware/base/bytes.h"

namespace madoguchi {

/// The group of the first key share of the ClientHello among these records (RFC 8446, 4.1.2, 4.2.8
/// and 5.1); nothing where there is no ClientHello, or none with a key share. `records` begins with
/// a record.
std::optional<std::uint16_t> key_share_group(ByteView records);

/// Whether the policy has this group.
bool is_group_of_policy(std::uint16_t group);

}  // namespace madoguchi
