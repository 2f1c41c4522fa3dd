#pragma once
// The CA of a gateway of which nothing is known yet but the pin of that CA's key, from the QR code
// of an enrolment: asks the gateway to show its certificates, and takes the one whose key is
// pinned. Nothing else is believed and nothing is said on that connection; the enrolment itself is
// a new one, judged by this CA like any other (chain_check.h).
//
// Loop thread only.

#include <string>

#include "firmware/base/result.h"
#include "firmware/base/task.h"
#include "firmware/base/timers.h"

namespace madoguchi {

/// PEM. `pin`: base64 of SHA-256 of the SubjectPublicKeyInfo. Errors: invalid (URL, pin), gone,
/// timeout; integrity when no CA that the server shows has that key.
Task<Result<std::string>> fetch_pinned_ca(Timers& timers, std::string url, std::string pin,
                                          Timers::Duration patience);

}  // namespace madoguchi
