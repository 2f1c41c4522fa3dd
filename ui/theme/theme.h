#pragma once
// Colours and sizes. Everything that a person sees or touches is sized in millimetres; the panel
// says how many pixels that is. Colours are tokens of the Digital Agency's design system (DADS).

#include <cstdint>

#include "firmware/message/screen.h"

namespace madoguchi::ui {

struct Colour {
  std::uint32_t rgb = 0;  ///< 0xRRGGBB
  bool operator==(const Colour&) const = default;
};

/// WCAG 2.2 contrast ratio, 1 to 21.
double contrast(Colour a, Colour b);

namespace colour {
inline constexpr Colour white{0xffffff};
inline constexpr Colour black{0x000000};
inline constexpr Colour text{0x333333};        ///< 12.6 on white
inline constexpr Colour text_quiet{0x4d4d4d};  ///< 8.5 on white: notes
inline constexpr Colour page{0xf5f8fe};        ///< behind the body
inline constexpr Colour hairline{0xd8dee9};    ///< divides, carries no meaning
inline constexpr Colour edge{0x767676};  ///< 4.5 on white: edge of something that can be pressed
inline constexpr Colour grey{0xe6e6e6};
inline constexpr Colour grey_pale{0xf2f2f2};
inline constexpr Colour grey_mid{0xb3b3b3};
inline constexpr Colour blue{0x0017c1};  ///< 11.1 on white: everything that can be pressed
inline constexpr Colour blue_deep{0x000b70};
inline constexpr Colour blue_mid{0x4979f5};
inline constexpr Colour blue_soft{0xc5d7fb};
inline constexpr Colour blue_pale{0xe8f1fe};
inline constexpr Colour green{0x197a4b};
inline constexpr Colour green_mid{0x51b883};
inline constexpr Colour green_soft{0xc2e5d1};
inline constexpr Colour green_pale{0xe6f5ec};
inline constexpr Colour red{0xce0000};
inline constexpr Colour red_pale{0xfdeeee};
inline constexpr Colour amber{0x927200};   ///< a warning's edge and sign
inline constexpr Colour yellow{0xffd43d};  ///< focus, and a warning's sign
inline constexpr Colour yellow_pale{0xfff9e0};
inline constexpr Colour night{0x1b2430};  ///< behind moving pictures; white on it 15.6
inline constexpr Colour skin{0xffe0c2};
inline constexpr Colour pink{0xf7b3c8};
}  // namespace colour

/// The glass: how many pixels on how many millimetres.
struct Panel {
  int width_px = 1080;
  int height_px = 1920;
  double width_mm = 194.0;

  [[nodiscard]] double px(double mm) const { return mm * width_px / width_mm; }
  [[nodiscard]] double mm(double px) const { return px * width_mm / width_px; }
  bool operator==(const Panel&) const = default;
};

/// Em heights and distances in millimetres for one text size. EN 301 549 asks 9.3 mm of L; nothing
/// is below 5.3 mm.
struct Sizes {
  double body = 7.2;
  double title = 10.5;
  double label = 8.0;  ///< of tiles and large buttons
  double note = 5.8;
  double strip = 5.3;   ///< the settings at the bottom, which never move
  double header = 5.8;  ///< the city's name
  double digit = 13.0;  ///< on the PIN pad
  double total = 14.0;  ///< the sum of a review
};
Sizes sizes_of(TextSize size);

/// Distances in millimetres that do not follow the text size.
namespace measure {
inline constexpr double target = 12.7;          ///< smallest control, either way
inline constexpr double primary_target = 20.0;  ///< primary action and PIN keys
inline constexpr double gap = 2.6;              ///< smallest distance between two controls
inline constexpr double margin = 9.0;           ///< left and right of the page
inline constexpr double radius = 3.0;
inline constexpr double edge = 0.5;         ///< line around a control
inline constexpr double edge_strong = 0.9;  ///< line around a chosen control
inline constexpr double focus = 1.6;        ///< how far the focus ring stands out
}  // namespace measure

}  // namespace madoguchi::ui
