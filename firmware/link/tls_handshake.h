#pragma once
// A handshake wherever it may run. Internal to firmware/link; include it in .cpp files only.

#include <boost/system/error_code.hpp>

#include "firmware/base/task.h"
#include "firmware/link/tls_stream.h"

namespace madoguchi {

/// TlsStream::async_handshake, or the same step by step on the policy's worker: the loop goes on
/// while kiosk-keys signs. Both must outlive it. Throws when cancelled, which waits for a signature
/// that is under way.
Task<boost::system::error_code> shake_hands(TlsStream& stream, TlsPolicy& policy);

}  // namespace madoguchi
