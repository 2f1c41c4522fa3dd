#pragma once
// A My Number card at APDU level: applications, elementary files, access rules, PIN counters,
// signatures. No I/O: the caller carries APDUs and keeps the counters. Commands follow JICSAP 1.1
// and ISO/IEC 7816-4; status words are those that real cards were seen to give.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/bytes.h"
#include "tools/emulators/card/command_apdu.h"
#include "tools/emulators/card/rsa_key.h"

namespace madoguchi::emulator {

/// The secrets that a holder or terminal presents, in the order of CardCounters.
enum class PinId {
  authentication,      ///< 利用者証明用暗証番号, JPKI 0018, 4 digits
  signature_password,  ///< 署名用暗証番号, JPKI 001B, 6-16 of A-Z 0-9
  card_info,           ///< 券面事項入力補助用暗証番号, 0011, 4 digits
  number_a,            ///< 照合番号A, 0014: the My Number itself
  number_b,            ///< 照合番号B, 0015: birth, expiry year, security code
};
inline constexpr std::size_t pin_count = 5;
inline constexpr std::array<int, pin_count> most_tries{3, 5, 3, 10, 10};

/// Tries left of each PIN. A card keeps them without power; time never gives one back.
using CardCounters = std::array<int, pin_count>;

/// What personalisation wrote into the chip.
struct CardImage {
  Bytes auth_certificate;  ///< DER, JPKI 000A
  Bytes auth_ca;           ///< DER, 000B
  Bytes sign_certificate;  ///< DER, 0001
  Bytes sign_ca;           ///< DER, 0002
  RsaKey auth_key;         ///< 0017
  RsaKey sign_key;         ///< 001A
  Bytes token_info;        ///< 0006

  Bytes my_number;           ///< 券面事項入力補助 0001
  Bytes attributes;          ///< 0002
  Bytes attribute_digests;   ///< 0003
  Bytes issuer_certificate;  ///< 0004, card-verifiable

  std::array<std::string, pin_count> pins;  ///< by PinId
};

struct Exchange {
  Bytes response;  ///< data and status word
  std::uint16_t status = 0;
  std::string_view name;  ///< of the command, for logs: "SELECT", "READ", "VERIFY" ...
  bool my_number_selected =
      false;  ///< EF 0001 of 券面事項入力補助 became the current file: a kiosk must never
};

class CardModel {
 public:
  /// `keep` is called with the new counters before the answer is known, as a chip writes them
  /// before it compares.
  CardModel(CardImage image, CardCounters counters, std::function<void(const CardCounters&)> keep);

  CardModel(const CardModel&) = delete;
  CardModel& operator=(const CardModel&) = delete;

  /// Runs one command APDU. `command` may hold a PIN: nothing of it is kept.
  Exchange exchange(ByteView command);
  /// Loss of the field: the selected files and every presented PIN are forgotten.
  void power_off();

  void accept_extended(bool accept) { accept_extended_ = accept; }
  [[nodiscard]] const CardCounters& counters() const { return counters_; }
  [[nodiscard]] const CardImage& image() const { return image_; }

 private:
  struct Answer {
    std::uint16_t status;
    Bytes data;
  };
  /// An elementary file: exactly one of content, pin and key is set.
  struct File {
    const Bytes* content = nullptr;
    std::optional<PinId> pin;
    const RsaKey* key = nullptr;
    std::vector<PinId> opened_by;  ///< any of these; empty: always open
  };
  struct Application {
    Bytes aid;
    std::map<std::uint16_t, File> files;
  };

  Answer select(const CommandApdu& command);
  Answer select_application(const CommandApdu& command);
  Answer select_file(const CommandApdu& command);
  Answer read_binary(const CommandApdu& command);
  Answer verify(const CommandApdu& command);
  Answer present(PinId pin, ByteView value);
  Answer compute_signature(const CommandApdu& command);
  Answer run(const CommandApdu& command);

  void build_file_system();
  /// Resolves P2 of VERIFY and COMPUTE SIGNATURE: 80 is the current file, 80 + n the file with
  /// short identifier n.
  const File* referenced(std::uint8_t p2, std::uint16_t& status);
  [[nodiscard]] bool is_open(const File& file) const;

  CardImage image_;
  CardCounters counters_;
  std::function<void(const CardCounters&)> keep_;
  std::vector<Application> applications_;
  const Application* application_ = nullptr;
  const File* file_ = nullptr;
  std::array<bool, pin_count> presented_{};
  bool accept_extended_ = true;
};

}  // namespace madoguchi::emulator
