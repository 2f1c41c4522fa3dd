#pragma once
// Printing as a table: state x event -> next state and the one action that follows. Pure: no clock,
// no I/O. PrintRun makes every new state durable before it does the action, so that a power cut at
// any point leaves a state from which `resumed` leads on. Vocabulary: IPP jobs (RFC 8011).

#include <cstdint>
#include <optional>

#include "firmware/message/codec.h"

namespace madoguchi::certificate {

enum class PrintState {
  idle,         ///< nothing was handed over
  submitting,   ///< the job was or is about to be handed to the printer
  looking,      ///< whether the printer took it is unknown; Get-Jobs is being asked
  printing,     ///< the printer has it
  withdrawing,  ///< nobody waits for the paper any more: find the job, cancel it, see how it ended
  completed,    ///< the printer said so; final
  failed,       ///< it will not come out any more; final
  lost,  ///< the printer does not answer: the paper may still come out. The kiosk owns this: at
         ///< every recovery it withdraws the job, until the printer answers
};
MADOGUCHI_ENUM(PrintState, idle, submitting, looking, printing, withdrawing, completed, failed,
               lost)

enum class PrintEvent {
  print,            ///< the document is paid for (or free)
  accepted,         ///< the printer gave the job a number
  refused,          ///< the printer took nothing
  reply_lost,       ///< the printer may or may not have taken it
  found,            ///< Get-Jobs names the job
  not_found,        ///< the printer never took it
  gave_up,          ///< it took nothing again and again
  completed,        ///< every sheet came out
  ended_short,      ///< canceled or aborted: not every sheet
  no_answer,        ///< the printer is silent
  out_of_patience,  ///< nobody mended the printer
  resumed,          ///< the kiosk starts again and finds this state in its journal
};
MADOGUCHI_ENUM(PrintEvent, print, accepted, refused, reply_lost, found, not_found, gave_up,
               completed, ended_short, no_answer, out_of_patience, resumed)

enum class PrintAction {
  none,  ///< rest in this state
  submit,
  find,
  follow,
  withdraw,
};

struct PrintStep {
  PrintState next;
  PrintAction action;
  bool operator==(const PrintStep&) const = default;
};

/// Nothing when the event cannot happen in this state: the caller's bug.
std::optional<PrintStep> step(PrintState state, PrintEvent event);

/// Everything that must survive a power cut.
struct PrintRecord {
  PrintState state = PrintState::idle;
  std::int32_t pages = 0;  ///< that came out; -1 when the printer does not say
};
MADOGUCHI_DESCRIBE(PrintRecord, state, pages)

}  // namespace madoguchi::certificate
