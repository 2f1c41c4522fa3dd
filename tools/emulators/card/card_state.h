#pragma once
// The directory that holds a card between two runs of an emulator: keys, certificates, PINs and
// tries left. A lock outlives the process, as it does on plastic.

#include <memory>
#include <optional>
#include <string>

#include "firmware/base/result.h"
#include "tools/emulators/card/card_model.h"
#include "tools/emulators/card/holder.h"

namespace madoguchi::emulator {

/// What the command line asks for.
struct CardOptions {
  std::string state_dir;
  std::string ca_dir;                        ///< where the authority lives; empty: in state_dir
  bool fresh = false;                        ///< make a new card; the authority stays
  std::optional<Holder> holder;              ///< only while a card is made
  std::optional<std::string> pin;            ///< 4 digits, for 利用者証明用 and 券面事項入力補助
  std::optional<std::string> sign_password;  ///< 6-16 of A-Z 0-9
  std::optional<int> tries;                  ///< tries left of 利用者証明用暗証番号 from now on
  bool accept_extended = true;
};

/// Reads the card of the directory, or makes one if there is none. Its counters are written back at
/// every change. Errors: invalid (an option contradicts the card that is there), io, not_found.
Result<std::unique_ptr<CardModel>> open_card(const CardOptions& options);

/// Reads a holder from JSON. Errors: invalid with the field's name, not_found.
Result<Holder> read_holder(const std::string& path);

}  // namespace madoguchi::emulator
