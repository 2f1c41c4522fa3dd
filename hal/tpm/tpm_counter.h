#pragma once
// A number in a TPM 2.0 that only goes up: an NV index of type COUNTER, which the TPM lets nobody
// lower, and one that holds where it began (a new counter of a TPM begins above every counter that
// it ever had: part 3, 31.8), written once and locked. Internal to hal/tpm; the worker's thread
// only.

#include <cstdint>

#include "hal/tpm/tpm_connection.h"

namespace madoguchi::tpm {

/// 0 when there is none, or it was not begun properly.
Result<std::int64_t> read_counter(Connection& tpm);
/// Makes it when it is not there. Errc::refused below what it is.
Result<std::int64_t> raise_counter(Connection& tpm, std::int64_t to, std::int64_t most_steps);
Status erase_counter(Connection& tpm);

/// Removes an NV index, if there is one.
Status undefine(Connection& tpm, TPM2_HANDLE at);

}  // namespace madoguchi::tpm
