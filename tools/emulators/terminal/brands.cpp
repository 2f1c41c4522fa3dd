#include "tools/emulators/terminal/brands.h"

#include <set>

namespace madoguchi::emulator {

Unfinished unfinished_for(const std::string& brand) {
  static const std::set<std::string> stored_value{"Edy",    "WAON",   "交通系IC", "Suica",
                                                  "PASMO",  "ICOCA",  "Kitaca",   "TOICA",
                                                  "nimoca", "SUGOCA", "manaca"};
  static const std::set<std::string> postpaid{"iD", "QUICPay"};
  if (stored_value.contains(brand)) return Unfinished::asks_again;
  if (brand == "nanaco") return Unfinished::books;
  if (postpaid.contains(brand)) return Unfinished::drops;
  return Unfinished::asks_host;
}

}  // namespace madoguchi::emulator
