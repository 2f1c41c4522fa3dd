#pragma once
// The lessons of a folder, ready to be shown: *.toml, each a lesson, and places.toml, what the city
// fills in. Reads files; any thread.
//
// places.toml: name.ja / name.en = "..."; a lesson says {name} where it wants the words. Addresses
// of links are names too: a link whose address is empty there is left out.

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/lesson/lesson_file.h"

namespace madoguchi::lesson {

/// What the city fills in, by name.
using Places = std::map<std::string, Words>;

inline constexpr std::string_view places_file = "places.toml";

struct PlacesRead {
  Places places;
  std::vector<Finding> findings;
};
PlacesRead read_places(std::string_view toml);

/// Puts the places in. A name that is not among them is a finding.
std::vector<Finding> fill(Lesson& lesson, const Places& places);

/// A lesson and all that is wrong with it, its places filled in.
Read read_lesson_file(const std::filesystem::path& file, const Places& places);

struct Shelf {
  std::vector<Lesson> lessons;        ///< in the order of their topics
  std::vector<std::string> left_out;  ///< "file:line: what", in English, for the log

  [[nodiscard]] const Lesson* find(std::string_view topic) const;
};

/// A lesson with a mistake is left out, the others are there. Errors: not_found (no such folder),
/// io, invalid (places.toml).
Result<Shelf> open_shelf(const std::filesystem::path& folder);

}  // namespace madoguchi::lesson
