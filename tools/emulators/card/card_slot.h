#pragma once
// Where the card lies: whether it is there, when it is pulled, and the line on standard output for
// each thing that happens. Shared by the emulators that put the card behind a reader.

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "tools/emulators/card/card_model.h"

namespace madoguchi::emulator {

/// One line on standard output, at once.
void say_line(std::string_view line);

class CardSlot {
 public:
  explicit CardSlot(std::unique_ptr<CardModel> card) : card_(std::move(card)) {}

  enum class Ending { answered, pulled, mute };
  struct Outcome {
    Ending ending = Ending::answered;
    Bytes response;  ///< only when answered
  };
  /// The card's answer, unless the card is pulled or silent in the middle of this command. Says
  /// "apdu <name> <status>", never data.
  Outcome exchange(ByteView command);

  void insert();
  /// Lays a FeliCa card down instead, which speaks no APDUs: a reader for PC/SC answers for it.
  void insert_felica(Bytes idm);
  void remove();
  /// The reader's field: says "powered" when it comes on.
  void power_on();
  void power_off();
  [[nodiscard]] bool inserted() const { return inserted_; }
  [[nodiscard]] const CardModel& card() const { return *card_; }

  /// Whether what lies there is a FeliCa card.
  [[nodiscard]] bool felica() const { return inserted_ && !felica_idm_.empty(); }

  /// insert, felica [IDM], remove, status, pull-after N, mute-after N. False for any other line.
  bool run(const std::string& line);

 private:
  [[nodiscard]] Outcome answer_for_felica(ByteView command) const;
  bool run_felica(std::istringstream& words);

  std::unique_ptr<CardModel> card_;
  bool inserted_ = false;
  bool powered_ = false;
  Bytes felica_idm_;    ///< empty: the My Number card lies there
  int pull_after_ = 0;  ///< the card is gone in the middle of this many commands from now; 0: never
  int mute_after_ = 0;
};

}  // namespace madoguchi::emulator
