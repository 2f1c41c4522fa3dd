#include "tools/emulators/card/card_model.h"

#include <algorithm>
#include <utility>

namespace madoguchi::emulator {

namespace {

namespace sw {
constexpr std::uint16_t ok = 0x9000;
constexpr std::uint16_t tries_left = 0x63C0;
constexpr std::uint16_t wrong_length = 0x6700;
constexpr std::uint16_t no_logical_channel = 0x6881;
constexpr std::uint16_t no_secure_messaging = 0x6882;
constexpr std::uint16_t conflicts_with_file = 0x6981;
constexpr std::uint16_t not_allowed_yet = 0x6982;
constexpr std::uint16_t locked = 0x6984;
constexpr std::uint16_t conditions_not_met = 0x6985;
constexpr std::uint16_t no_current_file = 0x6986;
constexpr std::uint16_t not_found = 0x6A82;
constexpr std::uint16_t wrong_p1_p2 = 0x6A86;
constexpr std::uint16_t outside_file = 0x6B00;
constexpr std::uint16_t exact_le = 0x6C00;
constexpr std::uint16_t unknown_instruction = 0x6D00;
constexpr std::uint16_t unknown_class = 0x6E00;
}  // namespace sw

namespace ins {
constexpr std::uint8_t verify = 0x20;
constexpr std::uint8_t compute_signature = 0x2A;
constexpr std::uint8_t select = 0xA4;
constexpr std::uint8_t read_binary = 0xB0;
}  // namespace ins

constexpr std::uint16_t my_number_file = 0x0001;
constexpr std::size_t signature_size = 256;
constexpr std::size_t most_signature_payload =
    signature_size - 11;  // PKCS #1 v1.5 needs eleven bytes

const Bytes jpki_aid = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
const Bytes card_info_aid = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
const Bytes card_face_aid = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02};
const Bytes common_aid = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};

std::size_t index_of(PinId pin) { return static_cast<std::size_t>(pin); }

std::string_view name_of(const CommandApdu& command) {
  switch (command.ins) {
    case ins::verify:
      return command.data.empty() ? "VERIFY-EMPTY" : "VERIFY";
    case ins::compute_signature:
      return "SIGN";
    case ins::select:
      return "SELECT";
    case ins::read_binary:
      return "READ";
    default:
      return "OTHER";
  }
}

/// The class byte that an instruction of this card belongs to; nothing for an instruction it does
/// not have.
std::optional<std::uint8_t> class_of(std::uint8_t instruction) {
  switch (instruction) {
    case ins::compute_signature:
      return 0x80;
    case ins::verify:
    case ins::select:
    case ins::read_binary:
      return 0x00;
    default:
      return std::nullopt;
  }
}

/// What is wrong with the class byte, or sw::ok.
std::uint16_t check_class(const CommandApdu& command) {
  if ((command.cla & 0x03) != 0) return sw::no_logical_channel;
  if ((command.cla & 0x0C) != 0) return sw::no_secure_messaging;
  if (command.cla != 0x00 && command.cla != 0x80) return sw::unknown_class;
  const auto expected = class_of(command.ins);
  if (!expected) return sw::unknown_instruction;
  return command.cla == *expected ? sw::ok : sw::unknown_class;
}

}  // namespace

CardModel::CardModel(CardImage image, CardCounters counters,
                     std::function<void(const CardCounters&)> keep)
    : image_(std::move(image)), counters_(counters), keep_(std::move(keep)) {
  build_file_system();
}

