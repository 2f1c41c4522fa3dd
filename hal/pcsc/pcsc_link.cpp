#include "hal/pcsc/pcsc_link.h"

#include <array>
#include <chrono>
#include <cstring>
#include <vector>

#include <winscard.h>

#include "hal/pcsc/storage_card.h"

namespace madoguchi {

namespace {

/// pcscd looks at a reader every 400 ms.
constexpr auto pcscd_notices = std::chrono::milliseconds(600);
constexpr auto at_once = std::chrono::milliseconds(0);
constexpr auto retry_pause = std::chrono::seconds(2);
constexpr std::size_t largest_response = 65536 + 2;
const char* const any_reader_change = "\\\\?PnP?\\Notification";

/// What a failure means to the caller (winscard's codes are 32 bits wide, its LONG may be 64).
Errc meaning_of(LONG code) {
  switch (code) {
    case SCARD_E_CANCELLED:
      return Errc::cancelled;
    case SCARD_E_TIMEOUT:
      return Errc::timeout;
    case SCARD_E_SHARING_VIOLATION:
      return Errc::busy;
    case SCARD_E_NO_SERVICE:
    case SCARD_E_SERVICE_STOPPED:
    case SCARD_E_INVALID_HANDLE:
    case SCARD_F_COMM_ERROR:
    case SCARD_E_READER_UNAVAILABLE:
    case SCARD_E_UNKNOWN_READER:
    case SCARD_E_NO_READERS_AVAILABLE:
    case SCARD_W_REMOVED_CARD:
    case SCARD_W_RESET_CARD:
    case SCARD_E_NO_SMARTCARD:
      return Errc::gone;
    case SCARD_E_INSUFFICIENT_BUFFER:
      return Errc::protocol;
    default:
      return Errc::io;
  }
}

/// Whether pcscd itself is lost, and every handle with it.
bool is_service_loss(LONG code) {
  return code == SCARD_E_NO_SERVICE || code == SCARD_E_SERVICE_STOPPED ||
         code == SCARD_E_INVALID_HANDLE || code == SCARD_F_COMM_ERROR;
}

}  // namespace

struct PcscLink::ReaderState {
  DWORD flags = SCARD_STATE_UNAWARE;
  Bytes atr;

  [[nodiscard]] bool known() const {
    return (flags & (SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE)) == 0;
  }
  [[nodiscard]] bool present() const { return (flags & SCARD_STATE_PRESENT) != 0; }
  [[nodiscard]] unsigned number() const { return static_cast<unsigned>(flags >> 16) & 0xFFFF; }
};

PcscLink::PcscLink(std::string name_part) : name_part_(std::move(name_part)) {}

PcscLink::~PcscLink() {
  disconnect(true);
  close_context();
}

Status PcscLink::open_context() {
  if (context_ != 0 && SCardIsValidContext(context_) == SCARD_S_SUCCESS) return {};
  close_context();
  SCARDCONTEXT context = 0;
  const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context);
  if (code != SCARD_S_SUCCESS) return fail("pcsc.context", code);
  context_ = context;
  return {};
}

void PcscLink::close_context() {
  const SCARDCONTEXT context = context_.exchange(0);
  if (context != 0) SCardReleaseContext(context);
  card_.reset();
}

Error PcscLink::fail(const char* where, long code) {
  const Error error{meaning_of(code), where, pcsc_stringify_error(code)};
  if (is_service_loss(code)) {
    close_context();
  } else if (error.code == Errc::gone) {
    disconnect(false);
  }
  return error;
}

Result<std::string> PcscLink::find_reader() {
  DWORD size = 0;
  LONG code = SCardListReaders(context_, nullptr, nullptr, &size);
  std::vector<char> names(size + 1);
  if (code == SCARD_S_SUCCESS) code = SCardListReaders(context_, nullptr, names.data(), &size);
  if (code != SCARD_S_SUCCESS) return fail("pcsc.readers", code);
  for (const char* name = names.data(); *name != '\0'; name += std::strlen(name) + 1) {
    if (std::strstr(name, name_part_.c_str()) != nullptr) return std::string(name);
  }
  return Error{Errc::gone, "pcsc.readers", "no reader with \"" + name_part_ + "\" in its name"};
}

Result<PcscLink::ReaderState> PcscLink::look(const std::optional<ReaderState>& known,
                                             std::optional<std::chrono::milliseconds> limit) {
  SCARD_READERSTATE state{};
  state.szReader = reader_.c_str();
  state.dwCurrentState =
      known ? known->flags & ~static_cast<DWORD>(SCARD_STATE_CHANGED) : SCARD_STATE_UNAWARE;
  const DWORD timeout = limit ? static_cast<DWORD>(limit->count()) : INFINITE;
  const LONG code = SCardGetStatusChange(context_, timeout, &state, 1);
  if (code != SCARD_S_SUCCESS && code != SCARD_E_TIMEOUT) return fail("pcsc.status", code);
  ReaderState seen{state.dwEventState, Bytes(state.rgbAtr, state.rgbAtr + state.cbAtr)};
  if (!seen.known()) {
    disconnect(false);
    return Error{Errc::gone, "pcsc.status", "the reader was unplugged"};
  }
  return seen;
}

