#pragma once
// What every operation of the console says when it does not do what it was asked. Loop thread only.

#include <string_view>

#include "firmware/base/result.h"
#include "tools/gateway/http_message.h"
#include "tools/gateway/staff/console_api.h"

namespace madoguchi::gateway {

/// The HTTP status of a refusal.
int status_of(ConsoleRefusal code);

/// Who did what, without a name: the audit trail of the console is the gateway's log.
void log_console(std::string_view what, std::int64_t account);

Answer refuse(ConsoleError error);
Answer refuse(ConsoleRefusal code);
/// The gateway's own trouble: logged, and not told.
Answer broken(const Error& error);

}  // namespace madoguchi::gateway
