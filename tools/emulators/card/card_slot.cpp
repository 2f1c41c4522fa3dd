#include "tools/emulators/card/card_slot.h"

#include <iostream>
#include <sstream>

namespace madoguchi::emulator {

namespace {

std::string status_text(std::uint16_t status) {
  std::string text =
      to_hex(Bytes{static_cast<std::uint8_t>(status >> 8), static_cast<std::uint8_t>(status)});
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

void say_line(std::string_view line) { std::cout << line << std::endl; }

CardSlot::Outcome CardSlot::exchange(ByteView command) {
  if (pull_after_ > 0 && --pull_after_ == 0) {
    remove();
    return {Ending::pulled, {}};
  }
  if (mute_after_ > 0 && --mute_after_ == 0) {
    say_line("mute");
    return {Ending::mute, {}};
  }
  Exchange seen = card_->exchange(command);
  say_line("apdu " + std::string(seen.name) + " " + status_text(seen.status));
  if (seen.my_number_selected) say_line("warning my-number-selected");
  return {Ending::answered, std::move(seen.response)};
}

void CardSlot::insert() {
  inserted_ = true;
  say_line("inserted");
}

void CardSlot::remove() {
  inserted_ = false;
  pull_after_ = 0;
  mute_after_ = 0;
  power_off();
  say_line("removed");
}

void CardSlot::power_on() {
  if (!powered_) say_line("powered");
  powered_ = true;
}

void CardSlot::power_off() {
  powered_ = false;
  card_->power_off();
}

bool CardSlot::run(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  int count = 0;
  words >> command >> count;
  if (command == "insert") {
    insert();
  } else if (command == "remove") {
    remove();
  } else if (command == "status") {
    say_line(std::string("status ") + (inserted_ ? "inserted" : "removed") + " auth-tries " +
             std::to_string(card_->counters().front()));
  } else if (command == "pull-after" && count > 0) {
    pull_after_ = count;
  } else if (command == "mute-after" && count > 0) {
    mute_after_ = count;
  } else {
    return false;
  }
  return true;
}

}  // namespace madoguchi::emulator