Result<CardInField> PcscLink::wait_for_card() {
  if (failed_) pause_before_retry();
  failed_ = true;  // until this wait finds a reader
  if (stopped_) return Error{Errc::cancelled, "pcsc.wait", "stopped"};
  if (auto opened = open_context(); !opened) return opened.error();
  disconnect(true);
  auto reader = find_reader();
  if (!reader) return reader.error();
  reader_ = *reader;
  std::optional<ReaderState> known;
  for (;;) {
    auto state = known ? look(known, std::nullopt) : look(known, at_once);
    failed_ = !state && state.error().code == Errc::gone;
    if (!state) return state.error();
    if (stopped_) return Error{Errc::cancelled, "pcsc.wait", "stopped"};
    if (state->present()) {
      auto card = connect(*state);
      // A card that has just left is still listed for a moment; only one that stays is mute.
      const bool left =
          !card && context_ != 0 && (card.error().code == Errc::gone || card_has_left());
      if (!left) return card;
    }
    known = std::move(*state);
  }
}

Result<CardInField> PcscLink::connect(const ReaderState& state) {
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  // Exclusive: between the PIN and the signature nobody else may talk to the card.
  const LONG code = SCardConnect(context_, reader_.c_str(), SCARD_SHARE_EXCLUSIVE,
                                 SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol);
  if (code != SCARD_S_SUCCESS) return fail("pcsc.connect", code);
  card_ = card;
  protocol_ = protocol;
  card_number_ = state.number();
  CardInField found{to_hex(state.atr), true};
  if (auto kind = storage_card_kind(state.atr)) {
    auto badge = read_badge(std::move(*kind));
    if (!badge) return badge.error();
    found.badge = std::move(*badge);
  }
  return found;
}

Result<std::optional<BadgeNumber>> PcscLink::read_badge(std::string kind) {
  constexpr std::array<std::uint8_t, 5> get_uid = {0xFF, 0xCA, 0x00, 0x00, 0x00};
  const auto answer = transmit(Secret(get_uid));
  if (!answer) return answer.error();
  if (answer->status != 0x9000) return std::optional<BadgeNumber>{};
  return badge_of(std::move(kind), answer->data);
}

void PcscLink::disconnect(bool power_down) {
  if (card_) SCardDisconnect(*card_, power_down ? SCARD_UNPOWER_CARD : SCARD_LEAVE_CARD);
  card_.reset();
}

void PcscLink::release() { disconnect(true); }

Result<void> PcscLink::wait_for_removal() {
  if (context_ == 0 || reader_.empty()) return {};
  std::optional<ReaderState> known;
  for (;;) {
    if (stopped_) return Error{Errc::cancelled, "pcsc.wait", "stopped"};
    auto state = known ? look(known, std::nullopt) : look(known, at_once);
    if (!state) return state.error();
    // Another number with a card present: this one was taken away and another laid down in between.
    if (!state->present() || state->number() != card_number_) {
      disconnect(false);
      return {};
    }
    known = std::move(*state);
  }
}

Result<ResponseApdu> PcscLink::transmit(const Secret& command) {
  if (!card_) return Error{Errc::gone, "pcsc.transmit", "no card is connected"};
  const SCARD_IO_REQUEST* protocol = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  Bytes response(largest_response);
  DWORD size = static_cast<DWORD>(response.size());
  const LONG code =
      SCardTransmit(*card_, protocol, command.reveal().data(), static_cast<DWORD>(command.size()),
                    nullptr, response.data(), &size);
  // A card pulled in the middle may be reported as success with nothing in it.
  const bool nothing = code == SCARD_S_SUCCESS && size < 2;
  const bool failed = code != SCARD_S_SUCCESS && meaning_of(code) == Errc::io;
  if (nothing || (failed && card_has_left())) {
    disconnect(false);
    return Error{Errc::gone, "pcsc.transmit", "the card was pulled"};
  }
  if (code != SCARD_S_SUCCESS) return fail("pcsc.transmit", code);
  return parse_response(ByteView(response).first(size));
}

bool PcscLink::card_has_left() {
  auto state = look(std::nullopt, at_once);
  if (state && state->present()) state = look(*state, pcscd_notices);
  return !state || !state->present();
}

void PcscLink::pause_before_retry() {
  if (context_ != 0 && SCardIsValidContext(context_) == SCARD_S_SUCCESS) {
    if (find_reader().ok()) return;
    SCARD_READERSTATE state{};
    state.szReader = any_reader_change;
    const auto patience = std::chrono::milliseconds(retry_pause).count();
    const LONG code = SCardGetStatusChange(context_, static_cast<DWORD>(patience), &state, 1);
    if (code == SCARD_S_SUCCESS || code == SCARD_E_TIMEOUT || code == SCARD_E_CANCELLED) return;
    close_context();
  }
  std::unique_lock lock(mutex_);
  stop_called_.wait_for(lock, retry_pause, [this] { return stopped_.load(); });
}

void PcscLink::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stop_called_.notify_all();
  if (const SCARDCONTEXT context = context_; context != 0) SCardCancel(context);
}

}  // namespace madoguchi
