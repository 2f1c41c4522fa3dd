// The procedure guide's figures: what is impossible, what a file may hold, and that a correction
// takes the first one's place.

#include "tools/gateway/numbers/guide_figures.h"

#include <CppUTest/TestHarness.h>

#include "tests/postgresql_server.h"
#include "tests/unit/gateway/card_maker.h"
#include "tools/gateway/numbers/guide_csv.h"

using namespace madoguchi;
using namespace madoguchi::gateway;

namespace {

constexpr const char* now = "2026-11";

GuideFigure figure(std::string month, LifeEvent event, std::int64_t users, std::int64_t all) {
  return {std::move(month), event, users, all};
}

std::string mistakes(std::string_view text) {
  const GuideFile file = read_guide_csv(text, now);
  CHECK_EQUAL(file.mistakes.empty(), !file.figures.empty());
  std::string out;
  for (const std::string& one : file.mistakes) out += (out.empty() ? "" : "\n") + one;
  return out;
}

std::vector<GuideFigure> figures_in(std::string_view text) {
  const GuideFile file = read_guide_csv(text, now);
  CHECK_TEXT(file.mistakes.empty(), file.mistakes.empty() ? "" : file.mistakes[0].c_str());
  return file.figures;
}

constexpr const char* head = "month,event,users,procedures\n";
std::string line(const std::string& text) { return head + text; }

}  // namespace

TEST_GROUP(GuideFigure){};

TEST(GuideFigure, what_is_possible) {
  for (const GuideFigure& one :
       {figure("2026-11", LifeEvent::death, 0, 0), figure("2026-10", LifeEvent::birth, 5, 5),
        figure("2000-01", LifeEvent::divorce, 1, 10'000'000)}) {
    STRCMP_EQUAL("", problem_of(one, now).c_str());
  }
}

TEST(GuideFigure, what_is_not) {
  for (const GuideFigure& one :
       {figure("2026-12", LifeEvent::birth, 0, 1), figure("2027-01", LifeEvent::birth, 0, 1),
        figure("1999-12", LifeEvent::birth, 0, 1), figure("2026-13", LifeEvent::birth, 0, 1),
        figure("2026-00", LifeEvent::birth, 0, 1), figure("2026-1", LifeEvent::birth, 0, 1),
        figure("fy2025", LifeEvent::birth, 0, 1), figure("", LifeEvent::birth, 0, 1),
        figure("2026-10-01", LifeEvent::birth, 0, 1), figure("2026-10", LifeEvent::birth, 6, 5),
        figure("2026-10", LifeEvent::birth, -1, 5), figure("2026-10", LifeEvent::birth, -2, -1),
        figure("2026-10", LifeEvent::birth, 0, 10'000'001)}) {
    CHECK_FALSE_TEXT(problem_of(one, now).empty(), one.month.c_str());
  }
}

TEST_GROUP(GuideCsv){};

TEST(GuideCsv, as_a_program_writes_it) {
  const auto found = figures_in(line("2026-10,moving_in,81,1596\n2026-10,death,60,341"));
  LONGS_EQUAL(2, found.size());
  CHECK(found[0] == figure("2026-10", LifeEvent::moving_in, 81, 1596));
  CHECK(found[1] == figure("2026-10", LifeEvent::death, 60, 341));
}

TEST(GuideCsv, as_a_spreadsheet_in_japan_writes_it) {
  const auto found = figures_in(
      "\xef\xbb\xbf手続き,年月,手続き総件数,利用人数\r\n"
      "転入,2026年10月,\"1,596\",81\r\n"
      "おくやみ,2026/4,\"341\", 60 \r\n,,,\r\n\r\n"
      "出生,2026年4月,\"1,234,567\",0\r\n");
  LONGS_EQUAL(3, found.size());
  CHECK(found[0] == figure("2026-10", LifeEvent::moving_in, 81, 1596));
  CHECK(found[1] == figure("2026-04", LifeEvent::death, 60, 341));
  CHECK(found[2] == figure("2026-04", LifeEvent::birth, 0, 1'234'567));
}

TEST(GuideCsv, every_bad_line_is_told_by_its_number_and_nothing_is_taken) {
  STRCMP_EQUAL(
      "3: the event 'wedding' is not known\n"
      "4: there are more users (9) than procedures (8)\n"
      "6: the month is yet to come\n"
      "7: the month and event of line 2 again\n"
      "8: has 3 fields instead of 4\n"
      "9: the users 'many' are no count",
      mistakes(
          line("2026-10,birth,1,2\n2026-10,wedding,1,2\n2026-10,divorce,9,8\n\n"
               "2026-12,birth,1,2\n2026-10,birth,1,3\n2026-10,birth,1\n2026-10,death,many,2\n"))
          .c_str());
}

