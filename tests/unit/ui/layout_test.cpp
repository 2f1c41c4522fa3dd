#include "ui/kit/layout.h"

#include <cmath>

#include <CppUTest/TestHarness.h>

#include "tests/unit/ui/samples.h"
#include "tests/unit/ui/test_fonts.h"

using namespace madoguchi;
using namespace madoguchi::ui;

namespace {

const Panel panel;
const City city;
// Whole pixels of the window: a tenth of a millimetre.
constexpr double rounding_mm = 0.05;

template <class Check>
void for_every_sample(const Check& check) {
  for (const char* language : {"ja", "en"}) {
    for (const TextSize size : {TextSize::s, TextSize::m, TextSize::l, TextSize::xl}) {
      for (const Screen& screen : sample_screens(language, size)) {
        const std::string where =
            screen.name + " " + language + " " + std::string(codec::enum_name(size));
        check(screen, lay_out(test_fonts(), panel, city, screen), where);
      }
    }
  }
}

double distance(const Rect& a, const Rect& b) {
  const double dx = std::max({0.0, b.x - a.right(), a.x - b.right()});
  const double dy = std::max({0.0, b.y - a.bottom(), a.y - b.bottom()});
  return std::hypot(dx, dy);
}

std::string first_overflow(const Layout& layout) {
  return layout.fits() ? "" : ": " + layout.overflow.front();
}

/// Em height in mm of the words that hold this part; 0 when there are none.
double letters_of(const Layout& layout, std::string_view words_part) {
  for (const Element& element : layout.elements) {
    const auto* const words = std::get_if<Words>(&element.shape);
    if (words && words->block.text().find(words_part) != std::string::npos)
      return panel.mm(words->block.style().size);
  }
  return 0;
}

/// A volunteer helps; pointing at nothing yet.
Company volunteer() {
  Company company;
  company.helper = say("help.volunteer", {{"number", "3"}});
  company.end.id = "help.end";
  company.end.role = Role::end_help;
  company.end.label = say("help.end");
  return company;
}

}  // namespace

TEST_GROUP(LayOut){};

TEST(LayOut, nothing_is_clipped_and_no_word_is_broken) {
  for_every_sample([](const Screen&, const Layout& layout, const std::string& where) {
    CHECK_TEXT(layout.fits(), (where + first_overflow(layout)).c_str());
  });
}

TEST(LayOut, the_resident_gets_the_size_that_was_asked_for) {
  for_every_sample([](const Screen& screen, const Layout& layout, const std::string& where) {
    // Eight services with their fees do not go on one page of the largest letters; the next size
    // does.
    if (screen.name == "kinds" && screen.text_size == TextSize::xl) {
      CHECK_TEXT(layout.text_size >= TextSize::l, where.c_str());
    } else if (std::holds_alternative<VideoCall>(screen.body)) {
      // Two pictures, what both say, a question or a keyboard: the picture stays, the letters give
      // way, with everything at once and a Japanese keyboard down to the smallest.
      const TextSize least = screen.name == "call.keyboard" ? TextSize::s : TextSize::m;
      CHECK_TEXT(layout.text_size >= std::min(screen.text_size, least), where.c_str());
    } else {
      CHECK_TEXT(layout.text_size == screen.text_size, where.c_str());
    }
  });
}

TEST(LayOut, every_control_is_placed_and_large_enough_to_hit) {
  for_every_sample([](const Screen& screen, const Layout& layout, const std::string& where) {
    LONGS_EQUAL(controls_of(screen).size(), layout.targets.size());
    for (const Target& target : layout.targets) {
      const bool large =
          target.role == Role::primary || target.role == Role::digit ||
          (target.role == Role::erase && std::holds_alternative<PinPad>(screen.body));
      const double least = (large ? 20.0 : 12.7) - rounding_mm;
      const std::string what = where + " " + target.id;
      CHECK_TEXT(panel.mm(target.rect.w) >= least, what.c_str());
      CHECK_TEXT(panel.mm(target.rect.h) >= least, what.c_str());
      CHECK_TEXT((Rect{0, 0, 1080, 1920}.contains(target.rect)), what.c_str());
    }
  });
}

