#pragma once
// The shape of a catalogue of words that ui/strings/compile.py makes of PO files at build time.

#include <span>
#include <string_view>

namespace madoguchi {

struct CatalogueEntry {
  std::string_view key;
  std::string_view pattern;  ///< UTF-8; arguments as {name}, in ui/strings as ICU MessageFormat
};

struct CatalogueLanguage {
  std::string_view language;                ///< BCP 47: the PO file's name
  std::span<const CatalogueEntry> entries;  ///< sorted by key
};

}  // namespace madoguchi
