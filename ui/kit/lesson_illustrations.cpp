// The pictures of the lessons' steps, 240 x 180: a telephone, what is on its screen, a finger.
#include "ui/kit/lesson_illustrations.h"

#include <algorithm>
#include <array>

#include "ui/kit/illustration_pieces.h"

namespace madoguchi::ui {
namespace {

using namespace pieces;  // NOLINT: drawn with nothing else

/// A telephone, 84 x 150, about its centre; its screen reaches from (-36, -62) to (36, 56).
constexpr Stroke phone[] = {
    {Ink::navy, 0, "R -42 -75 84 150 13"},
    {Ink::white, 0, "R -36 -62 72 118 4"},
    {Ink::blue_soft, 3, "M -9 -69 H 9"},
    {Ink::blue_soft, 3, "M -12 66 H 12"},
};
constexpr Stroke phone_back[] = {
    {Ink::navy, 0, "R -42 -75 84 150 13"},
    {Ink::blue, 0, "R -38 -71 76 142 10"},
    {Ink::navy, 0, "R -30 -64 24 34 6"},
    {Ink::blue_soft, 0, "O -18 -54 6 O -18 -40 6"},
};

/// A hand whose fingertip is at (0, 0).
constexpr Stroke finger[] = {
    {Ink::skin, 0,
     "M -9 8 C -9 -4 9 -4 9 8 V 40 C 14 33 26 33 28 42 C 34 36 44 40 44 50 V 72 C 44 96 2 98 -6 82 "
     "L -24 54 C -30 44 -18 36 -9 46 Z"},
    {Ink::navy, 2.6,
     "M -9 46 V 8 C -9 -4 9 -4 9 8 V 40 C 14 33 26 33 28 42 C 34 36 44 40 44 50 V 72 C 44 96 2 98 "
     "-6 "
     "82 L -24 54 C -30 44 -18 36 -9 46 Z M 9 40 V 52 M 28 42 V 54"},
    {Ink::blue_mid, 0, "R -4 88 52 26 5"},
};
constexpr Stroke ripple[] = {{Ink::yellow, 4, "O 0 0 15"}, {Ink::yellow, 3, "O 0 0 25"}};
constexpr Stroke left_arrow[] = {{Ink::yellow, 0, "M -34 0 L -12 -18 V -8 H 30 V 8 H -12 V 18 Z"},
                                 {Ink::navy, 2.4, "M -34 0 L -12 -18 V -8 H 30 V 8 H -12 V 18 Z"}};
constexpr Stroke small_clock[] = {{Ink::white, 0, "O 0 0 22"},
                                  {Ink::blue, 4, "O 0 0 22"},
                                  {Ink::yellow, 6, "A 0 0 15 -90 60"},
                                  {Ink::navy, 4, "M 0 -12 V 0 L 8 6"}};

// ---- what is on the screen, about the telephone's centre ----
constexpr Stroke tiles[] = {
    {Ink::blue_soft, 0, "R -28 -50 16 16 4 R 12 -50 16 16 4 R -28 -26 16 16 4 R 12 -26 16 16 4"},
    {Ink::blue_mid, 0, "R -8 -50 16 16 4 R -8 -26 16 16 4"},
    {Ink::green_mid, 0, "R -8 34 16 16 4"},
    {Ink::blue_soft, 0, "R -28 34 16 16 4 R 12 34 16 16 4"}};
constexpr Stroke pages[] = {{Ink::blue_pale, 0, "R -30 -52 28 92 4"},
                            {Ink::blue_soft, 0, "R 4 -52 28 92 4"},
                            {Ink::blue_mid, 4, "M -24 -40 H -8 M -24 -28 H -8 M 10 -40 H 26"},
                            {Ink::blue, 0, "O -6 48 3"},
                            {Ink::blue_soft, 0, "O 6 48 3"}};
constexpr Stroke keys[] = {
    {Ink::blue_soft, 4, "M -24 -36 H 24"},
    {Ink::navy, 4, "M -24 -46 H -6 M 0 -52 V -40"},
    {Ink::grey_pale, 0, "R -36 2 72 54 3"},
    {Ink::blue_mid, 0,
     "R -31 8 14 12 3 R -14 8 14 12 3 R 3 8 14 12 3 R -31 24 14 12 3 R -14 24 14 12 3 R 3 24 14 12 "
     "3 R -14 40 14 12 3"},
    {Ink::yellow, 0, "R 20 8 11 12 3"},
    {Ink::green_mid, 0, "R 20 24 11 28 3"}};
constexpr Stroke back_bar[] = {{Ink::blue_pale, 0, "R -30 -28 60 60 4"},
                               {Ink::blue_mid, 4, "M -20 -14 H 20 M -20 -2 H 20 M -20 10 H 8"},
                               {Ink::yellow, 0, "O -20 -46 13"},
                               {Ink::navy, 4, "M -14 -46 H -27 M -21 -52 L -27 -46 L -21 -40"}};
constexpr Stroke gear[] = {
    {Ink::blue, 9, "M 0 -27 V 27 M -27 0 H 27 M -19 -19 L 19 19 M 19 -19 L -19 19"},
    {Ink::blue, 0, "O 0 0 19"},
    {Ink::white, 0, "O 0 0 8.5"}};
constexpr Stroke letters[] = {{Ink::blue_mid, 4, "M -28 16 L -20 -8 L -12 16 M -25 8 H -15"},
                              {Ink::navy, 6.5, "M -8 16 L 10 -36 L 28 16 M -1 -2 H 21"},
                              {Ink::blue_soft, 5, "M -26 38 H 26"},
                              {Ink::blue, 0, "O 12 38 8"}};
constexpr Stroke side_buttons[] = {{Ink::yellow, 0, "R 40 -44 9 40 4"},
                                   {Ink::navy, 2.4, "R 40 -44 9 40 4 M 40 -24 H 49"}};
constexpr Stroke sound[] = {{Ink::blue, 0, "M -26 -8 H -14 L 2 -22 V 22 L -14 8 H -26 Z"},
                            {Ink::blue_mid, 5, "A 0 0 13 -45 45 A 0 0 24 -45 45"}};
constexpr Stroke wifi[] = {
    {Ink::blue, 7, "A 0 16 17 -135 -45 A 0 16 31 -135 -45 A 0 16 45 -135 -45"},
    {Ink::blue, 0, "O 0 14 6"}};
constexpr Stroke small_lock[] = {{Ink::navy, 7, "M -13 -4 V -16 C -13 -34 13 -34 13 -16 V -4"},
                                 {Ink::blue, 0, "R -22 -6 44 36 6"},
                                 {Ink::white, 0, "O 0 8 5"},
                                 {Ink::white, 4, "M 0 8 V 19"}};
constexpr Stroke renew[] = {{Ink::green, 7, "A 0 0 24 -50 190"},
                            {Ink::green, 0, "M 28 -34 V -10 L 6 -18 Z"}};
constexpr Stroke chat[] = {
    {Ink::blue_pale, 0, "R -36 -62 72 118 4"},
    {Ink::white, 0, "R -30 -54 48 22 9 R -30 6 48 22 9"},
    {Ink::green_mid, 0, "R -16 -24 46 22 9"},
    {Ink::blue_soft, 4, "M -22 -46 H 10 M -22 -40 H -4 M -22 14 H 10 M -22 20 H 0"},
    {Ink::white, 4, "M -8 -13 H 22"}};
constexpr Stroke person_plus[] = {{Ink::blue_mid, 0, "O -6 -18 13 M -30 26 C -30 -8 18 -8 18 26 Z"},
                                  {Ink::green, 7, "M 24 -38 V -16 M 13 -27 H 35"}};
/// A QR code, 60 x 60, about its centre.
constexpr Stroke qr[] = {{Ink::white, 0, "R -34 -34 68 68 4"},
                         {Ink::navy, 0,
                          "R -28 -28 20 20 1 R 8 -28 20 20 1 R -28 8 20 20 1 R -3 -28 6 8 0 R -3 "
                          "-14 6 6 0 R 0 -3 8 6 0 R "
                          "14 -3 6 6 0 R 24 2 4 10 0 R -28 -3 8 6 0 R -14 -3 8 6 0 R 0 10 6 6 0 R "
                          "12 12 8 8 0 R 2 22 6 6 "
                          "0 R 22 20 6 8 0"},
                         {Ink::white, 0, "R -24 -24 12 12 0 R 12 -24 12 12 0 R -24 12 12 12 0"},
                         {Ink::navy, 0, "R -21 -21 6 6 0 R 15 -21 6 6 0 R -21 15 6 6 0"}};
constexpr Stroke finder[] = {
    {Ink::yellow, 5,
     "M -40 -26 V -40 H -26 M 26 -40 H 40 V -26 M 40 26 V 40 H 26 M -26 40 H -40 V 26"}};
constexpr Stroke shield[] = {
    {Ink::green, 0, "M 0 -32 L 26 -22 V 0 C 26 18 12 28 0 34 C -12 28 -26 18 -26 0 V -22 Z"},
    {Ink::white, 7, "M -12 0 L -3 9 L 13 -9"}};
constexpr Stroke menu_below[] = {
    {Ink::blue_pale, 0, "R -36 -62 72 118 4"},
    {Ink::white, 0, "R -30 -54 48 22 9"},
    {Ink::blue_soft, 4, "M -22 -46 H 10 M -22 -40 H -4"},
    {Ink::blue, 0, "R -34 0 21 26 3 R 13 0 21 26 3 R -34 29 21 26 3"},
    {Ink::green_mid, 0, "R -10.5 0 21 26 3"},
    {Ink::blue_mid, 0, "R -10.5 29 21 26 3 R 13 29 21 26 3"},
    {Ink::white, 3,
     "M -29 13 H -18 M -5 13 H 6 M 18 13 H 29 M -29 42 H -18 M -5 42 H 6 M 18 42 H 29"}};
constexpr Stroke form[] = {{Ink::navy, 5, "M -16 -50 H 16"},
                           {Ink::blue_soft, 4, "M -28 -34 H -8 M -28 -6 H -8"},
                           {Ink::blue, 2.6, "R -28 -28 56 14 3 R -28 0 56 14 3"},
                           {Ink::green_mid, 0, "R -20 30 40 16 8"},
                           {Ink::white, 4, "M -8 38 H 8"}};
constexpr Stroke pencil[] = {{Ink::yellow, 0, "M -8 -34 H 8 V 16 L 0 32 L -8 16 Z"},
                             {Ink::navy, 2.4, "M -8 -34 H 8 V 16 L 0 32 L -8 16 Z M -8 16 H 8"},
                             {Ink::pink, 0, "R -8 -40 16 10 3"}};
constexpr Stroke magnifier[] = {{Ink::white, 0, "O 0 0 24"},
                                {Ink::blue, 6, "O 0 0 24"},
                                {Ink::navy, 9, "M 18 18 L 36 36"},
                                {Ink::blue_soft, 4, "M -10 -6 H 10 M -10 4 H 4"}};
constexpr Stroke green_check[] = {{Ink::white, 0, "O 0 0 27"},
                                  {Ink::green, 0, "O 0 0 24"},
                                  {Ink::white, 6, "M -11 0 L -3 8 L 12 -8"}};
constexpr Stroke red_cross[] = {{Ink::white, 0, "O 0 0 27"},
                                {Ink::red, 0, "O 0 0 24"},
                                {Ink::white, 6, "M -9 -9 L 9 9 M 9 -9 L -9 9"}};
constexpr Stroke warning_mark[] = {{Ink::yellow, 0, "M 0 -26 L 28 22 H -28 Z"},
                                   {Ink::navy, 4, "M 0 -26 L 28 22 H -28 Z M 0 -10 V 6"},
                                   {Ink::navy, 0, "O 0 14 3"}};
/// 100 x 96, about its centre.
constexpr Stroke calendar[] = {
    {Ink::white, 0, "R -50 -42 100 90 6"},
    {Ink::blue, 0, "M -50 -36 C -50 -40 -48 -42 -44 -42 H 44 C 48 -42 50 -40 50 -36 V -20 H -50 Z"},
    {Ink::blue_soft, 0,
     "R -42 -12 14 13 2 R -20 -12 14 13 2 R 2 -12 14 13 2 R 24 -12 14 13 2 R -42 7 14 13 2 R 24 7 "
     "14 "
     "13 2 R -42 26 14 13 2 R -20 26 14 13 2 R 2 26 14 13 2"},
    {Ink::yellow, 0, "R 2 7 14 13 2"},
    {Ink::green_mid, 0, "R -20 7 14 13 2"},
    {Ink::navy, 5, "M -26 -50 V -36 M 26 -50 V -36"},
    {Ink::blue, 3, "R -50 -42 100 90 6"}};
constexpr Stroke ticket[] = {
    {Ink::white, 0,
     "M -70 -40 H 70 V -12 C 58 -12 58 12 70 12 V 40 H -70 V 12 C -58 12 -58 -12 -70 -12 Z"},
    {Ink::blue, 3,
     "M -70 -40 H 70 V -12 C 58 -12 58 12 70 12 V 40 H -70 V 12 C -58 12 -58 -12 -70 -12 Z"},
    {Ink::navy, 6, "M 4 -16 H 48"},
    {Ink::blue_soft, 5, "M 4 2 H 48 M 4 18 H 30"}};
constexpr Stroke home[] = {{Ink::white, 0, "M -30 34 V -6 H 30 V 34 Z"},
                           {Ink::blue_mid, 0, "M -42 -2 L 0 -38 L 42 -2 Z"},
                           {Ink::blue_soft, 0, "R -20 4 16 14 2"},
                           {Ink::blue, 0, "R 4 6 16 28 2"}};
constexpr Stroke envelope[] = {{Ink::white, 0, "R -46 -30 92 60 5"},
                               {Ink::blue, 3.4, "R -46 -30 92 60 5 M -44 -26 L 0 8 L 44 -26"}};
constexpr Stroke head[] = {
    {Ink::blue_mid, 0, "M -34 46 C -34 4 34 4 34 46 Z"},
    {Ink::skin, 0, "O 0 -8 22"},
    {Ink::grey, 0, "M -23 -8 C -26 -40 26 -40 23 -8 C 16 -20 -16 -20 -23 -8 Z"},
    {Ink::navy, 0, "O -8 -6 2.4 O 8 -6 2.4"},
    {Ink::navy, 2.4, "M -6 5 C -2 9 2 9 6 5"}};
constexpr Stroke photo[] = {{Ink::white, 0, "R -46 -58 92 112 4"},
                            {Ink::blue, 3.4, "R -46 -58 92 112 4"}};
constexpr Stroke window_light[] = {
    {Ink::yellow, 0, "R -20 -34 40 52 3"},
    {Ink::white, 3, "M 0 -34 V 18 M -20 -8 H 20"},
    {Ink::yellow, 4, "M 30 -24 L 46 -34 M 32 -6 H 50 M 30 10 L 46 20"}};
constexpr Stroke middle_lines[] = {{Ink::green, 2.6, "M 0 -54 V 50 M -42 -8 H 42"}};
constexpr Stroke letter_with_code[] = {
    {Ink::white, 0, "R -42 -56 84 112 4"},
    {Ink::blue, 3, "R -42 -56 84 112 4"},
    {Ink::navy, 5, "M -26 -42 H 26"},
    {Ink::blue_soft, 4, "M -30 -26 H 30 M -30 -14 H 30 M -30 -2 H 10"}};
constexpr Stroke key[] = {{Ink::yellow, 0, "O 0 -22 15"},
                          {Ink::white, 0, "O 0 -24 5"},
                          {Ink::yellow, 8, "M 0 -8 V 30 M 0 18 H 12 M 0 28 H 9"}};
constexpr Stroke apps[] = {
    {Ink::blue_pale, 0, "R -30 -54 60 30 5 R -30 -18 60 30 5 R -30 18 60 30 5"},
    {Ink::blue, 0, "R -26 -50 22 22 5"},
    {Ink::grey_pale, 0, "R -26 -14 22 22 5 R -26 22 22 22 5"},
    {Ink::green, 0, "R 4 -46 22 13 6"},
    {Ink::white, 4, "M -20 -39 L -16 -35 L -9 -43"},
    {Ink::blue_soft, 4, "M 4 -3 H 24 M 4 33 H 24"}};
constexpr Stroke records[] = {
    {Ink::blue_pale, 0, "R -30 -54 60 26 4 R -30 -22 60 26 4 R -30 10 60 26 4"},
    {Ink::red, 4.5, "M -19 -48 V -34 M -26 -41 H -12"},
    {Ink::green, 0, "O -19 -9 8"},
    {Ink::blue, 3, "M -25 16 L -19 23 L -13 16 M -19 23 V 31 M -25 25 H -13"},
    {Ink::blue_mid, 4,
     "M -4 -46 H 22 M -4 -37 H 12 M -4 -14 H 22 M -4 -5 H 12 M -4 18 H 22 M -4 27 H 12"}};
constexpr Stroke coins[] = {{Ink::yellow, 0, "O -14 0 20 O 16 8 20"},
                            {Ink::navy, 2.6, "O -14 0 20 O 16 8 20"},
                            {Ink::navy, 3, "M 9 0 L 16 9 L 23 0 M 16 9 V 19 M 10 11 H 22"}};
constexpr Stroke bar_code[] = {
    {Ink::navy, 3, "M -26 -46 V -22 M -14 -46 V -22 M -8 -46 V -22 M 8 -46 V -22 M 22 -46 V -22"},
    {Ink::navy, 5, "M -20 -46 V -22 M 1 -46 V -22 M 15 -46 V -22"}};
constexpr Stroke till_slip[] = {
    {Ink::white, 0, "M -30 -50 H 30 V 48 L 20 40 L 10 48 L 0 40 L -10 48 L -20 40 L -30 48 Z"},
    {Ink::blue, 3, "M -30 -50 H 30 V 48 L 20 40 L 10 48 L 0 40 L -10 48 L -20 40 L -30 48 Z"},
    {Ink::blue_soft, 4, "M -20 -36 H 20 M -20 -24 H 20 M -20 -12 H 8"},
    {Ink::navy, 4, "M -9 2 L 0 13 L 9 2 M 0 13 V 28 M -8 15 H 8 M -8 22 H 8"}};
constexpr Stroke calling[] = {{Ink::red, 0, "O 0 -22 20"},  {Ink::white, 5, "M 0 -33 V -21"},
                              {Ink::white, 0, "O 0 -12 3"}, {Ink::green, 0, "O -18 36 11"},
                              {Ink::red, 0, "O 18 36 11"},  {Ink::white, 4, "M 12 36 H 24"}};
constexpr Stroke shaking[] = {
    {Ink::blue_mid, 5, "A 0 0 58 -20 20 A 0 0 70 -20 20 A 0 0 58 160 200 A 0 0 70 160 200"}};
constexpr Stroke message[] = {{Ink::blue_pale, 0, "R -30 -50 60 72 8"},
                              {Ink::blue_mid, 4, "M -22 -38 H 22 M -22 -26 H 22 M -22 -14 H 6"},
                              {Ink::blue, 4, "M -22 4 H 20 M -22 10 H 20"}};
constexpr Stroke bin[] = {{Ink::grey, 0, "M -18 -16 H 18 L 14 28 H -14 Z"},
                          {Ink::navy, 4, "M -22 -16 H 22 M -8 -24 H 8 M -6 -6 V 18 M 6 -6 V 18"}};
constexpr Stroke digits_hidden[] = {
    {Ink::blue_pale, 0, "R -30 -36 60 34 6"},
    {Ink::navy, 0, "O -18 -19 4.5 O -6 -19 4.5 O 6 -19 4.5 O 18 -19 4.5"}};
constexpr Stroke handset[] = {{Ink::green, 0, "O 0 0 40"},
                              {Ink::white, 0,
                               "M -16 -22 L -7 -8 L -13 -2 C -10 6 -4 12 4 15 L 10 9 L 23 18 C 23 "
                               "26 17 29 11 28 C -8 22 -20 9 "
                               "-25 -10 C -26 -17 -22 -22 -16 -22 Z"}};
constexpr Stroke two_people[] = {
    {Ink::green_mid, 0, "M -66 60 C -66 6 -10 6 -10 60 Z"},
    {Ink::skin, 0, "O -38 -6 21"},
    {Ink::grey, 0, "M -60 -8 C -62 -36 -14 -36 -16 -8 C -24 -20 -52 -20 -60 -8 Z"},
    {Ink::blue_mid, 0, "M 10 60 C 10 6 66 6 66 60 Z"},
    {Ink::skin, 0, "O 38 -6 21"},
    {Ink::navy, 0, "M 16 -6 C 12 -38 64 -38 60 -6 C 52 -18 24 -18 16 -6 Z"},
    {Ink::navy, 0, "O -45 -4 2.2 O -31 -4 2.2 O 31 -4 2.2 O 45 -4 2.2"},
    {Ink::navy, 2.2, "M -43 5 C -39 9 -36 9 -33 5 M 33 5 C 37 9 40 9 43 5"}};
constexpr Stroke bubble[] = {{Ink::white, 0, "R -24 -18 48 30 12 M -6 8 L 0 24 L 8 8 Z"},
                             {Ink::blue_mid, 4, "M -12 -6 H 12 M -12 2 H 4"}};

constexpr auto illustrations = std::to_array<Drawing>({
    {"touch_tap",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {tiles, 120, 92},
       {ripple, 124, 78},
       {finger, 124, 78, 0.95, -14}}}},
    {"touch_hold",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {tiles, 120, 92},
       {ripple, 120, 78},
       {finger, 120, 78, 0.95, -14},
       {small_clock, 190, 54}}}},
    {"touch_swipe",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {pages, 120, 92},
       {left_arrow, 112, 58},
       {finger, 146, 74, 0.95, -14}}}},
    {"touch_type",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {keys, 120, 92}, {finger, 146, 112, 0.75, -18}}}},
    {"touch_back",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {back_bar, 120, 92}, {finger, 106, 58, 0.85, -24}}}},
    {"phone_settings",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {gear, 120, 84}, {finger, 130, 96, 0.8, -16}}}},
    {"phone_letters", 240, 180, {{{backdrop}, {phone, 120, 92}, {letters, 120, 88}}}},
    {"phone_buttons",
     240,
     180,
     {{{backdrop}, {phone, 100, 92}, {side_buttons, 100, 92}, {sound, 184, 60}}}},
    {"phone_wifi", 240, 180, {{{backdrop}, {phone, 120, 92}, {wifi, 120, 92, 0.75}}}},
    {"phone_lock", 240, 180, {{{backdrop}, {phone, 120, 92}, {small_lock, 120, 88}}}},
    {"phone_update", 240, 180, {{{backdrop}, {phone, 120, 92}, {renew, 120, 86}}}},
    {"line_chat",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {chat, 120, 92}, {city_hall, 196, 160, 0.6}}}},
    {"line_add",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {person_plus, 116, 88}, {finger, 146, 66, 0.8, -14}}}},
    {"line_qr",
     240,
     180,
     {{{backdrop},
       {letter_with_code, 72, 96},
       {qr, 82, 124, 0.62},
       {phone, 162, 88, 0.9},
       {qr, 162, 82, 0.6},
       {finder, 162, 82, 0.7}}}},
    {"line_shield",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {shield, 120, 78}, {finger, 128, 124, 0.6, -14}}}},
    {"line_menu",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {menu_below, 120, 92}, {finger, 146, 114, 0.75, -14}}}},
    {"form_home",
     240,
     180,
     {{{backdrop}, {home, 62, 116, 1.05}, {phone, 150, 92, 0.9}, {form, 150, 92, 0.9}}}},
    {"form_search",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {form, 120, 92}, {magnifier, 170, 74, 1.1}}}},
    {"form_prepare", 240, 180, {{{backdrop}, {envelope, 82, 74, 0.9}, {card, 156, 120, 1.05, -6}}}},
    {"form_phone",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {form, 120, 92}, {pencil, 170, 76, 1, 24}}}},
    {"form_done",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {form, 120, 92}, {green_check, 168, 60}}}},
    {"calendar", 240, 180, {{{backdrop}, {calendar, 120, 90, 1.2}}}},
    {"calendar_phone",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {calendar, 120, 86, 0.66}, {finger, 128, 98, 0.8, -14}}}},
    {"calendar_cancel", 240, 180, {{{backdrop}, {calendar, 112, 92, 1.15}, {red_cross, 178, 54}}}},
    {"ticket", 240, 180, {{{backdrop}, {ticket, 120, 90, 1.05, -4}, {qr, 82, 92, 0.66, -4}}}},
    {"portal",
     240,
     180,
     {{{backdrop}, {phone, 94, 92}, {head, 94, 84, 0.8}, {key, 172, 84, 1.2, 20}}}},
    {"card_pin", 240, 180, {{{backdrop}, {card, 106, 84, 1.5, -4}, {small_lock, 178, 124}}}},
    {"app_shop",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {apps, 120, 92}, {green_check, 172, 52, 0.8}}}},
    {"card_phone",
     240,
     180,
     {{{backdrop}, {card, 150, 112, 1.2, -10}, {phone_back, 96, 88}, {waves, 150, 62, 0.9}}}},
    {"portal_records", 240, 180, {{{backdrop}, {phone, 120, 92}, {records, 120, 92}}}},
    {"application_letter",
     240,
     180,
     {{{backdrop}, {letter_with_code, 120, 90, 1.25}, {qr, 132, 124, 0.72}}}},
    {"photo_frame", 240, 180, {{{backdrop}, {window_light, 66, 80, 1.1}, {head, 150, 96, 1.25}}}},
    {"photo_straight",
     240,
     180,
     {{{backdrop}, {photo, 120, 92, 1.25}, {head, 120, 100, 1.1}, {middle_lines, 120, 92, 1.2}}}},
    {"photo_check",
     240,
     180,
     {{{backdrop}, {photo, 106, 92, 1.25}, {head, 106, 100, 1.1}, {green_check, 180, 60}}}},
    {"mail",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {envelope, 120, 62, 0.6},
       {head, 120, 112, 0.7},
       {green_check, 174, 58, 0.8}}}},
    {"card_ready",
     240,
     180,
     {{{backdrop},
       {city_hall, 84, 146, 1.0},
       {card, 162, 110, 1.0, -8},
       {green_check, 196, 62, 0.8}}}},
    {"pay_kinds",
     240,
     180,
     {{{backdrop},
       {card, 74, 96, 0.95, -10},
       {phone, 162, 84, 0.8},
       {bar_code, 162, 96, 0.8},
       {coins, 108, 148, 0.7}}}},
    {"pay_code",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {bar_code, 120, 92}, {qr, 120, 106, 0.7}}}},
    {"pay_receipt",
     240,
     180,
     {{{backdrop}, {phone, 86, 92, 0.9}, {till_slip, 164, 92, 1.05}, {coins, 86, 84, 0.8}}}},
    {"pay_lost",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {small_lock, 120, 86}, {red_cross, 172, 54}}}},
    {"scam_call",
     240,
     180,
     {{{backdrop},
       {shaking, 120, 92},
       {phone, 120, 92},
       {calling, 120, 88},
       {warning_mark, 186, 46, 0.8}}}},
    {"scam_message",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {message, 120, 92},
       {warning_mark, 176, 50},
       {bin, 182, 136, 0.9}}}},
    {"scam_screen",
     240,
     180,
     {{{backdrop},
       {phone, 120, 92},
       {warning_mark, 120, 74},
       {red_cross, 166, 38, 0.7},
       {digits_hidden, 120, 142, 0.8}}}},
    {"scam_code",
     240,
     180,
     {{{backdrop}, {phone, 120, 92}, {digits_hidden, 120, 86}, {shield, 172, 120, 0.9}}}},
    {"ask_phone", 240, 180, {{{backdrop}, {handset, 96, 92, 1.3}, {bubble, 182, 64, 1.3}}}},
    {"family", 240, 180, {{{backdrop}, {two_people, 120, 98, 1.1}, {bubble, 120, 42}}}},
});

}  // namespace

std::span<const Drawing> lesson_illustrations() { return illustrations; }

const Drawing* find_lesson_illustration(std::string_view name) {
  const auto found = std::ranges::find(illustrations, name, &Drawing::name);
  return found == illustrations.end() ? nullptr : &*found;
}

}  // namespace madoguchi::ui
