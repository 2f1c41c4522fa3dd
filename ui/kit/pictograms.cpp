// The small signs, 48 x 48, drawn with lines 3 wide in the colour of their control.
#include <algorithm>
#include <array>

#include "ui/kit/drawing.h"

namespace madoguchi::ui {
namespace {

constexpr Stroke arrow_left[] = {{Ink::line, 4, "M 40 24 H 9 M 21 11 L 8 24 L 21 37"}};
constexpr Stroke arrow_right[] = {{Ink::line, 4, "M 8 24 H 39 M 27 11 L 40 24 L 27 37"}};
constexpr Stroke chevron_right[] = {{Ink::line, 4, "M 18 10 L 32 24 L 18 38"}};
constexpr Stroke check[] = {{Ink::line, 5, "M 9 25 L 20 36 L 39 13"}};
constexpr Stroke cross[] = {{Ink::line, 4, "M 12 12 L 36 36 M 36 12 L 12 36"}};
constexpr Stroke plus[] = {{Ink::line, 5, "M 24 9 V 39 M 9 24 H 39"}};
constexpr Stroke minus[] = {{Ink::line, 5, "M 9 24 H 39"}};
constexpr Stroke backspace[] = {{Ink::line, 3, "M 17 10 H 42 V 38 H 17 L 5 24 Z"},
                                {Ink::line, 3, "M 23 18 L 35 30 M 35 18 L 23 30"}};
constexpr Stroke pencil[] = {
    {Ink::soft, 0, "M 9 39 L 12 29 L 33 8 L 40 15 L 19 36 Z"},
    {Ink::line, 3, "M 9 39 L 12 29 L 33 8 L 40 15 L 19 36 Z M 28 13 L 35 20"}};
constexpr Stroke info[] = {{Ink::line, 0, "O 24 24 20"},
                           {Ink::white, 4.5, "M 24 22 V 34"},
                           {Ink::white, 0, "O 24 14.5 3"}};
constexpr Stroke success[] = {{Ink::line, 0, "O 24 24 20"},
                              {Ink::white, 4.5, "M 14 25 L 21.5 32.5 L 34 17"}};
constexpr Stroke failed[] = {{Ink::line, 0, "O 24 24 20"},
                             {Ink::white, 4.5, "M 17 17 L 31 31 M 31 17 L 17 31"}};
constexpr Stroke error[] = {{Ink::line, 0, "M 16 4 H 32 L 44 16 V 32 L 32 44 H 16 L 4 32 V 16 Z"},
                            {Ink::white, 4.5, "M 24 13 V 26"},
                            {Ink::white, 0, "O 24 34 3"}};
constexpr Stroke warning[] = {{Ink::yellow, 0, "M 24 6 L 44 41 H 4 Z"},
                              {Ink::line, 3, "M 24 6 L 44 41 H 4 Z"},
                              {Ink::line, 4, "M 24 18 V 28"},
                              {Ink::line, 0, "O 24 34.5 2.6"}};
constexpr Stroke clock[] = {{Ink::soft, 0, "O 24 24 19"},
                            {Ink::line, 3, "O 24 24 19"},
                            {Ink::line, 3.5, "M 24 13 V 24 L 32 29"}};
constexpr Stroke globe[] = {
    {Ink::line, 2.6, "O 24 24 18 M 6 24 H 42 M 24 6 C 14 14 14 34 24 42 C 34 34 34 14 24 6"}};
constexpr Stroke yen_coin[] = {
    {Ink::soft, 0, "O 24 24 18"},
    {Ink::line, 3, "O 24 24 18"},
    {Ink::line, 3, "M 16 13 L 24 23 L 32 13 M 24 23 V 36 M 17 25 H 31 M 17 30 H 31"}};
constexpr Stroke running[] = {{Ink::soft, 5, "O 24 24 17"}, {Ink::line, 5, "A 24 24 17 -90 60"}};
constexpr Stroke person[] = {{Ink::soft, 0, "O 24 15 8 M 8 42 C 8 22 40 22 40 42 Z"},
                             {Ink::line, 3, "O 24 15 8 M 8 42 C 8 22 40 22 40 42 Z"}};
// Two people side by side, one of them with the heart of a volunteer.
constexpr Stroke helper[] = {{Ink::soft, 0, "O 15 16 7 M 2 42 C 2 23 28 23 28 42 Z"},
                             {Ink::line, 2.8, "O 15 16 7 M 2 42 C 2 23 28 23 28 42 Z"},
                             {Ink::line, 2.8, "O 34 18 6 M 32 28.5 C 40 26 46 32 46 42 H 33"},
                             {Ink::line, 0,
                              "M 15 39 C 9 35 8 32 10 30.5 C 12 29 14 30 15 32 C 16 30 18 29 20 "
                              "30.5 C 22 32 21 35 15 39 Z"}};
constexpr Stroke pointing_hand[] = {
    {Ink::soft, 0,
     "M 8 8 C 10 5 13 5 15 8 L 23 18 C 25 16 27 16 29 18 C 31 17 33 18 34 20 C 37 19 38 21 39 23 L "
     "43 30 "
     "C 45 35 41 43 33 44 C 28 45 24 43 20 41 L 11 36 C 8 34 10 30 13 31 L 19 32 Z"},
    {Ink::line, 3,
     "M 8 8 C 10 5 13 5 15 8 L 23 18 C 25 16 27 16 29 18 C 31 17 33 18 34 20 C 37 19 38 21 39 23 L "
     "43 30 "
     "C 45 35 41 43 33 44 C 28 45 24 43 20 41 L 11 36 C 8 34 10 30 13 31 L 19 32 Z"}};

// A sheet with a folded corner: every certificate begins with it.
constexpr Stroke sheet[] = {{Ink::white, 0, "M 10 4 H 30 L 39 13 V 44 H 10 Z"},
                            {Ink::soft, 0, "M 30 4 L 39 13 H 30 Z"},
                            {Ink::line, 2.8, "M 10 4 H 30 L 39 13 V 44 H 10 Z M 30 4 V 13 H 39"}};
constexpr Stroke certificate_lines[] = {{Ink::line, 2.6, "M 17 20 H 32 M 17 27 H 32 M 17 34 H 23"},
                                        {Ink::soft, 0, "O 31 36 5.5"},
                                        {Ink::line, 2.4, "O 31 36 5.5"}};
constexpr Stroke house_on_sheet[] = {
    {Ink::soft, 0, "M 16 27 L 24.5 19 L 33 27 V 37 H 16 Z"},
    {Ink::line, 2.6, "M 14 28.5 L 24.5 18.5 L 35 28.5 M 17 27 V 37 H 32 V 27 M 24.5 37 V 31"}};
constexpr Stroke list_on_sheet[] = {{Ink::line, 2.6, "M 23 21 H 32 M 23 29 H 32 M 23 37 H 32"},
                                    {Ink::line, 2.4,
                                     "M 14.5 20.5 L 16.5 22.5 L 19.5 18.5 M 14.5 28.5 L 16.5 30.5 "
                                     "L 19.5 26.5 M 14.5 36.5 L 16.5 38.5 L 19.5 34.5"}};
constexpr Stroke seal[] = {{Ink::soft, 0, "R 17 3 14 18 5"},
                           {Ink::line, 2.8, "M 20 21 C 20 25 15 26 13 31 H 35 C 33 26 28 25 28 21"},
                           {Ink::line, 2.8, "R 17 3 14 18 5"},
                           {Ink::line, 2.8, "M 9 31 H 39 V 37 H 9 Z"},
                           {Ink::line, 2.8, "M 14 44 H 34"}};
constexpr Stroke yen_on_sheet[] = {
    {Ink::line, 2.8, "M 18 18 L 24.5 26 L 31 18 M 24.5 26 V 38 M 18.5 28 H 30.5 M 18.5 33 H 30.5"}};
constexpr Stroke family_on_sheet[] = {
    {Ink::soft, 0, "O 20 22 3.6 O 30 23 3 M 13.5 36 C 13.5 26 26.5 26 26.5 36 Z"},
    {Ink::line, 2.4, "O 20 22 3.6 M 13.5 36 C 13.5 26 26.5 26 26.5 36 Z"},
    {Ink::line, 2.4, "O 30 24 3 M 29 30 C 33.5 29.5 35 33 35 36 H 30"}};
constexpr Stroke tree_on_sheet[] = {
    {Ink::soft, 0, "R 20 17 9 6.5 1.5 R 14 31 8 6.5 1.5 R 27 31 8 6.5 1.5"},
    {Ink::line, 2.4,
     "R 20 17 9 6.5 1.5 R 14 31 8 6.5 1.5 R 27 31 8 6.5 1.5 M 24.5 23.5 V 27.5 M 18 31 V 27.5 H 31 "
     "V 31"}};
constexpr Stroke guide[] = {
    {Ink::soft, 0, "M 24 12 C 19 8 12 7 6 8 V 38 C 12 37 19 38 24 42 Z"},
    {Ink::line, 2.8,
     "M 24 12 C 19 8 12 7 6 8 V 38 C 12 37 19 38 24 42 C 29 38 36 37 42 38 V 8 C 36 7 29 8 24 12 Z "
     "M 24 12 V 42"},
    {Ink::line, 2.6, "M 30 19 C 32 18 34 17.6 36 17.6 M 30 27 C 32 26 34 25.6 36 25.6"}};
constexpr Stroke card[] = {{Ink::white, 0, "R 4 10 40 28 4"},
                           {Ink::line, 2.8, "R 4 10 40 28 4"},
                           {Ink::soft, 0, "R 9 17 9 8 1.5"},
                           {Ink::line, 2.4, "R 9 17 9 8 1.5 M 24 19 H 37 M 24 26 H 33"}};
constexpr Stroke printer[] = {{Ink::soft, 0, "R 5 17 38 19 3"},
                              {Ink::line, 2.8,
                               "M 13 17 V 6 H 35 V 17 M 13 36 H 8 C 6 36 5 35 5 33 V 20 C 5 18 6 "
                               "17 8 17 H 40 C 42 17 43 18 43 20 V 33 C 43 35 42 36 40 36 H 35"},
                              {Ink::white, 0, "M 13 29 H 35 V 43 H 13 Z"},
                              {Ink::line, 2.8, "M 13 29 H 35 V 43 H 13 Z M 19 36 H 29"}};
constexpr Stroke phone[] = {{Ink::soft, 0,
                             "M 14 6 L 20 16 L 15 20 C 18 27 22 31 28 34 L 32 29 L 42 35 C 41 41 "
                             "37 44 32 42 C 18 37 10 28 6 15 C 5 10 9 6 14 6 Z"},
                            {Ink::line, 2.8,
                             "M 14 6 L 20 16 L 15 20 C 18 27 22 31 28 34 L 32 29 L 42 35 C 41 41 "
                             "37 44 32 42 C 18 37 10 28 6 15 C 5 10 9 6 14 6 Z"}};

// Faces: from 1 (bad) to 5 (good); mouth and eyes both change, so that colour is not needed.
constexpr Stroke face[] = {{Ink::soft, 0, "O 24 24 20"}, {Ink::line, 2.6, "O 24 24 20"}};
constexpr Stroke face_1[] = {
    {Ink::line, 3, "M 13 18 L 19 15.5 M 35 18 L 29 15.5 M 15 36 C 19 27.5 29 27.5 33 36"},
    {Ink::line, 0, "O 17.5 22.5 2.4 O 30.5 22.5 2.4"}};
constexpr Stroke face_2[] = {{Ink::line, 0, "O 17 20 2.5 O 31 20 2.5"},
                             {Ink::line, 3, "M 16 33 C 20 29.5 28 29.5 32 33"}};
constexpr Stroke face_3[] = {{Ink::line, 0, "O 17 20 2.5 O 31 20 2.5"},
                             {Ink::line, 3, "M 16 31 H 32"}};
constexpr Stroke face_4[] = {{Ink::line, 0, "O 17 20 2.5 O 31 20 2.5"},
                             {Ink::line, 3, "M 15 29 C 19 34.5 29 34.5 33 29"}};
constexpr Stroke face_5[] = {
    {Ink::line, 3, "M 13 21 C 14.5 17 19 17 20.5 21 M 27.5 21 C 29 17 33.5 17 35 21"},
    {Ink::line, 0, "M 13.5 27 H 34.5 C 34 40 14 40 13.5 27 Z"}};

/// Two leaves and a ring: the mark beside the city's name.
constexpr Stroke emblem[] = {
    {Ink::blue, 0, "O 24 24 22"},
    {Ink::white, 0, "M 24 39 C 8 33 10 16 11 11 C 19 14 25 22 24 39 Z"},
    {Ink::green_soft, 0, "M 24 39 C 40 33 38 16 37 11 C 29 14 23 22 24 39 Z"}};

// The topics of the lessons.
constexpr Stroke smartphone[] = {{Ink::soft, 0, "R 13 4 22 40 4"},
                                 {Ink::line, 3, "R 13 4 22 40 4"},
                                 {Ink::line, 3, "M 22 38 H 26"}};
constexpr Stroke tap_on_phone[] = {{Ink::line, 2.6, "O 24 19 5 O 24 19 0.6"}};
constexpr Stroke gear_on_phone[] = {
    {Ink::line, 3, "M 24 12 V 28 M 16 20 H 32 M 18.5 14.5 L 29.5 25.5 M 29.5 14.5 L 18.5 25.5"},
    {Ink::white, 0, "O 24 20 2.4"}};
constexpr Stroke bubbles[] = {
    {Ink::soft, 0, "R 4 8 30 20 8 M 12 26 L 12 35 L 22 27 Z"},
    {Ink::line, 3,
     "M 12 8 H 26 C 31 8 34 11 34 16 V 20 C 34 25 31 28 26 28 H 20 L 12 35 V 28 C 7 27 4 25 4 20 V "
     "16 C 4 11 7 8 12 8 Z"},
    {Ink::line, 3, "M 39 18 C 43 20 44 23 44 27 C 44 32 42 34 38 35 V 42 L 31 36 H 26"}};
constexpr Stroke form_lines[] = {{Ink::line, 2.6, "R 15 16 18 7 1.5"},
                                 {Ink::line, 3, "M 16 30 L 21 35 L 31 27"}};
constexpr Stroke calendar[] = {{Ink::soft, 0, "R 6 10 36 32 4"},
                               {Ink::line, 3, "R 6 10 36 32 4 M 6 19 H 42 M 15 5 V 13 M 33 5 V 13"},
                               {Ink::line, 3, "M 17 30 L 22 35 L 32 25"}};
constexpr Stroke key_and_person[] = {
    {Ink::soft, 0, "O 17 15 8 M 3 42 C 3 22 31 22 31 42 Z"},
    {Ink::line, 3, "O 17 15 8 M 3 42 C 3 22 31 22 31 42 Z"},
    {Ink::line, 3, "O 38 14 5 M 38 19 V 34 M 38 28 H 43 M 38 33 H 42"}};
constexpr Stroke camera[] = {{Ink::soft, 0, "R 5 14 38 27 5"},
                             {Ink::line, 3,
                              "M 10 14 H 15 L 18 8 H 30 L 33 14 H 38 C 41 14 43 16 43 19 V 36 C 43 "
                              "39 41 41 38 41 H 10 C 7 41 5 39 5 36 V 19 C 5 16 7 14 10 14 Z"},
                             {Ink::line, 3, "O 24 27 8"}};
// Of a consultation by video.
constexpr Stroke video_camera[] = {{Ink::soft, 0, "R 3 13 28 24 4"},
                                   {Ink::line, 3, "R 3 13 28 24 4 M 31 22 L 44 15 V 35 L 31 28"}};
constexpr Stroke microphone[] = {
    {Ink::soft, 0, "R 17 4 14 24 7"},
    {Ink::line, 3, "R 17 4 14 24 7 M 10 22 C 10 39 38 39 38 22 M 24 35 V 44 M 16 44 H 32"}};
constexpr Stroke slash[] = {{Ink::white, 8, "M 6 6 L 42 42"}, {Ink::line, 4, "M 6 6 L 42 42"}};
constexpr Stroke keyboard[] = {
    {Ink::soft, 0, "R 3 11 42 27 4"},
    {Ink::line, 3, "R 3 11 42 27 4 M 15 31 H 33"},
    {Ink::line, 3.4,
     "M 10 19 H 13 M 18 19 H 21 M 26 19 H 29 M 34 19 H 38 M 10 25 H 13 M 18 25 H 21 "
     "M 26 25 H 29 M 34 25 H 38"}};
constexpr Stroke door[] = {{Ink::soft, 0, "R 12 4 24 40 2"},
                           {Ink::line, 3, "R 12 4 24 40 2 M 5 44 H 43"},
                           {Ink::line, 0, "O 31 25 2.4"}};
constexpr Stroke scales[] = {
    {Ink::line, 3, "M 24 6 V 42 M 14 42 H 34 M 8 12 H 40"},
    {Ink::soft, 0, "M 3 26 H 17 C 17 33 3 33 3 26 Z M 31 26 H 45 C 45 33 31 33 31 26 Z"},
    {Ink::line, 2.6,
     "M 10 12 L 3 26 H 17 Z M 38 12 L 31 26 H 45 Z M 3 26 C 3 33 17 33 17 26 M 31 26 "
     "C 31 33 45 33 45 26"}};
constexpr Stroke cross_of_care[] = {{Ink::soft, 0, "R 5 5 38 38 8"},
                                    {Ink::line, 3, "R 5 5 38 38 8"},
                                    {Ink::line, 6, "M 24 13 V 35 M 13 24 H 35"}};
constexpr Stroke heart[] = {
    {Ink::soft, 0,
     "M 24 42 C 6 29 3 20 8 12 C 13 5 21 7 24 15 C 27 7 35 5 40 12 C 45 20 42 29 24 42 Z"},
    {Ink::line, 3,
     "M 24 42 C 6 29 3 20 8 12 C 13 5 21 7 24 15 C 27 7 35 5 40 12 C 45 20 42 29 24 42 Z"}};
constexpr Stroke shield[] = {
    {Ink::soft, 0, "M 24 5 L 40 11 V 24 C 40 34 32 41 24 44 C 16 41 8 34 8 24 V 11 Z"},
    {Ink::line, 3, "M 24 5 L 40 11 V 24 C 40 34 32 41 24 44 C 16 41 8 34 8 24 V 11 Z M 24 14 V 27"},
    {Ink::line, 0, "O 24 34 2.4"}};

constexpr auto pictograms = std::to_array<Drawing>({
    {"arrow_left", 48, 48, {{{arrow_left}}}},
    {"arrow_right", 48, 48, {{{arrow_right}}}},
    {"chevron_right", 48, 48, {{{chevron_right}}}},
    {"check", 48, 48, {{{check}}}},
    {"cross", 48, 48, {{{cross}}}},
    {"plus", 48, 48, {{{plus}}}},
    {"minus", 48, 48, {{{minus}}}},
    {"backspace", 48, 48, {{{backspace}}}},
    {"pencil", 48, 48, {{{pencil}}}},
    {"info", 48, 48, {{{info}}}},
    {"success", 48, 48, {{{success}}}},
    {"failed", 48, 48, {{{failed}}}},
    {"error", 48, 48, {{{error}}}},
    {"warning", 48, 48, {{{warning}}}},
    {"running", 48, 48, {{{running}}}},
    {"clock", 48, 48, {{{clock}}}},
    {"globe", 48, 48, {{{globe}}}},
    {"yen", 48, 48, {{{yen_coin}}}},
    {"person", 48, 48, {{{person}}}},
    {"helper", 48, 48, {{{helper}}}},
    {"pointing_hand", 48, 48, {{{pointing_hand}}}},
    {"card", 48, 48, {{{card}}}},
    {"printer", 48, 48, {{{printer}}}},
    {"phone", 48, 48, {{{phone}}}},
    {"guide", 48, 48, {{{guide}}}},
    {"emblem", 48, 48, {{{emblem}}}},
    {"smartphone", 48, 48, {{{smartphone}, {tap_on_phone}}}},
    {"topic.touch_basics", 48, 48, {{{pointing_hand}}}},
    {"topic.smartphone", 48, 48, {{{smartphone}, {gear_on_phone}}}},
    {"topic.line_friend", 48, 48, {{{bubbles}}}},
    {"topic.online_application", 48, 48, {{{sheet}, {form_lines}}}},
    {"topic.online_reservation", 48, 48, {{{calendar}}}},
    {"topic.mynaportal", 48, 48, {{{key_and_person}}}},
    {"topic.card_application", 48, 48, {{{camera}}}},
    {"topic.cashless", 48, 48, {{{yen_coin}}}},
    {"topic.fraud", 48, 48, {{{shield}}}},
    {"topic.certificate", 48, 48, {{{sheet}, {certificate_lines}}}},
    {"topic.other", 48, 48, {{{guide}}}},
    {"camera", 48, 48, {{{video_camera}}}},
    {"camera_off", 48, 48, {{{video_camera}, {slash}}}},
    {"microphone", 48, 48, {{{microphone}}}},
    {"microphone_off", 48, 48, {{{microphone}, {slash}}}},
    {"keyboard", 48, 48, {{{keyboard}}}},
    {"door", 48, 48, {{{door}}}},
    {"consult.general", 48, 48, {{{person}}}},
    {"consult.interpreter", 48, 48, {{{globe}}}},
    {"consult.welfare", 48, 48, {{{heart}}}},
    {"consult.disability", 48, 48, {{{helper}}}},
    {"consult.lawyer", 48, 48, {{{scales}}}},
    {"consult.doctor", 48, 48, {{{cross_of_care}}}},
    {"certificate", 48, 48, {{{sheet}, {certificate_lines}}}},
    {"kind.residence", 48, 48, {{{sheet}, {house_on_sheet}}}},
    {"kind.residence_matter", 48, 48, {{{sheet}, {list_on_sheet}}}},
    {"kind.seal", 48, 48, {{{seal}}}},
    {"kind.tax", 48, 48, {{{sheet}, {yen_on_sheet}}}},
    {"kind.family_address", 48, 48, {{{sheet}, {tree_on_sheet}}}},
    {"kind.family_register", 48, 48, {{{sheet}, {family_on_sheet}}}},
    {"face.1", 48, 48, {{{face}, {face_1}}}},
    {"face.2", 48, 48, {{{face}, {face_2}}}},
    {"face.3", 48, 48, {{{face}, {face_3}}}},
    {"face.4", 48, 48, {{{face}, {face_4}}}},
    {"face.5", 48, 48, {{{face}, {face_5}}}},
});

}  // namespace

const Drawing* find_pictogram(std::string_view name) {
  const auto found = std::ranges::find(pictograms, name, &Drawing::name);
  return found == pictograms.end() ? nullptr : &*found;
}

std::vector<std::string_view> pictogram_names() {
  std::vector<std::string_view> names;
  for (const Drawing& drawing : pictograms) names.push_back(drawing.name);
  return names;
}

}  // namespace madoguchi::ui
