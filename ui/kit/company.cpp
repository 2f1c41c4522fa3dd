#include "ui/kit/company.h"

#include <algorithm>

#include "ui/kit/controls.h"

namespace madoguchi::ui {
namespace {

// How far the ring stands out of its control, and how thick it is: clearly more than a focus ring.
constexpr double reach_mm = 2.4;
constexpr double thick_mm = 1.5;
constexpr double halo_mm = 0.5;
constexpr double hand_mm = 11;

/// What the helper says now, or else what the resident should know.
Text said(const Company& company) {
  if (company.phrase) return *company.phrase;
  return say(company.unseen ? "company.unseen" : "company.sees");
}

TextBlock set(const Composer& composer, const Text& text, double width) {
  return composer.words(text, {.size_mm = composer.sizes().note, .bold = true}, width);
}

double tallest_saying(const Composer& composer, double width) {
  double tallest = 0;
  for (const char* key : {"company.unseen", "company.sees", "phrase.press_here", "phrase.read_here",
                          "phrase.take_your_time", "phrase.well_done", "phrase.ask_me"}) {
    tallest = std::max(tallest, set(composer, say(key), width).height());
  }
  return tallest;
}

}  // namespace

double lay_out_company(Composer& composer, double y) {
  const auto& company = composer.screen().company;
  if (!company) return 0;
  const double margin = composer.margin();
  const double right = composer.page_width() - margin;
  const double padding = composer.gap(3);
  const double size_mm = composer.sizes().strip;
  const double button = action_width(composer, company->end, size_mm);
  const double sign = composer.mm(size_mm * 1.7);
  const double left = margin + sign + composer.mm(3);
  const double beside = right - button - composer.mm(5) - left;
  const TextBlock helper =
      composer.words(company->helper, {.size_mm = size_mm, .balanced = true}, beside);
  const double top_row =
      std::max({helper.height(), sign, action_height(composer, company->end, size_mm, button)});
  const double width = right - margin;
  const TextBlock words = set(composer, said(*company), width);
  const double sayings = tallest_saying(composer, width);
  const double between = composer.gap(1.5);
  const double height = top_row + between + sayings + 2 * padding;

  composer.box({{0, y, composer.page_width(), height}, 0, Tint(colour::green_pale), {}, 0});
  composer.box({{0, y + height - composer.mm(0.5), composer.page_width(), composer.mm(0.5)},
                0,
                Tint(colour::green),
                {},
                0});
  const double middle = y + padding + top_row / 2;
  composer.pictogram("helper", {margin, middle - sign / 2, sign, sign}, colour::green,
                     colour::green_soft);
  composer.put(helper, left, middle - helper.height() / 2, colour::text);
  const double end_height = action_height(composer, company->end, size_mm, button);
  draw_action(composer, company->end, size_mm,
              {right - button, middle - end_height / 2, button, end_height});
  composer.put(words, margin, y + padding + top_row + between + (sayings - words.height()) / 2,
               colour::text);
  return height;
}

void lay_out_ring(Composer& composer) {
  const Screen& screen = composer.screen();
  const auto* const call = std::get_if<VideoCall>(&screen.body);
  const bool helped = screen.company && !screen.company->ring.empty();
  const std::string ring = helped ? screen.company->ring : call != nullptr ? call->ring : "";
  const auto target = composer.placed(ring);
  if (!target) return;
  const double reach = composer.mm(reach_mm);
  const Rect outer = target->rect.outset(reach);
  const double radius = target->radius + reach;
  composer.box({outer.outset(composer.mm(halo_mm)),
                radius + composer.mm(halo_mm),
                {},
                Tint(colour::white),
                composer.mm(thick_mm + 2 * halo_mm)});
  composer.box({outer, radius, {}, Tint(colour::green), composer.mm(thick_mm)});
  // A hand, so that the ring is not told by its colour alone; inside the panel wherever it points.
  const double hand = composer.mm(hand_mm);
  const double x = std::min(target->rect.right() - hand * 0.6, composer.page_width() - hand);
  const double y = std::min(target->rect.bottom() - hand * 0.35, composer.page_height() - hand);
  composer.pictogram("pointing_hand", {x, y, hand, hand}, colour::green, colour::white);
}

}  // namespace madoguchi::ui
