#include "tools/emulators/card/card_slot.h"

#include <algorithm>
#include <array>
#include <iostream>

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
  if (felica()) return answer_for_felica(command);
  Exchange seen = card_->exchange(command);
  say_line("apdu " + std::string(seen.name) + " " + status_text(seen.status));
  if (seen.my_number_selected) say_line("warning my-number-selected");
  return {Ending::answered, std::move(seen.response)};
}

/// What a reader says for a card that has no APDUs (PC/SC part 3, 3.2.2): GET DATA gives its IDm.
CardSlot::Outcome CardSlot::answer_for_felica(ByteView command) const {
  constexpr std::array<std::uint8_t, 5> get_uid = {0xFF, 0xCA, 0x00, 0x00, 0x00};
  if (!std::ranges::equal(command, get_uid)) {
    say_line("felica OTHER 6D00");
    return {Ending::answered, {0x6D, 0x00}};
  }
  say_line("felica GET-DATA 9000");
  Bytes response = felica_idm_;
  response.insert(response.end(), {0x90, 0x00});
  return {Ending::answered, std::move(response)};
}

void CardSlot::insert() {
  felica_idm_.clear();
  inserted_ = true;
  say_line("inserted");
}

void CardSlot::insert_felica(Bytes idm) {
  felica_idm_ = std::move(idm);
  inserted_ = true;
  say_line("felica");
}

bool CardSlot::run_felica(std::istringstream& words) {
  std::string hex = "012e4cd500000001";
  words >> hex;
  auto idm = from_hex(hex);
  if (!idm || idm->size() != 8) return false;
  insert_felica(std::move(*idm));
  return true;
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
  words >> command;
  if (command == "felica") return run_felica(words);
  int count = 0;
  words >> count;
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
