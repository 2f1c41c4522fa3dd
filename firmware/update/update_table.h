#pragma once
// An update as a table: state x event -> next state and the one action that follows. Pure. The
// agent makes every new state durable before it does the action, so that a power cut at any point
// leaves a state from which one of the three events of a start leads on.

#include <optional>

#include "firmware/message/codec.h"

namespace madoguchi::update {

enum class State {
  idle,        ///< nothing is to be done
  offered,     ///< a bundle is known, nothing of it was looked at
  fetching,    ///< it is being brought into the data folder
  ready,       ///< it was checked and waits for window, visits and devices
  installing,  ///< the installer was or is about to be asked
  installed,   ///< the other slot is written and starts next; waits until nobody is there
  restarting,  ///< a restart was or is about to be asked for
  trying,      ///< the new slot runs, and is being tested
  keeping,     ///< it passed: it is or is about to be marked good
  leaving,     ///< it failed: it is or is about to be marked bad and left
  good,        ///< the new slot stays; to be told
  returned,    ///< the old slot runs again; to be told
  failed,      ///< it could not be installed; to be told
  refused,     ///< it must not be installed; to be told
};
MADOGUCHI_ENUM(State, idle, offered, fetching, ready, installing, installed, restarting, trying,
               keeping, leaving, good, returned, failed, refused)

enum class Event {
  offer,
  withdraw,  ///< by the server, by a maintainer, or the stick is gone
  fetch,     ///< the bundle has to be brought here first
  checked,   ///< it is all here, or can be streamed, and may be installed
  refuse,    ///< it must not
  begin,     ///< window open, nobody there, devices well
  written,   ///< the installer is done
  broke,     ///< given up: download, installation, or marking
  restart,   ///< nobody is there
  passed,    ///< the self-test
  not_passed,
  marked,     ///< good, by the boot loader
  told,       ///< who offered it will hear of it
  same_boot,  ///< kioskd starts; the machine has not
  up_in_old,  ///< the machine has started, from the slot that began the update
  up_in_new,  ///< ... from the other one
};
MADOGUCHI_ENUM(Event, offer, withdraw, fetch, checked, refuse, begin, written, broke, restart,
               passed, not_passed, marked, told, same_boot, up_in_old, up_in_new)

enum class Action {
  none,  ///< rest in this state
  fetch,
  install,
  attach,  ///< to the installation that goes on without kioskd
  restart,
  self_test,
  mark_good,  ///< and raise the rollback counter
  mark_bad,   ///< and restart
  tell,
};
MADOGUCHI_ENUM(Action, none, fetch, install, attach, restart, self_test, mark_good, mark_bad, tell)

struct Step {
  State next;
  Action action;
  bool operator==(const Step&) const = default;
};

/// Nothing when the event cannot happen in this state: the caller's bug.
std::optional<Step> step(State state, Event event);

}  // namespace madoguchi::update
