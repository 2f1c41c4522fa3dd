#pragma once
// One kiosk and its world.

#include <functional>
#include <optional>
#include <string>

#include "firmware/visit/certificate_visit.h"
#include "firmware/visit/companion.h"
#include "firmware/visit/recovery.h"
#include "tests/own_folder.h"
#include "tests/visit/resident.h"
#include "tests/visit/world.h"

namespace madoguchi::test {

class Rig {
 public:
  Rig();
  ~Rig();

  /// Plays one certificate visit to its end. Fails the test when it does not end within a virtual
  /// hour.
  visit::Report play(Resident resident);
  /// Plays at the reception until `ended` says so. Fails the test after a virtual hour.
  void play_at_reception(Resident resident, std::function<bool()> ended);
  /// Plays until the nth journal append (from 1) has become durable, then cuts the power. False
  /// when the visit ended before.
  bool play_until_append(Resident resident, int n);
  /// The kiosk's next life after a power cut: the journal as it stands on the disk, no card.
  void restart();
  /// ... and recovery alone, once.
  void restart_and_recover();
  /// Another resident's card is put on the reader next.
  void change_card();
  /// One more round of recovery; gives whether paper is owed.
  bool recover();
  /// Runs any task of the kiosk in virtual time.
  void run(Task<void> task);
  /// The same while somebody stands before the kiosk.
  void run_with(Resident resident, Task<void> task);

  [[nodiscard]] visit::Desk desk();
  /// From now on help is offered.
  void offer_help();
  [[nodiscard]] std::string directory() const { return folder_.path(); }
  /// Every string that stands in the journal's file.
  [[nodiscard]] std::string journal_text() const;
  [[nodiscard]] int journal_appends() const;

  VirtualTimers timers;
  std::unique_ptr<emulator::CardModel> card;
  ScriptedReader reader;
  LedgerTerminal terminal;
  TrayPrinter printer;
  SealingGateway gateway;
  ScriptedFront front;
  FaultBoard faults;
  /// A kiosk has a receipt printer only when a test puts one there.
  ReceiptPrinter* receipt_printer = nullptr;
  visit::SlipTypesetter* typesetter = nullptr;
  /// Lessons are offered only when a test puts them there, and their sheets printed.
  const lesson::Shelf* lessons = nullptr;
  visit::SheetTypesetter* sheets = nullptr;
  CodeReader* code_reader = nullptr;
  /// Consultations are offered only when a test puts a room there; needs offer_help().
  const visit::ConsultRoom* consult = nullptr;
  /// A service screen and a morning slip only when a test puts a room there.
  const visit::ServiceRoom* service = nullptr;
  visit::Settings settings;
  P256PublicKey seal_key;
  std::unique_ptr<Journal> journal;
  /// There only where a test offers help; then it stands before the front, and listens whenever
  /// something is played.
  std::unique_ptr<visit::Companion> companion;
  /// By the last round of recovery.
  visit::Recovered recovered;
  /// Called before each turn of the loop; true cuts the power.
  std::function<bool()> cut;

 private:
  /// Runs until the task is done, the power is cut or `ended`.
  void drive(Task<void> task, Resident& resident, std::function<bool()> ended);

  OwnFolder folder_;
  Hand hand_;
};

}  // namespace madoguchi::test
