#pragma once
// Internal to firmware/crypto and firmware/link: Mbed TLS's PSA must be started once before
// anything else of it.

namespace madoguchi::crypto {

/// Starts PSA on the first call; later calls cost a load. Any thread. Aborts if the library cannot
/// start (no memory, no random source): nothing here works without.
void ensure_psa();

}  // namespace madoguchi::crypto
