#pragma once
// A reader in the test's own process. It carries APDUs to the card model and lets a test bend what
// comes back.

#include <functional>
#include <string>
#include <vector>

#include "hal/api/card_reader.h"
#include "tests/run_task.h"
#include "tools/emulators/card/card_model.h"

namespace madoguchi {

class ScriptedReader final : public CardReader {
 public:
  using Answer = Result<ResponseApdu>;
  /// Sees a command before the card does. Nothing: the card answers.
  using Script = std::function<std::optional<Answer>(const std::string& command_hex)>;

  explicit ScriptedReader(emulator::CardModel& card) : card_(card) {}

  Task<Result<CardInField>> wait_for_card() override { co_return CardInField{"", true}; }
  Task<Result<void>> wait_for_removal() override { co_return Result<void>{}; }
  Task<void> release() override {
    card_.power_off();
    co_return;
  }

  Task<Result<ResponseApdu>> transmit(Secret command) override {
    const std::string hex = to_hex(command.reveal());
    sent.push_back(hex);
    if (script) {
      if (auto bent = script(hex)) co_return std::move(*bent);
    }
    co_return card_answer(hex);
  }

  Answer card_answer(const std::string& hex) {
    const emulator::Exchange seen = card_.exchange(*from_hex(hex));
    my_number_selected = my_number_selected || seen.my_number_selected;
    return parse_response(seen.response);
  }

  Script script;
  std::vector<std::string> sent;
  bool my_number_selected = false;

 private:
  emulator::CardModel& card_;
};

/// Runs a coroutine to its end on a loop of its own.
template <class T>
T finish(Task<T> task) {
  asio::io_context loop;
  return run_task(loop, std::move(task));
}

}  // namespace madoguchi
