#include "tools/gateway/document/frame.h"

#include "tools/gateway/document/anti_copy.h"
#include "tools/gateway/document/impression.h"
#include "tools/gateway/document/qr_code.h"
#include "tools/gateway/document/written_date.h"

namespace madoguchi::gateway {

namespace {

constexpr double seal_side = 24;  // mm
constexpr double qr_side = 27;    // mm

void draw_title(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame) {
  Setting setting{Face::mincho, 21, 0, Align::left};
  const double natural = typesetter.measure(frame.title, setting).width;
  setting.align = Align::spread;
  setting.width = natural * 1.4;
  typesetter.draw(cairo, (page_width - setting.width) / 2, 17, frame.title, setting);
  typesetter.draw(cairo, 115, 10.5, "発行番号　" + frame.issue.number,
                  {Face::gothic, 8, 80, Align::right});
  if (frame.city.specimen) {
    typesetter.draw(cairo, 15, 10.5, "見本　架空の市の証明書です。証明の効力はありません。",
                    {Face::gothic, 8, 90, Align::left});
  }
}

void draw_certification(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame) {
  typesetter.draw(cairo, 20, 231, frame.sentence, {Face::mincho, 12.5, 170, Align::left});
  typesetter.draw(cairo, 25, 240, japanese_date(frame.issue.date),
                  {Face::mincho, 12.5, 80, Align::left});
  const Setting mayor{Face::mincho, 16, 0, Align::left};
  const double width = typesetter.measure(frame.city.mayor, mayor).width;
  // The seal is set over the end of the name, as it is by hand.
  const double seal_x = 195 - seal_side - 2;
  draw_square_impression(cairo, typesetter, seal_x, 243, seal_side, frame.city.seal);
  cairo_set_source_rgb(cairo, 0, 0, 0);
  typesetter.draw(cairo, seal_x + 3.5 - width, 252, frame.city.mayor, mayor);
}

Status draw_verification(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame) {
  if (frame.issue.verification_url.empty()) return {};
  if (auto status = draw_qr_code(cairo, 15, 250, qr_side, frame.issue.verification_url); !status)
    return status;
  const std::string note =
      "二次元コードから、この証明書が" + frame.city.name +
      "の\n発行したものであることを確認できます。\n複写すると「複写」の文字が浮かび上がります。";
  typesetter.draw(cairo, 15 + qr_side + 2, 257, note, {Face::gothic, 6.5, 62, Align::left});
  return {};
}

}  // namespace

void draw_background(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame) {
  draw_latent_word(cairo, typesetter, page_width, page_height);
  const auto microtext = frame.city.name_latin + " " + frame.city.name + " " + frame.title +
                         " No." + frame.issue.number;
  draw_microtext_frame(cairo, typesetter, page_width, page_height, 7, microtext);
}

Status draw_frame(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame) {
  cairo_set_source_rgb(cairo, 0, 0, 0);
  draw_title(cairo, typesetter, frame);
  if (frame.page == frame.pages) {
    draw_certification(cairo, typesetter, frame);
  } else {
    typesetter.draw(cairo, 115, 231, "（次頁に続く）", {Face::mincho, 11, 80, Align::right});
  }
  if (auto status = draw_verification(cairo, typesetter, frame); !status) return status;
  const auto count = std::to_string(frame.page) + "／" + std::to_string(frame.pages) + " 頁";
  typesetter.draw(cairo, 75, 281, count, {Face::mincho, 9.5, 60, Align::centre});
  return {};
}

void draw_marks(cairo_t* cairo, const Typesetter& typesetter, const Page& page) {
  cairo_set_source_rgb(cairo, 0, 0, 0);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_SQUARE);
  for (const auto& mark : page) {
    if (const auto* text = std::get_if<TextMark>(&mark)) {
      typesetter.draw(cairo, text->x, text->y, text->text, text->setting);
    } else if (const auto* line = std::get_if<LineMark>(&mark)) {
      cairo_set_line_width(cairo, line->width_pt);
      cairo_move_to(cairo, line->x0 * mm, line->y0 * mm);
      cairo_line_to(cairo, line->x1 * mm, line->y1 * mm);
      cairo_stroke(cairo);
    } else if (const auto* impression = std::get_if<ImpressionMark>(&mark)) {
      draw_round_impression(cairo, typesetter, impression->x, impression->y, impression->diameter,
                            impression->text);
    }
  }
}

}  // namespace madoguchi::gateway