TEST(LayOut, controls_keep_their_distance) {
  for_every_sample([](const Screen&, const Layout& layout, const std::string& where) {
    for (std::size_t i = 0; i < layout.targets.size(); ++i) {
      for (std::size_t k = i + 1; k < layout.targets.size(); ++k) {
        const double gap = panel.mm(distance(layout.targets[i].rect, layout.targets[k].rect));
        const std::string what = where + " " + layout.targets[i].id + " " + layout.targets[k].id;
        CHECK_TEXT(gap >= 2.6 - rounding_mm, what.c_str());
      }
    }
  });
}

TEST(LayOut, words_never_lie_on_words) {
  for_every_sample([](const Screen&, const Layout& layout, const std::string& where) {
    std::vector<const Words*> all;
    for (const Element& element : layout.elements) {
      if (const auto* words = std::get_if<Words>(&element.shape)) all.push_back(words);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t k = i + 1; k < all.size(); ++k) {
        const std::string what =
            where + ": " + all[i]->block.text() + " and " + all[k]->block.text();
        CHECK_FALSE_TEXT(all[i]->ink().inset(1).meets(all[k]->ink().inset(1)), what.c_str());
      }
    }
  });
}

TEST(LayOut, no_letters_are_below_the_smallest_size) {
  for_every_sample([](const Screen&, const Layout& layout, const std::string& where) {
    for (const Element& element : layout.elements) {
      const auto* const words = std::get_if<Words>(&element.shape);
      if (!words) continue;
      // The numbers in the row of steps stand beside the same in words.
      const bool step_number = words->block.text().size() == 1 && element.control < 0;
      CHECK_TEXT(step_number || panel.mm(words->block.style().size) >= 5.3 - rounding_mm,
                 (where + ": " + words->block.text()).c_str());
    }
  });
}

TEST(LayOut, the_ways_out_are_left_and_the_way_forward_is_right) {
  for_every_sample([](const Screen&, const Layout& layout, const std::string& where) {
    const Target* forward = nullptr;
    for (const Target& target : layout.targets) {
      if (target.role == Role::primary) forward = &target;
    }
    if (!forward) return;
    for (const Target& target : layout.targets) {
      if (target.role != Role::back && target.role != Role::cancel) continue;
      const bool apart =
          target.rect.right() < forward->rect.x || target.rect.y > forward->rect.bottom();
      CHECK_TEXT(apart, (where + " " + target.id).c_str());
    }
  });
}

TEST(LayOut, a_word_that_no_size_can_hold_is_noticed) {
  Screen screen = sample_named("thanks");
  screen.title.literal = std::string(80, 'W');
  const Layout layout = lay_out(test_fonts(), panel, city, screen);
  CHECK_FALSE(layout.fits());
}

TEST(LayOut, more_than_a_page_is_noticed) {
  Screen screen = sample_named("place_card");
  auto& lines = std::get<Notice>(screen.body).lines;
  for (int i = 0; i < 60; ++i) lines.push_back(lines.front());
  CHECK_FALSE(lay_out(test_fonts(), panel, city, screen).fits());
}

TEST(LayOut, a_household_of_six_and_a_long_foreign_name_still_fit) {
  Screen screen = sample_named("form", "ja", TextSize::xl);
  auto& persons = std::get<Form>(screen.body).fields.front().controls;
  persons.back().label = person_name("ALEXANDRA MARIA CONSTANTINOPOULOS-WINTERBOTTOM");
  for (int i = 3; i <= 6; ++i) {
    persons.push_back(persons.front());
    persons.back().id = "persons." + std::to_string(i);
  }
  const Layout layout = lay_out(test_fonts(), panel, city, screen);
  CHECK_TEXT(layout.fits(), first_overflow(layout).c_str());
}

TEST(LayOut, a_name_too_long_for_its_line_takes_smaller_letters_alone) {
  Screen screen = sample_named("form", "ja", TextSize::xl);
  auto& fields = std::get<Form>(screen.body).fields;
  fields.erase(fields.begin() + 1);
  fields.front().controls.back().label =
      person_name("ALEXANDRA MARIA CONSTANTINOPOULOS-WINTERBOTTOM");
  const Layout layout = lay_out(test_fonts(), panel, city, screen);
  CHECK_TEXT(layout.fits(), first_overflow(layout).c_str());
  CHECK(layout.text_size == TextSize::xl);
  DOUBLES_EQUAL(13.0, letters_of(layout, "花子"), rounding_mm);
  DOUBLES_EQUAL(9.8, letters_of(layout, "ALEXANDRA"), rounding_mm);
}