void CardModel::build_file_system() {
  const auto content = [](const Bytes& bytes, std::vector<PinId> opened_by = {}) {
    return File{&bytes, std::nullopt, nullptr, std::move(opened_by)};
  };
  const auto pin = [](PinId id) { return File{nullptr, id, nullptr, {}}; };
  const auto key = [](const RsaKey& rsa, PinId opened_by) {
    return File{nullptr, std::nullopt, &rsa, {opened_by}};
  };
  using enum PinId;
  applications_.push_back({jpki_aid,
                           {{0x0001, content(image_.sign_certificate, {signature_password})},
                            {0x0002, content(image_.sign_ca)},
                            {0x0006, content(image_.token_info)},
                            {0x000A, content(image_.auth_certificate)},
                            {0x000B, content(image_.auth_ca)},
                            {0x0017, key(image_.auth_key, authentication)},
                            {0x0018, pin(authentication)},
                            {0x001A, key(image_.sign_key, signature_password)},
                            {0x001B, pin(signature_password)}}});
  applications_.push_back(
      {card_info_aid,
       {{my_number_file, content(image_.my_number, {card_info, number_a})},
        {0x0002, content(image_.attributes, {card_info, number_b})},
        {0x0003, content(image_.attribute_digests, {card_info, number_a, number_b})},
        {0x0004, content(image_.issuer_certificate)},
        {0x0011, pin(card_info)},
        {0x0014, pin(number_a)},
        {0x0015, pin(number_b)}}});
  // Selectable, as on every card, and empty here: no part of the kiosk reads them.
  applications_.push_back({card_face_aid, {}});
  applications_.push_back({common_aid, {}});
}

void CardModel::power_off() {
  application_ = nullptr;
  file_ = nullptr;
  presented_.fill(false);
}

Exchange CardModel::exchange(ByteView bytes) {
  Exchange seen;
  Answer answer{sw::wrong_length, {}};
  const File* file_before = file_;
  seen.name = "MALFORMED";
  if (const auto command = parse_command(bytes)) {
    seen.name = name_of(*command);
    if (!command->extended || accept_extended_) answer = run(*command);
  }
  seen.my_number_selected =
      file_ != file_before && file_ != nullptr && file_->content == &image_.my_number;
  seen.status = answer.status;
  seen.response = std::move(answer.data);
  seen.response.push_back(static_cast<std::uint8_t>(answer.status >> 8));
  seen.response.push_back(static_cast<std::uint8_t>(answer.status));
  return seen;
}

CardModel::Answer CardModel::run(const CommandApdu& command) {
  if (const std::uint16_t status = check_class(command); status != sw::ok) return {status, {}};
  switch (command.ins) {
    case ins::verify:
      return verify(command);
    case ins::compute_signature:
      return compute_signature(command);
    case ins::select:
      return select(command);
    default:
      return read_binary(command);
  }
}

CardModel::Answer CardModel::select(const CommandApdu& command) {
  switch (command.p1) {
    case 0x04:
      return select_application(command);
    case 0x02:
      return select_file(command);
    case 0x00:
      // Seen on cards: refused after a reset, and accepted without any effect while an application
      // is selected.
      if (!command.data.empty()) return {sw::not_found, {}};
      return {application_ == nullptr ? sw::wrong_p1_p2 : sw::ok, {}};
    default:
      return {sw::wrong_p1_p2, {}};
  }
}

CardModel::Answer CardModel::select_application(const CommandApdu& command) {
  const bool wants_fci = command.p2 == 0x00;
  if (!wants_fci && command.p2 != 0x0C) return {sw::wrong_p1_p2, {}};
  if (command.data.empty() || command.data.size() > 16) return {sw::wrong_length, {}};
  const auto found = std::find_if(applications_.begin(), applications_.end(), [&](const auto& app) {
    return std::ranges::equal(app.aid, command.data);
  });
  if (found == applications_.end()) return {sw::not_found, {}};
  // What was presented to one application is worth nothing in another.
  if (application_ != &*found) presented_.fill(false);
  application_ = &*found;
  file_ = nullptr;
  if (!wants_fci) return {sw::ok, {}};
  const auto size = static_cast<std::uint8_t>(found->aid.size());
  Bytes fci = {0x6F, static_cast<std::uint8_t>(size + 2), 0x84, size};
  fci.insert(fci.end(), found->aid.begin(), found->aid.end());
  return {sw::ok, std::move(fci)};
}

