#pragma once
#include <string>

namespace madoguchi::payment {

/// A nexo ServiceID: ten characters 0-9A-Z from the kernel's random source. It must be unique for
/// 48 hours per terminal; with 36^10 values and a thousand a day a repeat within two days is less
/// likely than 1 in 10^9. Needs no stored counter, so a power cut cannot make it repeat.
std::string make_service_id();

}  // namespace madoguchi::payment
