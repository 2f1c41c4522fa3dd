#include "hal/nfc/nfc_device.h"

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <nfc/nfc.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include "firmware/base/secret.h"
#include "hal/nfc/nfc_protocol.h"

namespace madoguchi::nfc {

namespace {

constexpr int answer_patience_ms = 3000;
/// libnfc carries 264 bytes with the status byte.
constexpr std::size_t largest_response = 263;
/// libnfc marks a port as its own by this bit of termios, which outlives a process that was
/// aborted.
constexpr tcflag_t libnfc_claim = 0x80000000;
constexpr std::uint8_t sak_iso14443_4 = 0x20;

/// Type B first: My Number cards are of that type.
constexpr std::array<nfc_modulation, 3> modulations = {
    {{NMT_ISO14443B, NBR_106}, {NMT_ISO14443A, NBR_106}, {NMT_FELICA, NBR_212}}};

/// The path in "driver:path:speed"; empty for a reader that is not on a port.
std::string port_of(const std::string& connstring) {
  const std::size_t begin = connstring.find(":/");
  if (begin == std::string::npos) return {};
  return connstring.substr(begin + 1, connstring.find(':', begin + 1) - begin - 1);
}

/// Locks the port and takes away what an aborted process has left on it.
Result<int> lock_port(const std::string& connstring) {
  const std::string port = port_of(connstring);
  if (port.empty()) return -1;
  const int fd = ::open(port.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return Error{Errc::gone, "nfc.open", "cannot open " + port};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return Error{Errc::busy, "nfc.open", port + " is locked by another program"};
  }
  termios line{};
  if (tcgetattr(fd, &line) == 0 && (line.c_iflag & libnfc_claim) != 0) {
    line.c_iflag &= ~libnfc_claim;
    tcsetattr(fd, TCSANOW, &line);
  }
  return fd;
}

/// What a card answered to the poll, without what tells it from others.
std::string describe(const nfc_target& target) {
  switch (target.nm.nmt) {
    case NMT_ISO14443B: {
      Bytes out(target.nti.nbi.abtApplicationData, target.nti.nbi.abtApplicationData + 4);
      out.insert(out.end(), target.nti.nbi.abtProtocolInfo, target.nti.nbi.abtProtocolInfo + 3);
      return to_hex(out);
    }
    case NMT_ISO14443A:
      return to_hex(
          Bytes{target.nti.nai.abtAtqa[0], target.nti.nai.abtAtqa[1], target.nti.nai.btSak});
    default:
      return to_hex(Bytes(target.nti.nfi.abtSysCode, target.nti.nfi.abtSysCode + 2));
  }
}

/// By its serial number, of a card that speaks no APDUs.
std::optional<BadgeNumber> badge_of(const nfc_target& target) {
  if (target.nm.nmt == NMT_FELICA)
    return madoguchi::badge_of("felica", ByteView(target.nti.nfi.abtId));
  const auto& type_a = target.nti.nai;
  return madoguchi::badge_of("iso14443a", ByteView(type_a.abtUid).first(type_a.szUidLen));
}

/// Overwrites what libnfc's functions have left of an APDU on the stack.
void scrub_stack() {
  std::array<std::uint8_t, 8192> below;
  wipe(below.data(), below.size());
}

}  // namespace

NfcDevice::NfcDevice(int lock, nfc_context* context, nfc_device* device)
    : lock_(lock), context_(context), device_(device) {}

Result<std::unique_ptr<NfcDevice>> NfcDevice::open(const std::string& connstring) {
  auto lock = lock_port(connstring);
  if (!lock) return lock.error();
  // Above level 0 libnfc logs every byte it carries, PINs included; a configuration file must not
  // turn that on.
  setenv("LIBNFC_LOG_LEVEL", "0", 1);
  nfc_context* context = nullptr;
  nfc_init(&context);
  nfc_device* device = context == nullptr ? nullptr : nfc_open(context, connstring.c_str());
  auto opened = std::unique_ptr<NfcDevice>(new NfcDevice(*lock, context, device));
  if (device == nullptr || nfc_initiator_init(device) < 0 ||
      nfc_device_set_property_bool(device, NP_INFINITE_SELECT, false) < 0) {
    return Error{Errc::gone, "nfc.open", "no reader answers at " + connstring};
  }
  return opened;
}

NfcDevice::~NfcDevice() {
  if (device_ != nullptr) nfc_close(device_);
  if (context_ != nullptr) nfc_exit(context_);
  if (lock_ >= 0) close(lock_);
}

Error NfcDevice::lost(const char* where) {
  works_ = false;
  return {Errc::gone, where, std::string("the reader is lost: ") + nfc_strerror(device_)};
}

Result<std::optional<SelectedCard>> NfcDevice::select_one(int modulation) {
  nfc_target target{};
  const int found = nfc_initiator_select_passive_target(
      device_, modulations[static_cast<std::size_t>(modulation)], nullptr, 0, &target);
  if (found == NFC_EIO || found == NFC_ENOTSUCHDEV) return lost("nfc.select");
  if (found <= 0) return std::optional<SelectedCard>{};  // nobody answered in time, or not clearly
  modulation_ = modulation;
  const bool type_a_with_apdus =
      target.nm.nmt == NMT_ISO14443A && (target.nti.nai.btSak & sak_iso14443_4) != 0;
  speaks_apdus_ = target.nm.nmt == NMT_ISO14443B || type_a_with_apdus;
  SelectedCard card{describe(target), {}};
  if (!speaks_apdus_) card.badge = badge_of(target);
  return std::optional(std::move(card));
}

Result<std::optional<SelectedCard>> NfcDevice::select() {
  nfc_device_set_property_bool(device_, NP_ACTIVATE_FIELD, true);
  for (int i = 0; i < static_cast<int>(modulations.size()); ++i) {
    auto found = select_one(i);
    if (!found || *found) return found;
  }
  return std::optional<SelectedCard>{};
}

Result<bool> NfcDevice::card_is_there() {
  if (modulation_ < 0 || !speaks_apdus_) {
    const auto found = modulation_ < 0 ? select() : select_one(modulation_);
    if (!found) return found.error();
    return found->has_value();
  }
  const int answer = nfc_initiator_target_is_present(device_, nullptr);
  if (answer == NFC_EIO || answer == NFC_ENOTSUCHDEV) return lost("nfc.presence");
  if (answer != NFC_SUCCESS) modulation_ = -1;
  return answer == NFC_SUCCESS;
}

Result<Bytes> NfcDevice::transceive(ByteView command) {
  if (modulation_ < 0) return Error{Errc::gone, "nfc.transmit", "no card is selected"};
  if (!speaks_apdus_) return Bytes{0x6D, 0x00};
  // libnfc copies the command into a buffer without looking at its size.
  if (command.size() > largest_command)
    return Error{Errc::protocol, "nfc.transmit", "the command is too long"};
  Bytes response(largest_response);
  const int size =
      nfc_initiator_transceive_bytes(device_, command.data(), command.size(), response.data(),
                                     response.size(), answer_patience_ms);
  scrub_stack();
  if (size >= 0) {
    response.resize(static_cast<std::size_t>(size));
    return response;
  }
  const std::string words = nfc_strerror(device_);
  switch (size) {
    case NFC_EIO:
    case NFC_ENOTSUCHDEV:
      return lost("nfc.transmit");
    case NFC_ETIMEOUT:
      return Error{Errc::timeout, "nfc.transmit", "no answer from the card"};
    case NFC_ECHIP:
    case NFC_EOVFLOW:
      return Error{Errc::protocol, "nfc.transmit", "the answer is too long: " + words};
    default:
      break;
  }
  const auto there = card_is_there();
  if (!there) return there.error();
  if (*there) return Error{Errc::io, "nfc.transmit", words};
  return Error{Errc::gone, "nfc.transmit", "the card was pulled"};
}

void NfcDevice::field_off() {
  modulation_ = -1;
  nfc_initiator_deselect_target(device_);
  nfc_device_set_property_bool(device_, NP_ACTIVATE_FIELD, false);
}

}  // namespace madoguchi::nfc
