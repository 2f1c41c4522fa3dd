#pragma once
// Words for people, before they are put into a language. kioskd names a string of the catalogue
// (ui/strings) and its arguments, or carries a data file's words in all their languages; kiosk-ui
// renders it. So a visit knows no language and every view
// can show its own.

#include <map>
#include <optional>
#include <string>

#include "firmware/message/codec.h"

namespace madoguchi {

struct Text {
  std::string key;  ///< key of the catalogue, such as "pin.title"; empty for a literal
  std::map<std::string, std::string>
      args;  ///< named arguments; numbers in decimal ("300"), formatted by the view
  std::string
      literal;  ///< text that is nobody's translation (a person's name); only with empty key
  bool is_name = false;     ///< literal is a person's name: draw it in the name font (IPAmj, IVS)
  bool is_private = false;  ///< never leaves kioskd for a remote view, never spoken on the speaker
  /// Words that come with data (a lesson's) instead of a key: by language (BCP 47), for everybody
  /// to see. A view takes its language's, else the Japanese.
  std::optional<std::map<std::string, std::string>> words = {};

  bool operator==(const Text&) const = default;
};

/// Text of the catalogue: say("fee.total", {{"yen", "300"}}).
inline Text say(std::string key, std::map<std::string, std::string> args = {}) {
  return {std::move(key), std::move(args), {}, false, false, {}};
}
/// A resident's name: private, in the name font.
inline Text person_name(std::string name) { return {{}, {}, std::move(name), true, true, {}}; }
/// Words of a data file, by language: written({{"ja", "..."}, {"en", "..."}}).
inline Text written(std::map<std::string, std::string> words) {
  return {{}, {}, {}, false, false, std::move(words)};
}

MADOGUCHI_DESCRIBE(Text, key, args, literal, is_name, is_private, words)

}  // namespace madoguchi