CardModel::Answer CardModel::select_file(const CommandApdu& command) {
  if (command.p2 != 0x0C) return {sw::wrong_p1_p2, {}};
  if (command.data.size() != 2) return {sw::wrong_length, {}};
  if (application_ == nullptr) return {sw::not_found, {}};
  const auto id = static_cast<std::uint16_t>(command.data[0] << 8 | command.data[1]);
  const auto found = application_->files.find(id);
  if (found == application_->files.end()) return {sw::not_found, {}};
  file_ = &found->second;
  return {sw::ok, {}};
}

const CardModel::File* CardModel::referenced(std::uint8_t p2, std::uint16_t& status) {
  const std::uint8_t short_id = p2 & 0x1F;
  if ((p2 & 0xE0) != 0x80 || short_id == 0x1F) {
    status = sw::wrong_p1_p2;
    return nullptr;
  }
  if (short_id != 0) {
    const bool found = application_ != nullptr && application_->files.contains(short_id);
    if (!found) {
      status = sw::not_found;
      return nullptr;
    }
    file_ = &application_->files.at(short_id);
  }
  if (file_ == nullptr) status = sw::no_current_file;
  return file_;
}

bool CardModel::is_open(const File& file) const {
  return file.opened_by.empty() ||
         std::ranges::any_of(file.opened_by, [&](PinId pin) { return presented_[index_of(pin)]; });
}

CardModel::Answer CardModel::read_binary(const CommandApdu& command) {
  if (!command.le || !command.data.empty()) return {sw::wrong_length, {}};
  std::size_t offset = static_cast<std::size_t>(command.p1 << 8 | command.p2);
  const File* file = file_;
  if ((command.p1 & 0x80) != 0) {
    std::uint16_t status = sw::ok;
    file = referenced(command.p1, status);
    if (file == nullptr) return {status, {}};
    offset = command.p2;
  }
  if (file == nullptr) return {sw::no_current_file, {}};
  if (file->content == nullptr) return {sw::conflicts_with_file, {}};
  if (!is_open(*file)) return {sw::not_allowed_yet, {}};
  if (offset >= file->content->size()) return {sw::outside_file, {}};
  const ByteView rest = ByteView(*file->content).subspan(offset);
  return {sw::ok, to_bytes(rest.first(std::min<std::size_t>(rest.size(), *command.le)))};
}

CardModel::Answer CardModel::verify(const CommandApdu& command) {
  if (command.p1 != 0x00) return {sw::wrong_p1_p2, {}};
  std::uint16_t status = sw::ok;
  const File* file = referenced(command.p2, status);
  if (file == nullptr) return {status, {}};
  if (!file->pin) return {sw::conflicts_with_file, {}};
  // Without data the card tells the tries left, also after a success: it never says that a PIN was
  // presented.
  if (command.data.empty()) {
    const auto left = static_cast<std::uint16_t>(counters_[index_of(*file->pin)]);
    return {static_cast<std::uint16_t>(sw::tries_left | left), {}};
  }
  return present(*file->pin, command.data);
}

CardModel::Answer CardModel::present(PinId pin, ByteView value) {
  const std::size_t i = index_of(pin);
  if (counters_[i] == 0) return {sw::locked, {}};
  --counters_[i];
  keep_(counters_);
  presented_[i] = equal_constant_time(value, as_bytes(image_.pins[i]));
  if (!presented_[i]) return {static_cast<std::uint16_t>(sw::tries_left | counters_[i]), {}};
  counters_[i] = most_tries[i];
  keep_(counters_);
  return {sw::ok, {}};
}

CardModel::Answer CardModel::compute_signature(const CommandApdu& command) {
  if (command.p1 != 0x00) return {sw::wrong_p1_p2, {}};
  std::uint16_t status = sw::ok;
  const File* file = referenced(command.p2, status);
  if (file == nullptr) return {status, {}};
  if (file->key == nullptr) return {sw::conflicts_with_file, {}};
  if (!is_open(*file)) return {sw::not_allowed_yet, {}};
  if (command.data.empty() || !command.le) return {sw::wrong_length, {}};
  if (command.data.size() > most_signature_payload) return {sw::conditions_not_met, {}};
  if (*command.le < signature_size) return {sw::exact_le, {}};
  return {sw::ok, file->key->sign(command.data)};
}

}  // namespace madoguchi::emulator
