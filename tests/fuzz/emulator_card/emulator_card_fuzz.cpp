// A host that sends anything to the emulated card and to the emulated PN532.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include "tools/emulators/card/card_slot.h"
#include "tools/emulators/card/card_state.h"
#include "tools/emulators/pn532/hsu_frame.h"
#include "tools/emulators/pn532/pn532_chip.h"

using namespace madoguchi;
using namespace madoguchi::emulator;

namespace {

/// A card whose counters stay in memory; its keys are made once.
std::unique_ptr<CardModel> make_card() {
  const auto directory = std::filesystem::temp_directory_path() / "fuzz-emulator-card";
  CardOptions options;
  options.state_dir = directory.string();
  auto made = open_card(options);
  if (!made) std::abort();
  const CardImage& image = (*made)->image();
  CardImage copy{image.auth_certificate,
                 image.auth_ca,
                 image.sign_certificate,
                 image.sign_ca,
                 *RsaKey::from_pem(image.auth_key.to_pem()),
                 *RsaKey::from_pem(image.sign_key.to_pem()),
                 image.token_info,
                 image.my_number,
                 image.attributes,
                 image.attribute_digests,
                 image.issuer_certificate,
                 image.pins};
  return std::make_unique<CardModel>(std::move(copy), most_tries, [](const CardCounters& now) {
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (now[i] < 0 || now[i] > most_tries[i]) std::abort();
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::cout.setstate(std::ios::failbit);  // the slot's lines
  static CardSlot slot(make_card());
  const ByteView input(data, size);

  // Pieces with a length byte before each, as APDUs of one session.
  for (ByteView rest = input; !rest.empty();) {
    const std::size_t piece = std::min<std::size_t>(rest.size() - 1, rest[0]);
    if (slot.exchange(rest.subspan(1, piece)).response.size() < 2) std::abort();
    rest = rest.subspan(1 + piece);
  }
  slot.power_off();

  Pn532Chip chip(slot);
  chip.run_console("insert");
  FrameReader frames;
  frames.add(input);
  while (const auto frame = frames.next()) {
    if (frame->kind != HostFrame::Kind::information) continue;
    const auto answer = chip.run(frame->data);
    if (answer && answer->size() + 1 > most_frame_data) std::abort();
  }
  if (!input.empty()) (void)chip.run(input);
  chip.run_console("remove");
  return 0;
}
