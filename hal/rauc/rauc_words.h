#pragma once
// What RAUC's words mean: D-Bus has one error name for all of its refusals, so the kind is read
// from the text. Pure.

#include <string>
#include <string_view>

#include "firmware/base/result.h"

namespace madoguchi::rauc {

/// Of the error text of Info, InspectBundle or an installation that failed.
Errc meaning(std::string_view words);

/// One line of at most 300 characters, control characters out: for logs and people.
std::string one_line(std::string_view words);

}  // namespace madoguchi::rauc
