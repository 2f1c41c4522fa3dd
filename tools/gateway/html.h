#pragma once
// What the gateway's pages need to write HTML. Pure.

#include <string>
#include <string_view>

namespace madoguchi::gateway {

/// As text of an element, or as the value of an attribute in double quotes.
std::string escape(std::string_view text);

}  // namespace madoguchi::gateway
