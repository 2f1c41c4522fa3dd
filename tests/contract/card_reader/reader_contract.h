#pragma once
// The cases that every card reader's driver must pass, by hazard. A driver brings a rig: the
// driver, and the far end of its wire in processes of their own.

#include <chrono>
#include <memory>
#include <string>

#include "firmware/base/asio.h"
#include "hal/api/card_reader.h"
#include "tests/child_process.h"

namespace madoguchi::contract {

/// A directory for the emulated card, kept for the whole program: making its keys takes a second.
std::string card_folder();

class Rig {
 public:
  virtual ~Rig() = default;

  asio::io_context loop;
  std::unique_ptr<CardReader> reader;
  std::unique_ptr<ChildProcess>
      emulator;  ///< answers insert, felica IDM, remove, pull-after N, mute-after N

  /// What there is between the driver and the card dies: the service, or the driver's own process.
  virtual void kill_service() = 0;
  /// It is there again; nothing to do when the driver sees to it.
  virtual void restart_service() = 0;

  /// Runs a task of the reader; fails the test after the limit.
  Result<CardInField> wait_for_card(std::chrono::seconds limit = std::chrono::seconds(10));
  Result<ResponseApdu> transmit(const std::string& command_hex);
};

void card_on_the_reader_is_found(Rig& rig);
void card_is_found_when_it_comes(Rig& rig);
void whole_session_in_few_apdus(Rig& rig, int apdus);
void card_pulled_in_the_middle_of_a_command(Rig& rig);
void removal_is_noticed(Rig& rig);
void removal_is_noticed_after_release(Rig& rig);
void removal_ends_at_once_without_a_card(Rig& rig);
void card_can_be_laid_down_again(Rig& rig);
void release_forgets_the_pin(Rig& rig);
void transmit_without_a_card_is_gone(Rig& rig);
void cancelled_waits_leave_the_reader_usable(Rig& rig);
void cancelled_transmit_leaves_the_reader_usable(Rig& rig);
void silent_card_is_a_timeout(Rig& rig);
void service_gone_while_waiting(Rig& rig);
void service_gone_in_a_session(Rig& rig);
void badge_says_its_number_and_a_my_number_card_none(Rig& rig);
void badge_is_no_my_number_card(Rig& rig);
void number_made_up_anew_is_no_badge(Rig& rig);

}  // namespace madoguchi::contract
