#pragma once
// What ui/strings/compile.py makes of ui/strings/staff at build time.

#include "firmware/message/catalogue.h"

namespace madoguchi::payment {

/// Every language that was built in, the reference language (ja) first.
std::span<const CatalogueLanguage> compiled_catalogue();

}  // namespace madoguchi::payment