TEST(LayOut, one_long_certificate_does_not_make_the_letters_of_six_smaller) {
  Screen screen = sample_named("kinds", "ja", TextSize::xl);
  auto& kinds = std::get<Menu>(screen.body).items;
  kinds.resize(6);
  for (Control& kind : kinds) kind.label.literal = "印鑑登録証明書";
  kinds.back().label.literal = "戸籍全部事項証明書（戸籍謄本）";
  kinds.back().note->literal = "窓口でご案内します";
  const Layout layout = lay_out(test_fonts(), panel, city, screen);
  CHECK_TEXT(layout.fits(), first_overflow(layout).c_str());
  CHECK(layout.text_size == TextSize::xl);
}

TEST(LayOut, a_long_foreign_name_is_reviewed_in_the_largest_letters) {
  Screen screen = sample_named("review", "ja", TextSize::xl);
  auto& rows = std::get<Review>(screen.body).rows;
  rows[1].values[1] = person_name("ALEXANDRA MARIA CONSTANTINOPOULOS-WINTERBOTTOM");
  ReviewRow shown = rows[0];
  shown.label.literal = "のせる内容";
  shown.values = {rows[0].values.front(), rows[0].values.front()};
  shown.values[0].literal = "世帯主・続柄あり";
  shown.values[1].literal = "本籍・筆頭者なし";
  shown.change->id = "change.shown";
  rows.insert(rows.begin() + 2, std::move(shown));
  rows.back().change = rows[0].change;
  rows.back().change->id = "change.copies";
  const Layout layout = lay_out(test_fonts(), panel, city, screen);
  CHECK_TEXT(layout.fits(), first_overflow(layout).c_str());
  CHECK(layout.text_size == TextSize::xl);
}

TEST(LayOut, a_smaller_panel_is_laid_out_by_its_millimetres) {
  const Panel small{800, 1280, 135.0};
  const Layout layout = lay_out(test_fonts(), small, city, sample_named("pin"));
  CHECK_TEXT(layout.fits(), first_overflow(layout).c_str());
  const Target& key = layout.targets[static_cast<std::size_t>(layout.target_named("digit.5"))];
  CHECK(small.mm(key.rect.h) >= 20 - rounding_mm);
}

TEST(LayOut, the_tries_that_are_left_stand_above_the_keys) {
  const Layout layout = lay_out(test_fonts(), panel, city, pin_sample("ja", TextSize::m, 0, 3));
  const double keys =
      layout.targets[static_cast<std::size_t>(layout.target_named("digit.1"))].rect.y;
  bool found = false;
  for (const Element& element : layout.elements) {
    const auto* const words = std::get_if<Words>(&element.shape);
    if (words && words->block.text() == "あと3回まで入力できます")
      found = words->ink().bottom() < keys;
  }
  CHECK(found);
}

TEST_GROUP(Difference){};

TEST(Difference, equal_screens_have_none) {
  const Layout one = lay_out(test_fonts(), panel, city, sample_named("review"));
  const Layout other = lay_out(test_fonts(), panel, city, sample_named("review"));
  CHECK(difference(one, other).empty());
}

TEST(Difference, another_digit_changes_the_rings_only) {
  const Layout before = lay_out(test_fonts(), panel, city, pin_sample("ja", TextSize::m, 1, 3));
  const Layout after = lay_out(test_fonts(), panel, city, pin_sample("ja", TextSize::m, 2, 3));
  const Rect changed = difference(before, after);
  CHECK_FALSE(changed.empty());
  const double keys = after.targets[static_cast<std::size_t>(after.target_named("digit.1"))].rect.y;
  CHECK(changed.bottom() < keys);
  CHECK(changed.h * changed.w < 1080 * 1920 * 0.05);
}

TEST(Difference, covers_everything_that_another_screen_draws) {
  const Layout before = lay_out(test_fonts(), panel, city, sample_named("thanks"));
  const Layout after = lay_out(test_fonts(), panel, city, sample_named("kinds"));
  const Rect changed = difference(before, after);
  for (const Target& target : after.targets) {
    if (target.role == Role::choice) CHECK(changed.contains(target.rect));
  }
}

