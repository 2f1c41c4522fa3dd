#pragma once
// What stands around the body of every certificate: protection against copying, title, certifying
// sentence, date, mayor and seal, QR code, document number, page numbers.

#include <cairo.h>

#include "tools/gateway/document/certificate_document.h"
#include "tools/gateway/document/sheet.h"

namespace madoguchi::gateway {

inline constexpr double page_width = 210;   // mm, A4
inline constexpr double page_height = 297;  // mm
/// Where forms lay their rows.
inline constexpr Area body_area{15, 33, 180, 195};

struct Frame {
  const City& city;
  const Issue& issue;
  std::string title;
  std::string sentence;
  int page = 1;
  int pages = 1;
};

/// Under the body: drawn before it.
void draw_background(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame);
/// Around the body. Errc::invalid when the verification URL does not fit the QR code.
Status draw_frame(cairo_t* cairo, const Typesetter& typesetter, const Frame& frame);
/// The marks of one page's body.
void draw_marks(cairo_t* cairo, const Typesetter& typesetter, const Page& page);

}  // namespace madoguchi::gateway
