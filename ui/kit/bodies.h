#pragma once
// The layout of each kind of body. Each draws into the area and notes what does not fit. Private to
// ui/kit.

#include "ui/kit/composer.h"

namespace madoguchi::ui {

void lay_out_body(Composer& composer, const Notice& notice, const Rect& area);
void lay_out_body(Composer& composer, const Menu& menu, const Rect& area);
void lay_out_body(Composer& composer, const PinPad& pad, const Rect& area);
void lay_out_body(Composer& composer, const Form& form, const Rect& area);
void lay_out_body(Composer& composer, const Review& review, const Rect& area);
void lay_out_body(Composer& composer, const Working& working, const Rect& area);
void lay_out_body(Composer& composer, const Checklist& checklist, const Rect& area);
void lay_out_body(Composer& composer, const Rating& rating, const Rect& area);
void lay_out_body(Composer& composer, const Practice& practice, const Rect& area);
void lay_out_body(Composer& composer, const VideoCall& call, const Rect& area);

}  // namespace madoguchi::ui