TEST(LayOut, with_a_helper_everything_still_fits_and_the_help_can_be_ended) {
  for_every_sample([](Screen screen, const Layout&, const std::string& where) {
    screen.company = volunteer();
    const Layout helped = lay_out(test_fonts(), panel, city, screen);
    CHECK_TEXT(helped.fits(), (where + first_overflow(helped)).c_str());
    const int end = helped.target_named("help.end");
    CHECK_TEXT(end >= 0 && !helped.targets[static_cast<std::size_t>(end)].rect.empty(),
               where.c_str());
  });
}

TEST(LayOut, nothing_moves_under_the_finger_when_a_helper_points_or_says_something) {
  for_every_sample([](Screen screen, const Layout&, const std::string& where) {
    screen.company = volunteer();
    const Layout before = lay_out(test_fonts(), panel, city, screen);
    for (const char* phrase : {"phrase.press_here", "phrase.read_here", "phrase.take_your_time",
                               "phrase.well_done", "phrase.ask_me"}) {
      screen.company->phrase = say(phrase);
      screen.company->ring = before.targets.front().id;
      const Layout after = lay_out(test_fonts(), panel, city, screen);
      CHECK_TEXT(after.targets == before.targets, (where + " " + phrase).c_str());
    }
    screen.company->phrase.reset();
    screen.company->unseen = true;
    CHECK_TEXT(lay_out(test_fonts(), panel, city, screen).targets == before.targets, where.c_str());
  });
}

TEST(LayOut, a_ring_stands_around_what_the_helper_points_at) {
  Screen screen = sample_named("kinds");
  screen.company = volunteer();
  const std::size_t without = lay_out(test_fonts(), panel, city, screen).elements.size();
  screen.company->ring = "there.is.no.such.control";
  LONGS_EQUAL(without, lay_out(test_fonts(), panel, city, screen).elements.size());
  const Layout before = lay_out(test_fonts(), panel, city, screen);
  screen.company->ring = before.targets[2].id;
  const Layout after = lay_out(test_fonts(), panel, city, screen);
  CHECK(after.elements.size() > without);
  const auto* ring = std::get_if<Box>(&after.elements[without].shape);
  CHECK(ring != nullptr && ring->edge && !ring->fill);
  CHECK(ring->rect.contains(before.targets[2].rect));
}

namespace {

Text words_of(const char* text) {
  Text out;
  out.literal = text;
  return out;
}

}  // namespace

TEST(LayOut, the_switches_of_a_call_stay_where_they_are_whatever_is_said) {
  for (const char* language : {"ja", "en"}) {
    for (const TextSize size : {TextSize::m, TextSize::xl}) {
      Screen screen = sample_named("call.question", language, size);
      auto& call = std::get<VideoCall>(screen.body);
      const auto place = [&](const char* id) {
        const Layout layout = lay_out(test_fonts(), panel, city, screen);
        return layout.targets[static_cast<std::size_t>(layout.target_named(id))].rect;
      };
      call.question.reset();
      const Rect before = place("keyboard");
      const auto still_there = [&](const char* what) {
        CHECK_TEXT(place("keyboard").contains(before.centre()), what);
      };
      call.caption.reset();
      still_there("caption");
      call.lines.clear();
      still_there("lines");
      call.far_end = call.self = false;
      still_there("pictures");
      call.page = CallPage{words_of("国民年金の免除"), {words_of("所得が少ないとき")}, ""};
      Control away;
      away.id = "page";
      away.role = Role::secondary;
      away.label = words_of("ページを閉じる");
      call.switches.push_back(away);
      still_there("page");
    }
  }
}

TEST(LayOut, a_ring_of_the_other_in_a_call_stands_around_its_switch) {
  Screen screen = sample_named("call.question", "ja", TextSize::m);
  const Layout before = lay_out(test_fonts(), panel, city, screen);
  std::get<VideoCall>(screen.body).ring = "microphone";
  const Layout pointed = lay_out(test_fonts(), panel, city, screen);
  const auto target = [](const Layout& layout) {
    return layout.targets[static_cast<std::size_t>(layout.target_named("microphone"))].rect;
  };
  CHECK_TRUE(target(before) == target(pointed));
  CHECK_TRUE(difference(before, pointed).meets(target(pointed)));
  std::get<VideoCall>(screen.body).ring = "nothing_of_this";
  CHECK_TRUE(difference(before, lay_out(test_fonts(), panel, city, screen)).empty());
}
