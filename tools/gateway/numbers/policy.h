#pragma once
// What the options say about numbers.

#include "tools/gateway/numbers/numbers.h"
#include "tools/gateway/options.h"

namespace madoguchi::gateway {

/// Errors: invalid, with the option's name.
Result<NumbersPolicy> numbers_policy(const Options& options, const std::string& city);

}  // namespace madoguchi::gateway
