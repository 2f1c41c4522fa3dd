#pragma once
// The screens of setting a kiosk up and of looking after it. For maintainers, in the words of
// maintainers; nothing on them is about a resident. Pure; every word is a key of ui/strings.

#include <string>
#include <vector>

#include "firmware/message/link_protocol.h"
#include "firmware/message/screen.h"

namespace madoguchi::visit {

Screen setup_starting_screen();
/// kiosk-link does not say who the kiosk is.
Screen setup_no_link_screen();
Screen setup_language_screen();
Screen setup_way_screen(bool code_reader);
Screen setup_scan_screen();
/// What was held before the reader is no code of this kind.
Screen setup_wrong_qr_screen();
/// `typed`: in its plain form, so far.
Screen setup_type_screen(const std::string& typed);
/// A provision.toml that is not whole, or none (`none`).
Screen setup_provision_screen(bool none);
Screen setup_enrolling_screen();
Screen setup_failed_screen(EnrolResult result);
Screen setup_pause_screen(std::chrono::seconds left);
Screen setup_place_screen(const std::string& id, const std::string& site);
/// The papers could not be kept.
Screen setup_not_kept_screen();
/// The code of the provision.toml is used, but the file could not be erased.
Screen setup_not_erased_screen();

}  // namespace madoguchi::visit
