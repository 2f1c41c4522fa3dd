#pragma once
// What this terminal does when a card leaves before it has confirmed (処理未了), by brand.

#include <string>

namespace madoguchi::emulator {

enum class Unfinished {
  asks_again,  ///< waits for the same card once more; without it nothing is sold
  books,       ///< books the sale, and asks once more to set the balance right
  drops,       ///< nothing is sold, at once
  asks_host,   ///< only the host knows; open until it has said so
};

Unfinished unfinished_for(const std::string& brand);

}  // namespace madoguchi::emulator
