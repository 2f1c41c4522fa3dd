#include "firmware/payment/staff_words.h"

#include <algorithm>

#include "firmware/payment/staff_words_data.h"

namespace madoguchi::payment {

std::string staff_words(std::string_view language, std::string_view key,
                        std::initializer_list<std::pair<std::string_view, std::string>> values) {
  for (const CatalogueLanguage& each : compiled_catalogue()) {
    if (each.language != language) continue;
    const auto found = std::find_if(each.entries.begin(), each.entries.end(),
                                    [&](const CatalogueEntry& e) { return e.key == key; });
    if (found == each.entries.end()) break;
    std::string out(found->pattern);
    for (const auto& [name, value] : values) {
      const std::string place = "{" + std::string(name) + "}";
      const std::size_t at = out.find(place);
      if (at != std::string::npos) out.replace(at, place.size(), value);
    }
    return out;
  }
  return std::string(key);
}

}  // namespace madoguchi::payment
