#pragma once
// A client for BoringSSL's TLS test runner: connects, names itself, shakes hands under the kiosk's
// policy (firmware/link's apply_policy), gives back what it reads with every bit turned over, and
// says what went wrong in the runner's words.

#include <string>
#include <vector>

namespace madoguchi::vectors {

/// `arguments` are the runner's. Gives the exit code: 0, 1 (an error or a wrong expectation, said
/// on standard error), 2 (the command line), 89 (unimplemented).
int run_tls_shim(const std::vector<std::string>& arguments);

}  // namespace madoguchi::vectors
