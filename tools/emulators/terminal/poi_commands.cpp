// What is typed on the terminal's standard input: taps and misbehaviour.
#include <sstream>
#include <utility>

#include "tools/emulators/command_lines.h"
#include "tools/emulators/terminal/open_payment.h"
#include "tools/emulators/terminal/poi.h"

namespace madoguchi::emulator {

bool Poi::tap(const std::string& brand, bool interrupted) {
  if (open_ == nullptr || open_->brand || open_->aborted) {
    tell("nothing to tap for");
    return true;
  }
  open_->brand = brand.empty() ? settings_.brand : brand;
  open_->interrupted = interrupted;
  open_->woken.cancel();
  return true;
}

bool Poi::retouch() {
  if (open_ != nullptr && open_->interrupted && !open_->aborted) {
    open_->retouched = true;
    open_->woken.cancel();
  } else if (const Entry* pending = ledger_.pending()) {
    settle_pending(*pending, true);
  } else {
    tell("nothing to tap for");
  }
  return true;
}

Mode Poi::take_mode() {
  Mode mode = mode_;
  if (!mode_.always) mode_ = {};
  return mode;
}

bool Poi::set_mode(std::istream& words) {
  Mode mode;
  words >> mode.name;
  for (std::string word; words >> word;) {
    if (word == "always") {
      mode.always = true;
    } else if (word.find_first_not_of("0123456789") == std::string::npos && word.size() < 10) {
      mode.number = std::stoll(word);
    } else {
      return false;
    }
  }
  if (mode.name == "reversal-refused") {
    refuse_reversal_ = true;
  } else if (mode.name == "reversal-drop-reply") {
    lose_reversal_reply_ = true;
  } else if (mode.name == "interrupted-booked") {
    unlike_ = Unfinished::books;
  } else if (mode.name == "interrupted-dropped") {
    unlike_ = Unfinished::drops;
  } else if (mode.name == "status-in-progress") {
    in_progress_answers_ = static_cast<int>(mode.number);
  } else if (is_mode(mode.name, settings_.security.has_value())) {
    mode_ = mode;
    if (mode.name == "approve") unlike_.reset();
  } else {
    return false;
  }
  tell("mode " + mode.name);
  return true;
}

bool Poi::command(const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  words >> verb;
  if (verb == "mode") return set_mode(words);
  if (verb == "ledger") {
    tell(ledger_.summary().dump());
    return true;
  }
  std::string brand;
  words >> brand;
  if (verb == "retouch") return retouch();
  return (verb == "tap" || verb == "interrupt") && tap(brand, verb == "interrupt");
}

const char* Poi::usage() {
  return "tap [BRAND] | interrupt [BRAND] | retouch | ledger | mode gone|back | mode "
         "approve|decline|"
         "delay MS|drop-reply|drop-request|stall|wrong-amount [YEN]|wrong-currency|partial|busy|"
         "cancel|double-reply|malformed|replay|other-service-id|other-sale-id|other-poi-id|"
         "other-category [always] | with --key mode wrong-mac|wrong-key|wrong-version|replay-blob|"
         "truncated|unprotected [always] | mode "
         "reversal-refused|reversal-drop-reply|interrupted-booked|interrupted-dropped|"
         "status-in-progress N";
}

}  // namespace madoguchi::emulator
