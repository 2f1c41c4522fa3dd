#pragma once
// What makes a copy tell on itself: a latent word between two dot screens of the same tone, and
// microtext.

#include <string>

#include <cairo.h>

#include "tools/gateway/document/typesetter.h"

namespace madoguchi::gateway {

/// けん制文字: fills the page (width x height mm) with a light tint in which 複写 is hidden. The
/// word's dots are coarse (50 a inch), those around it fine (150 a inch), both cover one eighth of
/// the paper, so the eye sees one tint; a copier loses the fine dots and keeps the coarse ones, and
/// the word stands out. Width and height are the same in every call.
void draw_latent_word(cairo_t* cairo, const Typesetter& typesetter, double width, double height);

/// A frame of lines of microtext (0.9 pt) that repeats `text`, `inset` mm inside the page.
void draw_microtext_frame(cairo_t* cairo, const Typesetter& typesetter, double width, double height,
                          double inset, const std::string& text);

}  // namespace madoguchi::gateway
