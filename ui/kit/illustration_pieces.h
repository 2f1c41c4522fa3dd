#pragma once
// Pieces that the illustrations of several files share. Private to ui/kit.

#include "ui/kit/drawing.h"

namespace madoguchi::ui::pieces {

inline constexpr Stroke backdrop[] = {{Ink::blue_pale, 0, "O 120 90 86"}};

inline constexpr Stroke backdrop_green[] = {{Ink::green_soft, 0, "O 120 90 86"}};

inline constexpr Stroke ground[] = {{Ink::blue_soft, 4, "M 34 162 H 206"}};

/// The card, 84 x 54, about its centre: photograph, lines, chip.
inline constexpr Stroke card[] = {
    {Ink::white, 0, "R -42 -27 84 54 6"},
    {Ink::blue, 3, "R -42 -27 84 54 6"},
    {Ink::blue_mid, 0,
     "M -42 -21 C -42 -25 -40 -27 -36 -27 H 36 C 40 -27 42 -25 42 -21 V -15 H -42 Z"},
    {Ink::blue_pale, 0, "R -35 -9 20 27 2"},
    {Ink::blue_soft, 0, "O -25 0 5 M -34 18 C -34 6 -16 6 -16 18 Z"},
    {Ink::blue_soft, 4, "M -8 -4 H 20 M -8 5 H 12"},
    {Ink::yellow, 0, "R 20 4 15 12 2.5"},
    {Ink::navy, 1.2, "R 20 4 15 12 2.5 M 27.5 4 V 16 M 20 10 H 35"},
};

/// A sheet, 60 x 80, about its centre, with lines and the city's red seal.
inline constexpr Stroke sheet[] = {
    {Ink::white, 0, "R -30 -40 60 80 3"},
    {Ink::blue, 3, "R -30 -40 60 80 3"},
    {Ink::navy, 5, "M -12 -28 H 12"},
    {Ink::blue_soft, 4, "M -20 -14 H 20 M -20 -3 H 20 M -20 8 H 20 M -20 19 H 4"},
    {Ink::red, 2.4, "R 8 18 13 13 2 M 14.5 18 V 31 M 8 24.5 H 21"},
};

inline constexpr Stroke waves[] = {
    {Ink::blue, 4.5,
     "M 0 -8 C 5 -4 5 4 0 8 M 9 -16 C 19 -8 19 8 9 16 M 18 -24 C 33 -12 33 12 18 24"}};

/// The city hall, 110 wide, standing on y = 0.
inline constexpr Stroke city_hall[] = {
    {Ink::white, 0, "M -55 0 V -56 H 55 V 0 Z"},
    {Ink::blue_mid, 0, "M -55 -50 H 55 V -58 H -55 Z"},
    {Ink::blue, 0, "M -22 -58 V -84 H 22 V -58 Z"},
    {Ink::white, 0, "O 0 -71 8"},
    {Ink::navy, 2, "M 0 -76 V -71 L 4 -69"},
    {Ink::blue_soft, 0,
     "R -46 -42 13 14 1.5 R -27 -42 13 14 1.5 R 14 -42 13 14 1.5 R 33 -42 13 14 1.5 R -46 -20 13 "
     "14 1.5 R 33 -20 13 14 1.5 R -27 -20 13 14 1.5 R 14 -20 13 14 1.5"},
    {Ink::navy, 0, "M -9 0 V -30 C -9 -41 9 -41 9 -30 V 0 Z"},
    {Ink::blue, 3, "M -55 0 V -56 M 55 0 V -56"},
};

inline constexpr Stroke big_check[] = {
    {Ink::green, 0, "O 120 90 50"},
    {Ink::white, 10, "M 97 92 L 114 109 L 145 74"},
};

}  // namespace madoguchi::ui::pieces
