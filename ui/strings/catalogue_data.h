#pragma once
// The shape of the catalogue that compile.py makes of the PO files at build time.

#include <span>
#include <string_view>

namespace madoguchi::ui {

struct CatalogueEntry {
  std::string_view key;
  std::string_view pattern;  ///< ICU MessageFormat, UTF-8
};

struct CatalogueLanguage {
  std::string_view language;                ///< BCP 47: the PO file's name
  std::span<const CatalogueEntry> entries;  ///< sorted by key
};

/// Every language that was built in, the reference language (ja) first.
std::span<const CatalogueLanguage> compiled_catalogue();

}  // namespace madoguchi::ui
