#include "tools/emulators/pn532/pn532_chip.h"

#include <algorithm>
#include <array>

namespace madoguchi::emulator {

namespace {

enum Command : std::uint8_t {
  diagnose = 0x00,
  get_firmware_version = 0x02,
  get_general_status = 0x04,
  read_register = 0x06,
  write_register = 0x08,
  set_parameters = 0x12,
  sam_configuration = 0x14,
  power_down = 0x16,
  rf_configuration = 0x32,
  in_data_exchange = 0x40,
  in_communicate_thru = 0x42,
  in_deselect = 0x44,
  in_jump_for_psl = 0x46,
  in_list_passive_target = 0x4A,
  in_psl = 0x4E,
  in_atr = 0x50,
  in_release = 0x52,
  in_select = 0x54,
  in_jump_for_dep = 0x56,
  in_auto_poll = 0x60,
  tg_init_as_target = 0x8C,
};

/// Status bytes (7.1). Errors are numbers; two bits stand above them.
constexpr std::uint8_t done = 0x00;
constexpr std::uint8_t timeout = 0x01;  // the target did not answer
constexpr std::uint8_t wrong_context = 0x27;
constexpr std::uint8_t more_information = 0x40;
/// Announces a node address that this chip never uses; libnfc ends its process over it.
constexpr std::uint8_t node_address = 0x80;

constexpr std::uint8_t diagnose_line = 0x00;
constexpr std::uint8_t diagnose_presence = 0x06;

/// Data bytes that fit behind TFI, command code and status in one frame.
constexpr std::size_t most_data = 262;

/// Answer to REQB of a My Number card: PUPI, application data and protocol info, then the answer to
/// ATTRIB.
constexpr std::array<std::uint8_t, 14> type_b_target = {0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00,
                                                        0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x01, 0x00};

Bytes answer(std::uint8_t command, ByteView data = {}) {
  Bytes out = {static_cast<std::uint8_t>(command + 1)};
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

}  // namespace

std::optional<Bytes> Pn532Chip::run(ByteView command) {
  waiting_.reset();
  const std::uint8_t code = command[0];
  const ByteView parameters = command.subspan(1);
  switch (code) {
    case diagnose:
      if (parameters.empty()) return Bytes{};
      if (parameters[0] == diagnose_line) return answer(code, parameters);
      if (parameters[0] != diagnose_presence) return Bytes{};
      return answer(code, Bytes{slot_.inserted() && target_ == Target::type_b ? done : timeout});
    case get_firmware_version:
      return answer(code, Bytes{0x32, 0x01, 0x06, 0x07});
    case get_general_status:
      return general_status();
    case read_register:
      return read_registers(parameters);
    case write_register:
      write_registers(parameters);
      return answer(code);
    case set_parameters:
      return answer(code);
    case sam_configuration:
      return answer(code);
    case power_down:
      return deselect(), answer(code, Bytes{done});
    case rf_configuration:
      configure_field(parameters);
      return answer(code);
    case in_data_exchange:
      return data_exchange(parameters);
    case in_communicate_thru:
      return communicate_through(parameters);
    case in_deselect:
    case in_release:
      return deselect(), answer(code, Bytes{done});
    case in_select:
    case in_psl:
      return answer(code, Bytes{target_ == Target::none ? wrong_context : done});
    case in_atr:
    case in_jump_for_psl:
    case in_jump_for_dep:
      return answer(code, Bytes{timeout});  // nothing here speaks NFC-DEP
    case in_list_passive_target:
      return list_passive_target(parameters);
    case in_auto_poll:
      return auto_poll(parameters);
    case tg_init_as_target:
      waiting_ = to_bytes(command);
      return std::nullopt;  // nobody comes to read it
    default:
      return Bytes{};
  }
}

std::optional<Bytes> Pn532Chip::resume() {
  if (!waiting_) return std::nullopt;
  const Bytes command = *std::exchange(waiting_, std::nullopt);
  return run(command);
}

Bytes Pn532Chip::general_status() const {
  Bytes data = {done, 0x01, 0x00};
  if (target_ != Target::none) data = {done, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00};
  data.push_back(0x80);  // of the security module that is not there
  return answer(get_general_status, data);
}

Bytes Pn532Chip::read_registers(ByteView addresses) {
  Bytes values;
  for (std::size_t i = 0; i + 1 < addresses.size(); i += 2) {
    values.push_back(registers_[static_cast<std::uint16_t>(addresses[i] << 8 | addresses[i + 1])]);
  }
  return answer(read_register, values);
}

void Pn532Chip::write_registers(ByteView pairs) {
  for (std::size_t i = 0; i + 2 < pairs.size(); i += 3) {
    registers_[static_cast<std::uint16_t>(pairs[i] << 8 | pairs[i + 1])] = pairs[i + 2];
  }
}

void Pn532Chip::configure_field(ByteView parameters) {
  constexpr std::uint8_t field = 0x01;
  constexpr std::uint8_t retries = 0x05;
  if (parameters.size() >= 2 && parameters[0] == field && (parameters[1] & 0x01) == 0) deselect();
  if (parameters.size() >= 4 && parameters[0] == retries) activation_retries_ = parameters[3];
}

void Pn532Chip::deselect() {
  target_ = Target::none;
  outgoing_.clear();
  incoming_.clear();
  slot_.power_off();
}

std::optional<Bytes> Pn532Chip::select_type_b() {
  if (!slot_.inserted()) return std::nullopt;
  slot_.power_on();
  target_ = Target::type_b;
  Bytes data = {0x01};
  data.insert(data.end(), type_b_target.begin(), type_b_target.end());
  return data;
}

/// A tag that stores a few bytes (SAK 00: no ISO 14443-4).
std::optional<Bytes> Pn532Chip::select_type_a() {
  if (type_a_uid_.empty()) return std::nullopt;
  target_ = Target::type_a;
  const auto length = static_cast<std::uint8_t>(type_a_uid_.size());
  Bytes data = {0x01, 0x00, static_cast<std::uint8_t>(length > 4 ? 0x44 : 0x04), 0x00, length};
  data.insert(data.end(), type_a_uid_.begin(), type_a_uid_.end());
  return data;
}

std::optional<Bytes> Pn532Chip::select_felica(std::uint16_t system_code, std::uint8_t request) {
  if (!felica_lies_there_ || !felica_.answers(system_code)) return std::nullopt;
  target_ = Target::felica;
  const Bytes polled = felica_.polling_response(system_code, request);
  Bytes data = {0x01, static_cast<std::uint8_t>(polled.size() + 1)};
  data.insert(data.end(), polled.begin(), polled.end());
  return data;
}

std::optional<Bytes> Pn532Chip::list_passive_target(ByteView parameters) {
  if (parameters.size() < 2) return Bytes{};
  deselect();
  std::optional<Bytes> found;
  const ByteView initiator = parameters.subspan(2);
  switch (parameters[1]) {
    case 0x01:
    case 0x02:
      if (initiator.size() < 5) return Bytes{};
      found =
          select_felica(static_cast<std::uint16_t>(initiator[1] << 8 | initiator[2]), initiator[3]);
      break;
    case 0x03:
      found = select_type_b();
      break;
    case 0x00:
      found = select_type_a();
      break;
    default:
      break;  // no Jewel
  }
  if (!found && activation_retries_ == 0xFF) {
    waiting_ = Bytes{in_list_passive_target};
    waiting_->insert(waiting_->end(), parameters.begin(), parameters.end());
    return std::nullopt;
  }
  if (!found) return answer(in_list_passive_target, Bytes{0x00});
  found->insert(found->begin(), 0x01);
  return answer(in_list_passive_target, *found);
}

std::optional<Bytes> Pn532Chip::auto_poll(ByteView parameters) {
  if (parameters.size() < 3) return Bytes{};
  deselect();
  for (const std::uint8_t type : parameters.subspan(2)) {
    std::optional<Bytes> found;
    if (type == 0x00 || type == 0x10) found = select_type_a();
    if (type == 0x03 || type == 0x23) found = select_type_b();
    if (type == 0x01 || type == 0x02 || type == 0x11 || type == 0x12)
      found = select_felica(0xFFFF, 0x01);
    if (!found) continue;
    Bytes data = {0x01, type, static_cast<std::uint8_t>(found->size())};
    data.insert(data.end(), found->begin(), found->end());
    return answer(in_auto_poll, data);
  }
  constexpr std::uint8_t endless = 0xFF;
  if (parameters[0] != endless) return answer(in_auto_poll, Bytes{0x00});
  waiting_ = Bytes{in_auto_poll};
  waiting_->insert(waiting_->end(), parameters.begin(), parameters.end());
  return std::nullopt;
}

Bytes Pn532Chip::status(std::uint8_t command, std::uint8_t code, ByteView data) {
  if (std::exchange(crash_status_, false)) code |= node_address;
  Bytes out = {code};
  out.insert(out.end(), data.begin(), data.end());
  return answer(command, out);
}

Bytes Pn532Chip::next_part() {
  const std::size_t size = std::min(most_data, incoming_.size());
  const auto end = incoming_.begin() + static_cast<std::ptrdiff_t>(size);
  const Bytes part(incoming_.begin(), end);
  incoming_.erase(incoming_.begin(), end);
  return status(in_data_exchange, incoming_.empty() ? done : more_information, part);
}

std::optional<Bytes> Pn532Chip::data_exchange(ByteView parameters) {
  if (parameters.empty()) return Bytes{};
  const ByteView data = parameters.subspan(1);
  if (target_ == Target::none || (parameters[0] & 0x3F) != 1)
    return status(in_data_exchange, wrong_context);
  if (data.empty() && !incoming_.empty()) return next_part();
  outgoing_.insert(outgoing_.end(), data.begin(), data.end());
  if ((parameters[0] & more_information) != 0) return status(in_data_exchange, done);
  const Bytes command = std::exchange(outgoing_, {});
  incoming_.clear();
  if (target_ == Target::felica) {
    const auto packet = felica_lies_there_ ? felica_.exchange(command) : std::nullopt;
    return packet ? status(in_data_exchange, done, *packet) : status(in_data_exchange, timeout);
  }
  if (target_ == Target::type_a || !slot_.inserted()) return status(in_data_exchange, timeout);
  CardSlot::Outcome outcome = slot_.exchange(command);
  if (outcome.ending == CardSlot::Ending::mute)
    return std::nullopt;  // for ever, as far as a host can wait
  if (outcome.ending == CardSlot::Ending::pulled) return status(in_data_exchange, timeout);
  incoming_ = std::move(outcome.response);
  return next_part();
}

Bytes Pn532Chip::communicate_through(ByteView frame) {
  // ISO 14443-4 with card identifier 1: R(NAK) asks whether the card is still there, R(ACK) says
  // so.
  constexpr std::array<std::uint8_t, 2> r_nak = {0xBA, 0x01};
  constexpr std::array<std::uint8_t, 2> r_ack = {0xAA, 0x01};
  const bool there =
      target_ == Target::type_b && slot_.inserted() && std::ranges::equal(frame, r_nak);
  return there ? status(in_communicate_thru, done, r_ack) : status(in_communicate_thru, timeout);
}

bool Pn532Chip::run_console(const std::string& line) {
  if (line == "crash-status") {
    crash_status_ = true;
    return true;
  }
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "felica" || command == "type-a") return lay_down(command, words);
  if (line == "remove" && (felica_lies_there_ || !type_a_uid_.empty())) {
    felica_lies_there_ = false;
    type_a_uid_.clear();
    say_line("removed");
    return true;
  }
  return slot_.run(line);
}

bool Pn532Chip::lay_down(const std::string& kind, std::istringstream& number) {
  const bool felica = kind == "felica";
  std::string hex = felica ? "012e4cd500000001" : "04a1b2c3d4e5f6";
  number >> hex;
  auto bytes = from_hex(hex);
  const bool whole =
      bytes && (felica ? bytes->size() == 8 : bytes->size() == 4 || bytes->size() == 7);
  if (!whole) return false;
  if (felica) {
    felica_ = FelicaCard(std::move(*bytes));
    felica_lies_there_ = true;
  } else {
    type_a_uid_ = std::move(*bytes);
  }
  say_line(kind);
  return true;
}

}  // namespace madoguchi::emulator