TEST(GuideCsv, counts_that_are_none) {
  for (const char* count :
       {"", "-1", "+1", "1.5", "1e3", "0x10", "１", "99999999999999999999", "\"1,59\"",
        "\"1,5966\"", "\",159\"", "\"1234,567\"", "\"1,\"", "\"1,,596\"", "1 2", "\"1\n2\""}) {
    const std::string said = mistakes(line(std::string("2026-10,birth,0,") + count + "\n"));
    CHECK_TEXT(said.starts_with("2: the procedures"), count);
  }
}

TEST(GuideCsv, months_that_are_none) {
  for (const char* month : {"", "2026", "Oct-26", "10/2026", "2026-10-01", "2026-1x", "26-10",
                            "2026.10", "令和8年10月", "2026-13"}) {
    const std::string said = mistakes(line(std::string(month) + ",birth,0,1\n"));
    CHECK_TEXT(said.starts_with("2: the month"), month);
  }
}

TEST(GuideCsv, columns_that_are_not_as_they_should_be) {
  STRCMP_EQUAL("1: the file is empty", mistakes("").c_str());
  STRCMP_EQUAL("1: the file is empty", mistakes("\xef\xbb\xbf\r\n\r\n").c_str());
  STRCMP_EQUAL("1: there are no figures below the columns", mistakes(head).c_str());
  STRCMP_EQUAL("1: the column 'name' is not known",
               mistakes("month,event,users,procedures,name\n").c_str());
  STRCMP_EQUAL("1: the column '利用人数' stands there twice",
               mistakes("month,event,users,利用人数\n").c_str());
  STRCMP_EQUAL("2: the first line names the columns month, event, users, procedures",
               mistakes("\nmonth,event,users\n").c_str());
  STRCMP_EQUAL("1: the column '2026-10' is not known", mistakes("2026-10,birth,1,2\n").c_str());
}

TEST(GuideCsv, files_that_are_none) {
  STRCMP_EQUAL("1: the file is not UTF-8; save it as CSV UTF-8",
               mistakes("\x94\x4e\x8c\x8e,\x97\x98\x97\x70\n").c_str());  // 年月 in Shift_JIS
  STRCMP_EQUAL("2: a quote is not closed", mistakes(line("\"2026-10,birth,1,2\n")).c_str());
  STRCMP_EQUAL("2: something stands behind a field in quotes",
               mistakes(line("\"2026-10\"x,birth,1,2\n")).c_str());
  CHECK_FALSE(mistakes(std::string("month\0,event", 12)).empty());
  // A line end inside of quotes counts as one.
  STRCMP_EQUAL("2: the event 'a\nb' is not known\n4: the event 'c' is not known",
               mistakes(line("2026-10,\"a\nb\",1,2\n2026-10,c,1,2\n")).c_str());
}

TEST(GuideCsv, a_file_full_of_mistakes_is_told_by_the_first_ones) {
  std::string text = head;
  for (int i = 0; i < 1000; ++i) text += "x\n";
  LONGS_EQUAL(20, read_guide_csv(text, now).mistakes.size());
}

// PostgreSQL, too: its tests are those of the group Numbers.
TEST_GROUP(NumbersOfTheGuide) {
  OwnFolder directory;
  const std::string where = fresh_database(directory.path("gateway.sqlite"));

  GuideFigures open() {
    auto database = Database::open(where);
    CHECK(database.ok());
    auto figures = GuideFigures::open(std::move(*database));
    CHECK(figures.ok());
    return std::move(*figures);
  }
};

TEST(NumbersOfTheGuide, a_correction_takes_the_first_ones_place) {
  GuideFigures figures = open();
  LONGS_EQUAL(0, figures.list()->size());
  const GuideFigure birth = figure("2026-10", LifeEvent::birth, 30, 260);
  LONGS_EQUAL(0, *figures.keep({birth, figure("2026-09", LifeEvent::death, 1, 2)}));
  const GuideFigure corrected = figure("2026-10", LifeEvent::birth, 31, 262);
  LONGS_EQUAL(1, *figures.keep({corrected, figure("2026-10", LifeEvent::moving_in, 5, 9)}));
  const auto list = open().list();
  LONGS_EQUAL(3, list->size());
  CHECK((*list)[0] == figure("2026-09", LifeEvent::death, 1, 2));
  CHECK((*list)[1] == figure("2026-10", LifeEvent::moving_in, 5, 9));
  CHECK((*list)[2] == corrected);
}

TEST(NumbersOfTheGuide, all_or_nothing) {
  GuideFigures figures = open();
  // A text that no database keeps, behind one that is good.
  const GuideFigure bad{std::string("2026\0-10", 8), LifeEvent::birth, 1, 2};
  CHECK_FALSE(figures.keep({figure("2026-10", LifeEvent::death, 1, 2), bad}).ok());
  LONGS_EQUAL(0, figures.list()->size());
}
