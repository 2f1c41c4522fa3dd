#pragma once
// The PN532 as its host sees it (UM0701-02, chapter 7): commands in, answers out. It knows frames'
// contents only; the line is somebody else's.

#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "firmware/base/bytes.h"
#include "tools/emulators/card/card_slot.h"
#include "tools/emulators/pn532/felica_card.h"

namespace madoguchi::emulator {

class Pn532Chip {
 public:
  explicit Pn532Chip(CardSlot& slot) : slot_(slot) {}

  /// Runs a command (code and parameters). Gives the answer (code + 1 and data), an empty one for a
  /// syntax error, or nothing while it waits for a card: look at resume() then.
  std::optional<Bytes> run(ByteView command);
  /// The answer of a command that waited, once a card has come.
  std::optional<Bytes> resume();
  /// The host sent an ACK, or another command: what waits is over.
  void stop() { waiting_.reset(); }

  /// felica [IDM] and type-a [UID] (lay such a card down instead of the My Number card),
  /// crash-status (the next status byte has bit 7 set), and the slot's own. False for anything
  /// else.
  bool run_console(const std::string& line);

 private:
  /// What lies in the field, as it was selected.
  enum class Target { none, type_b, type_a, felica };

  std::optional<Bytes> list_passive_target(ByteView parameters);
  std::optional<Bytes> auto_poll(ByteView parameters);
  std::optional<Bytes> data_exchange(ByteView parameters);
  Bytes communicate_through(ByteView frame);
  Bytes read_registers(ByteView addresses);
  void write_registers(ByteView pairs);
  void configure_field(ByteView parameters);
  Bytes general_status() const;

  Bytes status(std::uint8_t command, std::uint8_t code, ByteView data = {});
  /// The next part of an answer that is too long for one frame.
  Bytes next_part();
  void deselect();
  /// Selects what answers to a modulation and gives its target data; nothing when nothing answers.
  std::optional<Bytes> select_type_b();
  std::optional<Bytes> select_type_a();
  std::optional<Bytes> select_felica(std::uint16_t system_code, std::uint8_t request);

  bool lay_down(const std::string& kind, std::istringstream& number);

  CardSlot& slot_;
  FelicaCard felica_;
  bool felica_lies_there_ = false;
  Bytes type_a_uid_;  ///< of the type A card that lies there; empty: none
  Target target_ = Target::none;
  Bytes outgoing_;  ///< parts of a command that the host sends in pieces
  Bytes incoming_;  ///< what is left of an answer
  std::map<std::uint16_t, std::uint8_t> registers_;
  std::uint8_t activation_retries_ = 0xFF;
  bool crash_status_ = false;
  std::optional<Bytes> waiting_;  ///< a command without an answer yet
};

}  // namespace madoguchi::emulator
