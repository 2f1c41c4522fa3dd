#include "ui/kit/drawing.h"

#include <set>

#include <CppUTest/TestHarness.h>

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

void check_drawing(const Drawing& drawing) {
  std::size_t strokes = 0;
  for (const Layer& layer : drawing.layers) {
    for (const Stroke& stroke : layer.strokes) {
      ++strokes;
      CHECK_TEXT(is_path(stroke.path),
                 (std::string(drawing.name) + ": " + std::string(stroke.path)).c_str());
    }
  }
  CHECK_TEXT(strokes > 0, drawing.name.data());
}

}  // namespace

TEST_GROUP(Drawings){};

TEST(Drawings, every_path_is_well_formed) {
  for (const auto name : pictogram_names()) check_drawing(*find_pictogram(name));
  for (const auto name : illustration_names()) check_drawing(*find_illustration(name));
}

TEST(Drawings, names_are_unique_and_unknown_ones_are_nothing) {
  const auto pictograms = pictogram_names();
  LONGS_EQUAL(pictograms.size(), (std::set(pictograms.begin(), pictograms.end()).size()));
  const auto illustrations = illustration_names();
  LONGS_EQUAL(illustrations.size(), (std::set(illustrations.begin(), illustrations.end()).size()));
  POINTERS_EQUAL(nullptr, find_pictogram("unicorn"));
  POINTERS_EQUAL(nullptr, find_illustration(""));
}

TEST(Drawings, a_malformed_path_is_noticed) {
  for (const char* path : {"", "M 1", "M 1 2 X", "L a b", "R 1 2 3 4", "M 1 2 3 4"})
    CHECK_FALSE_TEXT(is_path(path), path);
  CHECK(is_path("M 1 2 L 3.5 -4 H 1 V 2 C 1 2 3 4 5 6 Z O 1 2 3 R 1 2 3 4 5 A 1 2 3 -90 60"));
}
