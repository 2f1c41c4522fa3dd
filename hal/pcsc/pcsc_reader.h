#pragma once
// Card readers behind pcscd (PC/SC part 5, pcsc-lite).

#include <memory>
#include <string>

#include "hal/api/card_reader.h"

namespace madoguchi {

/// Whether the reader carries extended APDUs. PC/SC has no portable way to ask: `automatic` says
/// yes and leaves it to the card's session to fall back when the first one is refused.
enum class ExtendedApdus { automatic, yes, no };

/// The first reader whose name holds `name_part`; any reader when it is empty. The reader and even
/// pcscd may come and go: as long as one of them is away, wait_for_card says Errc::gone, at once
/// the first time and then every two seconds; a call that pends longer means that the reader is
/// back.
std::unique_ptr<CardReader> make_pcsc_reader(std::string name_part, ExtendedApdus extended);

}  // namespace madoguchi
