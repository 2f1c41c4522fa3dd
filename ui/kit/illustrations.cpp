// The large pictures, 240 x 180: flat shapes in the blues of the city, one yellow or green accent,
// no outlines but where a shape would be lost on white.
#include <algorithm>
#include <array>

#include "ui/kit/drawing.h"
#include "ui/kit/illustration_pieces.h"
#include "ui/kit/lesson_illustrations.h"

namespace madoguchi::ui {
namespace {

using namespace pieces;  // NOLINT: drawn with nothing else

// ---- pieces that several pictures share ----

/// A reader lying on the desk, 150 wide, seen from a little above; waves say that a card is laid on
/// it.
constexpr Stroke reader[] = {
    {Ink::navy, 0, "M -78 2 H 78 V 14 C 78 21 73 26 66 26 H -66 C -73 26 -78 21 -78 14 Z"},
    {Ink::blue, 0,
     "M -62 -22 H 62 C 66 -22 69 -20 70 -17 L 78 4 C 79 8 76 11 72 11 H -72 C -76 11 -79 8 -78 4 L "
     "-70 -17 C -69 -20 -66 -22 -62 -22 Z"},
    {Ink::blue_mid, 0, "M -40 -16 H 40 L 46 5 H -46 Z"},
    {Ink::white, 3,
     "M -12 -10 C -8 -6 -8 -3 -12 0 M 0 -13 C 6 -8 6 -1 0 3 M 12 -16 C 21 -9 21 1 12 7"},
    {Ink::yellow, 0, "O 62 18 3"},
};

constexpr Stroke arrow_down[] = {{Ink::yellow, 0, "M -9 -20 H 9 V 2 H 20 L 0 24 L -20 2 H -9 Z"},
                                 {Ink::navy, 2.5, "M -9 -20 H 9 V 2 H 20 L 0 24 L -20 2 H -9 Z"}};

/// The printer, 150 x 80, about its centre, without its paper.
constexpr Stroke printer_body[] = {
    {Ink::navy, 0, "R -64 -40 128 30 8"},
    {Ink::blue, 0, "R -76 -22 152 62 10"},
    {Ink::blue_mid, 0,
     "M -76 -12 C -76 -18 -72 -22 -66 -22 H 66 C 72 -22 76 -18 76 -12 V -2 H -76 Z"},
    {Ink::yellow, 0, "O 58 -12 4"},
    {Ink::navy, 0, "R -52 12 104 9 4"},
};
constexpr Stroke paper_out[] = {
    {Ink::white, 0, "M -42 0 H 42 V 52 C 42 54 41 55 39 55 H -39 C -41 55 -42 54 -42 52 Z"},
    {Ink::blue, 3, "M -42 0 V 52 C -42 54 -41 55 -39 55 H 39 C 41 55 42 54 42 52 V 0"},
    {Ink::blue_soft, 4, "M -28 14 H 28 M -28 26 H 28 M -28 38 H 4"},
    {Ink::red, 2.4, "R 16 34 13 13 2 M 22.5 34 V 47 M 16 40.5 H 29"},
};

/// The payment terminal, 66 x 110, about its centre.
constexpr Stroke terminal_body[] = {
    {Ink::navy, 0, "R -35 -56 70 112 11"},
    {Ink::blue_pale, 0, "R -27 -47 54 38 4"},
    {Ink::blue, 3.4, "M -9 -41 L 0 -30 L 9 -41 M 0 -30 V -14 M -9 -27 H 9 M -9 -20.5 H 9"},
    {Ink::blue_soft, 0,
     "R -24 2 12 9 2 R -6 2 12 9 2 R 12 2 12 9 2 R -24 17 12 9 2 R -6 17 12 9 2 R 12 17 12 9 2 R "
     "-24 32 12 9 2 R -6 32 12 9 2"},
    {Ink::yellow, 0, "R 12 32 12 9 2"},
};

constexpr Stroke five_petals[] = {
    {Ink::white, 0, "O 0 -9 7 O 8.6 -2.8 7 O 5.3 7.3 7 O -5.3 7.3 7 O -8.6 -2.8 7"},
    {Ink::pink, 0, "O 0 -9 5.6 O 8.6 -2.8 5.6 O 5.3 7.3 5.6 O -5.3 7.3 5.6 O -8.6 -2.8 5.6"},
    {Ink::yellow, 0, "O 0 0 3.6"},
};

// ---- the pictures' own pieces ----
constexpr Stroke clock_face[] = {
    {Ink::blue, 0, "O 120 90 66"},
    {Ink::white, 0, "O 120 90 56"},
    {Ink::blue_soft, 5, "M 120 42 V 49 M 120 131 V 138 M 72 90 H 79 M 161 90 H 168"},
    {Ink::navy, 7, "M 120 58 V 90 L 142 104"},
    {Ink::yellow, 0, "O 120 90 7"},
};
constexpr Stroke padlock[] = {
    {Ink::navy, 12, "M 92 84 V 62 C 92 24 148 24 148 62 V 84"},
    {Ink::blue, 0, "R 70 78 100 76 12"},
    {Ink::white, 0, "R 80 102 80 28 6"},
    {Ink::navy, 0, "O 93 116 5 O 111 116 5 O 129 116 5"},
    {Ink::blue_soft, 3, "O 147 116 4.5"},
};
constexpr Stroke kiosk_open[] = {
    {Ink::navy, 0, "R 66 28 108 116 10"},
    {Ink::blue_pale, 0, "R 76 38 88 78 5"},
    {Ink::blue, 0, "R 98 124 44 9 3"},
    {Ink::navy, 0, "R 56 144 128 9 3"},
};
/// A spanner; its mouth takes the colour of the screen behind it.
constexpr Stroke spanner[] = {
    {Ink::navy, 0, "R -7 -20 14 62 7"},
    {Ink::navy, 0, "O 0 -28 20"},
    {Ink::blue_pale, 0, "M -8 -52 H 8 V -28 C 8 -18 -8 -18 -8 -28 Z"},
    {Ink::yellow, 0, "O 0 32 3.4"},
};
constexpr Stroke warning_sign[] = {
    {Ink::yellow, 0,
     "M 112 28 C 116 21 124 21 128 28 L 190 136 C 194 143 190 150 182 150 H 58 C 50 150 46 143 50 "
     "136 Z"},
    {Ink::navy, 5,
     "M 112 28 C 116 21 124 21 128 28 L 190 136 C 194 143 190 150 182 150 H 58 C 50 150 46 143 50 "
     "136 Z"},
    {Ink::navy, 11, "M 120 68 V 104"},
    {Ink::navy, 0, "O 120 126 7"},
};
constexpr Stroke error_sign[] = {
    {Ink::red, 0, "M 95 28 H 145 L 182 65 V 115 L 145 152 H 95 L 58 115 V 65 Z"},
    {Ink::white, 11, "M 120 58 V 98"},
    {Ink::white, 0, "O 120 122 7"},
};
constexpr Stroke night[] = {
    {Ink::yellow, 0,
     "M 178 26 C 164 30 158 44 164 56 C 170 68 184 72 195 65 C 188 78 172 82 160 75 C 147 67 143 "
     "51 150 39 C 156 29 167 24 178 26 Z"},
    {Ink::blue_soft, 0, "O 66 46 3 O 92 30 2.4 O 48 74 2.4 O 128 36 2"},
};
constexpr Stroke counter_desk[] = {
    {Ink::blue_soft, 0, "R 44 18 152 24 6"},
    {Ink::blue, 4.5, "M 72 30 H 168"},
    {Ink::navy, 0, "M 88 128 C 88 84 152 84 152 128 Z"},
    {Ink::white, 0, "M 110 99 L 120 114 L 130 99 Z"},
    {Ink::skin, 0, "O 120 74 20"},
    {Ink::navy, 0, "M 99 74 C 96 44 144 44 141 74 C 136 64 128 62 118 62 C 110 62 103 66 99 74 Z"},
    {Ink::navy, 0, "O 113 76 2 O 127 76 2"},
    {Ink::navy, 2.2, "M 114 84 C 117 87 123 87 126 84"},
    {Ink::blue, 0, "R 30 122 180 14 4"},
    {Ink::blue_mid, 0, "M 38 136 H 202 V 164 H 38 Z"},
    {Ink::white, 0, "R 104 142 32 16 3"},
    {Ink::blue, 3, "M 112 150 H 128"},
};
constexpr Stroke kiosk_and_line[] = {
    {Ink::navy, 0, "M 40 162 L 46 126 H 78 L 84 162 Z"},
    {Ink::blue, 0, "R 36 62 52 70 6"},
    {Ink::white, 0, "R 42 69 40 44 3"},
    {Ink::blue_soft, 4, "M 49 80 H 75 M 49 90 H 75"},
    {Ink::green, 0, "R 49 98 26 9 3"},
    {Ink::blue_mid, 0, "O 100 96 4 O 112 92 4 O 124 90 4"},
};
constexpr Stroke open_book[] = {
    {Ink::navy, 0, "M 36 52 H 204 V 148 H 36 Z"},
    {Ink::white, 0, "M 120 56 C 104 42 70 40 42 46 V 138 C 70 132 104 134 120 146 Z"},
    {Ink::white, 0, "M 120 56 C 136 42 170 40 198 46 V 138 C 170 132 136 134 120 146 Z"},
    {Ink::blue_soft, 0, "M 120 56 C 112 50 104 46 96 44 V 136 C 104 138 113 141 120 146 Z"},
    {Ink::blue, 3, "M 120 56 V 146"},
    {Ink::blue_mid, 0, "O 70 74 12"},
    {Ink::white, 4, "M 64 74 L 69 79 L 77 69"},
    {Ink::blue_soft, 5, "M 56 98 H 86 M 56 110 H 86 M 56 122 H 78"},
    {Ink::blue_soft, 5, "M 138 66 H 184 M 138 80 H 184"},
    {Ink::yellow, 0, "R 138 94 46 26 4"},
    {Ink::navy, 3, "R 138 94 46 26 4"},
};
constexpr Stroke telephone[] = {
    {Ink::navy, 0, "R 78 18 84 146 14"},
    {Ink::white, 0, "R 86 34 68 108 4"},
    {Ink::blue_soft, 0, "O 120 153 5"},
    {Ink::green, 0, "O 120 80 26"},
    {Ink::white, 0,
     "M 110 66 L 116 75 L 112 79 C 114 84 117 87 122 90 L 126 86 L 134 92 C 134 97 130 99 126 98 C "
     "115 94 107 87 104 75 C 103 70 106 66 110 66 Z"},
    {Ink::blue_soft, 5, "M 100 122 H 140"},
};
constexpr Stroke tray[] = {
    {Ink::navy, 0, "M 44 140 H 196 L 188 164 H 52 Z"},
    {Ink::blue, 0, "R 38 128 164 16 6"},
};

// ---- the town at the foot of the first screen, 480 x 150 ----
constexpr Stroke hills[] = {
    {Ink::blue_pale, 0,
     "M 0 150 V 84 C 50 44 96 40 150 76 C 200 30 262 24 318 70 C 366 40 428 44 480 88 V 150 Z"},
    {Ink::white, 0, "O 76 26 15 O 95 21 19 O 116 27 14 O 376 16 12 O 392 12 15 O 409 17 11"},
    {Ink::green_soft, 0,
     "M 0 150 V 126 C 90 108 190 118 250 124 C 330 132 410 116 480 124 V 150 Z"},
};
/// 46 wide, standing on y = 0.
constexpr Stroke house[] = {
    {Ink::white, 0, "M -19 0 V -24 H 19 V 0 Z"},
    {Ink::blue_mid, 0, "M -25 -22 L 0 -43 L 25 -22 Z"},
    {Ink::blue_soft, 0, "R -13 -18 9 9 1 M 3 0 V -17 H 13 V 0 Z"},
};
/// 24 wide, standing on y = 0.
constexpr Stroke tree[] = {
    {Ink::grey, 4, "M 0 -1 V -18"},
    {Ink::green_mid, 0, "O 0 -28 12 O -7 -20 8 O 7 -20 8"},
};
constexpr Stroke flowering_tree[] = {
    {Ink::grey, 4, "M 0 -1 V -18"},
    {Ink::pink, 0, "O 0 -28 12 O -8 -20 9 O 8 -20 9"},
    {Ink::white, 0, "O -4 -30 1.8 O 5 -25 1.8 O -8 -19 1.6 O 9 -18 1.6 O 1 -20 1.6"},
};

/// A resident at a kiosk and, a step behind, who helps: a green vest with a badge.
constexpr Stroke two_at_a_kiosk[] = {
    {Ink::navy, 0, "R 58 118 14 42 2 R 46 156 38 7 3"},
    {Ink::blue, 0, "R 38 62 54 62 7"},
    {Ink::white, 0, "R 45 69 40 48 3"},
    {Ink::blue_soft, 0, "R 50 74 30 11 3 R 50 89 30 11 3"},
    {Ink::green_mid, 0, "R 50 104 30 9 3"},
    {Ink::green_mid, 0, "M 156 162 C 156 104 206 104 206 162 Z"},
    {Ink::skin, 0, "O 181 86 17"},
    {Ink::navy, 0, "M 164 84 C 164 64 198 64 198 84 C 190 80 172 80 164 84 Z"},
    {Ink::white, 0, "R 174 128 15 19 2"},
    {Ink::green, 3, "M 178 134 H 185 M 178 140 H 185"},
    {Ink::blue_mid, 0, "M 100 162 C 100 102 152 102 152 162 Z"},
    {Ink::skin, 0, "O 126 84 17"},
    {Ink::grey, 0, "M 109 82 C 109 62 143 62 143 82 C 135 76 117 76 109 82 Z"},
    {Ink::blue_mid, 9, "M 112 126 L 98 112"},
    {Ink::skin, 0, "O 95 108 6"},
};

constexpr auto illustrations = std::to_array<Drawing>({
    {"town",
     480,
     150,
     {{{hills},
       {house, 52, 130, 0.95},
       {tree, 92, 132, 0.9},
       {flowering_tree, 140, 136, 1.1},
       {city_hall, 240, 136, 0.95},
       {flowering_tree, 336, 138, 1.2},
       {house, 392, 130, 1.1},
       {tree, 440, 134}}}},
    {"place_card",
     240,
     180,
     {{{backdrop}, {ground}, {reader, 120, 136}, {card, 120, 42}, {arrow_down, 120, 94, 0.8}}}},
    {"remove_card",
     240,
     180,
     {{{backdrop},
       {ground},
       {reader, 120, 136},
       {card, 120, 46, 1, -8},
       {arrow_down, 196, 78, 0.9, 180}}}},
    {"certificate", 240, 180, {{{backdrop}, {sheet, 138, 84, 1.35, 6}, {sheet, 106, 92, 1.5, -4}}}},
    {"paper", 240, 180, {{{backdrop}, {sheet, 120, 84, 1.5}, {tray}}}},
    {"printer", 240, 180, {{{backdrop}, {printer_body, 120, 84}, {paper_out, 120, 101}}}},
    {"terminal",
     240,
     180,
     {{{backdrop},
       {terminal_body, 92, 92, 1.3},
       {waves, 146, 76, 0.8},
       {card, 190, 80, 0.8, -78}}}},
    {"reader", 240, 180, {{{backdrop}, {ground}, {reader, 120, 110, 1.2}}}},
    {"network", 240, 180, {{{backdrop}, {ground}, {kiosk_and_line}, {city_hall, 166, 162, 0.7}}}},
    {"closed", 240, 180, {{{backdrop}, {night}, {ground}, {city_hall, 120, 162, 1.15}}}},
    {"counter", 240, 180, {{{backdrop}, {counter_desk}}}},
    {"clock", 240, 180, {{{backdrop}, {clock_face}}}},
    {"lock", 240, 180, {{{backdrop}, {padlock}}}},
    {"guide", 240, 180, {{{backdrop}, {open_book}}}},
    {"helper", 240, 180, {{{backdrop}, {ground}, {two_at_a_kiosk}}}},
    {"phone", 240, 180, {{{backdrop}, {telephone}}}},
    {"repair", 240, 180, {{{backdrop}, {ground}, {kiosk_open}, {spanner, 120, 74, 0.8, 40}}}},
    {"warning", 240, 180, {{{backdrop}, {warning_sign}}}},
    {"error", 240, 180, {{{backdrop}, {error_sign}}}},
    {"thanks",
     240,
     180,
     {{{backdrop_green},
       {big_check},
       {five_petals, 54, 56, 1.2, 20},
       {five_petals, 192, 46, 0.9},
       {five_petals, 186, 138, 1.3, -12},
       {five_petals, 62, 140, 0.8}}}},
});

}  // namespace

const Drawing* find_illustration(std::string_view name) {
  const auto found = std::ranges::find(illustrations, name, &Drawing::name);
  return found == illustrations.end() ? find_lesson_illustration(name) : &*found;
}

std::vector<std::string_view> illustration_names() {
  std::vector<std::string_view> names;
  for (const Drawing& drawing : illustrations) names.push_back(drawing.name);
  for (const Drawing& drawing : lesson_illustrations()) names.push_back(drawing.name);
  return names;
}

}  // namespace madoguchi::ui
