#pragma once
// A booking for the resident's own calendar (RFC 5545), which reminds by itself an hour before: the
// city has no address to send a reminder to. It holds what the booking's page holds, and no name.
// Pure.

#include <string>

#include "firmware/message/queue_api.h"

namespace madoguchi::gateway {

/// `id`: the booking's UUID; `subject`: what it is for, and `page`: its address; `now`: when the
/// file was made, seconds since 1970.
std::string calendar_of(const std::string& id, const queue::Booking& booking,
                        const std::string& subject, const std::string& page, std::int64_t now);

/// "1234-5678", as it is written everywhere.
std::string written_code(const std::string& code);

}  // namespace madoguchi::gateway
