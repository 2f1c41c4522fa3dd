#pragma once
// A page to take home after a lesson. Data: kioskd says what stands on it, kiosk-ui has the words,
// the fonts and the pen (adr/0018). No name, no fee.

#include <string>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/text.h"

namespace madoguchi {

struct Sheet {
  std::string language = "ja";  ///< the resident's
  Text title;
  Text lesson;  ///< what was learned, in one line
  Text date;
  std::vector<Text> can;  ///< each gets a tick
  Text remember_title;
  std::vector<Text> remember;
  Text ask_title;
  std::vector<Text> ask;  ///< where to ask
  std::string link;       ///< for a QR code; empty: none
  Text link_caption;

  bool operator==(const Sheet&) const = default;
};
MADOGUCHI_DESCRIBE(Sheet, language, title, lesson, date, can, remember_title, remember, ask_title,
                   ask, link, link_caption)

}  // namespace madoguchi
