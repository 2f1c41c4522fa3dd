#pragma once
// Taking card and paper as a table: state x event -> next state and the one action that follows.
// Pure: no clock, no I/O. Presented and taken are two events (as in CEN XFS: MediaPresented,
// MediaTaken): what is only presented may stay behind, and is somebody's.

#include <chrono>
#include <optional>

#include "firmware/message/codec.h"

namespace madoguchi::visit {

enum class Retrieving {
  presented,             ///< the card lies on the reader, the paper in the tray
  card_reminded,         ///< nobody took the card for 10 s
  card_reminded_louder,  ///< ... for 30 s
  card_left,             ///< the card stays behind: locked until it is gone
  card_taken,            ///< the paper is still there
  paper_reminded,
  paper_reminded_louder,
  paper_left,  ///< the paper stays behind: locked until somebody says that it is taken
  taken,       ///< final
};
MADOGUCHI_ENUM(Retrieving, presented, card_reminded, card_reminded_louder, card_left, card_taken,
               paper_reminded, paper_reminded_louder, paper_left, taken)

enum class RetrievingEvent {
  card_removed,  ///< the reader says so
  paper_taken,   ///< the resident (or staff, when locked) says so
  silence,       ///< for as long as patience_with() says
};
MADOGUCHI_ENUM(RetrievingEvent, card_removed, paper_taken, silence)

enum class RetrievingAction {
  show,           ///< what is left to take
  remind,         ///< after 10 s
  remind_louder,  ///< after 30 s
  lock,           ///< no next resident; staff are told
  none,           ///< done
};

struct RetrievingStep {
  Retrieving next;
  RetrievingAction action;
  bool operator==(const RetrievingStep&) const = default;
};

/// Nothing when the event cannot happen in this state: the caller's bug.
std::optional<RetrievingStep> step(Retrieving state, RetrievingEvent event);

/// How long silence is borne in this state; nothing in the locked and the final ones.
std::optional<std::chrono::seconds> patience_with(Retrieving state);

/// Whether the card is known to be gone.
bool card_is_gone(Retrieving state);

}  // namespace madoguchi::visit
