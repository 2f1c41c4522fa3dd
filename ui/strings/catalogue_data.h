#pragma once
// What compile.py makes of the PO files at build time.

#include "firmware/message/catalogue.h"

namespace madoguchi::ui {

/// Every language that was built in, the reference language (ja) first.
std::span<const CatalogueLanguage> compiled_catalogue();

}  // namespace madoguchi::ui
