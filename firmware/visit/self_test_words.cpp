#include "firmware/payment/staff_words.h"
#include "firmware/visit/self_test.h"

namespace madoguchi::visit {
namespace {

std::string key_of(Part part, std::string_view what) {
  return "self_test." + std::string(codec::enum_name(part)) + "." + std::string(what);
}
Text both_languages(const std::string& key) {
  return written(
      {{"ja", payment::staff_words("ja", key)}, {"en", payment::staff_words("en", key)}});
}

}  // namespace

std::vector<std::string_view> codes_of(Part part) {
  switch (part) {
    case Part::screen:
      return {"ok", "not_fitted", "no_answer", "gone"};
    case Part::reader:
      return {"ok", "not_fitted", "card_there", "gone"};
    case Part::printer:
      return {"ok",         "not_fitted", "no_answer",   "gone",          "wrong_printer",
              "media_low",  "ink_low",    "tray_full",   "media_jam",     "media_empty",
              "cover_open", "stopped",    "toner_empty", "not_accepting", "not_printed"};
    case Part::receipt:
      return {"ok",         "not_fitted", "no_answer",    "paper_near_end", "paper_end",
              "cover_open", "failed",     "cutter_error", "gone",           "not_printed"};
    case Part::terminal:
      return {"ok", "not_fitted", "no_answer", "not_ready"};
    case Part::link:
      return {"ok", "not_fitted", "down"};
    case Part::gateway:
      return {"ok", "not_fitted", "no_answer", "refused", "trouble"};
    case Part::clock:
      return {"ok", "not_set", "off", "not_compared"};
    case Part::storage:
      return {"ok", "low", "full", "gone"};
    case Part::journal:
      return {"ok", "not_open", "not_written"};
    case Part::audit:
      return {"ok", "refused"};
    case Part::camera:
    case Part::microphone:
    case Part::speaker:
      return {"ok", "not_fitted", "no_answer", "gone"};
  }
  return {};
}

Text part_name(Part part) { return both_languages(key_of(part, "name")); }
Text advice(const PartResult& result) { return both_languages(key_of(result.part, result.code)); }
std::string part_name_in(std::string_view language, Part part) {
  return payment::staff_words(language, key_of(part, "name"));
}
std::string advice_in(std::string_view language, const PartResult& result) {
  return payment::staff_words(language, key_of(result.part, result.code));
}

}  // namespace madoguchi::visit
