#include "ui/theme/theme.h"

#include <algorithm>
#include <cmath>

namespace madoguchi::ui {
namespace {

double luminance(Colour colour) {
  const auto channel = [&](int shift) {
    const double value = ((colour.rgb >> shift) & 0xff) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}

}  // namespace

double contrast(Colour a, Colour b) {
  const double of_a = luminance(a);
  const double of_b = luminance(b);
  return (std::max(of_a, of_b) + 0.05) / (std::min(of_a, of_b) + 0.05);
}

Sizes sizes_of(TextSize size) {
  switch (size) {
    case TextSize::s:
      return {.body = 5.3,
              .title = 8.0,
              .label = 6.0,
              .note = 5.3,
              .strip = 5.3,
              .header = 5.3,
              .digit = 12.0,
              .total = 11.0};
    case TextSize::m:
      return {};
    case TextSize::l:
      return {.body = 9.3,
              .title = 12.4,
              .label = 9.8,
              .note = 7.2,
              .strip = 5.8,
              .header = 6.4,
              .digit = 15.0,
              .total = 16.0};
    case TextSize::xl:
      return {.body = 13.0,
              .title = 15.0,
              .label = 13.0,
              .note = 9.8,
              .strip = 6.4,
              .header = 7.2,
              .digit = 17.0,
              .total = 19.0};
  }
  return {};
}

}  // namespace madoguchi::ui
