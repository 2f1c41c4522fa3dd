#pragma once
// A screen is data: what the resident is told and asked, without a pixel. A visit shows a Screen
// and awaits an Intent; the SDL window draws it, later the voice speaks it and the helper's browser
// mirrors it (without private parts).

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/message/codec.h"
#include "firmware/message/text.h"

namespace madoguchi {

/// What a control is for. Views choose shape, side and colour by it, never by the id.
enum class Role {
  choice,     ///< one of several things to choose (a tile or a row)
  primary,    ///< the way forward; at most one a screen; bottom right
  secondary,  ///< another way that is not backwards
  back,       ///< one step back, keeps everything entered; bottom left
  cancel,     ///< ends the visit without a charge
  digit,      ///< a key of the PIN pad
  erase,      ///< takes back the last digit
  toggle,     ///< on or off; `selected` says which
  less,       ///< one fewer (stepper)
  more,       ///< one more (stepper)
  change,     ///< change this line of a review
  language,   ///< switches the language; label is the language's own name
  text_size,  ///< switches the text size
  rating,     ///< one of the satisfaction faces; `icon` says which
  end_help,   ///< the resident ends somebody's help
  practice,   ///< what the finger practises on
  letter,     ///< a key of a keyboard
};
MADOGUCHI_ENUM(Role, choice, primary, secondary, back, cancel, digit, erase, toggle, less, more,
               change, language, text_size, rating, end_help, practice, letter)

struct Control {
  std::string id;  ///< unique on the screen, stable, in English: "pay", "kind.residence", "digit.7"
  Role role = Role::choice;
  Text label;
  std::optional<Text> note;  ///< a second, smaller line: what it is for, what it costs
  std::string icon;          ///< name of a pictogram of ui/kit, empty for none
  bool enabled = true;       ///< a disabled control is drawn grey, its note says why
  bool selected = false;

  bool operator==(const Control&) const = default;
};
MADOGUCHI_DESCRIBE(Control, id, role, label, note, icon, enabled, selected)

/// A few large tiles (services, kinds) or, with one column, rows.
struct Menu {
  static constexpr std::string_view tag = "menu";
  std::vector<Control> items;
  std::int32_t columns = 2;
  bool operator==(const Menu&) const = default;
};
MADOGUCHI_DESCRIBE(Menu, items, columns)

/// A picture and a few lines: place the card, an error, a goodbye.
struct Notice {
  static constexpr std::string_view tag = "notice";
  std::string picture;  ///< "place_card", "remove_card", "closed", "warning", "error", "printer",
                        ///< "thanks" ...
  std::vector<Text> lines;               ///< what to do, one sentence each
  std::optional<Text> reassurance;       ///< set apart: what was not charged
  std::string code;                      ///< "E-PAY-02" for staff; empty for none
  std::optional<std::string> link = {};  ///< shown as a QR code in the picture's place; public
  bool operator==(const Notice&) const = default;
};
MADOGUCHI_DESCRIBE(Notice, picture, lines, reassurance, code, link)

/// Four digits of a PIN. The view never knows the digits: each press is its own Intent.
struct PinPad {
  static constexpr std::string_view tag = "pin_pad";
  std::vector<Control> keys;  ///< ten digits and one erase, in the order of the pad
  std::int32_t entered = 0;
  std::int32_t length = 4;
  std::int32_t tries_left = 0;
  bool operator==(const PinPad&) const = default;
};
MADOGUCHI_DESCRIBE(PinPad, keys, entered, length, tries_left)

/// One question of a form: toggles, choices, or a stepper (less, value, more).
struct Field {
  std::string id;
  Text label;
  std::optional<Text> note;
  std::optional<Text> value;  ///< shown between less and more
  std::vector<Control> controls;
  bool operator==(const Field&) const = default;
};
MADOGUCHI_DESCRIBE(Field, id, label, note, value, controls)

struct Form {
  static constexpr std::string_view tag = "form";
  std::vector<Field> fields;
  bool operator==(const Form&) const = default;
};
MADOGUCHI_DESCRIBE(Form, fields)

/// What will be done, line by line, before it is done.
struct ReviewRow {
  Text label;
  std::vector<Text> values;
  std::optional<Control> change;
  bool operator==(const ReviewRow&) const = default;
};
MADOGUCHI_DESCRIBE(ReviewRow, label, values, change)

struct Review {
  static constexpr std::string_view tag = "review";
  std::vector<ReviewRow> rows;
  Text total_label;
  Text total;
  std::optional<Text> total_note;  ///< such as the discount
  bool operator==(const Review&) const = default;
};
MADOGUCHI_DESCRIBE(Review, rows, total_label, total, total_note)

/// The machine works and says at what.
enum class StageState { waiting, running, done, failed };
MADOGUCHI_ENUM(StageState, waiting, running, done, failed)
struct Stage {
  Text label;
  StageState state = StageState::waiting;
  bool operator==(const Stage&) const = default;
};
MADOGUCHI_DESCRIBE(Stage, label, state)

struct Working {
  static constexpr std::string_view tag = "working";
  std::string picture;
  std::vector<Stage> stages;
  std::optional<Text> patience;  ///< an honest waiting time
  bool operator==(const Working&) const = default;
};
MADOGUCHI_DESCRIBE(Working, picture, stages, patience)

/// Things to take along.
struct ChecklistItem {
  Text label;
  std::string picture;
  bool done = false;
  bool operator==(const ChecklistItem&) const = default;
};
MADOGUCHI_DESCRIBE(ChecklistItem, label, picture, done)

struct Checklist {
  static constexpr std::string_view tag = "checklist";
  std::vector<ChecklistItem> items;
  bool operator==(const Checklist&) const = default;
};
MADOGUCHI_DESCRIBE(Checklist, items)

/// Satisfaction by one tap.
struct Rating {
  static constexpr std::string_view tag = "rating";
  std::vector<Control> faces;
  bool operator==(const Rating&) const = default;
};
MADOGUCHI_DESCRIBE(Rating, faces)

/// What a finger practises (adr/0018). Nothing can go wrong: the view watches the finger, presses
/// the target when it went well, and else one of the misses.
enum class PracticeKind {
  tap,    ///< one short touch on the target
  hold,   ///< a touch that stays
  swipe,  ///< the target is a card that is pushed off to the left
  type,   ///< a word on a keyboard
};
MADOGUCHI_ENUM(PracticeKind, tap, hold, swipe, type)

/// What the finger did instead; a miss is pressed as "practice.<name>".
enum class PracticeMiss {
  missed,     ///< began beside the target
  slid_off,   ///< left it, or wandered
  too_long,   ///< stayed too long
  too_short,  ///< went too early, or not far enough
  crooked,    ///< up, down or the other way
  twice,      ///< tapped again at once
};
MADOGUCHI_ENUM(PracticeMiss, missed, slid_off, too_long, too_short, crooked, twice)

/// A key in a grid whose unit is half a key.
struct Key {
  Control control;  ///< "key.<letter>" or "key.erase"
  std::int32_t column = 0;
  std::int32_t row = 0;  ///< in whole keys
  std::int32_t width = 2;
  bool operator==(const Key&) const = default;
};
MADOGUCHI_DESCRIBE(Key, control, column, row, width)

struct Keyboard {
  std::string language;  ///< of the screens it is for
  std::vector<Key> keys;
  bool operator==(const Keyboard&) const = default;
};
MADOGUCHI_DESCRIBE(Keyboard, language, keys)

struct Practice {
  static constexpr std::string_view tag = "practice";
  PracticeKind kind = PracticeKind::tap;
  std::vector<Text> lines;       ///< what to do, at most two sentences
  std::optional<Text> feedback;  ///< what became of the last try
  bool went_well = false;        ///< the last try did
  std::int32_t done = 0;         ///< of `rounds`
  std::int32_t rounds = 1;
  std::optional<Control> target;  ///< not with `type`; nothing when all rounds are done
  std::int32_t target_mm = 30;    ///< its diameter
  std::int32_t across = 500;      ///< where its middle lies in the field, in thousandths
  std::int32_t down = 500;
  std::vector<Control> misses;      ///< drawn nowhere, reached by no key
  Text word;                        ///< to be typed
  Text typed;                       ///< so far; private
  std::vector<Keyboard> keyboards;  ///< the view shows the one of its language, else the first
  bool operator==(const Practice&) const = default;
};
MADOGUCHI_DESCRIBE(Practice, kind, lines, feedback, went_well, done, rounds, target, target_mm,
                   across, down, misses, word, typed, keyboards)

/// The keyboard for a language, else the first; nullptr without one.
const Keyboard* keyboard_for(const std::vector<Keyboard>& keyboards, std::string_view language);

/// Where a conversation by picture, sound and text stands (docs/consultation-kiosk.md).
enum class CallPhase {
  preview,  ///< the resident sees himself; nothing is sent
  waiting,  ///< for somebody to answer
  connecting,
  talking,
  held,    ///< nothing is sent and nothing is played
  broken,  ///< and is being made again
};
MADOGUCHI_ENUM(CallPhase, preview, waiting, connecting, talking, held, broken)

/// A line of real-time text, as far as it is typed.
struct CallLine {
  Text text;
  bool own = false;  ///< the resident's
  bool operator==(const CallLine&) const = default;
};
MADOGUCHI_DESCRIBE(CallLine, text, own)

/// A page of the city to look at together.
struct CallPage {
  Text title;
  std::vector<Text> lines;
  std::string link;  ///< shown as a QR code; public; empty: none
  bool operator==(const CallPage&) const = default;
};
MADOGUCHI_DESCRIBE(CallPage, title, lines, link)

/// Something that the resident is asked in the middle of it.
struct CallQuestion {
  Text text;
  std::vector<Control> answers;
  bool operator==(const CallQuestion&) const = default;
};
MADOGUCHI_DESCRIBE(CallQuestion, text, answers)

/// The pictures never travel in a screen: the view takes them from the board (picture_board.h) and
/// draws them where this says that there is one.
struct VideoCall {
  static constexpr std::string_view tag = "video_call";
  CallPhase phase = CallPhase::preview;
  std::vector<Text> facts;  ///< large: who it is, or how many are before, and how long it takes
  bool far_end = false;     ///< a place for the other's picture
  bool self = false;        ///< ... and for one's own
  bool camera = false;      ///< open now: its lamp is lit
  bool microphone = false;
  std::vector<Text> notices;    ///< the ladder, who is not heard, who has joined
  std::optional<Text> caption;  ///< what was said, large
  std::vector<CallLine> lines;  ///< of both, the oldest first
  std::optional<CallPage> page;
  std::optional<CallQuestion> question;
  std::vector<Control> switches;    ///< microphone, camera, keyboard
  std::optional<Text> typing;       ///< the resident's line; nothing: no keyboard is open
  std::vector<Keyboard> keyboards;  ///< the view shows the one of its language, else the first
  std::string ring;                 ///< id of the control that the other points at
  bool operator==(const VideoCall&) const = default;
};
MADOGUCHI_DESCRIBE(VideoCall, phase, facts, far_end, self, camera, microphone, notices, caption,
                   lines, page, question, switches, typing, keyboards, ring)

using Body = std::variant<Notice, Menu, PinPad, Form, Review, Working, Checklist, Rating, Practice,
                          VideoCall>;

/// How the screen feels; never the only carrier of a meaning.
enum class Tone { neutral, success, warning, error };
MADOGUCHI_ENUM(Tone, neutral, success, warning, error)

/// "3 / 6": where the resident is.
struct Progress {
  std::int32_t step = 0;
  std::int32_t of = 0;
  bool operator==(const Progress&) const = default;
};
MADOGUCHI_DESCRIBE(Progress, step, of)

/// Somebody helps the resident and points. Every view shows it; the helper sees the screen without
/// what is private (firmware/help/mask.h).
struct Company {
  Text helper;                 ///< who: the number of a badge, nobody's name
  bool unseen = false;         ///< the helper does not see what this screen asks or shows
  std::string ring;            ///< id of the control that the helper points at; empty: none
  std::optional<Text> phrase;  ///< what the helper says to it
  Control end;                 ///< the resident ends the help, at any moment
  bool operator==(const Company&) const = default;
};
MADOGUCHI_DESCRIBE(Company, helper, unseen, ring, phrase, end)

enum class TextSize { s, m, l, xl };
MADOGUCHI_ENUM(TextSize, s, m, l, xl)

struct Screen {
  std::string
      name;  ///< stable: "welcome", "pin", "review"; names screenshots and visit.json's steps
  Tone tone = Tone::neutral;
  std::optional<Progress> progress;
  Text title;
  std::vector<Text> lead;  ///< at most two short sentences under the title
  Body body;
  std::vector<Control> actions;   ///< the bottom bar: back, cancel, secondary, primary
  std::vector<Control> settings;  ///< the strip below it: languages, text sizes
  std::optional<Company> company;
  std::string language = "ja";  ///< BCP 47; "ja" or "en"
  TextSize text_size = TextSize::m;

  bool operator==(const Screen&) const = default;
};
MADOGUCHI_DESCRIBE(Screen, name, tone, progress, title, lead, body, actions, settings, company,
                   language, text_size)

/// Every control of the screen in reading order: the order of focus, of the voice and of the
/// five-key pad.
std::vector<const Control*> controls_of(const Screen& screen);
/// The strip at the bottom: languages and text sizes, the present ones selected.
std::vector<Control> look_controls(const std::string& language, TextSize size);
/// The control with this id, a practice's misses included, or nullptr.
const Control* find_control(const Screen& screen, std::string_view id);

}  // namespace madoguchi
